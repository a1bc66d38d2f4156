"""Columns against plain loops over items: random catalogues, writes and filters; snapshots stay as they were."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepstyle.catalogue.item import FIELDS, RANGE_FILTERS, SEARCHED, VALUE_FILTERS, Item
from deepstyle.catalogue.moments import seconds_of
from deepstyle.catalogue.variants import GroupBy, group_of
from deepstyle.store import browsing
from deepstyle.store import columns as columns_module
from deepstyle.store.base import ItemFilter, Page
from deepstyle.store.browsing import browse
from deepstyle.store.columns import Columns, empty_columns, packed_columns, update_columns
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.group_counts import GroupTotals
from deepstyle.store.histogram import EDGES
from deepstyle.store.item_rows import Row
from deepstyle.store.sorting import Sort
from tests.store.clusters import clustered, write

WORDS = ("", "Red", "red", "Boots", "ÉTÉ", "men's boots", "boots red")
IDS = ("a", "b", "B", "c/1", "é", "f", "g0", "g1", "g2", "g3", "日本")
PRICES = (None, 0.0, 1.5, 99.0, 99.5, -3.0, 1e9)
CURRENCIES = ("", "EUR", "eur", "JPY")
COLOURS = ("", "Red", "red", "blue")
ITEMS = st.builds(
    Item,
    st.sampled_from(IDS),
    title=st.sampled_from(WORDS),
    category=st.sampled_from(WORDS),
    brand=st.sampled_from(WORDS),
    colour=st.sampled_from(COLOURS),
    price=st.sampled_from(PRICES),
    currency=st.sampled_from(CURRENCIES),
    model_id=st.sampled_from(("", "m", "n")),
    availability=st.sampled_from(("", "in stock", "In Stock", "out of stock")),
    dominant_colour=st.sampled_from(("", "navy", "navy,red", "red,black,navy")),
    added_at=st.sampled_from(("", "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z")),
)
FILTERS = st.builds(
    ItemFilter,
    brands=st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    colours=st.lists(st.sampled_from(COLOURS), max_size=2).map(tuple),
    dominant_colours=st.lists(st.sampled_from(("navy", "red")), max_size=2).map(tuple),
    availabilities=st.lists(st.sampled_from(("in stock",)), max_size=1).map(tuple),
    currencies=st.sampled_from(((), ("EUR",), ("JPY",), ("eur", "JPY"))),
    price_min=st.sampled_from(PRICES),
    price_max=st.sampled_from(PRICES),
    text=st.sampled_from(("", "red", "boots", "été", "men")),
)
WRITES = st.lists(st.tuples(st.lists(ITEMS, max_size=6), st.lists(st.sampled_from(IDS), max_size=3)), max_size=6)


class Catalogue:
    """Items by id with the keys that a store would give them, and the columns that follow."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.keys: dict[str, int] = {}
        self.columns = empty_columns()
        self.given = 0

    def write(self, put: Sequence[Item], deleted: Sequence[str]) -> None:
        """One update: ``put``, then without ``deleted``."""
        voided = []
        for item in put:
            if item.item_id not in self.keys:
                self.given += 1
                self.keys[item.item_id] = self.given
            self.items[item.item_id] = item
        for item_id in deleted:
            if item_id in self.items:
                del self.items[item_id]
                voided.append(self.keys.pop(item_id))
        names = {item.item_id: None for item in put if item.item_id in self.items}
        rows = [row_of(self.keys[name], self.items[name]) for name in names]
        self.columns = update_columns(self.columns, voided, rows)


def row_of(key: int, item: Item) -> Row:
    text = "\n".join(getattr(item, name) for name in SEARCHED)
    values = (getattr(item, field.name) for field in (*VALUE_FILTERS, *RANGE_FILTERS))
    return (key, 1, item.item_id, text, item.model_id, item.added_at, *values)


def usual_currency(items: Mapping[str, Item]) -> str:
    counts = Counter(item.currency for item in items.values() if item.price is not None and item.currency)
    return columns_module.most_frequent(counts)


def is_priced_in(item: Item, where: ItemFilter, usual: str) -> bool:
    return item.currency.casefold() in where.price_currencies(usual)


def passes(item: Item, where: ItemFilter, usual: str) -> bool:
    for field in VALUE_FILTERS:
        wanted = where.folded(field)
        if wanted and wanted.isdisjoint(map(field.fold, field.values(getattr(item, field.name)))):
            return False
    low, high = where.price_min, where.price_max
    if (low, high) != (None, None):
        if item.price is None or not is_priced_in(item, where, usual):
            return False
        if (low is not None and item.price < low) or (high is not None and item.price > high):
            return False
    return where.is_in_text("\n".join(getattr(item, name) for name in SEARCHED).casefold())


def counted(items: Sequence[Item], by: GroupBy, values: Callable[[Item], Sequence[object]]) -> Counter[object]:
    """How many groups have each value."""
    return Counter(value for _, value in {(group_of(item, by), value) for item in items for value in values(item)})


def page_of(columns: Columns, items: Mapping[str, Item], where: ItemFilter, by: GroupBy, **options: Any) -> Page:
    given = {"limit": 50, "after": "", "sort": "id", "among": None, **options}
    return browse(columns, lambda names: {name: items[name] for name in names}, where, group_by=by, **given)


def check_facets(columns: Columns, items: Mapping[str, Item], where: ItemFilter, by: GroupBy) -> None:
    usual = usual_currency(items)
    page = page_of(columns, items, where, by)
    matching = [item for item in items.values() if passes(item, where, usual)]
    assert page.total == len({group_of(item, by) for item in matching})
    for field in VALUE_FILTERS:
        beside = [item for item in items.values() if passes(item, where.beside(field), usual)]
        expected = counted(beside, by, lambda item, field=field: field.values(getattr(item, field.name)))
        del expected[""]
        assert page.facets.counts[field.filter] == dict(expected)
        assert list(page.facets.counts[field.filter].items()) == sorted(
            expected.items(), key=lambda one: (-one[1], one[0])
        )
    price = RANGE_FILTERS[0]
    beside = [item for item in items.values() if passes(item, where.beside(price), usual)]
    priced = [item for item in beside if item.price is not None and is_priced_in(item, where, usual)]
    known = [item.price for item in priced if item.price is not None]
    assert page.facets.ranges == ({"price": (min(known), max(known))} if known else {})
    buckets = counted(
        priced, by, lambda item: [max([edge for edge in EDGES if edge <= (item.price or 0)], default=0.0)]
    )
    assert {one.least: one.count for one in page.facets.histograms["price"] if one.count} == dict(buckets)


def place(item: Item, sort: Sort, where: ItemFilter, usual: str) -> tuple[float, str]:
    value = 0.0
    if sort == "new":
        value = -seconds_of(item.added_at) if item.added_at else math.inf
    elif sort != "id":
        price = item.price if is_priced_in(item, where, usual) else None
        value = math.inf if price is None else -price if sort == "-price" else price
    return value, item.item_id


def check_pages(columns: Columns, items: Mapping[str, Item], where: ItemFilter, by: GroupBy, sort: Sort) -> None:
    usual = usual_currency(items)
    ordered = sorted(
        (one for one in items.values() if passes(one, where, usual)), key=lambda one: place(one, sort, where, usual)
    )
    expected = list({group_of(item, by): item.item_id for item in reversed(ordered)}.values())[::-1]
    first = {name: at for at, name in enumerate(item.item_id for item in ordered)}
    expected.sort(key=first.__getitem__)
    found, after = list[str](), ""
    while True:
        page = page_of(columns, items, where, by, limit=2, after=after, sort=sort)
        found += [item.item_id for item in page.items]
        if not (after := page.after):
            break
    assert found == expected


@pytest.mark.parametrize("pack_beyond", [0, 3, 4096])
@pytest.mark.parametrize("by", get_args(GroupBy))
def test_columns_say_what_a_loop_over_the_items_says(
    pack_beyond: int, by: GroupBy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns_module, "PACK_BEYOND", pack_beyond)
    monkeypatch.setattr(browsing, "FIRST_BLOCK", 1 + pack_beyond)

    @settings(max_examples=60, derandomize=True, database=None)
    @given(
        writes=WRITES,
        filters=st.lists(FILTERS, min_size=1, max_size=3),
        sort=st.sampled_from(("id", "price", "-price", "new")),
    )
    def check(writes: list[tuple[list[Item], list[str]]], filters: list[ItemFilter], sort: Sort) -> None:
        catalogue, seen = Catalogue(), []
        for put, deleted in writes:
            catalogue.write(put, deleted)
            columns, items = catalogue.columns, dict(catalogue.items)
            seen.append((columns, items, dict(catalogue.keys)))
            check_facets(columns, items, ItemFilter(), by)  # asked after each write, so that totals are carried on
        for columns, items, keys in seen:  # older snapshots too: they say what they said
            assert {name: key_of(columns, name) for name in IDS} == {name: keys.get(name) for name in IDS}
            assert columns.ids_of([*keys.values()]) == [*keys]
            assert {key for key, there in enumerate(columns.present.tolist()) if there} == set(keys.values())
            for where in (ItemFilter(), *filters):
                check_facets(columns, items, where, by)
                check_pages(columns, items, where, by, sort)
                usual = usual_currency(items)
                matching = sorted(name for name, item in items.items() if passes(item, where, usual))
                assert columns.matching(where, None, "none", 100) == matching
                assert columns.matching(where, IDS, "none", 100) == [name for name in IDS if name in matching]
                assert {key for key, there in enumerate(columns.mask(where).tolist()) if there} == {
                    keys[name] for name in matching
                }
            check_groups(columns, items, by)

    check()


@settings(max_examples=60, derandomize=True, database=None)
@given(first=st.lists(ITEMS, min_size=3, max_size=12), writes=WRITES)
def test_counts_of_groups_are_carried_on_as_a_recount_has_them(
    first: list[Item], writes: list[tuple[list[Item], list[str]]]
) -> None:
    """Also of those with amounts in one currency; an older snapshot counts as it did."""
    catalogue, seen = Catalogue(), list[tuple[Columns, dict[Any, Any]]]()
    catalogue.write(first, [])
    counted = [(by, currencies) for by in ("product", "colour") for currencies in (None, frozenset({"eur", ""}))]
    for by, currencies in counted:
        catalogue.columns.group_totals_of(by, currencies)
    for put, deleted in writes:
        catalogue.write(put, deleted)
        columns = catalogue.columns
        assert set(columns.group_totals) == set(counted)  # nothing has called for them since the write
        seen.append((columns, dict(columns.group_totals)))
    for columns, carried in seen:
        for key, totals in carried.items():
            assert as_counted(totals) == as_counted(GroupTotals.of(columns, *key))


def as_counted(totals: GroupTotals) -> tuple[int, dict[str, Counter[int]], dict[str, Counter[str]]]:
    counts = {name: +Counter(dict(enumerate(numbers.tolist()))) for name, numbers in totals.counts.items()}
    assert not any(number < 0 for numbers in totals.counts.values() for number in numbers.tolist())
    return totals.number, counts, {name: +counter for name, counter in totals.names.items()}


def key_of(columns: Columns, item_id: str) -> int | None:
    row = columns.row(item_id)
    return None if row is None else int(columns.column("key")[row])


def check_groups(columns: Columns, items: Mapping[str, Item], by: GroupBy) -> None:
    groups = columns.groups(by)
    for name, item in items.items():
        members = sorted(other for other, one in items.items() if group_of(one, by) == group_of(item, by))
        assert [columns.item_id(row) for row in groups.members(*groups.of_items([name]))] == members
    number = len({group_of(item, by) for item in items.values()})
    assert groups.mean_size == (len(items) / number if number else 1)


def test_an_older_snapshot_is_the_same_after_it_was_packed_and_written_to() -> None:
    catalogue = Catalogue()
    catalogue.write([Item(name, brand="Nord", price=float(at)) for at, name in enumerate(IDS)], [])
    old, items = catalogue.columns, dict(catalogue.items)
    catalogue.columns = packed_columns(old)
    catalogue.write([Item(name, brand="Süd") for name in IDS[:4]], [IDS[5]])
    catalogue.write([Item(IDS[5], brand="Ost")], [])
    check_facets(old, items, ItemFilter(brands=("nord",)), "none")
    check_facets(catalogue.columns, catalogue.items, ItemFilter(brands=("süd", "ost")), "none")
    check_pages(old, items, ItemFilter(price_min=2.0, currencies=("",)), "none", "-price")


def test_every_filter_is_a_column() -> None:
    assert {field.name for field in FIELDS if field.filter} <= {field.name for field in fields(Item)}
    row = row_of(1, Item("a", brand="x", price=2.0))
    columns = update_columns(empty_columns(), [], [row])
    assert columns.column("number.price").tolist() == [2.0]
    assert columns.vocabulary("brand").values == ["x"]


def test_vocabularies_of_any_size() -> None:
    """Codes get wider as values come, and what was written before keeps its meaning."""
    columns = empty_columns()
    for start in range(0, 70_000, 7_000):
        columns = update_columns(
            columns, [], [row_of(1 + at, Item(f"{at:06}", brand=f"b{at}")) for at in range(start, start + 7_000)]
        )
    assert columns.codes("brand").dtype.itemsize == 4
    for at in (0, 254, 255, 256, 65_534, 65_536, 69_999):
        assert columns.matching(ItemFilter(brands=(f"B{at}",)), None, "none", 10) == [f"{at:06}"]
    assert columns.matching(ItemFilter(brands=tuple(f"b{at}" for at in range(300))), None, "none", 10) is None


def test_vectors_of_deleted_items_may_have_keys_beyond_the_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns_module, "PACK_BEYOND", 0)
    vectors = clustered(10, seed=1)
    with EmbeddedStore.open(f"sqlite:///{tmp_path}/shop.db") as store:
        write(store, vectors)
        for last in range(9, 1, -1):
            found = store.search("s", vectors[0], k=10, where=ItemFilter(brands=("even",)))
            assert {hit.item_id for hit in found} == {f"{number:05d}" for number in range(0, last + 1, 2)}
            store.delete([f"{last:05d}"])
