"""What was acknowledged survives a dead server, a fail-over and a silent network, and nobody waits for ever."""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle.store.open import open_store
from tests.store.faults import (
    Load,
    Outcome,
    kill_server,
    silence_connections,
    silence_network,
    step_down,
    under_load,
)
from tests.store.mongod import ReplicaSet, replica_set
from tests.store.proxy import SilentProxy


@pytest.fixture(scope="module")
def one_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


def proxied(proxy: SilentProxy, database: str) -> str:
    return f"mongodb://127.0.0.1:{proxy.port}/{database}?directConnection=true"


def check(outcome: Outcome) -> None:
    assert outcome.passed, outcome


@pytest.mark.parametrize("repetition", range(2))
def test_kill_9_of_the_server(tmp_path: Path, repetition: int) -> None:
    with replica_set(tmp_path) as server:
        url = server.url("faults")
        check(under_load(url, url, lambda: kill_server(server)))


def test_step_down_of_the_primary(tmp_path: Path) -> None:
    with replica_set(tmp_path, members=3) as server:
        for _ in range(2):
            url = server.url(f"faults{uuid.uuid4().hex[:8]}")
            check(under_load(url, url, lambda: step_down(server)))


def test_connections_that_fall_silent(one_node: ReplicaSet) -> None:
    with SilentProxy(one_node.members[0].port) as proxy:
        outcome = under_load(proxied(proxy, "conn"), one_node.url("conn"), lambda: silence_connections(proxy, 1))
    check(outcome)


def test_a_network_that_falls_silent(one_node: ReplicaSet) -> None:
    with SilentProxy(one_node.members[0].port) as proxy:
        outcome = under_load(proxied(proxy, "net"), one_node.url("net"), lambda: silence_network(proxy, 8))
    check(outcome)
    assert outcome.longest_read_s < 30


def test_a_memory_that_is_loaded_amid_writes_misses_nothing(one_node: ReplicaSet) -> None:
    """No fault at all: what is acknowledged between the opening of the stream and the reading of the space."""
    for repetition in range(6):
        with open_store(one_node.url(f"amid{repetition}")) as store:
            load = Load(store)
            time.sleep(1)
            assert load.end() == 0
        assert load.reads
        assert load.wrong == []
