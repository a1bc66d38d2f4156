import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.errors import UsageError
from deepstyle.store import index, snapshot, vectors
from deepstyle.store.base import Entry, Store, VectorBatch
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
        monkeypatch.setattr(snapshot, "INDEX_FROM", 2)
        monkeypatch.setattr(snapshot, "INDEX_AFTER_SEARCHES", 0)
        monkeypatch.setattr(snapshot, "UNINDEXED_MAX", 2)
        monkeypatch.setattr(vectors, "EXACT_BELOW", 0)
        monkeypatch.setattr(index, "PROPOSALS_MIN", 512)
        numbers = itertools.count()
        return lambda: f"sqlite:///{tmp_path}/store{next(numbers)}.db"
