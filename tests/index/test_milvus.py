"""The contract on a real Milvus server, and what happens where it dies, hangs or cannot be reached.

One server is started for this file; each test has its own collections.
"""

import contextlib
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

pytest.importorskip("pymilvus", reason="pymilvus is not installed: pip install 'deepstyle[milvus]'")

from deepstyle.errors import IndexUnavailableError
from deepstyle.index import indexed
from deepstyle.index.base import VectorIndex
from deepstyle.index.follower import follow
from deepstyle.index.indexed import IndexedStore
from deepstyle.index.open import open_index, open_indexed
from deepstyle.index.sqlite_truth import SqliteTruth
from deepstyle.store.base import Entry
from deepstyle.store.open import open_store
from tests.index.catalogue import SPACE, item, write
from tests.index.contract import IndexContract, first, ids, settle, verified
from tests.index.milvus_server import MilvusServer, milvus_server, wait_until
from tests.index.of_mongodb import OfMongoDB
from tests.server_process import ServerProcess, die_with_parent
from tests.store.mongod import ReplicaSet, replica_set
from tests.store.proxy import SilentProxy


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with milvus_server(tmp_path_factory.mktemp("milvus")) as running:
        yield running


def opened(port: int, timeout_s: float = 3.0) -> VectorIndex:
    return open_index(f"milvus://127.0.0.1:{port}/t{uuid.uuid4().hex[:8]}?timeout_s={timeout_s}")


class TestMilvus(IndexContract):
    @pytest.fixture
    def index(self, server: MilvusServer) -> VectorIndex:
        return opened(server.port)


@pytest.fixture(scope="module")
def mongodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


class TestMilvusOfMongoDB(OfMongoDB, TestMilvus):
    pass


def test_kills_of_the_follower_of_milvus_and_of_mongodb_lose_nothing(server: MilvusServer, mongodb: ReplicaSet) -> None:
    url, index = mongodb.url("killed"), f"milvus://127.0.0.1:{server.port}/k{uuid.uuid4().hex[:8]}?timeout_s=2"
    code = f"import time; from deepstyle.index.open import open_follower; open_follower({url!r}, {index!r}); "
    with open_store(url) as store, contextlib.ExitStack() as followers:
        write(store, list(range(100)))
        command = [sys.executable, "-c", code + "time.sleep(999)"]
        for number in range(4):
            process = ServerProcess(process=subprocess.Popen(command, preexec_fn=die_with_parent))
            followers.callback(process.kill)
            write(store, [200 + number])
            if number == 1:
                server.kill()
                store.delete(["item-00005"])
                server.start()
            if number == 2:
                mongodb.members[0].kill()
                mongodb.start(mongodb.members[0])
                mongodb.primary()
                write(store, [6], seed=3)
            if number < 3:
                process.kill()  # amid building, or following
        with open_indexed(url, index) as opened_again:
            shop = cast(IndexedStore, opened_again)
            wait_until(lambda: _has_all(shop), 90, "the last follower")
            assert verified(shop).passed and verified(shop).count == 103
            assert [first(shop, number) for number in (200, 201, 202, 203)] == [f"item-0020{n}" for n in range(4)]
            assert first(shop, 5) != "item-00005" and ids(shop, 6, seed=3)[0] == "item-00006"
    mongodb.drop("killed")


def _has_all(shop: IndexedStore) -> bool:
    with contextlib.suppress(IndexUnavailableError):
        space = shop.truth.space(SPACE)
        position = space and shop.index.position(space, fresh=True)
        return space is not None and position is not None and shop.truth.revision(space) <= position.revision
    return False


def test_the_moment_of_an_acknowledgement_is_later_than_all_writes_of_all_processes(
    tmp_path: Path, server: MilvusServer
) -> None:
    prefix = f"t{uuid.uuid4().hex[:8]}"
    one, other = (open_index(f"milvus://127.0.0.1:{server.port}/{prefix}") for _ in range(2))
    with shop_of(tmp_path, one) as shop, contextlib.closing(other):
        (space,) = shop.truth.spaces()
        before = one.position(space, fresh=True)
        shop.store.put([Entry(item(900))])  # a write without a vector
        follow(shop.truth, other, space)
        after = other.position(space, fresh=True)
        assert before is not None and after is not None and after.revision > before.revision
        assert after.moment > before.moment > 0
        shop.store.delete(["item-00007"])
        follow(shop.truth, other, space)
        deleted = other.position(space, fresh=True)
        assert deleted is not None and deleted.moment > after.moment


@contextlib.contextmanager
def shop_of(folder: Path, index: VectorIndex) -> Iterator[IndexedStore]:
    store = open_store(f"sqlite:///{folder}/store.db")
    with IndexedStore(store, SqliteTruth(folder / "store.db"), index) as shop:
        write(store, list(range(100)))
        settle(shop)
        yield shop


def test_a_silent_network_is_refused_in_time_and_recovered_from(
    tmp_path: Path, server: MilvusServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexed, "TAIL_MAX", 50)
    with SilentProxy(server.port) as proxy, shop_of(tmp_path, opened(proxy.port, 2.0)) as shop:
        assert first(shop, 3) == "item-00003"
        proxy.silent = True
        wait_until(lambda: _refuses(shop), 30, "a refusal")
        write(shop.store, [500])
        proxy.silent = False
        wait_until(lambda: _follows(shop), 60, "the index to follow")
        assert first(shop, 500) == "item-00500"
        assert verified(shop).passed


def test_a_hung_server_is_refused_and_a_killed_one_comes_back_with_everything(
    tmp_path: Path, server: MilvusServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexed, "TAIL_MAX", 50)
    with shop_of(tmp_path, opened(server.port, 2.0)) as shop:
        server.pause()
        try:
            wait_until(lambda: _refuses(shop), 30, "a refusal")
        finally:
            server.resume()
        wait_until(lambda: not _refuses(shop), 60, "an answer")
        write(shop.store, [500])
        settle(shop)
        before = shop.index.position(shop.truth.spaces()[0])
        server.kill()
        wait_until(lambda: _refuses(shop), 30, "a refusal")
        shop.store.delete(["item-00001"])
        server.start()
        wait_until(lambda: _follows(shop), 60, "the index to follow")
        assert verified(shop).passed
        assert first(shop, 500) == "item-00500"
        assert first(shop, 1) != "item-00001"
        after = shop.index.position(shop.truth.spaces()[0])
        assert before is not None and after is not None and after.place == before.place
        assert after.run != before.run and after.run


def _refuses(shop: IndexedStore) -> bool:
    try:
        first(shop, 3)
    except IndexUnavailableError:
        return True
    return False


def _follows(shop: IndexedStore) -> bool:
    with contextlib.suppress(IndexUnavailableError):
        settle(shop)
        return not _refuses(shop)
    return False
