"""``deepstyle keys``."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepstyle.cli import app
from deepstyle.errors import StoreError, UsageError
from deepstyle.store import open_store
from deepstyle.store.keys import is_token, read_keys


@pytest.fixture
def url(tmp_path: Path) -> str:
    open_store(f"sqlite:///{tmp_path}/a.db").close()
    return f"sqlite:///{tmp_path}/a.db"


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["keys", *arguments])
    if done.exception is not None:
        raise done.exception
    return done.stdout


def test_a_key_from_creation_to_revocation(url: str) -> None:
    assert "accept no writes" in run("list", "--store", url)
    token = run("create", "shop", "--scope", "write", "--days", "9", "--store", url).strip()
    assert is_token(token)
    listed = run("list", "--store", url, "--json")
    (key,) = json.loads(listed)
    assert (key["name"], key["scope"], key["last_four"]) == ("shop", "write", token[-4:])
    assert key["expires"] > key["created"]
    assert not {"digest", "old_digest", "token"} & set(key)
    rotated = json.loads(run("rotate", "shop", "--grace", "2", "--store", url, "--json"))
    assert is_token(rotated["token"])
    assert rotated["token"] != token
    assert rotated["old_until"]
    assert rotated["token"] not in run("list", "--store", url)
    assert "shop revoked" in run("revoke", "shop", "--store", url)
    assert json.loads(run("list", "--store", url, "--json")) == []


def test_what_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no key"):
        run("revoke", "nobody", "--store", url)
    with pytest.raises(StoreError):
        run("create", "a", "--store", f"sqlite:///{tmp_path}/none.db")
    assert not (tmp_path / "none.db").exists()
    with open_store(url) as store:
        assert read_keys(store) == ()
