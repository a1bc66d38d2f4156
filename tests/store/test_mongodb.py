import itertools
from collections.abc import Iterator

import pytest

from deepstyle.store import mongodb
from tests.store.contract import StoreContract, StoreFactory
from tests.store.mongod import ReplicaSet, replica_set


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


class TestMongoStore(StoreContract):
    @pytest.fixture
    def store_factory(
        self, server: ReplicaSet, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[StoreFactory]:
        monkeypatch.setattr(mongodb, "SUMMARY_TTL_S", 0.2)
        numbers = itertools.count()
        used: list[str] = []

        def make() -> str:
            used.append(f"contract{abs(hash(request.node.name)) % 10**9}_{next(numbers)}")
            return server.url(used[-1])

        yield make
        for database in used:
            server.drop(database)
