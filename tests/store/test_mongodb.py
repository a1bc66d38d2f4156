import itertools
from collections.abc import Iterator

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.errors import StoreBusyError
from deepstyle.jobs.lock import only_job
from deepstyle.store import Entry, mongodb, mongodb_write, open_store
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


def test_suggestions_of_more_items_than_one_request_names(server: ReplicaSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongodb_write, "IDS_AT_ONCE", 3)
    names = [f"item-{number}" for number in range(8)]
    with open_store(server.url("suggestions")) as store:
        store.put([Entry(Item(name)) for name in names])
        store.put_compatible({name: [other for other in names if other != name] for name in [*names, "gone"]})
        assert [len(store.compatible(name)) for name in [*names, "gone"]] == [*[7] * 8, 0]


def test_one_job_at_a_time_has_the_lease(server: ReplicaSet) -> None:
    url = server.url("leased")
    with open_store(url) as store, open_store(url) as other:
        with only_job(store, lease_s=5) as check:
            with pytest.raises(StoreBusyError, match="another job"), only_job(other):
                pass
            check()
        with only_job(other):
            pass
        assert store.facts() == {}
    server.drop("leased")
