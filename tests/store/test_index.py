"""The index on clusters of a few thousand vectors: recall, what came after it, and a file that cannot be trusted."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.errors import StoreError
from deepstyle.store import snapshot, space_files
from deepstyle.store.base import ItemFilter
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.index import _TRAILER, Index, load_index, quantised, save_index, sealed, verify_index
from deepstyle.store.rows import open_rows
from tests.store.clusters import COUNT, DIMENSION, clustered, recall, write


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedStore]:
    monkeypatch.setattr(space_files, "INDEX_FROM", 1000)
    monkeypatch.setattr(snapshot, "INDEX_AFTER_SEARCHES", 10**9)
    with EmbeddedStore.open(f"sqlite:///{tmp_path}/x.db") as store:
        write(store, clustered(COUNT, seed=1))
        store.build_index("s")
        assert indexed(store)
        yield store


def indexed(store: EmbeddedStore) -> int:
    """How many vectors the handle searches by index."""
    return store._snapshots.current("s").spaces["s"].indexed


def index_file(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "x.db.index").glob("*.index")
    return path


def test_recall_with_and_without_filter(store: EmbeddedStore) -> None:
    vectors, rows = clustered(COUNT, seed=1), np.arange(COUNT)
    assert recall(store, vectors, rows, ItemFilter()) >= 0.98
    assert recall(store, vectors, rows[rows % 2 == 1], ItemFilter(brands=("odd",))) >= 0.98
    second = ItemFilter(semantic_categories=SEMANTIC_CATEGORIES[1:2])
    assert recall(store, vectors, rows[rows % 3 == 1], second) >= 0.98


def test_index_follows_writes_without_a_rebuild(store: EmbeddedStore) -> None:
    vectors = np.concatenate([clustered(COUNT, seed=1), clustered(500, seed=2)])
    write(store, vectors[COUNT:], first=COUNT)
    gone = np.arange(0, COUNT, 7)
    store.delete([f"{number:05d}" for number in gone])
    vectors[1] = clustered(1, seed=3)[0]
    write(store, vectors[1:2], first=1)
    rows = np.setdiff1d(np.arange(len(vectors)), gone)
    assert indexed(store) == COUNT
    assert recall(store, vectors, rows, ItemFilter()) >= 0.98
    assert recall(store, vectors, rows[rows % 2 == 0], ItemFilter(brands=("even",))) >= 0.98


def test_items_of_one_category_lie_side_by_side(store: EmbeddedStore) -> None:
    current = store._snapshots.current("s")
    keys = current.spaces["s"].item_keys[:COUNT]
    assert sorted(keys) != keys.tolist()
    categories = current.columns.codes("semantic_category")[current.columns.rows_of(keys)]
    assert np.count_nonzero(np.diff(categories)) == len(set(categories.tolist())) - 1 == 2


def test_rows_are_dropped_once_many_are_dead(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, kept = clustered(COUNT, seed=1), np.arange(COUNT - 1500)
    store.delete([f"{number:05d}" for number in range(COUNT - 1500, COUNT)])
    assert recall(store, vectors, kept, ItemFilter()) >= 0.98
    assert store._snapshots.current("s").spaces["s"].count == COUNT
    monkeypatch.setattr(snapshot, "INDEX_AFTER_SEARCHES", 0)
    store.search("s", vectors[0])
    store._snapshots._builder.join()
    assert recall(store, vectors, kept, ItemFilter()) >= 0.98
    assert store._snapshots.current("s").spaces["s"].count == indexed(store) == len(kept)


def test_reopened_store_uses_the_file(store: EmbeddedStore, tmp_path: Path) -> None:
    store.delete(["00003"])
    write(store, clustered(20, seed=5), first=COUNT)
    vectors = np.concatenate([clustered(COUNT, seed=1), clustered(20, seed=5)])
    with EmbeddedStore.open(store.url) as other:
        assert recall(other, vectors, np.delete(np.arange(COUNT + 20), 3), ItemFilter()) >= 0.98
        assert indexed(other) == COUNT


@pytest.mark.parametrize("place", [0, -1, -55, -60, -90])
def test_altered_file_is_not_used(store: EmbeddedStore, tmp_path: Path, place: int) -> None:
    alter(index_file(tmp_path), place)
    check_rebuilt(store, written=True)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("place", [60, 5000, -1, -20, -55, -60, -90])
def test_every_byte_is_compared_by_a_check(tmp_path: Path, place: int) -> None:
    verify_index(index_file(tmp_path))
    alter(index_file(tmp_path), place)
    with pytest.raises(StoreError):
        verify_index(index_file(tmp_path))


def alter(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("size", [0, 10, 40, 1000, -1])
def test_cut_file_is_not_used(store: EmbeddedStore, tmp_path: Path, size: int) -> None:
    index_file(tmp_path).write_bytes(index_file(tmp_path).read_bytes()[:size])
    check_rebuilt(store, written=True)


def native_bytes(count: int, dimension: int) -> bytes:
    vectors = np.random.default_rng(0).normal(size=(count, dimension)).astype(np.float32)
    data: bytes = quantised(vectors).to_bytes()
    return data


CONTENTS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda native: b"",
    "garbage": lambda native: b"garbage" * 100,
    "half": lambda native: native[: len(native) // 2],
    "twice": lambda native: native[:40] + native,
    "other dimension": lambda native: native_bytes(COUNT, 8),
    "other count": lambda native: native_bytes(3, DIMENSION),
}


def check_rebuilt(store: EmbeddedStore, *, written: bool) -> None:
    """Search goes on without, an index is built again, and the next handle uses it where it could be written."""
    with EmbeddedStore.open(store.url) as other:
        assert recall(other, clustered(COUNT, seed=1), np.arange(COUNT), ItemFilter()) == 1
        assert indexed(other) == 0
        other.build_index("s")
        assert indexed(other) == COUNT
    with EmbeddedStore.open(store.url) as again:
        again.search("s", clustered(1, seed=0)[0])
        assert indexed(again) == (COUNT if written else 0)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_file_that_verifies_and_is_unfit_is_not_used(
    store: EmbeddedStore, tmp_path: Path, content: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    sound = index_file(tmp_path).read_bytes()
    stamp = _TRAILER.unpack(sound[-_TRAILER.size :])[0]
    native = content(sound[: -_TRAILER.size])
    index_file(tmp_path).write_bytes(native + sealed(native, stamp))
    check_rebuilt(store, written=True)
    assert "will be built again" in caplog.text


def test_folder_in_the_place_of_the_file(store: EmbeddedStore, tmp_path: Path, caplog) -> None:
    path = index_file(tmp_path)
    path.unlink()
    path.mkdir()
    check_rebuilt(store, written=False)
    assert "could not be written" in caplog.text
    assert store.drop_space("s") == COUNT


def test_file_in_the_place_of_the_folder(store: EmbeddedStore, tmp_path: Path, caplog) -> None:
    folder = index_file(tmp_path).parent
    shutil.rmtree(folder)
    folder.write_bytes(b"")
    check_rebuilt(store, written=False)
    assert "could not be written" in caplog.text
    assert store.drop_space("s") == COUNT


def test_index_of_other_rows_is_not_used(store: EmbeddedStore, tmp_path: Path, caplog) -> None:
    """Two processes may write both files at once; one's index may then lie beside the other's rows."""
    _, rows = open_rows(index_file(tmp_path).with_suffix(".rows"))
    save_index(index_file(tmp_path), Index(quantised(rows)), b"another stamp".ljust(32))
    assert load_index(index_file(tmp_path), rows, rows.stamp) is None
    check_rebuilt(store, written=True)
    assert "of other rows" in caplog.text


def test_large_space_gets_an_index_by_itself(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.drop_space("s")
    write(store, clustered(COUNT, seed=1))
    monkeypatch.setattr(snapshot, "INDEX_AFTER_SEARCHES", 0)
    store.search("s", clustered(1, seed=0)[0])
    store._snapshots.close()
    assert indexed(store) == COUNT


def test_vectors_without_spread_are_indexed_too() -> None:
    index = Index(quantised(np.eye(8, dtype=np.float32)[[0] * 50]))
    assert len(index.propose(np.eye(8, dtype=np.float32)[0], 5, None)) == 50
