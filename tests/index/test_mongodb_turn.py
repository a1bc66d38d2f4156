"""The lease of the one follower on a real MongoDB: taken over, stolen, and what is written after it was lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle.errors import StoreBusyError
from deepstyle.index.follower import Follower
from deepstyle.index.indexed import IndexedStore
from deepstyle.index.mongodb_truth import MongoTruth
from deepstyle.index.mongodb_turn import LeasedTurn, leased_turn
from deepstyle.index.notes import Unnoted
from deepstyle.index.turn import FencedIndex
from deepstyle.store.open import open_store
from tests.index.catalogue import SPACE, write
from tests.index.contract import verified
from tests.index.memory_index import MemoryIndex
from tests.store.mongod import ReplicaSet, replica_set, wait_for


@pytest.fixture(scope="module")
def mongodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


def test_a_lease_is_one_process_s_until_it_is_given_or_expires(mongodb: ReplicaSet) -> None:
    with mongodb.direct(mongodb.primary()) as client:
        leases = client["turns"]["index_leases"]
        with leased_turn(leases) as turn:
            turn.check()
            with pytest.raises(StoreBusyError), leased_turn(leases):
                pass
        dead = LeasedTurn(leases, 1.0)
        dead.take()
        dead._ended.set()  # it is never renewed again
        wait_for(lambda: is_free(dead), "the end of the lease")
        fenced = FencedIndex(MemoryIndex(), dead, Unnoted())
        with pytest.raises(StoreBusyError):
            fenced.write("place", [], [])
        wait_for(lambda: is_taken(LeasedTurn(leases, 5.0)), "the next owner")
        client.drop_database("turns")


def is_free(turn: LeasedTurn) -> bool:
    try:
        turn.check()
    except StoreBusyError:
        return True
    return False


def is_taken(turn: LeasedTurn) -> bool:
    try:
        turn.take()
    except StoreBusyError:
        return False
    turn.give()
    return True


def test_a_write_that_ends_after_the_lease_makes_the_next_owner_compare_everything(mongodb: ReplicaSet) -> None:
    with opened(mongodb, "doubts") as shop:
        write(shop.store, list(range(30)))
        follower = Follower(shop.truth, shop.index, Unnoted())
        follower.start()
        wait_for(lambda: shop.index.live and has_all(shop), "the index to follow")
        late = LeasedTurn(shop.truth._db["index_leases"], 1.0)
        place = next(iter(shop.index.live.values()))
        with pytest.raises(StoreBusyError):
            late.check(has_written=True)
        shop.index.places[place].popitem()  # what it wrote
        wait_for(lambda: place not in shop.index.live.values() and has_all(shop), "another index")
        assert verified(shop).passed and verified(shop).count == 30
        follower._ended.set()
        follower._thread.join()
    mongodb.drop("doubts")


def test_a_stolen_lease_ends_the_follower_and_a_restarted_server_goes_on(tmp_path: Path) -> None:
    with replica_set(tmp_path) as server, opened(server, "stolen") as shop:
        write(shop.store, list(range(30)))
        follower = Follower(shop.truth, shop.index, Unnoted())
        follower.start()
        wait_for(lambda: shop.index.live and has_all(shop), "the index to follow")
        leases = shop.truth._db["index_leases"]
        leases.update_one({}, [{"$set": {"owner": "a thief", "expires": {"$add": ["$$NOW", 1000]}}}])
        wait_for(lambda: is_owned(leases), "the lease to be taken back")
        write(shop.store, [50])
        wait_for(lambda: has_all(shop), "the index to follow")
        server.members[0].kill()
        server.start(server.members[0])
        server.primary()
        write(shop.store, [51])
        shop.store.delete(["item-00001"])
        wait_for(lambda: has_all(shop), "the index to follow")
        assert verified(shop).passed and verified(shop).count == 31
        follower._ended.set()
        follower._thread.join()


def opened(server: ReplicaSet, database: str) -> IndexedStore:
    url = server.url(database)
    return IndexedStore(open_store(url), MongoTruth(url), MemoryIndex())


def has_all(shop: IndexedStore) -> bool:
    space = shop.truth.space(SPACE)
    position = None if space is None else shop.index.position(space)
    if space is None or position is None:
        return False
    return shop.truth.revision(space) <= position.revision


def is_owned(leases: object) -> bool:
    found = leases.find_one({"$expr": {"$gt": ["$expires", "$$NOW"]}})  # type: ignore[attr-defined]
    return found is not None and found["owner"] not in ("", "a thief")
