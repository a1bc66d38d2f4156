"""``deepstyle people`` and ``deepstyle privacy``."""

import json
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deepstyle.cli import app
from deepstyle.errors import DeepstyleError
from deepstyle.people.opened import People
from deepstyle.settings import Settings
from deepstyle.store import open_store
from tests.conftest import Shop
from tests.people.planted import files_with, plant

MARKER = "planted-marker"
Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run a command on a store with one person; its JSON where it prints some."""
    monkeypatch.chdir(tmp_path)
    for name in ("PEOPLE_STORE", "PEOPLE_KEYS", "EVENTS_DIR"):
        monkeypatch.delenv(f"DEEPSTYLE_{name}", raising=False)
    with People.open(Settings()) as people:
        plant(people, "p1", "c1", MARKER)

    def call(*arguments: str, code: int = 0) -> Any:
        result = CliRunner().invoke(app, [*arguments])
        if isinstance(result.exception, DeepstyleError):
            return result.exception
        assert result.exit_code == code, result.output
        return json.loads(result.stdout) if "--json" in arguments else result.stdout

    yield call


def test_info_and_report(run: Run) -> None:
    assert run("people", "info", "--json")["records"]["people"] == 1
    assert "people" in run("people", "info")
    report = run("privacy", "report", "--json")
    assert {held["name"]: held["records"] for held in report["held"]}["wishlist"] == 2 - 1
    assert "events" in {held["name"] for held in report["held"]}
    text = " ".join(run("privacy", "report").split())
    assert "365 days" in text
    assert "in no backup" in text


def test_a_check_and_its_exit_status(run: Run) -> None:
    assert run("people", "check", "--json")["findings"] == []
    with People.open(Settings()) as people:
        people.vault.destroy("p1")
    assert len(run("people", "check", "--json", code=3)["findings"]) == 7
    assert "its key is gone" in run("people", "check", code=3)


def test_a_person_is_exported_and_erased(run: Run, tmp_path: Path) -> None:
    run("privacy", "export", f" {MARKER.upper()}@shop.example", "--to", "person.zip")
    assert stat.S_IMODE((tmp_path / "person.zip").stat().st_mode) == 0o600
    with zipfile.ZipFile(tmp_path / "person.zip") as archive:
        assert MARKER in archive.read("people.jsonl").decode()
    (tmp_path / "person.zip").unlink()
    assert "--yes" in run("privacy", "erase", f"{MARKER}@shop.example").remedy
    erased = run("privacy", "erase", f"{MARKER}@shop.example", "--yes", "--json")
    assert (erased["owners"], erased["is_finished"]) == (2, True)
    assert files_with([MARKER], tmp_path) == set()
    for command in ("export --to person.zip", "erase --yes"):
        name, *options = command.split()
        assert "nobody" in run("privacy", name, f"{MARKER}@shop.example", *options).message
    assert not (tmp_path / "person.zip").exists()


def test_a_backup_is_restored_without_the_erased(run: Run) -> None:
    written = run("people", "backup", "people.jsonl", "--json")
    assert written["records"] > 7
    assert "--replace" in run("people", "restore", "people.jsonl").remedy
    run("privacy", "erase", f"{MARKER}@shop.example", "--yes")
    restored = run("people", "restore", "people.jsonl", "--replace", "--json")
    assert restored["left_out"] == written["records"] - 1
    assert run("people", "info", "--json")["records"]["people"] == 0
    assert run("privacy", "purge", "--json") == {"expired": 0, "found_again": 0, "unfinished": 0}


def test_a_copy_of_a_catalogue_carries_no_people(run: Run, shop: Shop, tmp_path: Path) -> None:
    """Neither beside nor within: a copy has the catalogue alone, and a store of people cannot be copied at all."""
    target = tmp_path / "copied"
    run("copy", shop.store_url, f"sqlite:///{target}/copy.db")
    assert {path.name for path in target.iterdir()} <= {"copy.db", "copy.db-wal", "copy.db-shm"}
    assert files_with([MARKER, "people", "wishlist", "sealed"], target) == set()
    with open_store(f"sqlite:///{target}/copy.db", read_only=True) as store:
        assert store.count() == 41
    people = Settings().people_store
    for arguments in ((people, f"sqlite:///{target}/more.db"), (shop.store_url, people)):
        assert isinstance(run("copy", *arguments), DeepstyleError)
    assert run("people", "check", "--json")["findings"] == []
