"""``deepstyle looks`` and ``deepstyle shop-the-look``."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepstyle.cli import app
from tests.conftest import Shop
from tests.looks.worn import use_detector, worn

Run = Callable[..., str]


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("DEEPSTYLE_STORE", shop.store_url)
    monkeypatch.setenv("DEEPSTYLE_MODEL", str(shop.model))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> str:
        result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return invoke


def test_looks_are_put_listed_shown_compared_and_deleted(run: Run) -> None:
    assert "has 2 items" in run("looks", "put", "item-000", "item-001", "--id", "l1", "--title", "One")
    run("looks", "put", "item-000", "item-004", "--id", "l2")
    assert "2 of 2 looks" in run("looks", "list")
    assert "--after l1" in run("looks", "list", "--limit", "1")
    assert json.loads(run("looks", "list", "--item", "item-004", "--json"))["total"] == 1
    assert "Product 1" in run("looks", "show", "l1")
    run("item", "delete", "item-001")
    assert "Not in the catalogue any more: item-001" in run("looks", "show", "l1")
    assert json.loads(run("looks", "show", "l1", "--json"))["gone"] == ["item-001"]
    assert "l2" in run("looks", "similar", "l1", "-k", "1")
    assert json.loads(run("looks", "similar", "l2", "--json"))["results"][0]["look_id"] == "l1"
    assert "1 deleted" in run("looks", "delete", "l1", "none")


def test_a_feed_of_looks_is_imported(run: Run, tmp_path: Path) -> None:
    (tmp_path / "looks.csv").write_text("look_id,items,title\nl1,item-000|item-002,One\nl2,item-000,Two\n")
    text = run("looks", "import", "looks.csv")
    assert "1 accepted" in text
    assert "bad-look" in text
    report = json.loads(run("looks", "import", "looks.csv", "--json"))
    assert (report["accepted"], report["changed"], report["rejected"]) == (1, 0, 1)


def test_a_worn_look_is_shopped(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_detector(monkeypatch, worn())
    (tmp_path / "worn.jpg").write_bytes(Shop.picture(3))
    text = run("shop-the-look", "worn.jpg", "--budget", "900", "-k", "2")
    assert "Worn: tops, bags, shoes" in text
    assert text.count("Similarity score") == 3
    assert "Total" in text
    found = json.loads(run("shop-the-look", "worn.jpg", "--budget", "60", "--json"))
    assert [garment["semantic_category"] for garment in found["garments"]] == ["tops", "bags", "shoes"]
    assert [row["garment"] for row in found["rows"]] == [0, 1, 2]
    assert 0 < found["cart"]["total"] <= 60
