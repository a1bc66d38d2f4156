"""``--publish`` of what measures and draws: one shape, in the folder that the server reads."""

import json
from pathlib import Path

import pytest

from deepstyle.cli import main
from deepstyle.report.published import list_published
from tests.conftest import Shop


@pytest.fixture
def run(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEEPSTYLE_REPORTS_DIR", str(tmp_path / "reports"))
    monkeypatch.setenv("DEEPSTYLE_STORE", shop.store_url)
    monkeypatch.setenv("DEEPSTYLE_MODEL", str(shop.model))

    def running(*arguments: str) -> int:
        monkeypatch.setattr("sys.argv", ["deepstyle", *arguments])
        try:
            main()
        except SystemExit as ended:
            return int(ended.code or 0)
        return 0

    return running


def test_evaluate_search_publishes_its_table(run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "out" / "report.json"
    assert run("evaluate", "search", "--limit", "4", "--publish", "search", "--save", str(saved), "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(saved.read_text())
    assert printed["tasks"]
    (report,) = list_published(tmp_path / "reports")
    assert (report.name, report.title) == ("search", "How good is the search?")
    assert report.command == "deepstyle evaluate search --limit 4 --publish search --save report.json --json"
    assert list(report.rows) == printed["rows"]
    assert {"task", "queries", "measure", "deepstyle", "raw pixels", "chance"} <= set(report.rows[0])
    assert str(tmp_path) not in (tmp_path / "reports" / "search" / "report.json").read_text()


def test_calibrate_and_points_write_to_the_store(run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("calibrate", "bands", "--check") == 2
    assert "never calibrated" in capsys.readouterr().err
    assert run("calibrate", "bands") == 0
    assert "Not calibrated: fewer than 50 pictures" in capsys.readouterr().out
    assert run("calibrate", "bands", "--check", "--json") == 0
    assert json.loads(capsys.readouterr().out)["calibrated"] is False
    assert run("points", "--json") == 0
    assert json.loads(capsys.readouterr().out)["items"] == 40


def test_report_needs_a_place(run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("report") == 2
    assert "no destination is given" in capsys.readouterr().err
