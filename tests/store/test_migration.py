"""Stores of version 1: read as they are, brought up to date by the first open that may write."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

from deepstyle.errors import StoreError
from deepstyle.store import schema
from deepstyle.store.base import ImageSource, Store
from deepstyle.store.copy import copy_store, digest_of
from deepstyle.store.digests import row_digest
from deepstyle.store.open import open_store
from tests.store.contract import fill
from tests.store.model import image_of, vector_of
from tests.store.mongod import ReplicaSet, replica_set

ORIGINAL = "a" * 64


def fill_older(store: Store) -> None:
    fill(store)
    store.put_compatible({"a1": ["b1"]})
    store.set_meta("style_space", "s")


def version_1(path: Path) -> None:
    """What the program wrote that knew version 1 only: item b2 has a reduced picture and an attribute of its own."""
    with open_store(f"sqlite:///{path}") as store:
        fill_older(store)
    new = sqlite3.connect(path)
    old = sqlite3.connect(path.with_suffix(".old"))
    for statement in schema.VERSION_1.split(";\n"):
        old.execute(statement)
    old.execute("DELETE FROM revision")
    for (table,) in old.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"):
        columns = ", ".join(row[1] for row in old.execute(f"PRAGMA table_info({table})"))
        rows = new.execute(f"SELECT {columns} FROM {table}").fetchall()
        if rows:
            old.executemany(f"INSERT INTO {table} ({columns}) VALUES (?{', ?' * (len(rows[0]) - 1)})", rows)
    attributes = json.dumps({"fit": "slim", "image_source_sha256": ORIGINAL}, sort_keys=True)
    old.execute("UPDATE items SET attributes = ? WHERE item_id = 'b2'", (attributes,))
    old.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    old.execute("PRAGMA user_version = 1")
    old.commit()
    new.close()
    old.close()
    path.with_suffix(".old").replace(path)


@pytest.fixture
def older(tmp_path: Path) -> Path:
    path = tmp_path / "x.db"
    version_1(path)
    return path


def check_content(store: Store) -> None:
    with open_store("sqlite:///other.db") as other:
        fill_older(other)
        items = {item.item_id: item for item in other.iter_items()}
        assert {item.item_id: item for item in store.iter_items()} == items
        assert [hit.item_id for hit in store.search("s", vector_of(2))] == [
            hit.item_id for hit in other.search("s", vector_of(2))
        ]
    assert store.image_sources(["a1", "b2"]) == {
        "a1": ImageSource(image_of("a1").sha256),
        "b2": ImageSource(image_of("b2").sha256, ORIGINAL),
    }
    image = store.image("b2")
    assert image is not None
    assert (image.data, image.source_sha256) == (image_of("b2").data, ORIGINAL)
    assert store.compatible("a1") == ("b1",)
    assert store.meta("style_space") == "s"


def version_of(path: Path) -> int:
    connection = sqlite3.connect(path)
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return version


def test_a_file_of_version_1_is_read_without_a_change(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(older.parent)
    before = older.read_bytes()
    with open_store(f"sqlite:///{older}", read_only=True) as store:
        check_content(store)
    assert older.read_bytes() == before


def test_a_file_of_version_1_is_checked_once_it_has_digests(older: Path) -> None:
    with (
        open_store(f"sqlite:///{older}", read_only=True) as reader,
        pytest.raises(StoreError, match="no digests"),
    ):
        reader.check()
    with open_store(f"sqlite:///{older}") as store:
        assert {finding.kind for finding in store.check().findings} == {"picture"}  # these are no pictures


def test_a_file_of_version_1_is_migrated(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(older.parent)
    with open_store(f"sqlite:///{older}", read_only=True) as reader, open_store(f"sqlite:///{older}") as store:
        check_content(store)
        assert reader.get(["b2"]) == store.get(["b2"])
    assert version_of(older) == schema.SCHEMA_VERSION
    connection = sqlite3.connect(older)
    for table, columns in schema.DIGESTED.items():
        for digest, *values in connection.execute(f"SELECT digest, {columns} FROM {table}"):
            assert digest == row_digest(*values)
    connection.close()


def test_a_migrated_file_has_the_schema_of_a_new_one(older: Path) -> None:
    open_store(f"sqlite:///{older}").close()
    open_store(f"sqlite:///{older.parent}/new.db").close()
    schemas = []
    for path in (older, older.parent / "new.db"):
        connection = sqlite3.connect(path)
        schemas.append(sorted(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL")))
        connection.close()
    assert schemas[0] == schemas[1]


def test_a_migration_that_fails_changes_nothing(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = older.read_bytes()
    monkeypatch.setitem(schema.DIGESTED, "revision", "no_such_column")
    with pytest.raises(StoreError):
        open_store(f"sqlite:///{older}")
    assert version_of(older) == 1
    assert older.read_bytes() == before
    monkeypatch.undo()
    open_store(f"sqlite:///{older}").close()
    assert version_of(older) == schema.SCHEMA_VERSION


def test_copy_keeps_where_an_image_came_from(older: Path) -> None:
    with (
        open_store(f"sqlite:///{older}", read_only=True) as source,
        open_store(f"sqlite:///{older.parent}/b.db") as target,
    ):
        copy_store(source, target)
        assert target.image_sources(["b2"])["b2"].source_sha256 == ORIGINAL


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


def test_a_mongodb_database_of_version_1(server: ReplicaSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    url = server.url("older")
    with open_store(url) as store:
        fill_older(store)
        digest = digest_of(store)
    with MongoClient(url) as client:
        db = client["older"]
        for name in ("items", "embeddings", "compatible", "meta"):
            db[name].update_many({}, {"$unset": {"digest": "", "image.source_sha256": "", "image.normalisation": ""}})
        attributes = [["fit", "slim"], ["image_source_sha256", ORIGINAL]]
        db["items"].update_one({"_id": "b2"}, {"$set": {"attributes": attributes}})
        db["meta"].update_one({"_id": "schema"}, {"$set": {"value": "1"}})
        with open_store(url, read_only=True) as store:
            check_content(store)
        assert db["meta"].find_one({"_id": "schema"})["value"] == "1"
        with open_store(url) as store:
            check_content(store)
            store.put([])
            assert digest_of(store) != digest
        for name in ("items", "embeddings", "compatible"):
            assert db[name].count_documents({"digest": {"$exists": False}}) == 0
        assert db["meta"].count_documents({"digest": {"$exists": False}}) == 1
        assert db["meta"].find_one({"_id": "schema"})["value"] == "2"
