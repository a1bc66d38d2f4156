"""The contract that every store adapter passes.

An adapter's test file subclasses ``StoreContract`` and defines one fixture::

    class TestEmbeddedStore(StoreContract):
        @pytest.fixture
        def store_factory(self, tmp_path) -> StoreFactory: ...

Each call of ``store_factory`` returns the URL of a *new, empty* store. ``open_store(url)`` opens a handle on it: a
second call in this process is what another server process would have, and these tests' child processes do just that.
"""

import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from deepstyle.catalogue.fields import Field
from deepstyle.catalogue.item import FIELDS, RANGE_FILTERS, VALUE_FILTERS, Item
from deepstyle.catalogue.stock import IN_STOCK
from deepstyle.catalogue.variants import MAX_VARIANTS, GroupBy, group_of
from deepstyle.errors import ItemChangedError, StoreError, UsageError
from deepstyle.store.base import INSTANCE_FACTS, Entry, ImageSource, ItemFilter, Measured, PutReport, Store, VectorBatch
from deepstyle.store.copy import copy_store, digest_of
from deepstyle.store.open import open_store
from deepstyle.style.search import near_ids
from tests.store.looks_contract import LooksContract
from tests.store.model import DIMENSION, ModelStore, batch_of, image_of, one_of_each, vector_of
from tests.store.mongod import wait_for
from tests.store.sorting_contract import SortingContract
from tests.store.stateful import run_store_machine
from tests.store.words_contract import WordsContract

StoreFactory = Callable[[], str]

ITEMS = (
    Item(
        "a1", "Ankle boots", "soft", "shoes", "Ankle Boots", "Versace", "black", "plain", 120.0, "EUR", "http://a", "a"
    ),
    Item("a2", "Boots of felt", "", "shoes", "Ankle Boots", "VERSACE", "red", "", 80.0, "EUR", "", "a"),
    Item("b1", "Évening dress", "", "all-body", "Dresses", "Dior", "red", "floral", None, "", "", "b"),
    Item(
        "b2", "Summer dress", "", "all-body", "Dresses", "Dior", "blue", "floral", 40.5, "EUR", "", "b", {"fit": "slim"}
    ),
    Item("c1"),
)
FILTERS = (
    ItemFilter(),
    ItemFilter(semantic_categories=("shoes",)),
    ItemFilter(semantic_categories=("shoes", "all-body"), colours=("red",)),
    ItemFilter(brands=("versace",)),
    ItemFilter(categories=("ankle boots",), price_max=80.0),
    ItemFilter(price_min=40.5, price_max=80.0),
    ItemFilter(patterns=("FLORAL", "plain")),
    ItemFilter(text="dior DRESS"),
    ItemFilter(text="évening"),
    ItemFilter(text="boots", colours=("red", "blue")),
    ItemFilter(brands=("nobody",)),
    ItemFilter(text="dress", price_max=1.0),
    ItemFilter(text="boot"),
    ItemFilter(currencies=("eur",), price_min=50.0),
    ItemFilter(currencies=("JPY",), price_min=50.0),
)


SIZES = tuple(
    Item(f"{model}-{colour}-{size}", model_id=model.strip("x"), colour=colour, size=size)
    for model in ("a", "b", "x")
    for colour, size in (("red", "S"), ("red", "M"), ("Blue", "S"), ("Blue", "M"), ("RED", "L"))
)
"""Two products in two colours and three sizes, and five items that are alone."""


def entries(items: Sequence[Item] = ITEMS) -> list[Entry]:
    return [Entry(item, image_of(item.item_id)) for item in items]


def vectors_for(item_ids: Sequence[str], seed: int = 0) -> VectorBatch:
    shas = [image_of(item_id).sha256 for item_id in item_ids]
    return batch_of(
        {item_id: (sha, vector_of(seed + n)) for n, (item_id, sha) in enumerate(zip(item_ids, shas, strict=True))}
    )


def fill(store: Store) -> ModelStore:
    """``ITEMS`` and their vectors in space ``s``, in the store and in a model beside it."""
    model = ModelStore()
    batch = vectors_for([item.item_id for item in ITEMS])
    for target in (store, model):
        target.put(entries())
        target.put_vectors("s", batch)
    return model


def put_one_each(store: Store, items: dict[str, Item]) -> None:
    """Each item with an image and a vector in the space ``s``."""
    store.put([Entry(item, image_of(item_id)) for item_id, item in items.items()])
    store.put_vectors("s", vectors_for(list(items)))


def measured(item_id: str, colours: str) -> Measured:
    """What the picture of ``put_one_each`` measures."""
    return Measured(item_id, image_of(item_id).sha256, {"dominant_colour": colours, "dominant_lab": "1 2 3 1"})


def put_several(store: Store) -> None:
    """Two items with a vector of each image: ``a1`` has two further ones, ``b1`` one."""
    first, second = ITEMS[0], ITEMS[2]
    store.put([Entry(first, image_of("a1"), (image_of("a1-1"), image_of("a1-2")))])
    store.put([Entry(second, image_of("b1"), (image_of("b1-1"),))])
    store.put_vectors("s", vectors_for(["a1", "b1"]))
    for position, item_ids in ((1, ("a1", "b1")), (2, ("a1",))):
        shas = {item_id: image_of(f"{item_id}-{position}").sha256 for item_id in item_ids}
        vectors = {item_id: (sha, vector_of(10 * n + position)) for n, (item_id, sha) in enumerate(shas.items(), 1)}
        store.put_vectors(f"s#{position}", batch_of(vectors))


def run_python(script: str, *arguments: str) -> subprocess.Popen[str]:
    """Another process that may import the tests' data; it prints what it has acknowledged."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )


class StoreContract(LooksContract, SortingContract, WordsContract):
    @pytest.fixture
    def store_factory(self) -> StoreFactory:
        raise NotImplementedError("each adapter's test file says how to make an empty store")

    @pytest.fixture
    def url(self, store_factory: StoreFactory) -> str:
        return store_factory()

    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        with open_store(url) as store:
            yield store

    # -- items and images ----------------------------------------------------------------------------------------
    def test_new_store_is_empty(self, store: Store, url: str) -> None:
        assert store.url == url
        assert store.count() == 0
        assert store.get(["a1"]) == {}
        assert store.image("a1") is None
        assert store.image_sha256s(["a1"]) == {}
        assert list(store.iter_items()) == []
        assert store.spaces() == {}
        assert store.missing_vectors("s") == []
        assert store.search("s", vector_of(0)) == []
        assert store.vectors("s").item_ids == ()
        assert store.compatible("a1") == ()
        assert store.meta("style_space") is None
        assert store.delete(["a1"]) == 0
        assert store.drop_space("s") == 0
        page = store.browse()
        assert (page.items, page.total, page.after) == ((), 0, "")

    def test_put_keeps_every_field(self, store: Store) -> None:
        assert store.put(entries()) == PutReport(added=5)
        assert store.get([item.item_id for item in ITEMS]) == {item.item_id: item for item in ITEMS}
        assert store.image("b2") == image_of("b2")
        assert store.image_sha256s(["a1", "nobody"]) == {"a1": image_of("a1").sha256}
        assert store.count() == 5

    def test_put_counts_what_changed(self, store: Store) -> None:
        store.put(entries())
        assert store.put(entries()) == PutReport(unchanged=5)
        renamed = replace(ITEMS[0], title="Other")
        report = store.put([Entry(renamed), Entry(ITEMS[1], image_of("new")), Entry(ITEMS[2]), Entry(Item("new"))])
        assert report == PutReport(added=1, changed=2, unchanged=1)
        assert store.get(["a1"]) == {"a1": renamed}
        assert store.image("a1") == image_of("a1")
        assert store.image("a2") == image_of("new")
        assert store.image("new") is None

    def test_where_an_image_came_from_is_kept(self, store: Store) -> None:
        fill(store)
        made = replace(image_of("a1"), source_sha256="f" * 64, normalisation=3)
        assert store.put([Entry(ITEMS[0], made)]) == PutReport(changed=1)
        assert store.put([Entry(ITEMS[0], made)]) == PutReport(unchanged=1)
        assert store.put([Entry(ITEMS[0])]) == PutReport(unchanged=1)
        assert store.image("a1") == made
        sources = store.image_sources(["a1", "a2", "nobody"])
        assert sources == {"a1": ImageSource(made.sha256, "f" * 64, 3), "a2": ImageSource(image_of("a2").sha256)}
        assert store.vectors("s", ["a1"]).item_ids == ("a1",)

    def test_every_fact_is_listed_digested_and_copied(self, store: Store, tmp_path: Path) -> None:
        fill(store)
        key, value = f"a fact {secrets.token_hex(4)} ✓", secrets.token_hex(40_000)
        before = digest_of(store)
        store.set_meta(key, value)
        store.set_meta("another", "")
        store.set_meta(f"{INSTANCE_FACTS}of this store", "not of the catalogue")
        assert store.facts() == {key: value, "another": ""}
        assert digest_of(store).sha256 != before.sha256
        with open_store(f"sqlite:///{tmp_path}/copy.db") as target:
            assert copy_store(store, target).digest == digest_of(store)
            assert target.facts() == store.facts()
            assert target.meta(f"{INSTANCE_FACTS}of this store") is None

    def test_summary_follows_within_seconds(self, store: Store) -> None:
        assert (store.summary().items, dict(store.summary().vectors)) == (0, {})
        fill(store)
        wait_for(lambda: store.summary().items == 5 and store.summary().vectors == {"s": 5}, "the new counts")

    def test_categories_are_counted(self, store: Store, url: str) -> None:
        with open_store(url) as empty:
            assert dict(empty.category_counts()) == {}
        fill(store)
        with open_store(url) as opened:  # a handle may remember its counts for a minute
            assert dict(opened.category_counts()) == {"shoes": 2, "all-body": 2}
        store.delete(["a1", "a2", "b1"])
        with open_store(url) as opened:
            assert dict(opened.category_counts()) == {"all-body": 1}

    def test_put_last_one_wins(self, store: Store) -> None:
        assert store.put([Entry(Item("x", "one")), Entry(Item("x", "two"))]) == PutReport(added=1)
        assert store.get(["x"])["x"].title == "two"

    def test_a_write_for_another_version_changes_nothing(self, store: Store, url: str) -> None:
        item, changed = ITEMS[0], replace(ITEMS[0], title="Other")
        store.put([Entry(item, image_of("a"))], given={item.item_id: ""})
        (version,) = store.versions([item.item_id, "nobody"]).values()
        store.put_measured([Measured(item.item_id, image_of("a").sha256, {"dominant_colour": "navy"})])
        assert store.versions([item.item_id]) == {item.item_id: version}
        with open_store(url) as other:
            other.put([Entry(changed), Entry(ITEMS[1])], given={item.item_id: version, ITEMS[1].item_id: ""})
        later = store.versions([item.item_id])[item.item_id]
        assert later != version
        for given in ({item.item_id: version}, {item.item_id: ""}, {"nobody": version}):
            with pytest.raises(ItemChangedError):
                store.put([Entry(item), Entry(ITEMS[2])], given=given)
            with pytest.raises(ItemChangedError):
                store.delete([item.item_id, ITEMS[1].item_id], given=given)
        assert sorted(store.get([one.item_id for one in ITEMS])) == sorted([item.item_id, ITEMS[1].item_id])
        store.put([Entry(changed, image_of("b"))], given={item.item_id: later})
        assert (seen := store.versions([item.item_id])[item.item_id]) != later
        store.put([Entry(changed, None, (image_of("c"),))])
        assert store.versions([item.item_id])[item.item_id] != seen
        assert store.delete([item.item_id], given=store.versions([item.item_id])) == 1
        assert store.versions([item.item_id]) == {}

    def test_put_is_atomic(self, store: Store) -> None:
        with pytest.raises(UsageError):
            store.put([Entry(Item("x")), Entry(Item(""))])
        assert store.count() == 0

    def test_unicode_survives(self, store: Store) -> None:
        item = Item("ключ/🧥 '\"%_", "Jupe plissée 🧥", attributes={"größe": "ß"})
        store.put([Entry(item, image_of("x"))])
        assert list(store.iter_items()) == [item]
        assert store.browse().items == (item,)

    def test_delete(self, store: Store) -> None:
        fill(store)
        store.put_compatible({"a1": ["b1"], "c1": ["a1", "b1"]})
        assert store.delete(["a1", "a1", "nobody"]) == 1
        assert store.count() == 4
        assert store.image("a1") is None
        assert store.vectors("s", ["a1"]).item_ids == ()
        assert "a1" not in [hit.item_id for hit in store.search("s", vector_of(0))]
        assert store.compatible("a1") == ()
        assert store.compatible("c1") == ("b1",)
        store.put(entries())
        assert store.compatible("a1") == ()
        assert store.missing_vectors("s") == [("a1", image_of("a1").sha256)]

    def test_iter_items_resumes(self, store: Store) -> None:
        items = [Item(f"{number:05d}") for number in range(2_500)]
        store.put([Entry(item) for item in reversed(items)])
        assert list(store.iter_items()) == items
        assert list(store.iter_items(after="02000")) == items[2001:]

    # -- browse ----------------------------------------------------------------------------------------------------
    @pytest.mark.parametrize("where", FILTERS, ids=repr)
    def test_browse_pages_totals_and_facets(self, store: Store, where: ItemFilter) -> None:
        model = fill(store)
        expected = model.matching(where)
        found, after = [], ""
        while True:
            page = store.browse(where, limit=2, after=after)
            assert page.total == len(expected)
            assert page.facets == model.facets(where)
            for facet, counts in model.facets(where).counts.items():
                assert list(page.facets.counts[facet].items()) == list(counts.items())
            found += page.items
            after = page.after
            if not after:
                break
        assert found == expected

    @pytest.mark.parametrize("field", VALUE_FILTERS, ids=lambda field: field.name)
    def test_every_declared_value_filters_folds_and_is_counted(self, store: Store, field: Field) -> None:
        values = {"x": "Straße Ä", "y": "STRASSE ä", "z": "other", "w": ""}
        put_one_each(store, {item_id: Item(item_id, **{field.name: value}) for item_id, value in values.items()})
        where = ItemFilter(**{field.filter: ("strasse Ä", "nobody")})
        page = store.browse(where)
        assert [item.item_id for item in page.items] == ["x", "y"]
        counted = {"STRASSE ä": 1, "Straße Ä": 1, "other": 1}
        assert page.facets.counts.get(field.filter) == (counted if field.facet else None)
        assert {hit.item_id for hit in store.search("s", vector_of(0), where=where)} == {"x", "y"}
        store.put([Entry(Item("x", **{field.name: "other"}))])
        assert store.get(["x"])["x"] == Item("x", **{field.name: "other"})
        assert [item.item_id for item in store.browse(where).items] == ["y"]
        assert {hit.item_id for hit in store.search("s", vector_of(0), where=where)} == {"y"}
        assert store.browse().facets.counts.get(field.filter) == ({"other": 2, "STRASSE ä": 1} if field.facet else None)

    @pytest.mark.parametrize("field", RANGE_FILTERS, ids=lambda field: field.name)
    def test_every_declared_number_filters_by_its_bounds(self, store: Store, field: Field) -> None:
        values = {"x": 10.0, "y": 20.0, "z": None}
        put_one_each(store, {item_id: Item(item_id, **{field.name: value}) for item_id, value in values.items()})
        assert store.browse().facets.ranges == {field.filter: (10.0, 20.0)}
        for where, expected in (
            (ItemFilter(**{f"{field.filter}_min": 10.5}), {"y"}),
            (ItemFilter(**{f"{field.filter}_max": 10.0}), {"x"}),
            (ItemFilter(**{f"{field.filter}_min": 10.0, f"{field.filter}_max": 20.0}), {"x", "y"}),
        ):
            assert {item.item_id for item in store.browse(where).items} == expected
            assert {hit.item_id for hit in store.search("s", vector_of(0), where=where)} == expected

    def test_a_digest_covers_every_declared_field(self, store: Store) -> None:
        store.put([Entry(Item("x"))])
        seen = {digest_of(store).sha256}
        for field in FIELDS:
            changed = Item("x", **{field.name: "value" if field.kind == "text" else 1.5})
            assert store.put([Entry(changed)]) == PutReport(changed=1)
            assert store.get(["x"])["x"] == changed
            assert not store.check().findings
            seen.add(digest_of(store).sha256)
        assert len(seen) == len(FIELDS) + 1

    # -- products and their variants -------------------------------------------------------------------------------
    @pytest.mark.parametrize("by", get_args(GroupBy))
    def test_pages_of_groups_join(self, store: Store, by: GroupBy) -> None:
        model = ModelStore()
        model.put([Entry(item) for item in SIZES])
        store.put([Entry(item) for item in SIZES])
        for where in (ItemFilter(), ItemFilter(sizes=("M", "L")), ItemFilter(sizes=("S",), colours=("RED",))):
            expected = one_of_each([item.item_id for item in model.matching(where)], model.items, by)
            found, after = [], ""
            while True:
                page = store.browse(where, limit=3, after=after, group_by=by)
                assert (page.total, page.facets) == (len(expected), model.facets(where, by))
                found += [item.item_id for item in page.items]
                after = page.after
                if not after:
                    break
            assert found == expected

    @pytest.mark.parametrize("by", get_args(GroupBy))
    def test_a_search_finds_k_groups_wherever_their_variants_are(self, store: Store, by: GroupBy) -> None:
        """The nearest 40 items are one product: only a deeper look finds others."""
        crowd = [Item(f"crowd{n:02}", model_id="crowd", colour="red") for n in range(40)]
        items = {item.item_id: item for item in (*SIZES, *crowd)}
        shas = {item_id: image_of(item_id).sha256 for item_id in items}
        near = {item.item_id: (shas[item.item_id], vector_of(7)) for item in crowd}
        batch = batch_of({**{item.item_id: (shas[item.item_id], vector_of(n)) for n, item in enumerate(SIZES)}, **near})
        model = ModelStore()
        for target in (store, model):
            target.put([Entry(item, image_of(item_id)) for item_id, item in items.items()])
            target.put_vectors("s", batch)
        for where in (ItemFilter(), ItemFilter(colours=("red",))):
            ranking = [item_id for item_id, _ in model.ranking("s", vector_of(7), where)]
            for excluded in (None, "a-red-M"):
                out = group_of(items[excluded], by) if excluded else None
                among = [item_id for item_id in ranking if group_of(items[item_id], by) != out]
                for k in (1, 2, 5, 100):
                    exclude = [excluded] if excluded else []
                    hits = store.search("s", vector_of(7), k=k, where=where, exclude=exclude, group_by=by)
                    assert [hit.item_id for hit in hits] == one_of_each(among, items, by)[:k]
                    ids = near_ids(store, "s", vector_of(7), k=k, where=where, exclude=exclude, group_by=by)
                    assert len(ids) == len(hits)

    @pytest.mark.parametrize("by", get_args(GroupBy))
    def test_matching_filters_a_ranking_and_takes_the_first_of_each_group(self, store: Store, by: GroupBy) -> None:
        model = ModelStore()
        for target in (store, model):
            target.put([Entry(item) for item in SIZES])
        backwards = ["nobody", *(item.item_id for item in reversed(SIZES))]
        for where in (ItemFilter(), ItemFilter(colours=("red",)), ItemFilter(text="nothing")):
            matching = [item.item_id for item in model.matching(where)]
            expected = one_of_each(matching, model.items, by)
            ranked = one_of_each([one for one in backwards if one in matching], model.items, by)
            assert store.matching(where, group_by=by, limit=len(expected)) == expected
            assert store.matching(where, among=backwards, group_by=by, limit=len(ranked)) == ranked
            assert not ranked or store.matching(where, among=backwards, group_by=by, limit=len(ranked) - 1) is None
            assert not expected or store.matching(where, group_by=by, limit=len(expected) - 1) is None
        assert store.matching(ItemFilter(), among=[], limit=0) == []

    def test_variants_are_counted_and_listed_up_to_a_bound(self, store: Store) -> None:
        store.put([Entry(Item(f"v{n:03}", model_id="m", size=str(n))) for n in range(MAX_VARIANTS + 10)])
        last, alone = store.get([f"v{MAX_VARIANTS + 9:03}"]).popitem()[1], Item("gone since", model_id="none")
        found = store.variants([last, alone])
        assert found[last.item_id].count == MAX_VARIANTS + 10
        assert len(found[last.item_id].items) == MAX_VARIANTS and last in found[last.item_id].items
        assert (found["gone since"].items, found["gone since"].count) == ((alone,), 1)

    # -- words, stock and currencies -------------------------------------------------------------------------------
    def test_text_matches_whole_words(self, store: Store) -> None:
        titles = {
            "m": "Men's T-Shirt",
            "w": "Women's shirt",
            "c": "Cap Toe",
            "l": "Cape\nÉtéx",
            "j": "メンズシャツ",
        }
        put_one_each(store, {item_id: Item(item_id, title) for item_id, title in titles.items()})
        for text, expected in (
            ("men", {"m"}),
            ("MEN'S t-shirt", {"m"}),
            ("shirt", {"m", "w"}),
            ("cap", {"c"}),
            ("été", set()),
            ("シャツ", {"j"}),
            (".*", set()),
        ):
            where = ItemFilter(text=text)
            assert {item.item_id for item in store.browse(where).items} == expected, text
            assert {hit.item_id for hit in store.search("s", vector_of(0), where=where)} == expected, text

    def test_words_for_being_sold_out_are_one_state(self, store: Store) -> None:
        said = {"a": "InStock", "b": "7", "c": "auf Lager", "d": "Sold Out", "e": "0", "f": "", "g": "PreOrder"}
        put_one_each(store, {item_id: Item(item_id, availability=text) for item_id, text in said.items()})
        for wanted, expected in ((("in stock",), "abc"), (("ausverkauft",), "de"), (IN_STOCK, "abcf")):
            where = ItemFilter(availabilities=wanted)
            assert {item.item_id for item in store.browse(where).items} == set(expected)
            assert {hit.item_id for hit in store.search("s", vector_of(0), where=where)} == set(expected)

    def test_prices_of_two_currencies_are_not_compared(self, store: Store) -> None:
        prices = {"a": (90.0, "EUR"), "b": (5000.0, "JPY"), "c": (40.0, "eur"), "d": (10.0, ""), "e": (None, "JPY")}
        items = {item_id: Item(item_id, price=price, currency=code) for item_id, (price, code) in prices.items()}
        put_one_each(store, items)
        assert store.currency() == "EUR"
        facets = store.browse().facets
        assert (facets.ranges["price"], facets.currency) == ((10.0, 90.0), "EUR")
        for where, expected in (
            (ItemFilter(price_min=50), {"a"}),
            (ItemFilter(price_max=50), {"c", "d"}),
            (ItemFilter(price_max=6000, currencies=("JPY",)), {"b"}),
            (ItemFilter(currencies=("JPY",)), {"b", "e"}),
        ):
            assert {item.item_id for item in store.browse(where).items} == expected
            assert {hit.item_id for hit in store.search("s", vector_of(0), where=where)} == expected
        in_yen = store.browse(ItemFilter(currencies=("JPY",))).facets
        assert (in_yen.ranges["price"], in_yen.currency) == ((5000.0, 5000.0), "JPY")

    # -- measured fields -----------------------------------------------------------------------------------------
    def test_what_is_measured_filters_and_is_counted_by_each_of_its_values(self, store: Store) -> None:
        put_one_each(store, {item_id: Item(item_id, title=item_id) for item_id in "xyz"})
        assert store.put_measured([measured("x", "navy,white"), measured("y", "white"), measured("gone", "red")]) == 2
        assert store.get(["x"])["x"] == Item("x", title="x", dominant_colour="navy,white", dominant_lab="1 2 3 1")
        assert store.browse().facets.counts["dominant_colours"] == {"white": 2, "navy": 1}
        for names, found in (
            (("Marineblau",), {"x"}),
            (("WHITE", "red"), {"x", "y"}),
            (("",), {"z"}),
            (("red",), set()),
        ):
            where = ItemFilter(dominant_colours=names)
            assert {item.item_id for item in store.browse(where).items} == found
            assert {hit.item_id for hit in store.search("s", vector_of(0), where=where)} == found
        assert {one.kind for one in store.check().findings} == {"picture"}  # these pictures are no pictures

    def test_what_is_measured_stays_with_the_picture(self, store: Store) -> None:
        put_one_each(store, {"x": Item("x")})
        assert store.put_measured([measured("x", "navy")]) == 1
        assert store.put([Entry(Item("x"))]) == PutReport(unchanged=1)
        assert store.put([Entry(Item("x"), image_of("x"))]) == PutReport(unchanged=1)
        assert store.put([Entry(Item("x", title="new"))]) == PutReport(changed=1)
        assert store.get(["x"])["x"].dominant_colour == "navy"
        store.put([Entry(Item("x"), image_of("another"))])
        assert store.get(["x"])["x"].dominant_colour == ""
        assert store.put_measured([measured("x", "navy")]) == 0
        assert store.get(["x"])["x"] == Item("x")

    def test_a_category_that_the_encoder_saw_gives_way_to_the_catalogues(self, store: Store) -> None:
        values = {"semantic_category": "bags", "category_source": "encoder", "category_confidence": 0.75}
        put_one_each(store, {"x": Item("x"), "y": Item("y", semantic_category="hats")})
        assert store.put_measured([Measured(name, image_of(name).sha256, values) for name in "xy"]) == 2
        assert store.get(["x"])["x"] == Item("x", **values)
        assert store.get(["y"])["y"] == Item("y", semantic_category="hats")
        where = ItemFilter(semantic_categories=("bags",))
        assert [hit.item_id for hit in store.search("s", vector_of(0), where=where)] == ["x"]
        assert store.put([Entry(Item("x"))]) == store.put([Entry(Item("x", **values))]) == PutReport(unchanged=1)
        store.put([Entry(Item("x", semantic_category="tops"))])
        assert store.get(["x"])["x"] == Item("x", semantic_category="tops")
        assert not store.search("s", vector_of(0), where=where)

    def test_measuring_voids_no_vector(self, store: Store) -> None:
        put_one_each(store, {"x": Item("x")})
        store.put_measured([measured("x", "navy")])
        assert store.spaces() == {"s": 1} and not store.missing_vectors("s")

    def test_browse_refuses_no_limit(self, store: Store) -> None:
        with pytest.raises(UsageError):
            store.browse(limit=0)

    # -- vectors -------------------------------------------------------------------------------------------------
    def test_vectors_come_back_bit_for_bit(self, store: Store) -> None:
        fill(store)
        batch = store.vectors("s")
        expected = vectors_for(["a1", "a2", "b1", "b2", "c1"])
        assert batch.item_ids == expected.item_ids
        assert batch.image_sha256s == expected.image_sha256s
        assert batch.vectors.dtype == np.float32
        np.testing.assert_array_equal(batch.vectors, expected.vectors)
        some = store.vectors("s", ["c1", "nobody", "a1"])
        assert some.item_ids == ("c1", "a1")
        np.testing.assert_array_equal(some.vectors, expected.vectors[[4, 0]])
        assert store.spaces() == {"s": 5}

    def test_put_vectors_drops_what_is_not_current(self, store: Store) -> None:
        store.put(entries())
        sha = image_of("a1").sha256
        stale = batch_of({"a1": (sha, vector_of(1)), "a2": (sha, vector_of(2)), "nobody": (sha, vector_of(3))})
        assert store.put_vectors("s", stale) == 1
        assert store.put_vectors("s", stale) == 1
        assert store.vectors("s").item_ids == ("a1",)

    def test_put_vectors_replaces(self, store: Store) -> None:
        fill(store)
        assert store.search("s", vector_of(77), k=1)[0].similarity < 0.999
        store.put_vectors("s", batch_of({"b1": (image_of("b1").sha256, vector_of(77))}))
        assert store.search("s", vector_of(77), k=1)[0].item_id == "b1"
        assert store.spaces() == {"s": 5}

    def test_new_image_voids_the_vector(self, store: Store) -> None:
        fill(store)
        store.put([Entry(ITEMS[0], image_of("other"))])
        assert store.vectors("s", ["a1"]).item_ids == ()
        assert [hit.item_id for hit in store.search("s", vector_of(0))] == store_ranking_without(store, "a1")
        assert store.missing_vectors("s") == [("a1", image_of("other").sha256)]
        store.put([Entry(ITEMS[0], image_of("a1"))])
        assert store.missing_vectors("s") == [("a1", image_of("a1").sha256)]

    def test_new_title_keeps_the_vector(self, store: Store) -> None:
        fill(store)
        assert store.search("s", vector_of(0), k=1, where=ItemFilter(text="ankle"))[0].item_id == "a1"
        store.put([Entry(replace(ITEMS[0], title="Renamed", category=""))])
        assert store.spaces() == {"s": 5}
        assert store.search("s", vector_of(0), where=ItemFilter(text="renamed"))[0].item_id == "a1"
        assert "a1" not in [hit.item_id for hit in store.search("s", vector_of(0), where=ItemFilter(text="ankle"))]

    @pytest.mark.parametrize(
        "vectors",
        [
            np.ones((1, DIMENSION), np.float32),
            np.zeros((1, DIMENSION), np.float32),
            np.full((1, DIMENSION), np.nan, np.float32),
            np.eye(DIMENSION + 1, dtype=np.float32)[:1],
            np.eye(DIMENSION, dtype=np.float32)[:2],
            np.eye(DIMENSION, dtype=np.float32)[0],
        ],
        ids=["not unit norm", "zero", "nan", "other dimension", "other count", "one axis"],
    )
    def test_put_vectors_refuses(self, store: Store, vectors: np.ndarray) -> None:
        fill(store)
        before = store.vectors("s")
        with pytest.raises(StoreError):
            store.put_vectors("s", VectorBatch(("a1",), (image_of("a1").sha256,), vectors))
        np.testing.assert_array_equal(store.vectors("s").vectors, before.vectors)

    def test_put_vectors_is_atomic(self, store: Store) -> None:
        store.put(entries())
        good = vectors_for(["a1", "a2"])
        bad = np.array(good.vectors)
        bad[1] *= 2
        with pytest.raises(StoreError):
            store.put_vectors("s", VectorBatch(good.item_ids, good.image_sha256s, bad))
        assert store.spaces() == {}

    def test_missing_vectors_pages(self, store: Store) -> None:
        store.put([*entries(), Entry(Item("no-image"))])
        store.put_vectors("s", vectors_for(["a2"]))
        assert [item_id for item_id, _ in store.missing_vectors("s", limit=2)] == ["a1", "b1"]
        assert [item_id for item_id, _ in store.missing_vectors("s", after="b1", limit=9)] == ["b2", "c1"]
        assert len(store.missing_vectors("other")) == 5

    def test_spaces_do_not_meet(self, store: Store) -> None:
        fill(store)
        store.put_vectors("t", vectors_for(["b1"], seed=50))
        assert [hit.item_id for hit in store.search("t", vector_of(0))] == ["b1"]
        assert store.spaces() == {"s": 5, "t": 1}
        assert store.drop_space("s") == 5
        assert store.search("s", vector_of(0)) == []
        assert store.spaces() == {"t": 1}
        wide = np.eye(DIMENSION * 2, dtype=np.float32)[:1]
        assert store.put_vectors("s", VectorBatch(("a1",), (image_of("a1").sha256,), wide)) == 1
        assert [hit.item_id for hit in store.search("s", wide[0])] == ["a1"]

    # -- search ----------------------------------------------------------------------------------------------------
    @pytest.mark.parametrize("where", FILTERS, ids=repr)
    def test_search_filters_before_ranking(self, store: Store, where: ItemFilter) -> None:
        model = fill(store)
        for seed in range(5):
            for k in (1, 2, 50):
                hits = store.search("s", vector_of(seed), k=k, where=where)
                expected = model.ranking("s", vector_of(seed), where)[:k]
                assert [hit.item_id for hit in hits] == [item_id for item_id, _ in expected]
                assert [hit.similarity for hit in hits] == pytest.approx([score for _, score in expected], abs=1e-5)

    def test_search_excludes_before_ranking(self, store: Store) -> None:
        model = fill(store)
        expected = [item_id for item_id, _ in model.ranking("s", vector_of(0), ItemFilter())]
        hits = store.search("s", vector_of(0), k=2, exclude=[expected[0], "nobody"])
        assert [hit.item_id for hit in hits] == expected[1:3]

    def test_search_ties_by_item_id(self, store: Store) -> None:
        names = [f"t{number:03d}" for number in range(300)]
        items = [Item(name, brand="x" if number % 2 else "y") for number, name in enumerate(names)]
        store.put([Entry(item, image_of(item.item_id)) for item in reversed(items)])
        shuffled = [names[index] for index in np.random.default_rng(0).permutation(len(names))]
        store.put_vectors("s", batch_of({name: (image_of(name).sha256, vector_of(5)) for name in shuffled}))
        assert [hit.item_id for hit in store.search("s", vector_of(9), k=7)] == names[:7]
        hits = store.search("s", vector_of(9), k=7, where=ItemFilter(brands=("X",)), exclude=["t001"])
        assert [hit.item_id for hit in hits] == names[3:17:2]

    def test_search_takes_any_length_of_query(self, store: Store) -> None:
        fill(store)
        hits = store.search("s", vector_of(0) * np.float32(30))
        assert hits[0].item_id == "a1"
        assert hits[0].similarity == pytest.approx(1, abs=1e-5)
        assert all(-1 <= hit.similarity <= 1 for hit in hits)

    @pytest.mark.parametrize(
        "query",
        [np.zeros(DIMENSION, np.float32), np.full(DIMENSION, np.nan, np.float32), np.ones(DIMENSION + 1, np.float32)],
        ids=["zero", "nan", "other dimension"],
    )
    def test_search_refuses(self, store: Store, query: np.ndarray) -> None:
        fill(store)
        with pytest.raises(UsageError):
            store.search("s", query)

    def test_search_refuses_no_k(self, store: Store) -> None:
        with pytest.raises(UsageError):
            store.search("s", vector_of(0), k=0)

    # -- several pictures --------------------------------------------------------------------------------------------
    def test_further_images_are_kept_replaced_and_removed(self, store: Store) -> None:
        images = front, _, back = (image_of("front"), image_of("side"), replace(image_of("back"), source_sha256="b"))
        assert (store.most_images(), store.count_more_images()) == (1, 0)
        assert store.put([Entry(ITEMS[0], image_of("a1"), images), Entry(ITEMS[1])]) == PutReport(added=2)
        assert [store.image("a1", position) for position in range(5)] == [image_of("a1"), *images, None]
        assert [store.image(item_id, 1) for item_id in ("a2", "nobody")] == [None, None]
        sources = tuple(ImageSource(image.sha256, image.source_sha256) for image in images)
        assert store.more_image_sources(["a1", "a2", "nobody"]) == {"a1": sources}
        assert (store.most_images(), store.count_more_images()) == (4, 3)
        assert store.image_sha256s(["a1"]) == {"a1": image_of("a1").sha256}
        for entry in (Entry(ITEMS[0]), Entry(ITEMS[0], image_of("a1"), images)):
            assert store.put([entry]) == PutReport(unchanged=1)
        assert store.put([Entry(ITEMS[0], None, (back, front))]) == PutReport(changed=1)
        assert [store.image("a1", position) for position in range(4)] == [image_of("a1"), back, front, None]
        assert store.put([Entry(ITEMS[0], None, ())]) == PutReport(changed=1)
        assert (store.more_image_sources(["a1"]), store.image("a1", 1)) == ({}, None)
        assert (store.most_images(), store.count_more_images()) == (1, 0)
        with pytest.raises(UsageError, match="12 pictures"):
            store.put([Entry(ITEMS[0], None, (front,) * 12)])

    def test_each_image_has_vectors_in_the_space_of_its_position(self, store: Store, url: str) -> None:
        put_several(store)
        assert store.spaces() == {"s": 2, "s#1": 2, "s#2": 1}
        assert store.vectors("s#1").image_sha256s == (image_of("a1-1").sha256, image_of("b1-1").sha256)
        assert store.vectors("s#2", ["b1", "a1"]).item_ids == ("a1",)
        assert [hit.item_id for hit in store.search("s#1", vector_of(11), k=1)] == ["a1"]
        assert store.search("s#1", vector_of(11), where=ItemFilter(brands=("dior",)))[0].item_id == "b1"
        assert store.missing_vectors("t#1") == list(zip(("a1", "b1"), store.vectors("s#1").image_sha256s, strict=True))
        assert store.missing_vectors("t#1", after="a1") == [("b1", image_of("b1-1").sha256)]
        assert (store.missing_vectors("t#2", limit=1), store.missing_vectors("t#3")) == (
            [("a1", image_of("a1-2").sha256)],
            [],
        )
        first_image = batch_of({"a1": (image_of("a1").sha256, vector_of(0))})
        assert store.put_vectors("s#1", first_image) == 0
        assert store.drop_space("s#1") == 2
        assert store.missing_vectors("s#1") == store.missing_vectors("t#1")
        with open_store(url) as other:
            assert other.spaces() == {"s": 2, "s#2": 1}

    def test_a_changed_image_voids_its_own_vector_only(self, store: Store, url: str) -> None:
        put_several(store)
        with open_store(url) as other:
            for handle in (store, other):
                assert len(handle.search("s#1", vector_of(0))) == 2
            more = (image_of("new"), image_of("a1-2"))
            store.put([Entry(ITEMS[0], None, more)])
            for handle in (store, other):
                assert [hit.item_id for hit in handle.search("s#1", vector_of(11))] == ["b1"]
                assert handle.spaces() == {"s": 2, "s#1": 1, "s#2": 1}
                assert handle.search("s#2", vector_of(12))[0].item_id == "a1"
                assert len(handle.search("s", vector_of(0))) == 2
            assert store.missing_vectors("s#1") == [("a1", image_of("new").sha256)]
            store.put([Entry(ITEMS[0], image_of("packshot"))])
            assert other.spaces() == {"s": 1, "s#1": 1, "s#2": 1}
            assert other.search("s#2", vector_of(12))[0].item_id == "a1"
            store.put_vectors("s#1", batch_of({"a1": (image_of("new").sha256, vector_of(50))}))
            assert other.search("s#1", vector_of(50), k=1)[0].item_id == "a1"
            store.put([Entry(ITEMS[0], None, ())])
            assert other.search("s#2", vector_of(12)) == []
            store.delete(["b1"])
            assert other.search("s#1", vector_of(0)) == []
            assert (store.spaces(), store.most_images(), store.count_more_images()) == ({}, 1, 0)

    def test_an_image_at_two_positions_stays_while_one_needs_it(self, store: Store) -> None:
        store.put([Entry(ITEMS[0], image_of("x"), (image_of("x"), image_of("y")))])
        store.put([Entry(ITEMS[0], image_of("y"))])
        assert [store.image("a1", position) for position in range(3)] == [image_of(text) for text in "yxy"]
        store.put([Entry(ITEMS[0], None, (image_of("z"),))])
        assert [store.image("a1", position) for position in range(3)] == [image_of("y"), image_of("z"), None]

    def test_several_images_are_digested_and_copied(self, store: Store, tmp_path: Path) -> None:
        put_several(store)
        before = digest_of(store)
        assert (before.images, before.vectors) == (5, 5)
        with open_store(f"sqlite:///{tmp_path}/copy.db") as target:
            target.put([Entry(ITEMS[2], None, (image_of("stale"), image_of("staler")))])
            assert copy_store(store, target).digest == before
            again = copy_store(store, target)
            assert (again.items_sent, again.vectors_sent) == (0, 0)
            store.put([Entry(ITEMS[0], None, (image_of("a1-1"),))])
            assert digest_of(store).sha256 != before.sha256
            assert copy_store(store, target).digest == digest_of(store)
            assert target.image("a1", 2) is None

    # -- mapping and facts -----------------------------------------------------------------------------------------
    def test_compatible(self, store: Store) -> None:
        store.put(entries())
        store.put_compatible({"a1": ["b2", "gone", "b1"], "a2": ["a1"]})
        store.put_compatible({"a2": []})
        assert store.compatible("a1") == ("b2", "b1")
        assert store.compatible("a2") == ()

    def test_meta(self, store: Store) -> None:
        store.set_meta("style_space", "one")
        store.set_meta("style_space", "two")
        assert store.meta("style_space") == "two"

    def test_facts_and_suggestions_are_published_together_or_not_at_all(self, store: Store, url: str) -> None:
        store.put(entries())
        store.set_meta("serves", "one")
        new = {"a1": ["b1"], "c1": ["a1"]}
        assert not store.publish({"serves": "two"}, new, given={"serves": "another"})
        assert not store.publish({"serves": "two"}, new, given={"serves": "one", "missing": "here"})
        assert (store.meta("serves"), store.compatible("a1")) == ("one", ())
        assert store.publish({"serves": "two", "more": "x"}, new, given={"serves": "one", "missing": None})
        with open_store(url, read_only=True) as other:
            assert (other.meta("serves"), other.meta("more"), other.compatible("c1")) == ("two", "x", ("a1",))
        assert store.publish({"serves": "three"}, {}, given={})
        assert store.meta("serves") == "three"
        assert {finding.kind for finding in store.check().findings} == {"picture"}  # the contract's are no real ones

    # -- life cycle and other handles ------------------------------------------------------------------------------
    def test_reopened_store_has_everything(self, url: str) -> None:
        with open_store(url) as store:
            model = fill(store)
            store.put_compatible({"a1": ["b1"]})
            store.set_meta("k", "v")
        with open_store(url) as store:
            assert list(store.iter_items()) == model.matching(ItemFilter())
            assert [hit.item_id for hit in store.search("s", vector_of(2), k=1)] == ["b1"]
            assert store.compatible("a1") == ("b1",)
            assert store.meta("k") == "v"

    def test_second_handle_sees_finished_writes(self, store: Store, url: str) -> None:
        fill(store)
        with open_store(url) as other:
            assert len(other.search("s", vector_of(0))) == 5
            assert other.browse(ItemFilter(colours=("green",))).total == 0
            store.put([Entry(Item("d1", colour="Green"), image_of("d1"))])
            store.put_vectors("s", vectors_for(["d1"], seed=99))
            store.delete(["a1"])
            assert other.search("s", vector_of(99), k=1)[0].item_id == "d1"
            assert other.browse(ItemFilter(colours=("green",))).total == 1
            assert {hit.item_id for hit in other.search("s", vector_of(0))} == {"a2", "b1", "b2", "c1", "d1"}
            other.drop_space("s")
            assert store.search("s", vector_of(0)) == []

    def test_read_only_refuses_to_write(self, store: Store, url: str) -> None:
        fill(store)
        with open_store(url, read_only=True) as reader:
            assert reader.search("s", vector_of(0), k=1)[0].item_id == "a1"
            for write in (
                lambda: reader.put(entries([Item("z")])),
                lambda: reader.delete(["a1"]),
                lambda: reader.put_vectors("s", vectors_for(["a1"], seed=4)),
                lambda: reader.drop_space("s"),
                lambda: reader.put_compatible({"a1": ["b1"]}),
                lambda: reader.set_meta("k", "v"),
                lambda: reader.publish({"k": "v"}, {"a1": ["b1"]}, given={}),
            ):
                with pytest.raises(StoreError):
                    write()
            store.put([Entry(Item("z"))])
            assert reader.count() == 6

    def test_closed_store_says_so(self, url: str) -> None:
        store = open_store(url)
        store.close()
        store.close()
        with pytest.raises(StoreError):
            store.count()

    def test_readers_beside_a_writing_process(self, store: Store, url: str) -> None:
        """Each write acknowledged by the other process is seen by the next call, while threads search all along."""
        store.put(entries())
        writer = run_python(WRITE_AND_ACKNOWLEDGE, url, "30")
        stop, failures = threading.Event(), []

        def read() -> None:
            while not stop.is_set():
                try:
                    hits = store.search("s", vector_of(1), k=500, where=ItemFilter(brands=("writer",)))
                    assert len({hit.item_id for hit in hits}) == len(hits)
                    assert all(hit.item_id.startswith("w") for hit in hits)
                except BaseException as error:
                    failures.append(error)
                    return

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            assert writer.stdout is not None
            for line in writer.stdout:
                number = int(line)
                assert f"w{number}" in store.get([f"w{number}"])
                hits = store.search("s", vector_of(number), k=500, where=ItemFilter(brands=("writer",)))
                assert f"w{number}" in [hit.item_id for hit in hits]
        finally:
            stop.set()
            for thread in threads:
                thread.join()
            writer.wait(timeout=60)
            assert writer.stdout is not None
            writer.stdout.close()
        assert failures == []
        assert number == 29
        assert len(store.search("s", vector_of(1), k=500, where=ItemFilter(brands=("writer",)))) == 30

    @pytest.mark.parametrize("after_lines", [1, 4, 11])
    def test_killed_writer_loses_nothing_acknowledged(self, url: str, after_lines: int) -> None:
        writer = run_python(WRITE_AND_ACKNOWLEDGE, url, "100000")
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(after_lines)]
        writer.kill()
        acknowledged += [int(line) for line in writer.stdout.read().split("\n")[:-1]]
        writer.stdout.close()
        writer.wait(timeout=60)
        with open_store(url) as store:
            for number in acknowledged:
                assert store.image(f"w{number}") == image_of(f"w{number}")
                assert store.search("s", vector_of(number), k=1)[0].similarity == pytest.approx(1, abs=1e-5)
            assert acknowledged[-1] + 1 <= store.count() <= acknowledged[-1] + 2
            assert store.browse().total == store.count()
            extra = {item_id for item_id, _ in store.missing_vectors("s")} - {f"w{number}" for number in acknowledged}
            assert len(extra) <= 1
            store.put(entries())

    # -- everything at once ----------------------------------------------------------------------------------------
    def test_any_sequence_of_calls_means_what_the_model_says(self, store_factory: StoreFactory) -> None:
        run_store_machine(store_factory)


WRITE_AND_ACKNOWLEDGE = """
import sys
from deepstyle.catalogue.item import Item
from deepstyle.store.base import Entry
from deepstyle.store.open import open_store
from deepstyle.style.search import near_ids
from tests.store.model import batch_of, image_of, vector_of

with open_store(sys.argv[1]) as store:
    for number in range(int(sys.argv[2])):
        item_id = f"w{number}"
        image = image_of(item_id)
        store.put([Entry(Item(item_id, brand="Writer"), image)])
        store.put_vectors("s", batch_of({item_id: (image.sha256, vector_of(number))}))
        print(number, flush=True)
"""


def store_ranking_without(store: Store, item_id: str) -> list[str]:
    """The ranking by ``vector_of(0)`` of what ``vectors`` returns, without ``item_id``."""
    batch = store.vectors("s")
    order = np.argsort(-(batch.vectors @ vector_of(0)), kind="stable")
    return [batch.item_ids[index] for index in order if batch.item_ids[index] != item_id]
