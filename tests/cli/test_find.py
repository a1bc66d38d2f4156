"""``deepstyle find`` and ``deepstyle garments``."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepstyle.cli import app
from deepstyle.errors import DataError, UsageError
from tests.conftest import Shop, make_shop


def run(*arguments: str, status: int = 0) -> str:
    done = CliRunner().invoke(app, [*arguments])
    assert done.exit_code == status, done.output
    return done.stdout


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Shop:
    """One for all of these tests, which only read, with what is learned of it."""
    return make_shop(tmp_path_factory.mktemp("find"), tiny_model)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def places(shop: Shop, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSTYLE_MODEL", str(shop.model))
    monkeypatch.setenv("DEEPSTYLE_STORE", shop.store_url)
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(cache))
    monkeypatch.chdir(tmp_path)


def test_words_find_products_and_explain() -> None:
    found = json.loads(run("find", "product under 80 €", "-k", "3", "--json"))
    assert [one["rank"] for one in found["results"]] == [1, 2, 3]
    assert ("price_max", 80.0) in [(one["name"], one["value"]) for one in found["recognised"]]
    assert "understand" in run("find", "product", "--explain")


def test_an_item_with_words(shop: Shop) -> None:
    found = json.loads(run("find", "but red", "--like", "item-003", "-k", "2", "--json"))
    assert [one["name"] for one in found["changes"]] == ["colour"]
    assert "item-003" not in [one["item"]["item_id"] for one in found["results"]]
    assert isinstance(CliRunner().invoke(app, ["find", ""]).exception, UsageError)


def test_own_synonyms_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.toml"
    monkeypatch.setenv("DEEPSTYLE_SYNONYMS", str(own))
    own.write_text('[synonyms]\nown = "gizmo, product"\n')
    assert json.loads(run("find", "gizmo", "--json"))["results"]
    own.write_text('[synonyms]\nown = "alone"\n')
    monkeypatch.setenv("DEEPSTYLE_SYNONYMS", str(own.rename(tmp_path / "other.toml")))
    assert isinstance(CliRunner().invoke(app, ["find", "gizmo"]).exception, DataError)


def test_garments_of_a_folder_are_lines(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "a.jpg").write_bytes(Shop.picture(3))
    (photos / "b.jpg").write_bytes(b"no picture")
    lines = [json.loads(line) for line in run("garments", str(photos), "--json", status=3).splitlines()]
    assert [line["photo"] for line in lines] == ["a.jpg", "b.jpg"]
    assert set(lines[0]) == {"photo", "garments", "people"} and "error" in lines[1]
