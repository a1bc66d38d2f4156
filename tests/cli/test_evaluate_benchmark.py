"""``deepstyle evaluate benchmark``: ours beside the published figures, and errors as one line."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deepstyle.cli import app
from deepstyle.errors import DeepstyleError
from tests.evaluation.benchmarks.published_layouts import fashion_iq, in_shop, street2shop


def run(*arguments: str | Path) -> str:
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["evaluate", "benchmark", *map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_in_shop(tmp_path: Path, tiny_model: Path) -> None:
    output = run("in-shop", "--data", in_shop(tmp_path), "--boxes", "--model", tiny_model)
    assert "Proxy-Anchor" in output
    assert "91.9%" in output
    assert "The garments' boxes were cut out" in output


def test_the_report_as_json(tmp_path: Path, tiny_model: Path) -> None:
    saved = tmp_path / "report.json"
    output = run("street2shop", "--data", street2shop(tmp_path), "--model", tiny_model, "--json", "--save", saved)
    report: dict[str, Any] = json.loads(output)
    assert report == json.loads(saved.read_text("utf-8"))
    rows = {(row["task"], row["measure"]): row for row in report["rows"]}
    assert rows["dresses", "recall@20"]["deepstyle"] == 1
    assert rows["dresses", "recall@20"]["WTBI similarity"] == 0.371
    assert "Kiapour" in report["sources"]["WTBI similarity"]


def test_a_model_without_text_says_so(tmp_path: Path, tiny_model: Path) -> None:
    assert "no text tower" in run("fashion-iq", "--data", fashion_iq(tmp_path), "--model", tiny_model)


def test_an_unknown_benchmark(tmp_path: Path) -> None:
    with pytest.raises(DeepstyleError, match="there is no benchmark 'imagenet'"):
        run("imagenet", "--data", tmp_path)
