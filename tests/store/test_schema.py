import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.errors import StoreError, UsageError
from deepstyle.store.base import Entry
from deepstyle.store.migrations import SCHEMA_VERSION
from deepstyle.store.open import open_store


def test_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"these are not the bytes of a database" * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a database") as caught:
        open_store(f"sqlite:///{path}")
    assert caught.value.remedy
    assert path.read_bytes() == before


def test_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a deepstyle store"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_newer_version(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    open_store(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(StoreError, match=f"version {SCHEMA_VERSION + 1}"):
        open_store(f"sqlite:///{path}")


def test_corrupt_page(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with open_store(f"sqlite:///{path}") as store:
        store.put([Entry(Item(f"{number:04d}", "title" * 50)) for number in range(500)])
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    path.write_bytes(data)
    with pytest.raises(StoreError), open_store(f"sqlite:///{path}") as store:
        list(store.iter_items())


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite://", "sqlite:x.db"])
def test_url_without_file(url: str) -> None:
    with pytest.raises(UsageError):
        open_store(url)


def test_read_only_does_not_create(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        open_store(f"sqlite:///{tmp_path}/x.db", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_folder_is_made_and_odd_names_work(tmp_path: Path) -> None:
    path = tmp_path / "a folder" / "100% ?odd#.db"
    open_store(f"sqlite:///{path}").close()
    assert path.exists()


def test_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:///var/x.db").close()
    assert (tmp_path / "var" / "x.db").exists()


def test_many_processes_create_one_store(tmp_path: Path) -> None:
    script = """
import sys
from deepstyle.catalogue.item import Item
from deepstyle.store.base import Entry
from deepstyle.store.migrations import SCHEMA_VERSION
from deepstyle.store.open import open_store
with open_store(sys.argv[1]) as store:
    store.put([Entry(Item(sys.argv[2]))])
"""
    url = f"sqlite:///{tmp_path}/x.db"
    writers = [subprocess.Popen([sys.executable, "-c", script, url, f"w{number}"]) for number in range(4)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0, 0]
    with open_store(url) as store:
        assert [item.item_id for item in store.iter_items()] == ["w0", "w1", "w2", "w3"]
