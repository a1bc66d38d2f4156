import itertools
from pathlib import Path

import pytest

from tests.store.contract import StoreContract, StoreFactory


class TestEmbeddedStore(StoreContract):
    @pytest.fixture
    def store_factory(self, tmp_path: Path) -> StoreFactory:
        numbers = itertools.count()
        return lambda: f"sqlite:///{tmp_path}/store{next(numbers)}.db"
