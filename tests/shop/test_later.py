"""Stages after ranking, in searches by pictures and items."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from deepstyle.search.context import SearchContext, Stage
from deepstyle.search.query import Query
from deepstyle.search.state import State
from deepstyle.shop import Shop
from deepstyle.style.search import Match
from tests.conftest import make_shop

HIDDEN = "item-007"


def backwards(context: SearchContext, state: State) -> str:
    """The last first, where that may be, and without ``HIDDEN``."""
    kept = [one for one in state.matches if one.item.item_id != HIDDEN]
    state.matches = kept[::-1] if state.part == "first" else kept
    return "backwards"


LATER = (Stage("backwards", backwards),)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[Shop]:
    made = make_shop(tmp_path_factory.mktemp("later"), tiny_model)
    with Shop.open(made.store_url, model=str(tiny_model)) as opened:
        yield opened


def ids(matches: tuple[Match, ...]) -> list[str]:
    assert [one.rank for one in matches] == [*range(matches[0].rank, matches[0].rank + len(matches))]
    return [one.item.item_id for one in matches]


def test_items_similar_to_one(shop: Shop) -> None:
    plain = ids(shop.similar("item-001", k=39).matches)
    expected = [one for one in plain[::-1] if one != HIDDEN]
    assert ids(shop.similar("item-001", k=39, later=LATER).matches) == expected
    assert ids(shop.similar("item-001", k=5, later=LATER).matches) == expected[:5]


def test_items_similar_to_a_photo_in_pages(shop: Shop) -> None:
    vector = np.asarray(shop.store.vectors(shop.space, ["item-001"]).vectors[0])
    plain = ids(shop.search_embedding(vector, k=40).matches)
    expected = [one for one in plain[::-1] if one != HIDDEN]
    for k in (5, 8, 39):
        joined: list[str] = []
        while matches := shop.search_embedding(vector, k=k, offset=len(joined), later=LATER).matches:
            joined += ids(matches)
        assert joined == expected


@pytest.mark.parametrize("text", ["", "red"])
def test_typed_queries_with_items_in_pages(shop: Shop, text: str) -> None:
    def query(k: int, offset: int) -> Query:
        return Query(text, like=("item-001", "item-004"), k=k, offset=offset)

    expected = [one for one in ids(shop.search(query(40, 0)).matches)[::-1] if one != HIDDEN]
    joined: list[str] = []
    while True:
        found = shop.search(query(6, len(joined)), later=LATER)
        joined += ids(found.matches)
        if not found.has_more:
            break
    assert joined == expected
    assert found.stages[-2].name == "backwards"


def test_a_chosen_order_is_only_thinned(shop: Shop) -> None:
    plain = ids(shop.similar("item-001", k=39, sort="price").matches)
    assert ids(shop.similar("item-001", k=39, sort="price", later=LATER).matches) == [
        one for one in plain if one != HIDDEN
    ]


def test_the_catalogue(shop: Shop) -> None:
    plain = [item.item_id for item in shop.browse(sort="mixed", limit=200).items]
    steered = [item.item_id for item in shop.browse(sort="mixed", limit=200, later=LATER).items]
    assert steered == [one for one in plain[::-1] if one != HIDDEN]
