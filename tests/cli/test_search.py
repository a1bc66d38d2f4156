"""``similar``, ``search`` and ``evaluate search`` on a real store with a tiny model."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from deepstyle.catalogue.item import Item
from deepstyle.cli import app, main
from deepstyle.images.pixels import read_image
from deepstyle.store import Entry, open_store
from deepstyle.style.encode import encode_store
from deepstyle.style.encoder import Encoder
from tests.coloured import RED, garment, make_coloured_shop
from tests.images.pictures import photo, save
from tests.style.tiny import write_tiny_model

COUNT = 12


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an encoded store, the model, and the picture of the item ``00-0``."""
    folder = tmp_path_factory.mktemp("shop")
    write_tiny_model(folder / "model")
    with open_store(f"sqlite:///{folder}/shop.db") as store:
        store.put([entry(row) for row in range(COUNT)])
        encode_store(store, Encoder.open(folder / "model", threads=1))
    (folder / "query.png").write_bytes(save(photo(40, 60, 0), "PNG"))
    return folder


def entry(row: int) -> Entry:
    item = Item(
        item_id=f"{row // 2:02}-{row % 2}",
        title=f"Versace boots [{row}]",
        semantic_category="shoes" if row < 6 else "bags",
        brand="Versace",
        colour="black" if row % 2 else "red",
        price=10.0 * row,
        model_id=f"{row // 2:02}",
    )
    return Entry(item, read_image(save(photo(40, 60, row), "PNG")))


@pytest.fixture
def run(shop: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEEPSTYLE_STORE", f"sqlite:///{shop}/shop.db")
    monkeypatch.setenv("DEEPSTYLE_MODEL", str(shop / "model"))
    monkeypatch.setenv("COLUMNS", "160")

    def invoke(*arguments: str) -> str:
        result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return invoke


def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setattr(sys, "argv", ["deepstyle", *arguments])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert exit_.value.code == 2
    return capsys.readouterr().err


def test_search_finds_the_photo_itself(run, shop: Path) -> None:
    answer = json.loads(run("search", str(shop / "query.png"), "-k", "3", "--json"))
    assert [match["rank"] for match in answer["results"]] == [1, 2, 3]
    assert answer["results"][0]["item"]["item_id"] == "00-0"
    assert answer["results"][0]["similarity"] == pytest.approx(1, abs=1e-5)


def test_search_prints_a_table(run, shop: Path) -> None:
    printed = run("search", str(shop / "query.png"), "-k", "2")
    assert "query.png || photo" in printed
    assert "Product" in printed and "Similarity score" in printed
    assert "Versace boots [0]" in printed and "100.00%" in printed


def ranked(printed: str) -> list[tuple[str, float]]:
    return [(match["item"]["item_id"], match["similarity"]) for match in json.loads(printed)["results"]]


def test_switches(run, shop: Path) -> None:
    items = ["--group-by", "none"]
    for command in (["search", str(shop / "query.png"), *items], ["similar", "00-0", *items]):
        served = ranked(run(*command, "-k", "20", "--json"))
        plain = ranked(run(*command, "-k", "20", "--json", "--no-category-vote"))
        assert plain == sorted(plain, key=lambda match: -match[1])
        assert sorted(served) == sorted(plain)
        assert ranked(run(*command, "-k", "20", "--json", "--no-category-vote", "--query-expansion")) != plain
    assert served != plain  # an item's own category
    crops = ranked(run("search", str(shop / "query.png"), "-k", "12", "--json", "--several-crops", *items))
    assert len(crops) == 12


def test_similar_leaves_the_item_out(run) -> None:
    answer = json.loads(run("similar", "00-0", "--group-by", "none", "--json"))
    assert answer["query"] == {"item_id": "00-0", "title": "Versace boots [0]"}
    ids = [match["item"]["item_id"] for match in answer["results"]]
    assert len(ids) == 10 and "00-0" not in ids
    assert run("similar", "00-0").startswith("Versace || shoes\n")


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--semantic-category", "bags"], 6),
        (["--colour", "red", "--colour", "black"], 11),
        (["--colour", "red", "--price-min", "40", "--price-max", "80"], 3),
        (["--brand", "Nobody"], 0),
        (["--text", "boots versace"], 11),
    ],
)
def test_filters(run, options: list[str], count: int) -> None:
    given = ["similar", "00-0", "-k", "50", "--group-by", "none", "--json", *options]
    assert len(json.loads(run(*given))["results"]) == count


def test_a_result_is_a_product_with_its_variants(run) -> None:
    results = json.loads(run("similar", "00-0", "-k", "50", "--json"))["results"]
    assert sorted(result["item"]["model_id"] for result in results) == ["01", "02", "03", "04", "05"]
    variants = results[0]["variants"]
    assert (variants["count"], variants["colours"]) == (2, ["red", "black"])
    assert [one["item_id"][:2] for one in variants["items"]] == 2 * [results[0]["item"]["model_id"]]
    assert json.loads(run("similar", "00-0", "--group-by", "none", "--json"))["results"][0]["variants"] is None
    printed = run("similar", "00-0")
    assert "2 colours · 20.00-30.00" in printed
    by_colour = json.loads(run("similar", "00-0", "-k", "50", "--group-by", "colour", "--json"))["results"]
    assert "00-1" in {result["item"]["item_id"] for result in by_colour}


def test_a_filter_finds_products_by_their_variants(run) -> None:
    results = json.loads(run("similar", "00-0", "-k", "50", "--colour", "red", "--json"))["results"]
    assert sorted(result["item"]["item_id"] for result in results) == ["01-0", "02-0", "03-0", "04-0", "05-0"]


def test_the_catalogue_is_listed_by_product(run) -> None:
    page = json.loads(run("item", "list", "--limit", "2", "--colour", "black", "--json"))
    assert [item["item_id"] for item in page["items"]] == ["00-1", "01-1"]
    assert (page["total"], page["after"], page["items"][0]["variants"]["count"]) == (6, "01-1", 2)
    assert "2 of 6. Go on with --after 01-1." in run("item", "list", "--limit", "2", "--colour", "black")
    assert "12 of 12." in run("item", "list", "--group-by", "none")


def test_in_stock_and_availability_exclude_each_other(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEEPSTYLE_STORE", f"sqlite:///{shop}/shop.db")
    assert "exclude each other" in refused(
        capsys, monkeypatch, "similar", "00-0", "--in-stock", "--availability", "sold out"
    )


def test_products_with_the_same_picture_are_reported(run, tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/same.db") as store:
        store.put([Entry(replace(entry(0).item, item_id=name, model_id=name), entry(0).image) for name in "ab"])
    report = json.loads(run("data", "duplicates", "--store", f"sqlite:///{tmp_path}/same.db", "--json"))
    (pair,) = report["pairs"]
    assert (pair["first"]["item_id"], pair["second"]["model_id"], pair["is_identical"]) == ("a", "b", True)
    assert "the same file" in run("data", "duplicates", "--store", f"sqlite:///{tmp_path}/same.db")
    assert " 0 pairs" in run("data", "duplicates")


def test_nothing_matches(run) -> None:
    assert "Nothing matches." in run("similar", "00-0", "--brand", "Nobody")


@pytest.mark.parametrize("command", ["similar", "search"])
def test_save(run, shop: Path, tmp_path: Path, command: str) -> None:
    grid = tmp_path / "new" / "grid.png"
    run(command, "00-0" if command == "similar" else str(shop / "query.png"), "--save", str(grid))
    with Image.open(grid) as picture:
        assert picture.size[0] > 1000
    assert [path.name for path in grid.parent.iterdir()] == ["grid.png"]


def test_crop_searches_a_part(run, shop: Path, tmp_path: Path) -> None:
    # Another item's picture fills the right half.
    both = np.hstack([np.asarray(photo(40, 60, 0)), np.asarray(photo(40, 60, 7))])
    (tmp_path / "two.png").write_bytes(save(Image.fromarray(both), "PNG"))
    answer = json.loads(run("search", str(tmp_path / "two.png"), "--crop", "0.5,0,0.5,1", "-k", "1", "--json"))
    assert answer["results"][0]["item"]["item_id"] == "03-1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["similar", "nobody"], "'nobody'"),
        (["similar", "00-0", "--semantic-category", "boots"], "'boots' is not a semantic category"),
        (["search", "QUERY", "--crop", "1,2"], "--crop 1,2"),
        (["search", "BROKEN"], "broken.png: The bytes are not"),
    ],
)
def test_refusals(run, shop: Path, tmp_path: Path, capsys, monkeypatch, arguments: list[str], message: str) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    paths = {"QUERY": str(shop / "query.png"), "BROKEN": str(tmp_path / "broken.png")}
    printed = refused(capsys, monkeypatch, *(paths.get(argument, argument) for argument in arguments))
    assert message in printed.replace("\n", " ").replace("- ", "-")


def test_evaluate(run, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("image,label\na.png,Shoes\n", "utf-8")
    (tmp_path / "a.png").write_bytes(save(photo(40, 60, 1), "PNG"))
    report = tmp_path / "report.json"
    printed = run("evaluate", "search", "--photos", str(tmp_path), "--limit", "0", "--save", str(report))
    assert all(word in printed for word in ("another", "colour", "raw", "pixels", "mAP"))  # a narrow table wraps
    saved = json.loads(report.read_text())
    again = json.loads(run("evaluate", "search", "--photos", str(tmp_path), "--limit", "0", "--json"))
    assert saved | {"date": ""} == again | {"date": ""}
    tasks = {task["task"]: task for task in saved["tasks"]}
    assert tasks["photo's category"]["scores"]["deepstyle"]["hit@10"] == 1
    assert tasks["another colour"]["queries"] == saved["items"] == COUNT


def test_a_choice_of_colour_is_no_filter(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = make_coloured_shop(tmp_path)
    monkeypatch.setenv("DEEPSTYLE_MODEL", str(files.model))
    (tmp_path / "query.png").write_bytes(garment("navy", "tall"))
    for command in (["similar", "navy-tall"], ["search", str(tmp_path / "query.png")]):
        answer = run(*command, "--colour", RED, "--colour", "wide", "--store", files.store_url, "--json")
        found = [result["item"]["item_id"] for result in json.loads(answer)["results"]]
        assert found[0] == "red-wide" and len(found) == 3
