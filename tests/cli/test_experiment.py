"""``deepstyle experiment``: start, list, report and stop."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from deepstyle.cli import main
from deepstyle.cli.experiment import lines
from deepstyle.people.experiments.evidence import Wins
from deepstyle.people.experiments.report import report_of
from deepstyle.people.experiments.tallies import Tallies
from deepstyle.people.merchandising.changes import entries
from deepstyle.people.open import open_people
from deepstyle.settings import Settings
from tests.people.experiments.designs import AB, INTERLEAVE


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("DEEPSTYLE_PEOPLE_STORE", f"sqlite:///{tmp_path / 'people.db'}")
    monkeypatch.setenv("DEEPSTYLE_EVENTS_DIR", str(tmp_path / "events"))

    def command(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["deepstyle", "experiment", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return (ended.value.code, *capfd.readouterr())

    return command


def test_an_experiment_from_start_to_end(run: Any) -> None:
    status, printed, _ = run("start", "mixed", "--b", "personal", "--json")
    started = json.loads(printed)
    assert (status, started["method"], started["guardrails"]) == (0, "interleave", ["hides"])
    status, _, problem = run("start", "again", "--b", "personal")
    assert status == 2
    assert "'mixed' runs on search" in problem
    assert "deepstyle experiment stop mixed" in problem
    assert "No difference is shown so far" in run("report", "mixed")[1]
    assert json.loads(run("report", "mixed", "--json")[1])["verdict"] == "undecided"
    assert "mixed has ended" in run("stop", "mixed")[1]
    listed = json.loads(run("list", "--json")[1])
    assert [(one["name"], one["stopped_s"] is not None) for one in listed] == [("mixed", True)]
    assert "mixed" in run("list")[1]
    with open_people(Settings().people_store) as people:
        assert [(one.who, one.key) for one in entries(people)] == [("command line", "mixed")] * 2


def test_what_cannot_be_measured_is_named(run: Any) -> None:
    status, _, problem = run("start", "mixed", "--b", "personal", "--metric", "purchase")
    assert status == 2
    assert "interleaving compares clicks" in problem.lower()
    status, _, problem = run("report", "mixed")
    assert status == 2


def test_a_report_in_words() -> None:
    mixed = lines(report_of(INTERLEAVE, Tallies(wins=Wins(900, 1100), undecided=40)))
    assert mixed[1] == "B won 1,100 of 2,000 decided sessions; 40 were undecided."
    assert mixed[2] == "B wins 55.0 % (51.4 to 58.5 %); 50 % is no difference."
    assert mixed[-1] == "B is better: personal can replace plain."
    tallies = Tallies(Wins(5000, 5000), Wins(500, 510), harms={"slow": Wins(300, 500)})
    split = lines(report_of(AB, tallies))
    assert split[1] == "add_to_cart: 500 of 5,000 shoppers with A, 510 of 5,000 with B."
    assert "broken: waited over 500 ms: 300 with A, 500 with B." in split
    assert split[-1].startswith("B does harm")
