"""The index on clusters of a few thousand vectors: recall, what came after it, and a file that cannot be trusted."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.errors import StoreError
from deepstyle.store import index_build, snapshot, space_files
from deepstyle.store.base import ItemFilter
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.index import _TRAILER, Index, _Trailer, load_index, save_index, verify_index
from deepstyle.store.index_build import built_index, quantised
from deepstyle.store.index_codes import coded
from deepstyle.store.rows import open_rows
from tests.store.clusters import COUNT, DIMENSION, clustered, recall, write


@pytest.fixture(scope="module", params=["all dimensions", "principal dimensions"])
def written(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> tuple[Path, bool]:
    """A folder with an indexed store, and whether its index leaves dimensions out; tests take a copy of it."""
    folder, is_reduced = tmp_path_factory.mktemp("indexed"), request.param == "principal dimensions"
    with pytest.MonkeyPatch.context() as patch:
        index_sizes(patch, is_reduced)
        with EmbeddedStore.open(f"sqlite:///{folder}/x.db") as store:
            write(store, clustered(COUNT, seed=1))
            store.build_index("s")
    return folder, is_reduced


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: tuple[Path, bool]) -> Iterator[EmbeddedStore]:
    folder, is_reduced = written
    index_sizes(monkeypatch, is_reduced)
    monkeypatch.setattr(snapshot, "INDEX_AFTER_SEARCHES", 10**9)
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with EmbeddedStore.open(f"sqlite:///{tmp_path}/x.db") as store:
        assert indexed(store)
        index = store._snapshots.current("s").spaces["s"].index
        assert index is not None
        assert (index.codes is not None) == is_reduced
        yield store


def index_sizes(patch: pytest.MonkeyPatch, is_reduced: bool) -> None:
    """Build an index of few vectors already, and one of fewer dimensions where ``is_reduced``."""
    patch.setattr(space_files, "INDEX_FROM", 1000)
    if is_reduced:
        patch.setattr(index_build, "REDUCED_FROM", 1000)


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
    stamp, size, reduced, _, _ = _TRAILER.unpack(sound[-_TRAILER.size :])
    native, rest = content(sound[:size]), sound[size : -_TRAILER.size]
    trailer = _Trailer(stamp, len(native), reduced)
    index_file(tmp_path).write_bytes(native + rest + trailer.packed(hashlib.sha256(native + rest)))
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
    save_index(index_file(tmp_path), Index(quantised(rows)), rows, b"another stamp".ljust(32))
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


@pytest.fixture
def reduced_from_1000(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_build, "REDUCED_FROM", 1000)


@pytest.mark.usefixtures("reduced_from_1000")
def test_dimensions_are_left_out_only_where_neighbours_are_found_without_them() -> None:
    random = np.random.default_rng(0)
    noise = random.normal(size=(10_000, 256)).astype(np.float32)
    flat = noise * (np.arange(256) < 32)
    between = noise * (np.arange(256) < 128)
    bases = [built_index(unit(rows)).basis for rows in (noise, flat, between)]
    assert [None if basis is None else basis.shape for basis in bases] == [None, (256, 64), (256, 128)]


@pytest.mark.usefixtures("reduced_from_1000")
@pytest.mark.parametrize("share", [0.02, 0.2, 0.4, 0.99])
@pytest.mark.parametrize("is_near", [True, False])
def test_a_reduced_index_finds_what_a_filter_lets_pass(share: float, is_near: bool) -> None:
    """Where a filter selects the clusters near the query, and where it selects those far from it."""
    random = np.random.default_rng(1)
    centres = unit(random.normal(size=(50, 128)) / np.sqrt(np.arange(1, 129)))
    clusters = random.integers(50, size=6020)
    vectors = unit(centres[clusters] + 0.4 / np.sqrt(128) * random.normal(size=(6020, 128)))
    index = built_index(vectors[20:])
    assert index.basis is not None
    found = 0
    for query in vectors[:20]:
        nearest = np.argsort(-(centres @ query))
        chosen = nearest[: int(share * 50)] if is_near else nearest[-int(share * 50) :]
        places = np.isin(clusters[20:], chosen)
        allowed = np.flatnonzero(places)
        best = allowed[np.argsort(-(vectors[20:][allowed] @ query))[:10]]
        proposed = index.propose(query, 10, places)
        assert places[proposed].all()
        assert len(set(proposed.tolist())) == len(proposed)
        found += len(set(best.tolist()) & set(proposed.tolist()))
    assert found >= 0.98 * 200


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_codes_rank_as_vectors_do() -> None:
    vectors = clustered(500, seed=1)
    vectors[3] = 0
    codes, query, places = coded(vectors), clustered(1, seed=9)[0], np.arange(0, 500, 2)
    assert np.abs(codes.values * codes.scales[:, None] - vectors).max() <= np.abs(vectors).max() / 127 / 2 + 1e-6
    chosen = codes.best(places, query, 20)
    best = places[np.argsort(-(vectors[places] @ query))]
    assert set(best[:15].tolist()) <= set(chosen.tolist()) <= set(places.tolist())
    assert len(chosen) == 20
    assert codes.best(places[:5], query, 20).tolist() == places[:5].tolist()
