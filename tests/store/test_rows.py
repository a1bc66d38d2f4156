"""The file of a large space's rows: what is read from it, and that a file that does not fit is never searched."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from deepstyle import platform
from deepstyle.errors import StoreError
from deepstyle.store import snapshot, space_files
from deepstyle.store.base import ItemFilter
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.rows import FileRows, Head, blocks, open_rows, verify_rows, write_rows
from deepstyle.store.space_files import rows_path
from tests.store.clusters import clustered, recall, write

COUNT = 300
ALL = ItemFilter()
BUILD = """
import sys
from deepstyle.store import space_files
from deepstyle.store.embedded import EmbeddedStore
space_files.INDEX_FROM = 100
with EmbeddedStore.open(sys.argv[1]) as store:
    for _ in range(int(sys.argv[2])):
        store.build_index("s")
"""
KILLED = """
import os, signal, sys
from deepstyle.store import space_files
from deepstyle.store.embedded import EmbeddedStore
space_files.READ_ROWS = 50
vectors = space_files._vectors
def until(*given):
    for number, block in enumerate(vectors(*given)):
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        yield block
space_files._vectors = until
with EmbeddedStore.open(sys.argv[1]) as store:
    store.build_index("s")
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedStore]:
    monkeypatch.setattr(space_files, "INDEX_FROM", 100)
    monkeypatch.setattr(snapshot, "INDEX_AFTER_SEARCHES", 10**9)
    with EmbeddedStore.open(f"sqlite:///{tmp_path}/x.db") as store:
        write(store, clustered(COUNT, seed=1))
        yield store


@pytest.fixture
def file(store: EmbeddedStore, tmp_path: Path) -> Path:
    """The file of rows, which a first search has written."""
    store.search("s", clustered(1, seed=0)[0])
    return rows_path(tmp_path / "x.db", "s")


def from_file(store: EmbeddedStore) -> int:
    """How many rows the handle reads from its file."""
    base = store._snapshots.current("s").spaces["s"].base
    return len(base) if isinstance(base, FileRows) else 0


def check_searches(store: EmbeddedStore, vectors: NDArray[np.float32], rows: NDArray[np.int64]) -> None:
    """The handle answers as numpy does, with a filter and without."""
    assert recall(store, vectors, rows, ALL) == 1
    assert recall(store, vectors, rows[rows % 2 == 1], ItemFilter(brands=("odd",))) == 1


def check_reopened(store: EmbeddedStore, vectors: NDArray[np.float32], rows: NDArray[np.int64], in_file: int) -> None:
    """So does a new handle, which reads ``in_file`` rows from the file."""
    with EmbeddedStore.open(store.url) as other:
        check_searches(other, vectors, rows)
        assert from_file(other) == in_file


# -- the reader ------------------------------------------------------------------------------------------------------


@given(count=st.integers(1, 40), dimension=st.integers(1, 9), data=st.data())
def test_rows_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, count: int, dimension: int, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.rows"
    vectors = np.random.default_rng(count).normal(size=(count, dimension)).astype(np.float32)
    head = Head(7, dimension, 9, np.arange(3 * count).reshape(3, count))
    cuts = sorted(data.draw(st.lists(st.integers(0, count), max_size=3)))
    write_rows(path, head, np.split(vectors, cuts))
    verify_rows(path)
    found, rows = open_rows(path)
    assert (found.space_key, found.dimension, found.revision, rows.shape) == (7, dimension, 9, (count, dimension))
    np.testing.assert_array_equal(found.keys, head.keys)
    places = np.array(data.draw(st.lists(st.integers(0, count - 1), max_size=20)), np.int64)
    np.testing.assert_array_equal(rows[places], vectors[places])
    start, stop = data.draw(st.integers(0, count + 2)), data.draw(st.integers(0, count + 2))
    np.testing.assert_array_equal(rows[start:stop], vectors[start:stop])
    np.testing.assert_array_equal(np.concatenate(list(blocks(rows))), vectors)


def test_rows_are_read_where_the_system_has_no_preadv(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, rows = open_rows(file)
    places = np.array([3, 299, 0, 3])
    expected = rows[places]
    monkeypatch.delattr(os, "preadv")
    monkeypatch.delattr(os, "posix_fadvise")
    np.testing.assert_array_equal(open_rows(file)[1][places], expected)


def test_every_byte_counts(file: Path) -> None:
    """One that an opening does not read is found by a check."""
    sound, opened = file.read_bytes(), 0
    verify_rows(file)
    rows_at = open_rows(file)[0].rows_at
    for place in [*range(120), *np.random.default_rng(0).integers(0, len(sound), 100).tolist(), len(sound) - 1]:
        file.write_bytes(altered(sound, place))
        with pytest.raises(StoreError):
            verify_rows(file)
        try:
            open_rows(file)
            opened += 1
            assert place >= rows_at - 4096
        except StoreError:
            assert place < rows_at
    assert opened


@pytest.mark.parametrize("size", [0, 10, 60, 120, 5000, -1])
def test_cut_file_is_refused(file: Path, size: int) -> None:
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(StoreError):
        open_rows(file)


def altered(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


# -- a store that is searched by it ----------------------------------------------------------------------------------


def test_handles_follow_writes_and_a_reopened_store_uses_the_file(store: EmbeddedStore, file: Path) -> None:
    vectors = np.concatenate([clustered(COUNT, seed=1), clustered(50, seed=2)])
    with EmbeddedStore.open(store.url) as other:
        other.search("s", vectors[0])
        write(store, vectors[COUNT:], first=COUNT)
        store.delete([f"{number:05d}" for number in range(0, COUNT, 7)])
        vectors[1] = clustered(1, seed=3)[0]
        write(store, vectors[1:2], first=1)
        rows = np.setdiff1d(np.arange(len(vectors)), np.arange(0, COUNT, 7))
        for handle in (store, other):
            check_searches(handle, vectors, rows)
        before = file.read_bytes()
        check_reopened(store, vectors, rows, in_file=COUNT)
        assert file.read_bytes() == before
        store.build_index("s")
        check_reopened(store, vectors, rows, in_file=len(rows))
        check_searches(other, vectors, rows)


def test_read_only_store_reads_the_file_or_its_rows_into_memory(store: EmbeddedStore, file: Path) -> None:
    for in_file in (COUNT, 0):
        with EmbeddedStore.open(store.url, read_only=True) as other:
            check_searches(other, clustered(COUNT, seed=1), np.arange(COUNT))
            assert from_file(other) == in_file
            other.build_index("s")
            assert other._snapshots.current("s").spaces["s"].indexed == COUNT
        file.unlink(missing_ok=True)
    assert not file.exists()


def other_store(store: EmbeddedStore, file: Path) -> None:
    """The file of a store with as many vectors of the same items."""
    path = file.parent.with_name("other.db")
    with EmbeddedStore.open(f"sqlite:///{path}") as other:
        write(other, clustered(COUNT, seed=5))
        other.search("s", clustered(1, seed=0)[0])
    shutil.copy(rows_path(path, "s"), file)


def later_revision(store: EmbeddedStore, file: Path) -> None:
    head, rows = open_rows(file)
    write_rows(file, Head(head.space_key, head.dimension, head.revision + 10**12, head.keys), [rows[:]])


def taken_back(store: EmbeddedStore, file: Path) -> None:
    """The file of a history in which the last item had another vector, of a revision that this one never gave out."""
    head, rows = open_rows(file)
    keys, last = head.keys.copy(), int(np.argmax(head.keys[2]))
    keys[2, last] -= 1
    write_rows(file, Head(head.space_key, head.dimension, head.revision, keys), [rows[:]])


def one_too_few(store: EmbeddedStore, file: Path) -> None:
    head, rows = open_rows(file)
    write_rows(file, Head(head.space_key, head.dimension, head.revision, head.keys[:, 1:]), [rows[1:]])


def item_that_was_never_there(store: EmbeddedStore, file: Path) -> None:
    head, rows = open_rows(file)
    keys = head.keys.copy()
    keys[1, 5] = 10**6
    write_rows(file, Head(head.space_key, head.dimension, head.revision, keys), [rows[:]])


def dropped_space(store: EmbeddedStore, file: Path) -> None:
    """The file of a space that was dropped and written again."""
    kept = file.read_bytes()
    store.drop_space("s")
    assert not file.exists()
    write(store, clustered(COUNT, seed=1))
    file.write_bytes(kept)


UNFIT: dict[str, Callable[[EmbeddedStore, Path], None]] = {
    "empty": lambda store, file: file.write_bytes(b""),
    "cut": lambda store, file: os.truncate(file, 9000),
    "another magic": lambda store, file: file.write_bytes(altered(file.read_bytes(), 0)),
    "altered keys": lambda store, file: file.write_bytes(altered(file.read_bytes(), 200)),
    "other store": other_store,
    "later revision": later_revision,
    "taken back": taken_back,
    "one too few": one_too_few,
    "item that was never there": item_that_was_never_there,
    "dropped space": dropped_space,
}


@pytest.mark.parametrize("spoil", UNFIT.values(), ids=UNFIT)
def test_unfit_file_is_written_again(
    store: EmbeddedStore, file: Path, spoil: Callable[[EmbeddedStore, Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    spoil(store, file)
    check_reopened(store, clustered(COUNT, seed=1), np.arange(COUNT), in_file=COUNT)
    assert "will be written again" in caplog.text
    caplog.clear()
    check_reopened(store, clustered(COUNT, seed=1), np.arange(COUNT), in_file=COUNT)
    assert not caplog.text


def test_file_of_before_a_backup_was_restored_is_written_again(
    store: EmbeddedStore, file: Path, tmp_path: Path
) -> None:
    """Restored by hand, below a server's folder of files: both histories have given out the same keys."""
    vectors = clustered(COUNT + 40, seed=1)
    store.close()
    shutil.copy(tmp_path / "x.db", tmp_path / "backup.db")
    with EmbeddedStore.open(store.url) as first:
        write(first, clustered(40, seed=8), first=COUNT)
        first.build_index("s")
    shutil.copy(tmp_path / "backup.db", tmp_path / "x.db")
    with EmbeddedStore.open(store.url) as second:
        write(second, vectors[COUNT:], first=COUNT)
    vectors = np.concatenate([clustered(COUNT, seed=1), vectors[COUNT:]])
    check_reopened(store, vectors, np.arange(COUNT + 40), in_file=COUNT + 40)


def test_file_that_is_cut_while_it_is_open_is_written_again(
    store: EmbeddedStore, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    os.truncate(file, 9000)
    check_searches(store, clustered(COUNT, seed=1), np.arange(COUNT))
    assert "are written again" in caplog.text
    assert from_file(store) == COUNT
    verify_rows(file)


def test_folder_in_the_place_of_the_file(store: EmbeddedStore, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.unlink()
    file.mkdir()
    check_reopened(store, clustered(COUNT, seed=1), np.arange(COUNT), in_file=0)
    assert "could not be written" in caplog.text


def test_killed_writer_leaves_the_last_file_and_its_rest_is_removed(store: EmbeddedStore, file: Path) -> None:
    write(store, clustered(50, seed=2), first=COUNT)
    before = file.read_bytes()
    killed = subprocess.run([sys.executable, "-c", KILLED, store.url], check=False)
    assert platform.was_killed(killed.returncode), killed.returncode
    (left,) = file.parent.glob(f".{file.name}.*")
    assert left.stat().st_size > 0
    assert file.read_bytes() == before
    vectors = np.concatenate([clustered(COUNT, seed=1), clustered(50, seed=2)])
    check_reopened(store, vectors, np.arange(COUNT + 50), in_file=COUNT)
    store.build_index("s")
    assert left.exists()  # its writer may still be at it
    hours_ago = time.time() - 7200
    os.utime(left, (hours_ago, hours_ago))
    write(store, clustered(1, seed=4), first=COUNT + 50)
    store.build_index("s")
    assert not left.exists()


def test_processes_that_write_at_once_leave_a_whole_file(store: EmbeddedStore, file: Path) -> None:
    commands = [[sys.executable, "-c", BUILD, store.url, "12"] for _ in range(2)]
    vectors, processes = clustered(COUNT, seed=1), [subprocess.Popen(command) for command in commands]
    number = 0
    while any(process.poll() is None for process in processes):
        write(store, vectors[number % COUNT : number % COUNT + 1], first=COUNT + number)
        number += 1
        verify_rows(file)
    assert [process.wait() for process in processes] == [0, 0]
    assert number
    every = np.concatenate([vectors, vectors[np.arange(number) % COUNT]])
    with EmbeddedStore.open(store.url) as other:
        found = {hit.item_id for hit in other.search("s", every[0], k=len(every))}
        assert len(found) == len(every)
        assert from_file(other) >= COUNT


def test_each_write_is_found_while_the_files_are_written_anew(
    store: EmbeddedStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "INDEX_AFTER_SEARCHES", 0)
    monkeypatch.setattr(space_files, "UNINDEXED_MAX", 5)
    vectors, drawn = clustered(COUNT, seed=1), clustered(400, seed=7)
    alive = np.ones(COUNT, bool)
    for number, vector in enumerate(drawn):
        place = number * 7 % COUNT
        vectors[place], alive[place] = vector, True
        write(store, vectors[place : place + 1], first=place)
        assert store.search("s", vector)[0].item_id == f"{place:05d}"
        if number % 3 == 0:
            store.delete([f"{place:05d}"])
            alive[place] = False
            assert f"{place:05d}" not in [hit.item_id for hit in store.search("s", vector)]
    store._snapshots._builder.join()
    assert from_file(store) > 0
    check_searches(store, vectors, np.flatnonzero(alive))
    check_reopened(store, vectors, np.flatnonzero(alive), in_file=from_file(store))


def test_space_that_could_not_be_followed_is_read_anew(store: EmbeddedStore, file: Path) -> None:
    """A damaged vector among new ones: once it is gone, no older vector of the others is found."""
    vectors = clustered(COUNT, seed=1)
    vectors[:20] = clustered(20, seed=6)
    write(store, vectors[:20])
    with store._database.writing() as connection:
        name = "SELECT item_key FROM items WHERE item_id = '00019'"
        (good,) = connection.execute(f"SELECT vector FROM vectors WHERE item_key = ({name})").fetchone()
        connection.execute(f"UPDATE vectors SET vector = x'00' WHERE item_key = ({name})")
    with pytest.raises(StoreError):
        store.search("s", vectors[0])
    with store._database.writing() as connection:
        connection.execute(f"UPDATE vectors SET vector = ? WHERE item_key = ({name})", (good,))
    check_searches(store, vectors, np.arange(COUNT))
