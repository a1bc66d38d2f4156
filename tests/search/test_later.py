"""Stages after ranking: pages join whatever they put first and hide, and a chosen order keeps its order."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.errors import UsageError
from deepstyle.search.catalogue_words import read_catalogue_words
from deepstyle.search.context import SearchContext, Stage
from deepstyle.search.later import browse_later
from deepstyle.search.lexicon import lexicon
from deepstyle.search.plan import Found, run
from deepstyle.search.query import Query, ResultSort
from deepstyle.search.state import State
from deepstyle.store import Entry, open_store
from deepstyle.store.base import Page
from deepstyle.store.sorting import Sort
from deepstyle.style.search import Match

ITEMS = 330
PINNED, PLACE = "301", 2


def steered(context: SearchContext, state: State) -> str:
    """Hide every fifth item, put ``PINNED`` at its place, and the first that may change places in reverse."""
    shown = [one for one in state.matches if int(one.item.item_id) % 5]
    if state.part == "fixed":
        state.matches = shown
        return "hidden"
    item = context.store.get([PINNED])[PINNED]
    window = len([one for one in state.matches[: state.window] if one in shown and one.item != item])
    shown = [one for one in shown if one.item != item]
    if state.part == "first":
        shown[:window] = shown[:window][::-1]
        shown.insert(PLACE, Match(0, item, 0.0))
    state.matches = shown
    return "steered"


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchContext]:
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('later')}/shop.db") as store:
        items = [
            Item(f"{number:03}", title="dress " * (1 + number % 7), price=float(number)) for number in range(ITEMS)
        ]
        store.put([Entry(item) for item in items])
        words = read_catalogue_words(store, lexicon())
        yield SearchContext(store, "", None, lexicon(), words, later=(Stage("steer", steered),))


def found(context: SearchContext, k: int, offset: int = 0, sort: ResultSort = "best", after: str = "") -> Found:
    def by_picture(context: SearchContext, state: State) -> tuple[bool | None, bool]:
        raise AssertionError("there is no picture")

    return run(context, Query("dress", k=k, offset=offset, sort=sort, after=after), by_picture)


def searched(context: SearchContext, k: int, sort: ResultSort = "best") -> list[str]:
    ids: list[str] = []
    answer = found(context, k, sort=sort)
    while True:
        assert len(answer.matches) == k or not answer.has_more
        assert [one.rank for one in answer.matches] == [*range(len(ids) + 1, len(ids) + 1 + len(answer.matches))]
        ids += [one.item.item_id for one in answer.matches]
        if not answer.has_more:
            return ids
        answer = found(context, k, len(ids), sort, answer.after)


def browsed(context: SearchContext, limit: int, sort: Sort) -> tuple[list[str], list[Page]]:
    pages = [browse_later(context, Query(), sort=sort, limit=limit, after="")]
    while pages[-1].after:
        pages.append(browse_later(context, Query(), sort=sort, limit=limit, after=pages[-1].after))
    return [item.item_id for page in pages for item in page.items], pages


@pytest.mark.parametrize("k", [7, 100, 250])
def test_pages_of_words_join(context: SearchContext, k: int) -> None:
    joined = searched(context, k)
    assert joined == searched(context, 1000)
    assert sorted(joined) == [f"{number:03}" for number in range(ITEMS) if number % 5]
    assert joined[PLACE] == PINNED
    assert joined[:20] != searched(replace(context, later=()), 1000)[:20]


def test_the_stage_is_timed_and_explained(context: SearchContext) -> None:
    (stage,) = [one for one in found(context, 5).stages if one.name == "steer"]
    assert stage.detail == "steered" and stage.items > 0


@pytest.mark.parametrize("limit", [7, 40, 150])
def test_pages_of_the_catalogue_join(context: SearchContext, limit: int) -> None:
    joined, pages = browsed(context, limit, "mixed")
    assert sorted(joined) == [f"{number:03}" for number in range(ITEMS) if number % 5]
    assert joined[PLACE] == PINNED
    assert all(len(page.items) == limit for page in pages[:-1])


def test_a_chosen_order_keeps_its_order(context: SearchContext) -> None:
    expected = [f"{number:03}" for number in range(ITEMS) if number % 5]
    assert browsed(context, 40, "price")[0] == expected == searched(context, 60, "price")
    assert browsed(context, 40, "-price")[0] == expected[::-1]
    assert len(browsed(context, 40, "id")[0]) == ITEMS


def test_a_page_goes_on_where_the_stages_are_no_longer_there(context: SearchContext) -> None:
    first = browse_later(context, Query(), sort="mixed", limit=5, after="")
    bare = replace(context, later=())
    second = browse_later(bare, Query(), sort="mixed", limit=5, after=first.after)
    plain = browse_later(bare, Query(), sort="mixed", limit=10, after="")
    assert second.items == plain.items[5:]
    with pytest.raises(UsageError, match="not a place"):
        browse_later(context, Query(), sort="mixed", limit=5, after="first x")


def test_a_stage_that_hides_everything_leaves_nothing(context: SearchContext) -> None:
    def nothing(context: SearchContext, state: State) -> str:
        state.matches = []
        return ""

    emptied = replace(context, later=(Stage("nothing", nothing),))
    assert not found(emptied, 5).matches and not found(emptied, 5).has_more
    assert not browse_later(emptied, Query(where=ItemFilter()), sort="mixed", limit=40, after="").items
