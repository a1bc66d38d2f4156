"""Pages of a search by words join, however deep, and whatever a process learns between them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.catalogue.variants import GroupBy
from deepstyle.search.catalogue_words import read_catalogue_words
from deepstyle.search.context import SearchContext
from deepstyle.search.lexicon import lexicon
from deepstyle.search.plan import Found, run
from deepstyle.search.query import Query, Ranking
from deepstyle.search.state import State
from deepstyle.store import Entry, Store, open_store

ITEMS = 330


class Backwards:
    """Titles by meaning, the last item first, once it is ready."""

    def __init__(self) -> None:
        self.is_ready = True

    def prepare(self, text: str) -> None:
        pass

    def nearest(
        self, text: str, *, k: int, where: ItemFilter, store: Store, group_by: GroupBy = "none"
    ) -> Ranking | None:
        ids = [f"{number:03}" for number in reversed(range(ITEMS))][:k]
        return Ranking("meaning", ids, [0.5] * len(ids)) if self.is_ready else None


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchContext]:
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('pages')}/shop.db") as store:
        items = [Item(f"{number:03}", title="dress " * (1 + number % 7)) for number in range(ITEMS)]
        store.put([Entry(item) for item in items])
        yield SearchContext(store, "", None, lexicon(), read_catalogue_words(store, lexicon()), meaning=Backwards())


def page(context: SearchContext, query: Query) -> Found:
    def by_picture(context: SearchContext, state: State) -> tuple[bool | None, bool]:
        raise AssertionError("there is no picture")

    return run(context, query, by_picture)


def ids_of(found: Found) -> list[str]:
    return [match.item.item_id for match in found.matches]


@pytest.mark.parametrize("k", [7, 50, 100])
def test_deep_pages_join(context: SearchContext, k: int) -> None:
    joined: list[str] = []
    for offset in range(0, 1000, k):
        found = page(context, Query("dress", k=k, offset=offset))
        joined += ids_of(found)
        if not found.has_more:
            break
    assert len(joined) == len(set(joined)) == ITEMS
    assert joined == ids_of(page(context, Query("dress", k=1000)))


def test_a_page_continues_what_was_ready_for_the_first(context: SearchContext) -> None:
    late = Backwards()
    context = replace(context, meaning=late)
    late.is_ready = False
    first = page(context, Query("dress", k=5))
    whole = ids_of(page(context, Query("dress", k=10)))
    assert first.sources == frozenset()
    late.is_ready = True
    with_meaning = page(context, Query("dress", k=10))
    assert with_meaning.sources == {"meaning"} and ids_of(with_meaning) != whole
    second = page(context, Query("dress", k=5, offset=5, sources=first.sources))
    assert ids_of(first) + ids_of(second) == whole
