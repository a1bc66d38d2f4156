"""``deepstyle check``: exit codes, what is printed, and what the store remembers."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deepstyle.cli import app
from deepstyle.store import open_store
from deepstyle.store.integrity import last_check
from tests.conftest import Shop


def check(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", *arguments])


def damage(url: str, statement: str) -> None:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_sound_damaged_repaired(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSTYLE_STORE", shop.store_url)
    monkeypatch.setenv("COLUMNS", "200")
    sound = check()
    assert sound.exit_code == 0
    assert "41 items" in sound.stdout
    damage(shop.store_url, "UPDATE items SET title = '[bold]x' WHERE item_id = 'item-003'")
    found = check("--json")
    assert found.exit_code == 3
    assert [(one["kind"], one["item_id"]) for one in json.loads(found.stdout)["findings"]] == [("item", "item-003")]
    with open_store(shop.store_url) as store:
        last = last_check(store)
        assert last is not None
        assert (last.findings, last.repaired) == (1, False)
    repaired = check("--repair")
    assert repaired.exit_code == 3
    assert "Import again: item-003" in repaired.stdout
    assert check("--repair").exit_code == 0
    with open_store(shop.store_url) as store:
        assert store.count() == 40


def test_what_cannot_be_read(tmp_path: Path) -> None:
    missing = check(f"sqlite:///{tmp_path}/none.db")
    assert missing.exception is not None
    assert "no such file" in str(missing.exception)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "x.db").write_bytes(b"something else" * 1000)
    assert "not a database" in str(check(f"sqlite:///{tmp_path}/x.db").exception)
