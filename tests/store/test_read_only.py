"""Stores in folders and files that may only be read, as a user whom permissions bind."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.errors import StoreError
from deepstyle.store.base import Entry
from deepstyle.store.database import Database
from deepstyle.store.open import open_store
from tests.store.contract import fill

READ = """
import sys
from deepstyle.store.open import open_store
from tests.store.model import image_of, vector_of
with open_store(sys.argv[1], read_only=True) as store:
    assert store.image("a1") == image_of("a1")
    assert store.browse().total == store.count() == 5
    print([hit.item_id for hit in store.search("s", vector_of(0))])
"""
WRITE = """
import sys
from deepstyle.catalogue.item import Item
from deepstyle.errors import StoreError
from deepstyle.store.base import Entry
from deepstyle.store.open import open_store
try:
    with open_store(sys.argv[1]) as store:
        store.put([Entry(Item("new"))])
except StoreError as error:
    print(error.remedy)
"""


def run_bound(script: str, url: str) -> subprocess.CompletedProcess[str]:
    """Run ``script`` without the right to pass over permissions, which root has."""
    command = [sys.executable, "-c", script, url]
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("root needs setpriv to be bound by permissions")
        command = [setpriv, "--bounding-set=-dac_override,-dac_read_search", *command]
    return subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)


@pytest.fixture
def store_path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "folder" / "x.db"
    with open_store(f"sqlite:///{path}") as store:
        fill(store)
    yield path
    path.parent.chmod(0o755)


@pytest.mark.parametrize(("folder", "file"), [(0o555, 0o644), (0o555, 0o444), (0o755, 0o444)])
def test_a_store_that_may_only_be_read_is_read(store_path: Path, folder: int, file: int) -> None:
    store_path.chmod(file)
    store_path.parent.chmod(folder)
    before = store_path.read_bytes()
    found = run_bound(READ, f"sqlite:///{store_path}")
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("['a1',")
    written = run_bound(WRITE, f"sqlite:///{store_path}")
    assert written.returncode == 0, written.stderr
    assert "writable" in written.stdout
    assert store_path.read_bytes() == before


@pytest.mark.parametrize(("folder", "file"), [(0o755, 0o000), (0o000, 0o644)])
def test_a_store_that_may_not_be_read(store_path: Path, folder: int, file: int) -> None:
    store_path.chmod(file)
    store_path.parent.chmod(folder)
    for script in (READ, WRITE):
        found = run_bound(script, f"sqlite:///{store_path}")
        assert "StoreError" in found.stderr or "this user" in found.stdout
        assert "PermissionError" not in found.stderr


def test_writes_that_wait_in_the_log_are_not_passed_over(store_path: Path) -> None:
    log = store_path.with_name("x.db-wal")
    with open_store(f"sqlite:///{store_path}") as store:
        store.put([Entry(Item("late"))])
        waiting = log.read_bytes()
        content = store_path.read_bytes()
    store_path.write_bytes(content)
    log.write_bytes(waiting)
    store_path.parent.chmod(0o555)
    found = run_bound(READ, f"sqlite:///{store_path}")
    assert "x.db-wal" in found.stderr
    assert "StoreError" in found.stderr
    store_path.parent.chmod(0o755)
    with open_store(f"sqlite:///{store_path}", read_only=True) as store:
        assert store.get(["late"])


def test_a_frozen_store_that_is_replaced_is_read_anew(
    store_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as by a new release of a read-only volume; connections to the old file are not used again."""
    with open_store(f"sqlite:///{tmp_path}/new.db") as other:
        other.put([Entry(Item("only"))])
    monkeypatch.setattr(Database, "_connect", Database._opened_frozen)
    with open_store(f"sqlite:///{store_path}", read_only=True) as store:
        assert store.browse().total == 5
        (tmp_path / "new.db").replace(store_path)
        assert [item.item_id for item in store.iter_items()] == ["only"]
        assert store.browse().total == 1


def test_a_missing_store_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(f"sqlite:///{tmp_path}/nothing.db", read_only=True)
    assert "deepstyle import" in caught.value.remedy
