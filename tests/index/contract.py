"""What a store searched through an index promises: the store's own answers, whatever the index has seen so far."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from deepstyle.catalogue.item import ItemFilter
from deepstyle.catalogue.variants import GroupBy
from deepstyle.index.base import VectorIndex
from deepstyle.index.follower import Verified, build, follow, verify
from deepstyle.index.indexed import IndexedStore
from deepstyle.index.sqlite_truth import SqliteTruth
from deepstyle.index.truth import Truth
from deepstyle.store.base import Entry, Hit, Store
from deepstyle.store.open import open_store
from tests.index.catalogue import FILTERS, SPACE, batch_of_numbers, item, vectors, write
from tests.store.model import image_of

MIN_RECALL = 0.98


class IndexContract:
    """Define the fixture ``index``: an empty index; ``parts`` is an empty store, and what the index reads of it."""

    @pytest.fixture
    def parts(self, tmp_path: Path) -> tuple[Store, Truth]:
        return open_store(f"sqlite:///{tmp_path}/store.db"), SqliteTruth(tmp_path / "store.db")

    @pytest.fixture
    def shop(self, parts: tuple[Store, Truth], index: VectorIndex) -> Iterator[IndexedStore]:
        """A store of 300 items, indexed."""
        with IndexedStore(*parts, index) as shop:
            write(shop.store, list(range(300)))
            settle(shop)
            yield shop

    def test_the_answers_are_the_stores(self, shop: IndexedStore) -> None:
        for (number, where), group_by in itertools.product(enumerate(FILTERS), get_args(GroupBy)):
            query = vectors([1000 + number])[0]
            exclude = ["item-00003", "item-00007", "nobody"]
            wanted = shop.store.search(SPACE, query, k=10, where=where, exclude=exclude, group_by=group_by)
            found = shop.search(SPACE, query, k=10, where=where, exclude=exclude, group_by=group_by)
            assert len(found) == len(wanted), where
            assert recall(found, wanted) >= MIN_RECALL, where

    def test_a_write_is_found_before_the_index_has_it(self, shop: IndexedStore) -> None:
        write(shop.store, [900])
        assert first(shop, 900) == "item-00900"
        shop.store.put([Entry(item(5, brand="Nobody else"))])
        assert ids(shop, 5, ItemFilter(brands=("nobody ELSE",))) == ["item-00005"]
        settle(shop)
        assert first(shop, 900) == "item-00900"
        assert ids(shop, 5, ItemFilter(brands=("nobody ELSE",))) == ["item-00005"]

    def test_what_is_gone_or_changed_is_never_returned(self, shop: IndexedStore) -> None:
        shop.store.delete(["item-00010"])
        shop.store.put([Entry(item(11), image_of("another"))])
        shop.store.put([Entry(item(12, semantic_category="hats"))])
        for _ in range(2):
            assert first(shop, 10) != "item-00010"
            assert first(shop, 11) != "item-00011"
            assert "item-00012" not in ids(shop, 12, ItemFilter(semantic_categories=("shoes",)))
            assert ids(shop, 12, ItemFilter(semantic_categories=("hats",))) == ["item-00012"]
            settle(shop)
        batch_of_numbers(shop.store, [11], seed=7)
        for _ in range(2):
            assert ids(shop, 11, seed=7)[0] == "item-00011"
            settle(shop)

    def test_the_index_verifies_after_every_kind_of_write(self, shop: IndexedStore) -> None:
        shop.store.delete([f"item-{number:05}" for number in range(50)])
        write(shop.store, list(range(40, 60)), seed=3)
        shop.store.put([Entry(item(70, price=9.0))])
        assert settle(shop).passed
        assert verified(shop).count == 260
        (space,) = shop.truth.spaces()
        position = shop.index.position(space, fresh=True)
        assert position is not None and shop.index.count(position, []) == 260
        some = shop.index.held(position).keys[:7].tolist()
        assert shop.index.count(position, [*some, 10**12]) == 253
        assert verified(shop).digest == settle(shop).digest

    def test_a_rebuilt_index_replaces_the_live_one(self, shop: IndexedStore) -> None:
        space = shop.truth.space(SPACE)
        assert space is not None
        before = shop.index.position(space, fresh=True)
        write(shop.store, [901])
        build(shop.truth, shop.index, space)
        after = shop.index.position(space, fresh=True)
        assert before is not None and after is not None and before.place != after.place
        assert verified(shop).passed
        assert first(shop, 901) == "item-00901"

    def test_a_space_that_was_dropped_and_written_anew(self, shop: IndexedStore) -> None:
        shop.store.drop_space(SPACE)
        assert shop.search(SPACE, vectors([1])[0]) == []
        batch_of_numbers(shop.store, [1, 2])
        assert set(ids(shop, 1)) == {"item-00001", "item-00002"}
        assert settle(shop).count == 2
        assert set(ids(shop, 1)) == {"item-00001", "item-00002"}

    def test_the_truth_says_what_changed_since_any_revision(self, shop: IndexedStore) -> None:
        truth, space = shop.truth, shop.truth.space(SPACE)
        assert space is not None and truth.spaces() == [space]
        before = truth.revision(space)
        assert truth.revision(space) == before and truth.behind_s(space, before) == 0
        shop.store.delete(["item-00010", "item-00011"])
        write(shop.store, [11, 900])
        shop.store.put([Entry(item(12, brand="Another"))])
        shop.store.put([Entry(item(13, title="The same vector"), image_of("another"))])
        after = truth.revision(space)
        assert after > before and truth.knows(space, before) and truth.knows(space, after)
        assert not truth.knows(space, after + 10**15)
        changed = truth.changed(space, before, 3)
        assert changed is not None and truth.changed(space, before, 2) is None
        assert sorted(one.item_id for one in changed.items) == ["item-00011", "item-00012", "item-00900"]
        keys = [row.key for rows in truth.rows(space, since=before) for row in rows]
        assert {one.item_id for one in truth.scored(space, keys).items} == {one.item_id for one in changed.items}
        assert truth.scored(space, truth.gone(space, before)).items == () != truth.gone(space, before)
        assert list(truth.rows(space, since=after)) == [] == truth.gone(space, after)
        assert [truth.count(space, limit) for limit in (5, 1000)] == [5, 299]
        held, between = truth.held(space, before)
        assert len(held.keys) == 299 and set(keys) <= set(between.tolist())

    def test_a_half_built_index_is_not_searched(self, shop: IndexedStore) -> None:
        space = shop.truth.space(SPACE)
        assert space is not None
        place = shop.index.create(space).place
        shop.index.write(place, next(shop.truth.rows(space))[:7], [])
        assert len(ids(shop, 1)) == 10
        settle(shop)
        assert verified(shop).count == 300


def settle(shop: IndexedStore) -> Verified:
    """Follow the store, and compare."""
    for space in shop.truth.spaces():
        follow(shop.truth, shop.index, space)
    return verified(shop)


def verified(shop: IndexedStore) -> Verified:
    space = shop.truth.space(SPACE)
    assert space is not None
    position = shop.index.position(space, fresh=True)
    assert position is not None
    return verify(shop.truth, shop.index, space, position)


def ids(shop: IndexedStore, number: int, where: ItemFilter | None = None, seed: int = 0) -> list[str]:
    return [hit.item_id for hit in shop.search(SPACE, vectors([number], seed)[0], where=where or ItemFilter())]


def first(shop: IndexedStore, number: int) -> str:
    return ids(shop, number)[0]


def recall(found: list[Hit], wanted: list[Hit]) -> float:
    """How much of ``wanted`` was found, by similarity: equal ones stand for each other."""
    if not wanted:
        return 1.0
    last = wanted[-1].similarity - 1e-9
    return sum(hit.similarity >= last for hit in found) / len(wanted)
