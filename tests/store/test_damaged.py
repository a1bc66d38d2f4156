"""A store that holds what nobody wrote: each read names the damaged item and says what to do, and nothing crashes."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pymongo import MongoClient

from deepstyle.errors import StoreError
from deepstyle.store.base import ItemFilter, Store
from deepstyle.store.open import open_store
from deepstyle.store.space_files import DIMENSION_MAX
from tests.store.contract import fill
from tests.store.model import DIMENSION, vector_of
from tests.store.mongod import replica_set

Read = Callable[[Store], object]

READS: dict[str, Read] = {
    "get": lambda store: store.get(["a1", "a2", "b1"]),
    "iter_items": lambda store: list(store.iter_items()),
    "browse": lambda store: store.browse(),
    "browse with a filter": lambda store: store.browse(ItemFilter(text="boots")),
    "image": lambda store: store.image("a1"),
    "image_sources": lambda store: store.image_sources(["a1"]),
    "vectors": lambda store: store.vectors("s"),
    "vectors of some": lambda store: store.vectors("s", ["a1"]),
    "search": lambda store: store.search("s", vector_of(0)),
    "search with a filter": lambda store: store.search("s", vector_of(0), where=ItemFilter(text="boots")),
    "spaces": lambda store: store.spaces(),
    "missing_vectors": lambda store: store.missing_vectors("s"),
    "compatible": lambda store: store.compatible("a1"),
    "facts": lambda store: store.facts(),
    "count": lambda store: store.count(),
}


def hexed(value: float) -> str:
    """A vector of one number, in hex."""
    return np.full(DIMENSION, value, np.float32).tobytes().hex()


OF_A1 = "item_key = (SELECT item_key FROM items WHERE item_id = 'a1')"
ITEM_READS = ("get", "iter_items", "browse")
VECTOR_READS = ("vectors", "vectors of some", "search", "search with a filter")

# SQL that damages the store, and the reads that must say so and name the item
DAMAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "attributes that are no JSON": ("UPDATE items SET attributes = '{' WHERE item_id = 'a1'", ITEM_READS),
    "attributes that are a list": ("UPDATE items SET attributes = '[1]' WHERE item_id = 'a1'", ITEM_READS),
    "attributes of numbers": ("UPDATE items SET attributes = '{\"a\": 1}' WHERE item_id = 'a1'", ITEM_READS),
    "infinite price": ("UPDATE items SET price = 9e999 WHERE item_id = 'a1'", ITEM_READS),
    "short vector": (f"UPDATE vectors SET vector = x'0000803f' WHERE {OF_A1}", VECTOR_READS),
    "empty vector": (f"UPDATE vectors SET vector = x'' WHERE {OF_A1}", VECTOR_READS),
    "odd vector": (f"UPDATE vectors SET vector = x'00' WHERE {OF_A1}", VECTOR_READS),
    "NaN": (f"UPDATE vectors SET vector = x'{hexed(np.nan)}' WHERE {OF_A1}", VECTOR_READS),
    "infinite": (f"UPDATE vectors SET vector = x'{hexed(np.inf)}' WHERE {OF_A1}", VECTOR_READS),
    "long": (f"UPDATE vectors SET vector = x'{hexed(1e30)}' WHERE {OF_A1}", VECTOR_READS),
    "mapping that is no JSON": (f"UPDATE compatible SET item_ids = 'b1' WHERE {OF_A1}", ("compatible",)),
    "mapping that is an object": (f"UPDATE compatible SET item_ids = '{{}}' WHERE {OF_A1}", ("compatible",)),
    "mapping of numbers": (f"UPDATE compatible SET item_ids = '[1]' WHERE {OF_A1}", ("compatible",)),
    "key beyond all given": ("UPDATE items SET item_key = 1 << 60 WHERE item_id = 'a1'", ("browse",)),
    "vector of no item": (f"UPDATE vectors SET item_key = 1 << 60 WHERE {OF_A1}", ()),
    "other dimension": ("UPDATE spaces SET dimension = 4", ()),
    "no dimension": ("UPDATE spaces SET dimension = 0", ()),
    "huge dimension": (f"UPDATE spaces SET dimension = {DIMENSION_MAX + 1}", ()),
    "no revision": ("DELETE FROM revision", ()),
    "no keys": ("DELETE FROM sqlite_sequence", ()),
}  # fmt: skip


def fill_mapped(store: Store) -> None:
    fill(store)
    store.put_compatible({"a1": ["b1"], "a2": ["b1"]})


def check_reads(url: str, named: tuple[str, ...]) -> None:
    for name, read in READS.items():
        with open_store(url, read_only=True) as store:
            try:
                read(store)
            except StoreError as error:
                assert "deepstyle check" in error.remedy or "Import the item again" in error.remedy, (name, error)
                assert name not in named or "'a1'" in error.message, (name, error)
            else:
                assert name not in named, name


@pytest.mark.parametrize(("statement", "named"), DAMAGES.values(), ids=DAMAGES)
def test_damaged_value(tmp_path: Path, statement: str, named: tuple[str, ...]) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    with open_store(url) as store:
        fill_mapped(store)
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.execute(statement)
    connection.commit()
    connection.close()
    check_reads(url, named)


def test_random_bytes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    with open_store(url) as store:
        fill_mapped(store)
    sound, random = (tmp_path / "x.db").read_bytes(), np.random.default_rng(0)
    for trial in range(150):
        data = np.frombuffer(sound, np.uint8).copy()
        places = random.integers(100 if trial % 3 else 0, len(data), 400)
        data[places] = random.integers(0, 256, len(places))
        (tmp_path / "x.db").write_bytes(data.tobytes())
        for read in READS.values():
            try:
                with open_store(url, read_only=True) as store:
                    read(store)
            except StoreError as error:
                assert error.remedy


MONGODB_DAMAGES: dict[str, tuple[str, dict[str, object], tuple[str, ...]]] = {
    "short vector": ("embeddings", {"vector": b"\x27\x00\x00\x00\x80\x3f"}, VECTOR_READS),
    "text for a vector": ("embeddings", {"vector": "abc"}, VECTOR_READS),
    "no vector": ("embeddings", {"vector": None}, VECTOR_READS),
    "match of nothing": ("embeddings", {"match": {}}, ("search",)),
    "attributes": ("items", {"attributes": 5}, ITEM_READS),
    "price": ("items", {"price": "5"}, ITEM_READS),
    "title": ("items", {"title": None}, ITEM_READS),
    "image": ("items", {"image": {"sha256": 5}}, ()),
    "image that is a text": ("items", {"image": "x"}, ()),
    "mapping": ("compatible", {"rec_feature2": [1]}, ("compatible",)),
    "no mapping": ("compatible", {"rec_feature2": 5}, ("compatible",)),
}


def test_damaged_documents(tmp_path: Path) -> None:
    with replica_set(tmp_path) as server:
        url = server.url("damaged")
        with open_store(url) as store:
            fill_mapped(store)
        with MongoClient(url) as client:
            for collection, fields, named in MONGODB_DAMAGES.values():
                documents = client["damaged"][collection]
                query = {"item_id": "a1"} if collection == "embeddings" else {"_id": "a1"}
                before = documents.find_one(query)
                documents.update_one(query, {"$set": fields})
                check_reads(url, named)
                documents.replace_one(query, before)
        check_reads(url, ())
