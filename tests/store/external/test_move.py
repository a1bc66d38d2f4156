"""Moves of pictures: out, back and on, killed and run again, turned back, and with pictures that are damaged."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.errors import UsageError
from deepstyle.store.base import Entry, Store
from deepstyle.store.copy import digest_of
from deepstyle.store.external.move import move_pictures
from deepstyle.store.external.objects import PlaceError
from deepstyle.store.open import open_store
from tests.store.external.places import PlaceFactory, picture
from tests.store.mongod import ReplicaSet, replica_set

ENTRIES = [Entry(Item(f"i{n}"), picture(n % 5), (picture(n + 10),)) for n in range(6)]
ALL = 12
KILLED = """
import os, signal, sys
from deepstyle.store.external import pictures
from deepstyle.store.external.move import move_pictures
from deepstyle.store import embedded_blobs
from deepstyle.store.open import open_store
url, to, after = sys.argv[1], sys.argv[2], int(sys.argv[3])
embedded_blobs._PAGE_ROWS = 3
replace, calls = embedded_blobs.EmbeddedBlobs.replace, []
def kill(*arguments):
    calls.append(arguments)
    if len(calls) > after:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(*arguments)
embedded_blobs.EmbeddedBlobs.replace = kill
with open_store(url) as store:
    move_pictures(store, to)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/moved.db") as opened:
        opened.put(ENTRIES)
        yield opened


def outside(store: Store) -> int:
    return len(list(store.external.hashes()))


def there_and_back(store: Store, new_place: PlaceFactory) -> None:
    before, first, second = digest_of(store), new_place(), new_place()
    for to, moved, left in ((first, ALL, ALL), (first, 0, ALL), (second, ALL, ALL), ("database", ALL, 0)):
        report = move_pictures(store, to)
        assert (report.moved, report.there) == (moved, ALL - moved)
        assert report.is_complete
        assert outside(store) == left
        assert digest_of(store) == before
    assert store.external.objects(first).owners() == store.external.objects(second).owners() == set()
    assert move_pictures(store, second).is_complete  # the objects of the first time are used


def test_there_and_back(store: Store, new_place: PlaceFactory) -> None:
    there_and_back(store, new_place)


def test_there_and_back_in_mongodb(server: ReplicaSet, tmp_path: Path) -> None:
    numbers = iter(range(9))
    with open_store(server.url("moved")) as store:
        store.put(ENTRIES)
        there_and_back(store, lambda: (tmp_path / str(next(numbers))).as_uri())


@pytest.mark.parametrize("way", ["out", "back"])
@pytest.mark.parametrize("after", [0, 2])
def test_a_killed_move_is_finished_by_the_next(store: Store, tmp_path: Path, way: str, after: int) -> None:
    before, place = digest_of(store), (tmp_path / "pictures").as_uri()
    if way == "back":
        move_pictures(store, place)
    to = place if way == "out" else "database"
    killed = subprocess.run([sys.executable, "-c", KILLED, store.url, to, str(after)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert store.external.rows.count() > 0
    assert digest_of(store) == before
    assert store.external.place().before
    store.put([Entry(Item("new"), picture(77))])  # a running server goes on meanwhile
    report = move_pictures(store, to)
    assert report.is_complete
    assert report.moved + report.there == ALL + 1
    assert outside(store) == (ALL + 1 if way == "out" else 0)
    assert store.image("new") == picture(77)
    assert store.check().findings == ()


def test_a_move_may_be_turned_back_and_nothing_else(store: Store, new_place: PlaceFactory) -> None:
    before, to = digest_of(store), new_place()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move_pictures(store, to, on_progress=stop)
    with pytest.raises(UsageError, match="an earlier move to"):
        move_pictures(store, new_place())
    assert digest_of(store) == before
    assert move_pictures(store, "database").is_complete
    assert outside(store) == 0
    assert digest_of(store) == before


def test_objects_that_were_copied_by_other_means_are_only_verified(store: Store, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    move_pictures(store, old.as_uri())
    old.rename(new)
    report = move_pictures(store, new.as_uri())
    assert (report.moved, report.there, report.is_complete) == (0, ALL, True)


def test_a_picture_that_is_missing_keeps_the_move_from_ending(store: Store, new_place: PlaceFactory) -> None:
    first, lost = new_place(), picture(10)
    move_pictures(store, first)
    store.external.objects(first).delete(lost.sha256)
    report = move_pictures(store, new_place())
    assert (report.moved, report.damaged, report.is_complete) == (ALL - 1, (lost.sha256,), False)
    assert store.external.place().before == first
    store.external.objects(first).put(lost.sha256, lost.data)
    assert store.image("i0", 1) == lost
    assert move_pictures(store, store.external.place().url).is_complete


def test_a_place_that_cannot_be_written_changes_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PlaceError, match="file"):
        move_pictures(store, (tmp_path / "file").as_uri())
    assert store.external.place().url == "database"
    assert (tmp_path / "file").is_file()
