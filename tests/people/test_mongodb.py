import itertools
from collections.abc import Iterator

import pytest

from tests.people.contract import PeopleContract
from tests.store.mongod import ReplicaSet, replica_set

_numbers = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


class TestMongoPeople(PeopleContract):
    @pytest.fixture
    def url(self, server: ReplicaSet) -> Iterator[str]:
        database = f"people_{next(_numbers)}"
        yield server.url(database)
        server.drop(database)
