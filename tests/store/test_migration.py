"""Stores that older versions wrote: read as they are, migrated by the first open that may write.

``fixtures/`` holds what the code of each version wrote of the same small catalogue (that of the contract, with
suggestions, a fact, and a picture of item ``b2`` that was reduced), as SQL or as MongoDB's extended JSON.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bson import json_util
from pymongo import MongoClient

from deepstyle.catalogue.item import FIELDS, VALUE_FILTERS, Item, ItemFilter
from deepstyle.errors import StoreError
from deepstyle.store import migrations, mongodb_migrate, schema
from deepstyle.store.base import Entry, Hit, ImageSource, Measured, Store
from deepstyle.store.copy import copy_store, digest_of
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.open import open_store
from deepstyle.store.words import Term, tokens
from tests.store.contract import ITEMS, fill
from tests.store.model import batch_of, image_of, vector_of
from tests.store.mongod import ReplicaSet, replica_set

FIXTURES = Path(__file__).parent / "fixtures"
VERSIONS = [1, 2]
ORIGINAL = "a" * 64


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def older(tmp_path: Path, version: int) -> Path:
    path = tmp_path / "x.db"
    write_fixture(path, version)
    return path


def write_fixture(path: Path, version: int) -> None:
    connection = sqlite3.connect(path)
    connection.executescript((FIXTURES / f"sqlite_v{version}.sql").read_text("utf-8"))
    connection.close()


def ids_of(hits: list[Hit]) -> list[str]:
    return [hit.item_id for hit in hits]


def check_content(store: Store) -> None:
    with open_store("sqlite:///other.db") as other:
        fill(other)
        found = {item.item_id: item for item in store.iter_items()}
        assert found == {item.item_id: item for item in ITEMS}
        assert store.get(list(found)) == found
        assert store.browse().facets == other.browse().facets
        for query in (vector_of(0), vector_of(2)):
            assert [hit.item_id for hit in store.search("s", query)] == [
                hit.item_id for hit in other.search("s", query)
            ]
    for field in VALUE_FILTERS:
        nothing = ItemFilter(**{field.filter: ("no such value",)})
        assert (store.browse(nothing).total, store.search("s", vector_of(0), where=nothing)) == (0, [])
    assert store.image_sources(["a1", "b2"]) == {
        "a1": ImageSource(image_of("a1").sha256),
        "b2": ImageSource(image_of("b2").sha256, ORIGINAL),
    }
    image = store.image("b2")
    assert image is not None
    assert (image.data, image.source_sha256) == (image_of("b2").data, ORIGINAL)
    assert store.compatible("a1") == ("b1",)
    assert store.compatible("b2") == ("a2", "c1")
    assert store.meta("style_space") == "s"


def version_of(path: Path) -> int:
    connection = sqlite3.connect(path)
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return version


def test_the_steps_are_numbered_without_a_gap() -> None:
    numbers = list(range(2, migrations.SCHEMA_VERSION + 1))
    assert list(migrations.STEPS) == list(mongodb_migrate.STEPS) == numbers


def test_an_older_file_is_read_without_a_change(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(older.parent)
    before = older.read_bytes()
    with open_store(f"sqlite:///{older}", read_only=True) as store:
        check_content(store)
    assert older.read_bytes() == before


def test_an_older_file_has_words_once_it_is_migrated(older: Path) -> None:
    with open_store(f"sqlite:///{older}", read_only=True) as reader:
        if version_of(older) < 12:
            assert (reader.search_words([Term(("boots",))]), reader.word_counts()) == ([], {})
    with open_store(f"sqlite:///{older}") as store:
        words = {word for item in store.iter_items() for word in tokens(item.title)}
        assert words <= store.word_counts().keys()
        assert all(store.search_words([Term((word,))]) for word in words)
        assert "index" not in {one.kind for one in store.check().findings}


def test_a_reader_of_an_older_file_sees_it_migrated(older: Path) -> None:
    """Connections are used again, and not once another process has migrated the file."""
    with EmbeddedStore.open(f"sqlite:///{older}", read_only=True) as reader:
        assert {id(connection_of(reader)) for _ in range(3)} == {id(connection_of(reader))}
        with open_store(f"sqlite:///{older}") as store:
            store.put([Entry(Item("new"), image_of("a"))])
            store.put_measured([Measured("new", image_of("a").sha256, {"dominant_colour": "navy"})])
        assert reader.get(["new"])["new"].dominant_colour == "navy"
        assert {id(connection_of(reader)) for _ in range(3)} == {id(connection_of(reader))}


def connection_of(store: EmbeddedStore) -> sqlite3.Connection:
    with store._database.reading_once() as connection:
        return connection


def test_an_older_file_is_checked_once_it_is_migrated(older: Path) -> None:
    if version_of(older) < migrations.SCHEMA_VERSION:
        with (
            open_store(f"sqlite:///{older}", read_only=True) as reader,
            pytest.raises(StoreError, match="a check needs version"),
        ):
            reader.check()
    with open_store(f"sqlite:///{older}") as store:
        assert {finding.kind for finding in store.check().findings} == {"picture"}  # these are no pictures


def test_an_older_file_is_migrated(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(older.parent)
    with open_store(f"sqlite:///{older}", read_only=True) as reader, open_store(f"sqlite:///{older}") as store:
        check_content(store)
        assert reader.get(["b2"]) == store.get(["b2"])
    assert version_of(older) == migrations.SCHEMA_VERSION
    connection = sqlite3.connect(older)
    for table, columns in schema.DIGESTED.items():
        for digest, *values in connection.execute(f"SELECT digest, {columns} FROM {table}"):
            assert digest == schema.digest_of_row(table, values)
    connection.close()


def test_a_reader_of_an_older_file_follows_its_migration(older: Path) -> None:
    last, changed = FIELDS[-1].name, {"text": "changed", "number": 0.5}[FIELDS[-1].kind]
    with open_store(f"sqlite:///{older}", read_only=True) as reader:
        assert reader.get(["a1"])
        script = f"""
import dataclasses, sys
from deepstyle.store.base import Entry
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.open import open_store
with open_store(sys.argv[1]) as store:
    store.put([Entry(dataclasses.replace(store.get(["a1"])["a1"], {last}={changed!r}))])
"""
        subprocess.run([sys.executable, "-c", script, f"sqlite:///{older}"], check=True)
        assert getattr(reader.get(["a1"])["a1"], last) == changed
        assert reader.browse().total == 5


def test_an_older_file_takes_further_pictures_once_it_is_migrated(older: Path) -> None:
    with open_store(f"sqlite:///{older}", read_only=True) as reader:
        assert (reader.most_images(), reader.count_more_images(), reader.more_image_sources(["a1"])) == (1, 0, {})
        assert (reader.image("a1", 1), reader.missing_vectors("s#1"), reader.search("s#1", vector_of(0))) == (
            None,
            [],
            [],
        )
        with open_store(f"sqlite:///{older}") as store:
            store.put([Entry(store.get(["a1"])["a1"], None, (image_of("side"),))])
            store.put_vectors("s#1", batch_of({"a1": (image_of("side").sha256, vector_of(9))}))
            for handle in (store, reader):
                assert handle.image("a1", 1) == image_of("side")
                assert ids_of(handle.search("s#1", vector_of(9))) == ["a1"]


def test_an_unchanged_item_stays_unchanged_after_a_migration(tmp_path: Path) -> None:
    write_fixture(tmp_path / "x.db", 2)
    with open_store(f"sqlite:///{tmp_path}/x.db") as store:
        assert store.put([Entry(item) for item in ITEMS]).unchanged == len(ITEMS)


def test_a_migration_does_not_hide_damage(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    write_fixture(path, 2)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE items SET brand = 'altered' WHERE item_id = 'a1'")
    connection.commit()
    connection.close()
    with open_store(f"sqlite:///{path}") as store:
        assert ("item", "a1") in {(finding.kind, finding.item_id) for finding in store.check().findings}


def test_a_migrated_file_has_the_schema_of_a_new_one(older: Path) -> None:
    open_store(f"sqlite:///{older}").close()
    open_store(f"sqlite:///{older.parent}/new.db").close()
    schemas = []
    for path in (older, older.parent / "new.db"):
        connection = sqlite3.connect(path)
        schemas.append(sorted(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL")))
        connection.close()
    assert schemas[0] == schemas[1]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.db"
    write_fixture(path, 1)
    before = path.read_bytes()

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("SELECT no_such_column FROM items")

    monkeypatch.setitem(migrations.STEPS, migrations.SCHEMA_VERSION, fail)
    with pytest.raises(StoreError):
        open_store(f"sqlite:///{path}")
    assert version_of(path) == 1
    assert path.read_bytes() == before
    monkeypatch.undo()
    open_store(f"sqlite:///{path}").close()
    assert version_of(path) == migrations.SCHEMA_VERSION


def test_copy_keeps_where_an_image_came_from(older: Path) -> None:
    with (
        open_store(f"sqlite:///{older}", read_only=True) as source,
        open_store(f"sqlite:///{older.parent}/b.db") as target,
    ):
        copy_store(source, target)
        assert target.image_sources(["b2"])["b2"].source_sha256 == ORIGINAL


# -- MongoDB -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


@pytest.fixture
def older_url(server: ReplicaSet, version: int) -> Iterator[str]:
    url = server.url("older")
    content = json_util.loads((FIXTURES / f"mongodb_v{version}.json").read_text("utf-8"))
    with MongoClient(url) as client:
        for name, documents in content.items():
            client["older"][name].insert_many(documents)
        yield url
        client.drop_database("older")


def schema_version(url: str) -> str:
    with MongoClient(url) as client:
        found = client["older"]["meta"].find_one({"_id": "schema"})
        assert found is not None
        return str(found["value"])


def test_an_older_database_is_read_without_a_change(
    older_url: str, version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store(older_url, read_only=True) as store:
        check_content(store)
    assert schema_version(older_url) == str(version)


def test_an_older_database_is_migrated(older_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store(older_url, read_only=True) as reader:
        reader.search("s", vector_of(0))
        with open_store(older_url) as store:
            check_content(store)
            check_content(reader)
            assert store.put([Entry(item) for item in ITEMS]).unchanged == len(ITEMS)
            assert {finding.kind for finding in store.check().findings} == {"picture"}  # these are no pictures
            with open_store(f"sqlite:///{tmp_path}/copy.db") as target:
                assert copy_store(store, target).digest == digest_of(store)
    assert schema_version(older_url) == str(mongodb_migrate.VERSION)
    with MongoClient(older_url) as client:
        for document in client["older"]["items"].find():
            assert {field.name for field in FIELDS} <= document.keys()
        for name in ("items", "embeddings", "compatible"):
            assert client["older"][name].count_documents({"digest": {"$exists": False}}) == 0


def test_a_newer_database_is_refused(older_url: str) -> None:
    with MongoClient(older_url) as client:
        newer = str(mongodb_migrate.VERSION + 1)
        client["older"]["meta"].update_one({"_id": "schema"}, {"$set": {"value": newer}})
    for read_only in (False, True):
        with pytest.raises(StoreError, match=f"schema version {newer}"):
            open_store(older_url, read_only=read_only)
