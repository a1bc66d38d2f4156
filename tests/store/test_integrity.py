"""``Store.check``: sound stores have no findings, each kind of damage is found, named and repaired."""

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pymongo import MongoClient

from deepstyle.errors import StoreError
from deepstyle.images.item_image import ItemImage
from deepstyle.images.pixels import read_image
from deepstyle.store.base import Entry, Store, VectorBatch
from deepstyle.store.copy import digest_of
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.integrity import LAST_CHECK, last_check, record_check
from deepstyle.store.open import open_store
from deepstyle.store.space_files import index_path
from tests.images.pictures import photo, save
from tests.store.contract import ITEMS
from tests.store.looks_contract import LOOKS
from tests.store.model import DIMENSION, batch_of, vector_of
from tests.store.mongod import ReplicaSet, replica_set

OF_A1 = "item_key = (SELECT item_key FROM items WHERE item_id = 'a1')"


def picture(number: int) -> ItemImage:
    return read_image(save(photo(30, 40, seed=number), "JPEG"))


def fill(store: Store) -> None:
    """``ITEMS`` with pictures that decode, vectors in two spaces, suggestions and a fact."""
    pictures = [picture(number) for number in range(len(ITEMS))]
    store.put([Entry(item, image) for item, image in zip(ITEMS, pictures, strict=True)])
    more = (picture(20), picture(21))
    store.put([Entry(ITEMS[0], None, more)])
    for position, image in enumerate(more, start=1):
        store.put_vectors(f"s#{position}", batch_of({"a1": (image.sha256, vector_of(position))}))
    vectors = {
        item.item_id: (image.sha256, vector_of(n)) for n, (item, image) in enumerate(zip(ITEMS, pictures, strict=True))
    }
    for space in ("s", "t"):
        store.put_vectors(space, batch_of(vectors))
    store.put_compatible({"a1": ["b1", "c1"], "b1": ["a1"]})
    store.set_meta("style_space", "s")
    store.put_looks(LOOKS)


# SQL that damages the store, and what a check must find: its kinds, and the item
DAMAGES: dict[str, tuple[str, str, str]] = {
    "title": ("UPDATE items SET title = 'Ankle boats' WHERE item_id = 'a1'", "item", "a1"),
    "item id": ("UPDATE items SET item_id = 'a9' WHERE item_id = 'a1'", "item", "a9"),
    "price": ("UPDATE items SET price = 120.5 WHERE item_id = 'a1'", "item", "a1"),
    "attributes": ("UPDATE items SET attributes = '{' WHERE item_id = 'a1'", "item", "a1"),
    "text that is no UTF-8": ("UPDATE items SET brand = CAST(x'ff41' AS TEXT) WHERE item_id = 'a1'", "item", "a1"),
    "hash of the picture": ("UPDATE items SET sha256 = 'a' || substr(sha256, 2) WHERE item_id = 'a1'", "item", "a1"),
    "width": ("UPDATE items SET width_px = 31 WHERE item_id = 'a1'", "item", "a1"),
    "revision of an item": ("UPDATE items SET revision = revision - 1 WHERE item_id = 'a1'", "item", "a1"),
    "digest of an item": ("UPDATE items SET digest = x'00' WHERE item_id = 'a1'", "item", "a1"),
    "picture": (f"UPDATE image_bytes SET data = x'ffd8ff00' WHERE {OF_A1}", "picture", "a1"),
    "no picture": (f"DELETE FROM image_bytes WHERE {OF_A1}", "picture", "a1"),
    "further picture": (f"UPDATE pictures SET data = x'ffd8ff00' WHERE position = 1 AND {OF_A1}", "picture", "a1"),
    "further picture's width": (f"UPDATE pictures SET width_px = 31 WHERE position = 2 AND {OF_A1}", "picture", "a1"),
    "no further picture": (f"DELETE FROM pictures WHERE position = 1 AND {OF_A1}", "picture", "a1"),
    "further picture of no item": (f"UPDATE pictures SET item_key = 99 WHERE position = 2 AND {OF_A1}", "picture", ""),
    "stray picture": ("INSERT INTO image_bytes VALUES (99, x'00')", "picture", ""),
    "vector": (f"UPDATE vectors SET vector = zeroblob(length(vector)) WHERE {OF_A1}", "vector", "a1"),
    "short vector": (f"UPDATE vectors SET vector = x'00' WHERE {OF_A1}", "vector", "a1"),
    "vector of another item": (f"UPDATE vectors SET item_key = 99 WHERE {OF_A1}", "vector", ""),
    "mapping": (f"UPDATE compatible SET item_ids = '[\"c1\", \"c1\"]' WHERE {OF_A1}", "mapping", "a1"),
    "mapping of no item": (f"UPDATE compatible SET item_key = 99 WHERE {OF_A1}", "mapping", ""),
    "fact": ("UPDATE meta SET value = 't' WHERE key = 'style_space'", "fact", ""),
    "fact's name": ("UPDATE meta SET key = 'style_spice' WHERE key = 'style_space'", "fact", ""),
    "look": ("UPDATE looks SET title = 'x' WHERE look_id = 'l1'", "look", ""),
    "items of a look": ("UPDATE looks SET item_ids = '[' WHERE look_id = 'l1'", "look", ""),
    "index of a look": ("DELETE FROM look_items WHERE item_id = 'a1'", "look", ""),
    "stray entry of a look": ("UPDATE look_items SET item_id = 'c2' WHERE item_id = 'a1'", "look", ""),
    "dimension": ("UPDATE spaces SET dimension = 9 WHERE space = 's'", "space", ""),
    "space's name": ("UPDATE spaces SET space = 'r' WHERE space = 's'", "space", ""),
    "revision": ("UPDATE revision SET value = value + 1", "file", ""),
    "no revision": ("DELETE FROM revision", "file", ""),
    "keys given out": ("UPDATE sqlite_sequence SET seq = 1 WHERE name = 'items'", "file", ""),
}  # fmt: skip


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/x.db"
    with open_store(url) as store:
        fill(store)
    return url


def execute(url: str, statement: str) -> None:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute(statement)
    connection.commit()
    connection.close()


def check_found_and_repaired(store: Store, kind: str, item_id: str) -> None:
    report = store.check()
    assert (kind, item_id) in {(finding.kind, finding.item_id) for finding in report.findings}, report.findings
    repaired = store.check(repair=True)
    assert repaired.repaired
    assert repaired.findings == report.findings
    assert store.check().findings == ()
    if kind in ("item", "picture") and item_id:
        assert item_id in repaired.import_again


def check_made_again(store: Store) -> None:
    """What import, encode and map do after a repair; nothing else was lost."""
    store.delete(["a9"])
    fill(store)
    assert store.check().findings == ()


def test_a_sound_store(url: str) -> None:
    with open_store(url) as store:
        steps = []
        report = store.check(on_progress=lambda step, done, total: steps.append(step))
        assert (report.items, report.images, report.vectors, report.mappings, report.facts) == (5, 7, 12, 2, 1)
        assert (report.findings, report.repaired) == ((), False)
        assert {"items", "pictures", "vectors"} <= set(steps)
        assert not store.check(repair=True).repaired
        store.delete(["c1"])
        report = store.check()
        assert (report.findings, report.stale_suggestions) == ((), 1)


@pytest.mark.parametrize(("statement", "kind", "item_id"), DAMAGES.values(), ids=DAMAGES)
def test_damage_is_found_named_and_repaired(url: str, statement: str, kind: str, item_id: str) -> None:
    with open_store(url) as store:
        expected = digest_of(store)
    execute(url, statement)
    with open_store(url) as store:
        check_found_and_repaired(store, kind, item_id)
        check_made_again(store)
        assert digest_of(store) == expected


def test_a_reader_forgets_what_was_removed(url: str) -> None:
    with open_store(url, read_only=True) as reader:
        assert reader.search("s", vector_of(0), k=1)[0].item_id == "a1"
        execute(url, f"UPDATE vectors SET vector = x'00' WHERE {OF_A1}")
        with open_store(url) as store:
            store.check(repair=True)
        assert "a1" not in [hit.item_id for hit in reader.search("s", vector_of(0))]
        assert len(reader.search("t", vector_of(0))) == 4


def test_index_of_the_file_that_lacks_a_row(url: str, tmp_path: Path) -> None:
    """A byte of the id in the index alone: the row is sound, and no query by this id finds it."""
    data = bytearray((tmp_path / "x.db").read_bytes())
    places = [at for at in range(len(data)) if data.startswith(b"b2", at)]
    found = 0
    for place in places:
        altered = data.copy()
        altered[place] = ord("x")
        (tmp_path / "x.db").write_bytes(altered)
        with open_store(url) as store:
            report = store.check()
            found += "b2" in {finding.item_id for finding in report.findings}
            assert report.findings
            assert store.check(repair=True).repaired
            assert store.check().findings == ()
    assert found >= 2


def test_a_malformed_file_is_reported_and_left_as_it_is(url: str, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with open_store(url) as store:
        store.put([Entry(replace(ITEMS[0], item_id=f"n{number:04}", title="t" * 500)) for number in range(400)])
    connection = sqlite3.connect(path)
    (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'items'").fetchone()
    connection.close()
    data = bytearray(path.read_bytes())
    data[(root - 1) * 8192 + 8 : (root - 1) * 8192 + 12] = b"\xff\xff\xff\x00"
    path.write_bytes(data)
    with open_store(url) as store:
        assert "file" in {finding.kind for finding in store.check().findings}
        with pytest.raises(StoreError) as caught:
            store.check(repair=True)
    assert "backup" in caught.value.remedy
    assert path.read_bytes() == data


def test_index_file(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(40, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with EmbeddedStore.open(f"sqlite:///{tmp_path}/x.db") as store:
        fill(store)
        image = picture(0)
        ids = tuple(f"i{number:02}" for number in range(40))
        store.put([Entry(replace(ITEMS[0], item_id=item_id), image) for item_id in ids])
        store.put_vectors("wide", VectorBatch(ids, (image.sha256,) * 40, vectors))
        store.build_index("wide")
        path = index_path(tmp_path / "x.db", "wide")
        sound = path.read_bytes()
        assert store.check().findings == ()
        for place in np.random.default_rng(1).integers(0, len(sound), 20).tolist():
            altered = bytearray(sound)
            altered[place] ^= 1
            path.write_bytes(altered)
            assert [finding.kind for finding in store.check().findings] == ["index"]
        assert store.check(repair=True).repaired
        assert not path.exists()


def test_last_check_is_remembered_and_not_of_the_catalogue(url: str) -> None:
    with open_store(url) as store:
        assert last_check(store) is None
        before = digest_of(store)
        record_check(store, store.check())
        found = last_check(store)
        assert found is not None
        assert (found.findings, found.repaired) == (0, False)
        assert digest_of(store) == before
        assert store.check().findings == ()
        store.set_meta(LAST_CHECK, "{}")
        assert last_check(store) is None


def test_one_changed_byte_anywhere(url: str, tmp_path: Path) -> None:
    """Each byte that is read back otherwise is reported."""
    path = tmp_path / "x.db"
    sound = path.read_bytes()
    with open_store(url, read_only=True) as store:
        expected = digest_of(store)
    random = np.random.default_rng(2)
    for place in random.integers(0, len(sound), 150).tolist():
        altered = bytearray(sound)
        altered[place] ^= int(random.integers(1, 256))
        path.write_bytes(altered)
        try:
            with open_store(url, read_only=True) as store:
                if not store.check().findings:
                    assert digest_of(store) == expected
        except StoreError as error:
            assert error.remedy


# -- MongoDB ---------------------------------------------------------------------------------------------------------

Change = Callable[[Any], object]


def further(position: int) -> dict[str, str]:
    """The key of the further picture of ``a1`` at ``position``."""
    return {"item_id": "a1", "sha256": picture(19 + position).sha256}


MONGODB_DAMAGES: dict[str, tuple[Change, str, str]] = {
    "title": (lambda db: db.items.update_one({"_id": "a1"}, {"$set": {"title": "x"}}), "item", "a1"),
    "match": (lambda db: db.items.update_one({"_id": "a1"}, {"$set": {"match.brand": "x"}}), "item", "a1"),
    "no fields": (lambda db: db.items.replace_one({"_id": "a1"}, {}), "item", "a1"),
    "no digest": (lambda db: db.items.update_one({"_id": "a1"}, {"$unset": {"digest": 1}}), "item", "a1"),
    "picture": (
        lambda db: db.images.update_one({"_id.item_id": "a1"}, {"$set": {"data": b"\xff\xd8\xff"}}), "picture", "a1"
    ),
    "further picture": (lambda db: db.images.delete_one({"_id": further(1)}), "picture", "a1"),
    "last further picture": (
        lambda db: db.images.update_one({"_id": further(2)}, {"$set": {"data": b""}}), "picture", "a1"
    ),
    "further picture's width": (
        lambda db: db.items.update_one({"_id": "a1"}, {"$set": {"more_images.0.width_px": 1}}), "item", "a1"
    ),
    "no picture": (lambda db: db.images.delete_one({"_id.item_id": "a1"}), "picture", "a1"),
    "vector": (
        lambda db: db.embeddings.update_one({"item_id": "a1"}, {"$set": {"vector": b"\x27\x00abcd"}}), "vector", "a1"
    ),
    "no vector": (lambda db: db.embeddings.delete_one({"item_id": "a1"}), "vector", "a1"),
    "vector's match": (
        lambda db: db.embeddings.update_one({"item_id": "a1"}, {"$set": {"match.brand": "x"}}), "vector", "a1"
    ),
    "mapping": (lambda db: db.compatible.update_one({"_id": "a1"}, {"$set": {"rec_feature2": 1}}), "mapping", "a1"),
    "mapping of no item": (lambda db: db.compatible.insert_one({"_id": "z"}), "mapping", "z"),
    "look": (lambda db: db.looks.update_one({"_id": "l1"}, {"$set": {"item_ids": ["a1"]}}), "look", ""),
    "fact": (lambda db: db.meta.update_one({"_id": "fact:style_space"}, {"$set": {"value": "t"}}), "fact", ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


NUMBERS = itertools.count()


@pytest.mark.parametrize(("change", "kind", "item_id"), MONGODB_DAMAGES.values(), ids=MONGODB_DAMAGES)
def test_damaged_documents_are_found_named_and_repaired(
    server: ReplicaSet, change: Change, kind: str, item_id: str
) -> None:
    name = f"check{next(NUMBERS)}"
    with open_store(server.url(name)) as store, MongoClient(server.url(name)) as client:
        fill(store)
        expected = digest_of(store)
        assert store.check().findings == ()
        change(client[name])
        check_found_and_repaired(store, kind, item_id)
        fill(store)
        assert digest_of(store) == expected
        record_check(store, store.check())
        assert last_check(store) is not None
        store.put_vectors("s", batch_of({"a1": (picture(0).sha256, np.eye(DIMENSION, dtype=np.float32)[0])}))
        assert store.check().findings == ()
