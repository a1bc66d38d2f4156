"""Other orders than the best one: of all that words match, and of the relevant neighbours of a picture."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.search.catalogue_words import read_catalogue_words
from deepstyle.search.context import SearchContext
from deepstyle.search.lexicon import lexicon
from deepstyle.search.orders import NEIGHBOURS, in_order, interleaved, relevant
from deepstyle.search.plan import Found, run
from deepstyle.search.query import Query, ResultSort
from deepstyle.search.state import State
from deepstyle.store import Entry, Store, open_store
from deepstyle.style.search import Match

DRESSES = [
    Item(
        f"{n:03}",
        f"{'Red' if n % 3 else 'Blue'} dress",
        brand=f"Brand {'AB'[n % 2]}",
        semantic_category="all-body",
        model_id=f"m{n // 2}",
        price=None if n == 7 else float((n * 37) % 101),
        currency="EUR",
        added_at=f"2026-11-{1 + n % 28:02}T00:00:00Z",
    )
    for n in range(60)
]
OTHERS = [
    Item("shirt", "Red shirt", brand="Brand A", semantic_category="tops", price=5.0, currency="EUR"),
    Item("coat", "A warm coat", semantic_category="outerwear", price=4.0, currency="EUR"),
    Item("seen", "A dress", semantic_category="all-body", dominant_colour="red", price=6.0, currency="EUR"),
    Item("said", "A dress", semantic_category="all-body", dominant_colour="red", colour="green", price=7.0),
]
ORDERS: tuple[ResultSort, ...] = ("price", "-price", "new", "mixed")


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchContext]:
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('orders')}/shop.db") as store:
        store.put([Entry(item) for item in (*DRESSES, *OTHERS)])
        yield SearchContext(store, "", None, lexicon(), read_catalogue_words(store, lexicon()))


def search(context: SearchContext, query: Query) -> Found:
    def by_picture(context: SearchContext, state: State) -> tuple[bool | None, bool]:
        state.matches = MATCHES
        return None, False

    return run(context, query, by_picture)


MATCHES = [Match(rank, item, 1 - rank / 100) for rank, item in enumerate(DRESSES, start=1)]


def ids_of(found: Found) -> list[str]:
    return [match.item.item_id for match in found.matches]


def joined(context: SearchContext, query: Query) -> list[str]:
    """The ids on all pages, each found by the place that the one before ended with."""
    found, ids = search(context, query), list[str]()
    while True:
        assert [match.rank for match in found.matches] == list(range(len(ids) + 1, len(ids) + 1 + len(found.matches)))
        ids += ids_of(found)
        assert found.has_more == bool(found.after)
        if not found.after:
            assert found.total == len(ids)
            return ids
        found = search(context, replace(query, after=found.after, offset=len(ids)))


@pytest.mark.parametrize("sort", ORDERS)
def test_pages_of_words_join_to_all_matches_in_order(context: SearchContext, sort: ResultSort) -> None:
    red = [item for item in DRESSES if item.title == "Red dress"] + [OTHERS[2]]
    ids = joined(context, Query("red dress", sort=sort, group_by="none", k=7))
    assert sorted(ids) == sorted(item.item_id for item in red)
    if sort != "mixed":
        keys = {item.item_id: key_of(item, sort) for item in red}
        assert ids == sorted(ids, key=lambda item_id: (keys[item_id], item_id))
    products = joined(context, Query("red dress", sort=sort, k=7))
    assert len(products) == len({item.model_id or item.item_id for item in red})


def key_of(item: Item, sort: ResultSort) -> float:
    if sort == "new":
        return -int(item.added_at[8:10]) if item.added_at else float("inf")
    return float("inf") if item.price is None else item.price if sort == "price" else -item.price


def test_words_are_counted_beside_each_facet(context: SearchContext) -> None:
    where = ItemFilter(brands=("Brand A",), price_max=50.0)
    best = search(context, Query("red dress", where=where, group_by="none", facets=True))
    in_order_ = search(context, Query("red dress", where=where, group_by="none", facets=True, sort="price"))
    assert best.facets == in_order_.facets and best.total == in_order_.total
    red = [item for item in (*DRESSES, OTHERS[2]) if item.title == "Red dress" or item.item_id == "seen"]
    cheap = [item for item in red if item.price is not None and item.price <= 50]
    assert best.total == sum(item.brand == "Brand A" for item in cheap)
    assert best.facets is not None
    assert best.facets.counts["brands"] == {
        name: sum(item.brand == name for item in cheap) for name in ("Brand A", "Brand B")
    }
    assert sum(one.count for one in best.facets.histograms["price"]) == sum(
        item.brand == "Brand A" and item.price is not None for item in red
    )
    assert search(context, Query("red dress")).total is None


def test_a_colour_is_said_or_seen_but_not_where_another_is_said(context: SearchContext) -> None:
    ids = joined(context, Query("red", sort="price", group_by="none"))
    assert {"shirt", "seen"} <= set(ids) and "said" not in ids
    assert ids[:2] == [item.item_id for item in sorted([*DRESSES, *OTHERS], key=by_price) if item.item_id in ids][:2]


def by_price(item: Item) -> tuple[float, str]:
    return (float("inf") if item.price is None else item.price, item.item_id)


def test_conditions_alone_are_all_that_match(context: SearchContext) -> None:
    ids = joined(context, Query("brand a", sort="-price", group_by="none"))
    assert len(ids) == sum(item.brand == "Brand A" for item in (*DRESSES, *OTHERS))


def test_what_comes_near_is_in_order_where_nothing_has_all_words(context: SearchContext) -> None:
    query = Query("red dress", sort="price", where=ItemFilter(categories=("nothing",)))
    assert search(context, query).matches == ()
    some = search(context, Query("warm dress", sort="price", k=100, group_by="none", facets=True))
    prices = [match.item.price for match in some.matches if match.item.price is not None]
    assert prices == sorted(prices) and some.total == len(some.matches) > 1
    best = search(context, Query("warm dress", group_by="none", facets=True))
    assert best.total is None and best.facets is not None


@pytest.mark.parametrize("sort", ORDERS)
def test_pages_of_pictures_join_to_the_relevant_in_order(context: SearchContext, sort: ResultSort) -> None:
    query = Query(like=("001",), sort=sort, group_by="none", k=7)
    ids = joined(context, query)
    assert sorted(ids) == [item.item_id for item in DRESSES]
    if sort == "price":
        assert ids == [item.item_id for item in sorted(DRESSES, key=by_price)]


def test_only_relevant_neighbours_are_in_order(store_of_many: Store) -> None:
    items = [Item(f"{n:03}", price=float(200 - n), currency="EUR") for n in range(150)]
    matches = [
        Match(n + 1, item, 1 - n / 200, same_type_probability=0.9 if n < 40 else 0.1) for n, item in enumerate(items)
    ]
    assert len(relevant(matches)) == 40
    unlikely = [replace(match, same_type_probability=0.1) for match in matches]
    unknown = [replace(match, same_type_probability=None) for match in matches]
    assert len(relevant(unlikely)) == len(relevant(unknown)) == NEIGHBOURS
    page = in_order(store_of_many, matches, ItemFilter(), sort="price", limit=3, group_by="none")
    assert [match.item.item_id for match in page.matches] == ["039", "038", "037"] and page.total == 40


@pytest.fixture
def store_of_many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('many')}/shop.db") as store:
        store.put([Entry(Item(f"{n:03}", price=float(200 - n), currency="EUR")) for n in range(150)])
        yield store


def test_mixed_results_take_turns() -> None:
    kinds = ["shoes"] * 12 + ["bags"] * 4 + ["hats"] * 4
    items = [Item(str(n), semantic_category=kind, model_id=f"{kind}{n // 2}") for n, kind in enumerate(kinds)]
    matches = [Match(rank, item, 0.0) for rank, item in enumerate(items, start=1)]
    mixed = [match.item for match in interleaved(matches)]
    assert sorted(item.item_id for item in mixed) == sorted(item.item_id for item in items)
    assert all(a.model_id != b.model_id for a, b in pairwise(mixed))
    for start in range(0, 20, 5):
        assert {item.semantic_category for item in mixed[start : start + 5]} == {"shoes", "bags", "hats"}
    shoes = [item.item_id for item in mixed if item.semantic_category == "shoes"]
    assert shoes[:6] == ["0", "2", "4", "6", "8", "10"]
