import itertools
from pathlib import Path

import pytest

from deepstyle.store import index, snapshot, vectors
from tests.store.contract import StoreContract, StoreFactory


class TestEmbeddedStore(StoreContract):
    @pytest.fixture
    def store_factory(self, tmp_path: Path) -> StoreFactory:
        numbers = itertools.count()
        return lambda: f"sqlite:///{tmp_path}/store{next(numbers)}.db"


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
