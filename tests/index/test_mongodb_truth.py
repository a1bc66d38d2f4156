"""The contract on a real MongoDB and an index in memory, and what the oplog can and cannot say."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from bson.timestamp import Timestamp

from deepstyle.errors import IndexUnavailableError
from deepstyle.index import indexed, mongodb_journal, mongodb_keys, mongodb_truth
from deepstyle.index.base import SpaceName, VectorIndex
from deepstyle.index.follower import follow
from deepstyle.index.indexed import IndexedStore
from deepstyle.index.mongodb_keys import Keys
from deepstyle.index.mongodb_truth import MongoTruth
from deepstyle.index.truth import Truth
from deepstyle.store.base import Store
from deepstyle.store.open import open_store
from tests.index.catalogue import DIMENSION, SPACE, vectors, write
from tests.index.contract import IndexContract, first, ids, settle
from tests.index.memory_index import MemoryIndex
from tests.index.of_mongodb import OfMongoDB
from tests.store.mongod import ReplicaSet, replica_set, wait_for


@pytest.fixture(scope="module")
def mongodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


class TestMemoryIndexOfMongoDB(OfMongoDB, IndexContract):
    @pytest.fixture
    def index(self) -> VectorIndex:
        return MemoryIndex()


class TestOplog(OfMongoDB):
    @pytest.fixture
    def shop(self, parts: tuple[Store, Truth]) -> Iterator[IndexedStore]:
        with IndexedStore(*parts, MemoryIndex()) as shop:
            write(shop.store, list(range(40)))
            settle(shop)
            yield shop

    def test_another_process_goes_on_at_the_position_of_the_index(self, shop: IndexedStore) -> None:
        write(shop.store, [50])
        shop.store.delete(["item-00003"])
        with another(shop) as later:  # its change stream begins in the past
            assert first(later, 50) == "item-00050"
            assert first(later, 3) != "item-00003"
            assert settle(later).passed and settle(later).count == 40

    def test_a_dropped_collection_is_not_followed_over(self, shop: IndexedStore) -> None:
        space = space_of(shop)
        position = shop.index.position(space)
        assert position is not None and shop.truth.knows(space, position.revision)
        shop.truth._embeddings.drop()
        shop.truth.revision(space)
        assert not shop.truth.knows(space, position.revision)
        assert shop.search(SPACE, vectors([1])[0]) == []

    def test_an_idle_space_has_a_new_revision_now_and_then(
        self, shop: IndexedStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        space = space_of(shop)
        before = shop.truth.revision(space)
        shop.store.set_meta("something", "else")
        assert shop.truth.revision(space) == before
        monkeypatch.setattr(mongodb_journal, "IDLE_S", 1)
        later = shop.truth.revision(space)
        while later == before:
            shop.store.set_meta("something", str(later))
            later = shop.truth.revision(space)
        assert later > before
        assert list(shop.truth.rows(space, since=before)) == []

    def test_changes_that_every_index_has_are_forgotten(
        self, shop: IndexedStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        space = space_of(shop)
        before = shop.truth.revision(space)
        write(shop.store, list(range(10)), seed=2)
        middle = shop.truth.revision(space)
        write(shop.store, list(range(5)), seed=1)
        monkeypatch.setattr(mongodb_journal, "KEPT_S", 0)
        shop.truth.revision(space)
        assert len(shop.truth._after(space, middle)) == 5
        assert len(shop.truth._journal(space)._changed) == 5
        assert len(shop.truth._after(space, before)) == 10  # read from the oplog again

    def test_searches_amid_writes_find_each_of_them(self, shop: IndexedStore) -> None:
        lost: list[int] = []

        def searching(numbers: range) -> None:
            with another(shop) as mine:
                for number in numbers:
                    write(mine.store, [number])
                    if first(mine, number) != f"item-{number:05}":
                        lost.append(number)

        threads = [threading.Thread(target=searching, args=(range(at, at + 15),)) for at in (100, 200, 300)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            follow(shop.truth, shop.index, space_of(shop))
        assert lost == []
        assert settle(shop).passed and settle(shop).count == 85

    def test_items_whose_keys_collide_are_told_apart(
        self, parts: tuple[Store, Truth], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = mongodb_keys.key_of
        for module in (mongodb_keys, mongodb_truth):
            monkeypatch.setattr(module, "key_of", lambda item_id, turn: whole(item_id, turn) % 61)
        with IndexedStore(*parts, MemoryIndex()) as shop:
            write(shop.store, list(range(40)))
            assert settle(shop).passed and settle(shop).count == 40
            write(shop.store, [50])
            shop.store.delete(["item-00007", "item-00008"])
            assert settle(shop).passed and settle(shop).count == 39
            assert all(first(shop, number) == f"item-{number:05}" for number in range(9, 40))
            assert "item-00007" not in ids(shop, 7)


def test_a_position_that_the_oplog_lost_is_built_anew_beside_the_live_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with replica_set(tmp_path, oplog_mb=8) as small:
        url = small.url("lost")
        with IndexedStore(open_store(url), MongoTruth(url), MemoryIndex()) as shop:
            write(shop.store, list(range(40)))
            settle(shop)
            space = space_of(shop)
            place = shop.index.live[space]
            shop.store.delete(["item-00003"])
            write(shop.store, [50])
            roll_over(small, mongodb_journal.timestamp_of(shop.index.revisions[place]))
            with another(shop) as later:
                assert not later.truth.knows(space, shop.index.revisions[place])
                assert first(later, 50) == "item-00050"  # a small space is compared exactly
                later._tails.clear()
                monkeypatch.setattr(indexed, "TAIL_MAX", 30)
                with pytest.raises(IndexUnavailableError):
                    first(later, 50)
                follow(later.truth, later.index, space)
                assert later.index.live[space] != place
                assert first(later, 50) == "item-00050"
                assert settle(later).passed and settle(later).count == 40


def roll_over(server: ReplicaSet, past: Timestamp) -> None:
    """Write until the oplog begins after ``past``."""
    with server.direct(server.primary()) as client:

        def is_over() -> bool:
            client["filler"]["filler"].insert_many([{"data": bytes(2**20)} for _ in range(4)])
            oldest = client["local"]["oplog.rs"].find_one(sort=[("$natural", 1)])
            return bool(oldest) and oldest["ts"] > past

        wait_for(is_over, "another oplog")


def test_two_processes_give_out_the_same_keys(mongodb: ReplicaSet) -> None:
    with mongodb.direct(mongodb.primary()) as client:
        names = [f"item-{number}" for number in range(500)]
        given: list[dict[str, int]] = []
        threads = [
            threading.Thread(target=lambda: given.append(Keys(client["keys"]["index_keys"]).give(names)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(given) == 4 and all(one == given[0] for one in given)
        assert client["keys"]["index_keys"].count_documents({}) == 500
        client.drop_database("keys")


def space_of(shop: IndexedStore) -> SpaceName:
    space = shop.truth.space(SPACE)
    assert space is not None and space.dimension == DIMENSION
    return space


def another(shop: IndexedStore) -> IndexedStore:
    """The same store and index, as another process opens them."""
    return IndexedStore(open_store(shop.url), MongoTruth(shop.url), shop.index)
