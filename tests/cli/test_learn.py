"""``deepstyle learn``: what serves, and the way back."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepstyle.cli import app
from deepstyle.errors import UsageError
from deepstyle.people.associations.folder import TABLE as ASSOCIATIONS
from deepstyle.people.open import open_people
from deepstyle.people.ranking.records import note_version, promote

SERVED = {"is_promoted": True, "metrics": {"head": 0.1, "popularity": 0.05, "together": 0.12, "learned": 0.2}}
ONE, TWO = "20261127T100000-00000001", "20261128T100000-00000002"


def test_status_and_rollback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, runner = f"sqlite:///{tmp_path / 'people.db'}", CliRunner()
    monkeypatch.setenv("COLUMNS", "200")

    def learn(*arguments: str) -> str:
        return runner.invoke(app, ["learn", *arguments, "--people", url], catch_exceptions=False).output

    assert "No learned ranking serves" in learn("status")
    with open_people(url) as people:
        for version in (ONE, TWO):
            note_version(people, version, {"serves": "session", "metrics": {"plain": 0.2, "session": 0.25}})
            promote(people, version)
    assert f"{TWO} serves." in learn("status")
    found = json.loads(learn("status", "--json"))
    assert (found["version"], [one["version"] for one in found["trained"]]) == (TWO, [ONE, TWO])
    assert f"{ONE} serves." in learn("rollback")
    assert json.loads(learn("rollback", "--json"))["version"] == ""
    with pytest.raises(UsageError, match="no learned ranking serves"):
        learn("rollback")


def test_status_and_rollback_of_compatibility_are_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, runner = f"sqlite:///{tmp_path / 'people.db'}", CliRunner()
    monkeypatch.setenv("COLUMNS", "200")

    def learn(*arguments: str) -> str:
        return runner.invoke(app, ["learn", *arguments, "--people", url], catch_exceptions=False).output

    assert "No learned compatibility serves" in learn("status", "compatibility")
    with open_people(url) as people:
        promote(people, TWO)
        note_version(people, ONE, SERVED, ASSOCIATIONS)
        promote(people, ONE, ASSOCIATIONS)
    shown = learn("status", "compatibility")
    assert f"{ONE} serves." in shown and "0.2000" in shown and "yes" in shown
    assert json.loads(learn("rollback", "compatibility", "--json"))["version"] == ""
    assert f"{TWO} serves." in learn("status", "ranking"), "the ranking of results serves on"
    with pytest.raises(UsageError, match="no learned compatibility serves"):
        learn("rollback", "compatibility")
