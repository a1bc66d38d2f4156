"""``deepstyle events``."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deepstyle.cli import app
from deepstyle.errors import UsageError
from deepstyle.people.events.layout import days
from tests.people.events.shoppers import event, journalled

TODAY = datetime.now(UTC).date()
Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command over events of today and of ten days ago; its JSON."""
    monkeypatch.setenv("DEEPSTYLE_PEOPLE_STORE", f"sqlite:///{tmp_path}/people.db")
    monkeypatch.setenv("DEEPSTYLE_EVENTS_DIR", str(tmp_path / "events"))
    of = {"client": "anna", "query_id": "q1"}
    searched = event(1, "search", day=TODAY, user_query="[red] dress", attributes={"results": 3}, **of)
    clicked = event(2, day=TODAY, object_id="item-1", ordinal=1, **of)
    shown = event(3, "impression", day=TODAY - timedelta(days=10), object_id="item-2", ordinal=1, **of)
    journalled(tmp_path / "events", [searched, clicked, shown])

    def call(*arguments: str, as_json: bool = True) -> Any:
        done = CliRunner().invoke(app, ["events", *arguments, *(["--json"] if as_json else [])])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout) if as_json else done.stdout

    return call


def test_a_roll_over_stores_and_counts_and_reports_read_it(run: Run) -> None:
    assert run("roll")["rolled"] == 3
    assert run("roll")["rolled"] == 0
    (top,) = run("report", "top-queries")
    assert (top["user_query"], top["searches"], top["clicked"]) == ("[red] dress", 1, 1)
    assert "[red]" in run("report", "top-queries", as_json=False)
    assert [row["day"] for row in run("report", "days")] == [str(TODAY - timedelta(days=10)), str(TODAY)]
    assert len(run("report", "days", "--from", str(TODAY))) == 1
    assert run("report", "coverage", "--items", "4")[0]["share"] == 0.25
    assert run("report", "conversion")[0]["clicked"] == 1
    assert run("report", "clicks-by-position")[0]["click_rate"] == 1.0
    assert run("report", "failed-queries") == run("report", "queries-without-clicks") == []
    assert len(run("report", "items")) == 2


def test_counts_without_consent_need_the_store_of_people(run: Run, tmp_path: Path) -> None:
    from collections import Counter

    from deepstyle.people.events.counts import add_counts
    from deepstyle.people.open import open_people

    with open_people(f"sqlite:///{tmp_path}/people.db") as people:
        add_counts(people, Counter(click=2), [], kept_days=30)
    assert run("report", "without-consent") == [{"day": str(TODAY), "kind": "action", "name": "click", "count": 2}]


def test_retention_and_compaction_say_which_days(run: Run, tmp_path: Path) -> None:
    run("roll")
    assert run("compact") == {"joined": []}
    assert run("retention", "--days", "5") == {"deleted": [str(TODAY - timedelta(days=10))]}
    assert days(tmp_path / "events") == [TODAY]
    assert "0 days" in run("retention", as_json=False)


def test_an_unknown_report_names_those_that_exist(run: Run) -> None:
    with pytest.raises(UsageError) as raised:
        run("report", "profits")
    assert "top-queries" in raised.value.remedy
