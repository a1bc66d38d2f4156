"""The index on clusters of a few thousand vectors: recall, what came after it, and a file that cannot be trusted."""

import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.images.item_image import ItemImage
from deepstyle.store import snapshot
from deepstyle.store.base import Entry, ItemFilter, VectorBatch
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.index import MAGIC, build_index, load_index, save_index

COUNT, DIMENSION = 4000, 64


def clustered(count: int, seed: int) -> NDArray[np.float32]:
    centres = np.random.default_rng(0).normal(size=(50, DIMENSION))
    random = np.random.default_rng(seed)
    drawn = centres[random.integers(50, size=count)] + 0.6 * random.normal(size=(count, DIMENSION))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def write(store: EmbeddedStore, vectors: NDArray[np.float32], first: int = 0) -> None:
    names = tuple(f"{number:05d}" for number in range(first, first + len(vectors)))
    images = [ItemImage(b"", name, "image/png", 1, 1) for name in names]
    items = [
        Item(name, brand="odd" if int(name) % 2 else "even", semantic_category=SEMANTIC_CATEGORIES[int(name) % 3])
        for name in names
    ]
    store.put([Entry(item, image) for item, image in zip(items, images, strict=True)])
    store.put_vectors("s", VectorBatch(names, names, vectors))


def recall(store: EmbeddedStore, vectors: NDArray[np.float32], rows: NDArray[np.int64], where: ItemFilter) -> float:
    """Mean recall@10 of 40 queries against numpy, among ``rows``."""
    found = 0
    for query in clustered(40, seed=9):
        best = rows[np.argsort(-(vectors[rows] @ query))[:10]]
        hits = store.search("s", query, where=where)
        assert [hit.similarity for hit in hits] == pytest.approx(
            [float(vectors[int(hit.item_id)] @ query) for hit in hits], abs=1e-5
        )
        found += len({int(hit.item_id) for hit in hits} & set(best.tolist()))
    return found / 400


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedStore]:
    monkeypatch.setattr(snapshot, "INDEX_FROM", 1000)
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
    (path,) = (tmp_path / "x.db.index").iterdir()
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


def test_items_of_one_category_lie_side_by_side(store: EmbeddedStore, tmp_path: Path) -> None:
    kept = load_index(index_file(tmp_path), DIMENSION)
    assert kept is not None
    assert sorted(kept.vector_keys) != kept.vector_keys.tolist()
    current = store._snapshots.current("s")
    space = current.spaces["s"]
    rows = np.searchsorted(space.vector_keys[: space.count], kept.vector_keys)
    keys = current.columns.rows_of(space.item_keys[rows])
    categories = current.columns.codes("semantic_category")[keys]
    assert np.count_nonzero(np.diff(categories)) == len(set(categories.tolist())) - 1 == 2


def test_rows_are_dropped_once_many_are_dead(store: EmbeddedStore) -> None:
    vectors, kept = clustered(COUNT, seed=1), np.arange(COUNT - 1500)
    store.delete([f"{number:05d}" for number in range(COUNT - 1500, COUNT)])
    assert recall(store, vectors, kept, ItemFilter()) >= 0.98
    assert store._snapshots.current("s").spaces["s"].count == len(kept)
    assert indexed(store) == len(kept)


def test_reopened_store_uses_the_file(store: EmbeddedStore, tmp_path: Path) -> None:
    store.delete(["00003"])
    write(store, clustered(20, seed=5), first=COUNT)
    vectors = np.concatenate([clustered(COUNT, seed=1), clustered(20, seed=5)])
    with EmbeddedStore.open(store.url) as other:
        assert recall(other, vectors, np.delete(np.arange(COUNT + 20), 3), ItemFilter()) >= 0.98
        assert indexed(other) == COUNT - 1


@pytest.mark.parametrize("place", [0, 20, 60, 5000, -1])
def test_altered_file_is_not_used(store: EmbeddedStore, tmp_path: Path, place: int) -> None:
    data = bytearray(index_file(tmp_path).read_bytes())
    data[place] ^= 1
    index_file(tmp_path).write_bytes(data)
    with EmbeddedStore.open(store.url) as other:
        assert recall(other, clustered(COUNT, seed=1), np.arange(COUNT), ItemFilter()) == 1
        assert indexed(other) == 0
        other.build_index("s")
    with EmbeddedStore.open(store.url) as again:
        again.search("s", clustered(1, seed=0)[0])
        assert indexed(again) == COUNT


@pytest.mark.parametrize("size", [0, 10, 40, 1000])
def test_cut_file_is_not_used(store: EmbeddedStore, tmp_path: Path, size: int) -> None:
    index_file(tmp_path).write_bytes(index_file(tmp_path).read_bytes()[:size])
    assert load_index(index_file(tmp_path), DIMENSION) is None


def resealed(body: bytes) -> bytes:
    return MAGIC + hashlib.sha256(body).digest() + body


def body_of(index: bytes) -> bytes:
    return index[len(MAGIC) + 32 :]


def array(*values: object) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.array(values))
    return stream.getvalue()


CONTENTS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda index: resealed(b""),
    "garbage": lambda index: resealed(b"garbage" * 100),
    "cut": lambda index: resealed(body_of(index)[:-1]),
    "native cut": lambda index: resealed(body_of(index)[: len(index) // 2]),
    "one number": lambda index: resealed(array(1) + body_of(index)),
    "no keys": lambda index: resealed(array(1, 0) + array() + build_index_bytes(8, 8)),
    "texts for keys": lambda index: resealed(array(1, 2) + array("a", "b") + build_index_bytes(2, DIMENSION)),
    "other dimension": lambda index: resealed(array(1, 2) + array(1, 2) + build_index_bytes(2, 8)),
    "other count": lambda index: resealed(array(1, 2) + array(1, 2) + build_index_bytes(3, DIMENSION)),
}


def build_index_bytes(count: int, dimension: int) -> bytes:
    vectors = np.random.default_rng(0).normal(size=(count, dimension)).astype(np.float32)
    data: bytes = build_index(vectors, np.arange(count), 1).native.to_bytes()
    return data


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
    index_file(tmp_path).write_bytes(content(index_file(tmp_path).read_bytes()))
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
    index_file(tmp_path).unlink()
    folder.rmdir()
    folder.write_bytes(b"")
    check_rebuilt(store, written=False)
    assert "could not be written" in caplog.text
    assert store.drop_space("s") == COUNT


def test_file_that_may_not_be_read(store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with EmbeddedStore.open(store.url) as other:
        assert recall(other, clustered(COUNT, seed=1), np.arange(COUNT), ItemFilter()) == 1
        assert indexed(other) == 0


def test_file_of_another_history_is_not_used(store: EmbeddedStore, tmp_path: Path) -> None:
    """A store restored from a backup gives the same keys to other vectors; their revisions tell."""
    kept = load_index(index_file(tmp_path), DIMENSION)
    assert kept is not None
    older = build_index(clustered(COUNT, seed=1), kept.vector_keys, kept.revision - 10**9)
    save_index(index_file(tmp_path), older)
    with EmbeddedStore.open(store.url) as other:
        other.search("s", clustered(1, seed=0)[0])
        assert indexed(other) == 0


def test_large_space_gets_an_index_by_itself(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.drop_space("s")
    write(store, clustered(COUNT, seed=1))
    monkeypatch.setattr(snapshot, "INDEX_AFTER_SEARCHES", 0)
    store.search("s", clustered(1, seed=0)[0])
    store._snapshots.close()
    assert indexed(store) == COUNT


def test_vectors_without_spread_are_indexed_too() -> None:
    index = build_index(np.eye(8, dtype=np.float32)[[0] * 50], np.arange(50), 1)
    assert len(index.propose(np.eye(8, dtype=np.float32)[0], 5, None)) == 50
