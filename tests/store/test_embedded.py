import itertools
import math
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.errors import UsageError
from deepstyle.store import embedded_word_search, index, snapshot, space_files, vectors
from deepstyle.store.base import Entry, Store, VectorBatch
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.open import open_store
from deepstyle.store.words import Term
from tests.store.contract import StoreContract, StoreFactory


class TestEmbeddedStore(StoreContract):
    @pytest.fixture
    def store_factory(self, tmp_path: Path) -> StoreFactory:
        numbers = itertools.count()
        return lambda: f"sqlite:///{tmp_path}/store{next(numbers)}.db"

    @pytest.mark.parametrize(
        "item",
        [
            Item("a\0b"),
            Item("\ud800"),
            Item("a", colour="\udc80"),
            Item("a", price=math.nan),
            Item("a", price=math.inf),
        ],
        ids=repr,
    )
    def test_put_refuses(self, store: Store, item: Item) -> None:
        with pytest.raises(UsageError):
            store.put([Entry(Item("fine")), Entry(item)])
        assert store.count() == 0

    def test_odd_ids_are_only_unknown(self, store: Store) -> None:
        for odd in ("", "\0", "\ud800", "'", "%"):
            assert store.image(odd) is None
            assert store.get([odd]) == {}
            assert store.compatible(odd) == ()
            assert store.delete([odd]) == 0
            assert store.put_vectors("s", VectorBatch((odd,), ("",), np.eye(8, dtype=np.float32)[:1])) == 0


class TestEmbeddedStoreWithIndex(StoreContract):
    """The same contract with an index that is built at once, in every space, and asked for every search."""

    @pytest.fixture
    def store_factory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StoreFactory:
        monkeypatch.setattr(space_files, "INDEX_FROM", 2)
        monkeypatch.setattr(snapshot, "INDEX_AFTER_SEARCHES", 0)
        monkeypatch.setattr(space_files, "UNINDEXED_MAX", 2)
        monkeypatch.setattr(vectors, "EXACT_BELOW", 0)
        monkeypatch.setattr(index, "PROPOSALS_MIN", 512)
        numbers = itertools.count()
        return lambda: f"sqlite:///{tmp_path}/store{next(numbers)}.db"


class TestEmbeddedStoreWithRows(StoreContract):
    """The same contract where every space is read from its file of rows, and compared row by row."""

    @pytest.fixture
    def store_factory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StoreFactory:
        monkeypatch.setattr(space_files, "INDEX_FROM", 1)
        monkeypatch.setattr(snapshot, "INDEX_AFTER_SEARCHES", 10**9)
        numbers = itertools.count()
        return lambda: f"sqlite:///{tmp_path}/store{next(numbers)}.db"


def test_a_damaged_word_index_is_reported_and_built_anew(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with open_store(f"sqlite:///{path}") as store:
        store.put([Entry(Item("a", "Red dress")), Entry(Item("b", "Blue boots"))])
        assert store.check().findings == ()
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    connection.commit()
    connection.close()
    with open_store(f"sqlite:///{path}") as store:
        assert store.search_words([Term(("dress",))]) == []
        assert [one.kind for one in store.check().findings] == ["index"]
        assert store.check(repair=True).repaired
        assert store.check().findings == ()
        assert [hit.item_id for hit in store.search_words([Term(("dress",))])] == ["a"]


def test_of_many_matches_the_newest_are_ranked_and_none_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_word_search, "MOST_RANKED", 3)
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        store.put([Entry(Item(f"{one}", f"Dress {'x ' * one}", brand="Nord" if one < 2 else "")) for one in range(9)])

        def found(k: int, *brands: str) -> list[str]:
            where = ItemFilter(brands=brands)
            return [hit.item_id for hit in store.search_words([Term(("dress",))], k=k, where=where)]

        assert found(3) == ["6", "7", "8"]  # the shorter the title, the better
        assert found(9) == ["6", "7", "8", "0", "1", "2", "3", "4", "5"]
        assert found(5, "Nord") == ["0", "1"]


def test_matches_are_remembered_until_a_write_and_within_their_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("dress", "coat", "boots")
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        assert isinstance(store, EmbeddedStore)
        store.put([Entry(Item(word, word)) for word in words])

        def read(word: str) -> embedded_word_search.Matched:
            with store._database.reading() as connection:
                return store._matches.read(connection, store.revision(), f'"{word}"', -1)

        first = read("dress")
        assert read("dress") is first
        store.put([Entry(Item("other", "Dress"))])
        assert len(read("dress")[0]) == 2
        monkeypatch.setattr(embedded_word_search, "REMEMBERED_BYTES", 2 * embedded_word_search.ENTRY_BYTES + 100)
        for word in ("coat", "dress", "boots"):  # the coat was used longest ago
            read(word)
        assert [*store._matches._known] == [('"dress"', -1), ('"boots"', -1)]


def test_words_are_counted_anew_only_after_a_write(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        assert isinstance(store, EmbeddedStore)
        store.put([Entry(Item("a", "Red dress"))])
        counts = store.word_counts()
        store._word_counts.forget()
        assert store.word_counts() is counts
        store.put([Entry(Item("b", "Blue dress"))])
        store._word_counts.forget()
        assert store.word_counts() == {"red": 1, "dress": 2, "blue": 1}
