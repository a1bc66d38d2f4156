import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deepstyle.cli import app
from deepstyle.errors import DeepstyleError
from deepstyle.store.base import Entry
from deepstyle.store.copy import digest_of
from deepstyle.store.open import open_store
from tests.store.contract import ITEMS, fill
from tests.store.model import image_of


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/shop.db"
    with open_store(url) as store:
        fill(store)
    return url


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "backups")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def as_json(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


def test_a_shop_is_backed_up_listed_and_restored(url: str, folder: str, tmp_path: Path) -> None:
    first = as_json("backup", folder, "--store", url)
    assert (first["items"], first["images"], first["bytes"]) == (5, 5, first["bytes_written"])
    with open_store(url) as store:
        store.put([Entry(ITEMS[0], image_of("other"))])
        wanted = digest_of(store)
    said = " ".join(run("backup", folder, "--store", url).stdout.split())
    assert "5 items, 5 pictures and 4 vectors" in said
    names = [one["name"] for one in as_json("backup", folder, "--list")["backups"]]
    assert names[0] == first["name"]
    assert names[1] in run("backup", folder, "--list").stdout
    target = f"sqlite:///{tmp_path}/new.db"
    assert as_json("restore", folder, "--store", target)["name"] == names[1]
    with open_store(target) as store:
        assert digest_of(store) == wanted
    replaced = run("restore", folder, "--store", target, "--backup", names[0], "--replace")
    assert f"Backup {names[0]} restored" in " ".join(replaced.stdout.split())
    assert as_json("backup", folder, "--store", url, "--keep", "1")["backups_removed"] == 2


def test_damage_is_printed_and_is_an_exit_status(url: str, folder: str) -> None:
    run("backup", folder, "--store", url)
    whole = run("backup", folder, "--verify")
    assert (whole.exit_code, "Every backup is whole." in whole.stdout) == (0, True)
    chunk = next(Path(folder, "chunks").glob("*/*"))
    chunk.write_bytes(b"")
    found = run("backup", folder, "--verify")
    assert (found.exit_code, f"damaged: {chunk.name}" in found.stdout.replace("\n", "")) == (3, True)
    assert as_json("backup", folder, "--verify")["damaged"][0]["chunk"] == chunk.name


def test_what_cannot_be_done_has_a_remedy(url: str, folder: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for arguments in (
        ("restore", folder, "--store", f"sqlite:///{tmp_path}/new.db"),
        ("restore", str(tmp_path / "file"), "--store", f"sqlite:///{tmp_path}/new.db"),
        ("backup", folder, "--list"),
        ("backup", str(tmp_path), "--store", url),
        ("backup", folder, "--store", f"sqlite:///{tmp_path}/nothing.db"),
    ):
        error = run(*arguments).exception
        assert isinstance(error, DeepstyleError)
        assert error.remedy
    assert not (tmp_path / "new.db").exists()
