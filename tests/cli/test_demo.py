"""`deepstyle demo`: import and encode once, and again only what is new."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepstyle.cli import app, demo
from deepstyle.compatibility.head import Head
from deepstyle.compatibility.space import COMPAT_SPACE, is_space_of
from deepstyle.learning.compatibility import own_outfits
from deepstyle.store import open_store
from deepstyle.store.keys import read_keys
from deepstyle.store.sessions import use_link
from tests.cli.test_outfits import write_catalogue
from tests.images.pictures import photo, save


def test_demo_prepares_a_catalogue_once(tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "My Shop"
    folder.mkdir()
    for number in range(12):
        (folder / f"item-{number}.jpg").write_bytes(save(photo(seed=number), "JPEG"))
    command = ["demo", "--data", str(folder), "--model", str(tiny_model), "--no-serve"]

    first = CliRunner().invoke(app, command)
    assert first.exit_code == 0, first.output
    assert "12 added" in first.output
    assert "12 encoded" in first.output
    assert "deepstyle serve --store sqlite:///var/My-Shop.db" in first.output

    (folder / "new.jpg").write_bytes(save(photo(seed=99), "JPEG"))
    (folder / "broken.jpg").write_bytes(b"no picture")
    second = CliRunner().invoke(app, command)
    assert second.exit_code == 0, second.output
    assert "warning: 1 rejected" in second.output
    assert "1 added, 0 changed, 12 were there already" in second.output
    assert "1 encoded, 12 were there already" in second.output
    with open_store("sqlite:///var/My-Shop.db", read_only=True) as store:
        assert store.count() == 13


def test_demo_prints_a_link_to_the_admin_pages_that_is_good_once(
    tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(demo, "run_server", lambda settings: None)
    (tmp_path / "shop").mkdir()
    for number in range(3):
        (tmp_path / "shop" / f"item-{number}.jpg").write_bytes(save(photo(seed=number), "JPEG"))
    command = ["demo", "--data", "shop", "--model", str(tiny_model), "--port", "8123"]
    links = [re.findall(r"http://127\.0\.0\.1:8123/admin#link=(\S+)", printed(command)) for _ in range(2)]
    now = datetime.now(UTC)
    with open_store("sqlite:///var/shop.db") as store:
        (key,) = read_keys(store)
        assert (key.name, key.scope) == ("demo-admin", "admin")
        assert [use_link(store, link, now) for (link,) in links] == [key.digest, key.digest]
        assert use_link(store, links[0][0], now) is None


def printed(command: list[str]) -> str:
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "dsk_" not in done.output
    return done.output


def test_demo_without_a_usable_item_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "broken.jpg").write_bytes(b"no picture")
    done = CliRunner().invoke(app, ["demo", "--data", "shop", "--no-serve"])
    assert done.exit_code != 0
    assert "no item" in str(done.exception)


def test_demo_trains_and_serves_a_head_of_its_own_outfits_once(
    tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(tmp_path / "cache"))
    data = write_catalogue(tmp_path / "styles")
    command = ["demo", "--data", str(data), "--model", str(tiny_model), "--no-serve"]
    first = CliRunner().invoke(app, command)
    assert first.exit_code == 0, first.output
    assert "a head of its own: on valid, AUC" in first.output
    assert "DEEPSTYLE_COMPAT=var/styles-outfits deepstyle serve" in first.output
    head = Head.open(tmp_path / "var" / "styles-outfits")
    with open_store("sqlite:///var/styles.db", read_only=True) as store:
        assert is_space_of(head, store.meta(COMPAT_SPACE) or "")
        assert store.compatible("i00")
    monkeypatch.setattr(own_outfits, "train_head", None)
    assert CliRunner().invoke(app, command).exit_code == 0


def test_import_prints_how_to_train_on_outfits_or_does_it(
    tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("DEEPSTYLE_MODEL", str(tiny_model))
    data = write_catalogue(tmp_path / "styles")
    command = ["import", str(data), "--store", "sqlite:///shop.db"]
    printed = CliRunner().invoke(app, command)
    assert f"deepstyle train compat {data} --variant nondisjoint --engine numpy" in printed.stderr
    trained = CliRunner().invoke(app, [*command, "--train-outfits"])
    assert trained.exit_code == 0, trained.output
    assert Head.open(tmp_path / "var" / "styles-outfits").spec.training["engine"] == "numpy"
