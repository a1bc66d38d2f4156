"""The part of the store's contract about orders: pages join in each, of items and of groups."""

from dataclasses import replace
from itertools import pairwise
from math import inf
from typing import get_args

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.moments import seconds_of
from deepstyle.catalogue.variants import GroupBy
from deepstyle.errors import UsageError
from deepstyle.store.base import Entry, ItemFilter, Store
from deepstyle.store.sorting import Sort
from tests.store.model import ModelStore, one_of_each

VARIANTS = [
    Item(f"{model}{size}", model_id=model, size=size, colour=colour, price=price, currency="EUR", added_at=added_at)
    for model, size, colour, price, added_at in (
        ("a", "S", "red", 30.0, "2026-11-03T00:00:00Z"),
        ("a", "M", "red", 20.0, "2026-11-01T00:00:00Z"),
        ("a", "L", "blue", 40.0, ""),
        ("b", "S", "red", 25.0, "2026-11-01T00:00:00Z"),
        ("b", "M", "red", 25.0, "2026-11-01T00:00:00Z"),
        ("c", "M", "red", None, "2026-11-04T00:00:00Z"),
        ("", "M", "", 20.0, "2026-10-31T23:59:59Z"),
        ("", "L", "", 0.0, ""),
    )
]
ITEMS = [*VARIANTS, replace(VARIANTS[0], item_id="dollar", price=1.0, currency="USD"), Item("nothing")]


def pages(store: Store, where: ItemFilter, by: GroupBy, sort: Sort, among: list[str] | None = None) -> list[str]:
    """The ids on all pages of three, in their order."""
    found, after = list[str](), ""
    while True:
        page = store.browse(where, limit=3, after=after, group_by=by, sort=sort, among=among)
        found += [item.item_id for item in page.items]
        after = page.after
        if not after:
            assert page.total == len(found)
            return found


def place(item: Item, sort: Sort) -> tuple[float, str]:
    """What an item is sorted by, naively."""
    if sort == "new":
        return (-seconds_of(item.added_at) if item.added_at else inf, item.item_id)
    price = None if item.currency == "USD" else item.price
    return (inf if price is None else -price if sort == "-price" else price, item.item_id)


class SortingContract:
    """What every store does with an order; ``StoreContract`` inherits it."""

    @pytest.mark.parametrize("by", get_args(GroupBy))
    @pytest.mark.parametrize("sort", ["price", "-price", "new"])
    def test_sorted_pages_join(self, store: Store, by: GroupBy, sort: Sort) -> None:
        store.put([Entry(item) for item in ITEMS])
        for sizes in (("S", "M", "L", ""), ("M", "L")):
            ordered = sorted((item for item in ITEMS if item.size in sizes), key=lambda item: place(item, sort))
            expected = one_of_each([item.item_id for item in ordered], {item.item_id: item for item in ITEMS}, by)
            assert pages(store, ItemFilter(sizes=sizes if "" not in sizes else ()), by, sort) == expected

    @pytest.mark.parametrize("by", get_args(GroupBy))
    def test_mixed_pages_join_and_no_item_moves_another(self, store: Store, by: GroupBy) -> None:
        store.put([Entry(Item(f"{n:03}", model_id=f"m{n // 3}", colour="ab"[n % 2])) for n in range(60)])
        found = pages(store, ItemFilter(), by, "mixed")
        assert sorted(found) == [item.item_id for item in store.browse(limit=100, group_by=by).items]
        products = [int(item_id) // 3 for item_id in found]
        assert sum(a > b for a, b in pairwise(products)) > 4
        store.delete(found[::2])
        if by == "none":
            assert pages(store, ItemFilter(), by, "mixed") == found[1::2]

    @pytest.mark.parametrize("by", get_args(GroupBy))
    @pytest.mark.parametrize("sort", ["id", "price", "-price", "new"])
    def test_pages_of_some_items_join(self, store: Store, by: GroupBy, sort: Sort) -> None:
        model = ModelStore()
        model.put([Entry(item) for item in ITEMS])
        store.put([Entry(item) for item in ITEMS])
        among = [item.item_id for item in ITEMS[1::2]] + ["nobody"]
        for where in (ItemFilter(), ItemFilter(colours=("red",), price_max=30.0, sizes=("M",))):
            known = [item for item in model.matching(where) if item.item_id in among]
            ordered = sorted(known, key=lambda item: place(item, sort) if sort != "id" else (0.0, item.item_id))
            expected = one_of_each([item.item_id for item in ordered], model.items, by)
            assert pages(store, where, by, sort, among) == expected
            page = store.browse(where, among=among, group_by=by)
            assert (page.total, page.facets) == (len(expected), model.facets(where, by, among))
        assert not pages(store, ItemFilter(), by, sort, [])
        assert set(pages(store, ItemFilter(), by, "mixed", among)) <= set(among)

    def test_one_choice_of_a_facet_does_not_hide_the_others(self, store: Store) -> None:
        store.put([Entry(item) for item in ITEMS])
        facets = store.browse(ItemFilter(colours=("blue",), price_max=20.0)).facets
        assert facets.counts["colours"] == {"red": 1}
        assert facets.counts["sizes"] == {}
        assert facets.ranges["price"] == (40.0, 40.0)
        everything = store.browse(ItemFilter(colours=("blue", "red")), group_by="product").facets
        assert [(one.least, one.below, one.count) for one in everything.histograms["price"]] == [
            (20.0, 25.0, 1),
            (25.0, 30.0, 1),
            (30.0, 40.0, 1),
            (40.0, 50.0, 1),
        ]

    def test_an_item_that_changes_its_place_hides_no_other(self, store: Store) -> None:
        store.put([Entry(item) for item in ITEMS])
        first = store.browse(limit=3, sort="price")
        store.put([Entry(replace(first.items[-1], price=1000.0))])
        store.delete([first.items[0].item_id])
        rest = store.browse(limit=50, sort="price", after=first.after)
        assert {item.item_id for item in (*first.items, *rest.items)} == {item.item_id for item in ITEMS}

    def test_a_place_that_is_none_is_refused(self, store: Store) -> None:
        store.put([Entry(item) for item in ITEMS])
        for after in ("a1", "x y", "nan a1", "1.0 "):
            with pytest.raises(UsageError):
                store.browse(limit=1, after=after, sort="price")
