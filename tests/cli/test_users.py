"""``deepstyle users``."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deepstyle.cli import app
from deepstyle.errors import DeepstyleError
from deepstyle.people.accounts import links, persons, sessions
from deepstyle.people.opened import People
from deepstyle.settings import Settings

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command; its JSON where it prints some, its error where it fails."""
    monkeypatch.chdir(tmp_path)
    for name in ("PEOPLE_STORE", "PEOPLE_KEYS"):
        monkeypatch.delenv(f"DEEPSTYLE_{name}", raising=False)
    monkeypatch.setenv("DEEPSTYLE_PUBLIC_URL", "https://shop.example")

    def call(*arguments: str) -> Any:
        result = CliRunner().invoke(app, ["users", *arguments])
        if isinstance(result.exception, DeepstyleError):
            return result.exception
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout) if "--json" in arguments else result.stdout

    return call


def test_an_account_from_creation_to_its_end(run: Run) -> None:
    assert "There are no accounts" in run("list")
    made = run("create", "Jo@Example.com", "--role", "merchandiser", "--language", "de", "--json")
    assert (made["email"], made["role"], made["language"], made["has_password"]) == (
        "jo@example.com", "merchandiser", "de", False,
    )  # fmt: skip
    assert re.fullmatch(r"https://shop\.example/account/reset#token=dsl_[0-9a-f]{64}", made["link"])
    assert "has an account" in run("create", "jo@example.com").message
    assert [one["email"] for one in run("list", "--json")] == ["jo@example.com"]
    assert "jo@example.com" in run("list")
    link = run("reset-link", "jo@example.com").strip()
    with People.open(Settings()) as people:
        token = sessions.begin(people.store, made["person_id"], "merchandiser", user_agent="Firefox on Linux")
        assert links.read_link(people.store, "reset", link.partition("#token=")[2]) == {"person_id": made["person_id"]}
        assert [one["device"] for one in run("sessions", "jo@example.com", "--json")["sessions"]] == ["Firefox, Linux"]
        assert run("role", "jo@example.com", "admin", "--json")["role"] == "admin"
        assert sessions.find(people.store, token) is None
        token = sessions.begin(people.store, made["person_id"], "admin")
        assert "1 sessions ended" in run("sessions", "jo@example.com", "--end")
        assert sessions.find(people.store, token) is None
        token = sessions.begin(people.store, made["person_id"], "admin")
        assert run("disable", "jo@example.com", "--json")["is_active"] is False
        assert sessions.find(people.store, token) is None
        assert links.read_link(people.store, "reset", link.partition("#token=")[2]) is None
    assert "may sign in" in run("enable", "jo@example.com")
    assert "signed in nowhere" in run("sessions", "jo@example.com")


def test_errors(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for command in (["role", "nobody@example.com", "admin"], ["disable", "nobody@example.com"], ["sessions", "a@b.de"]):
        assert "no account has this address" in run(*command).message
    assert "no e-mail address" in run("create", "jo").message
    monkeypatch.delenv("DEEPSTYLE_PUBLIC_URL")
    assert "DEEPSTYLE_PUBLIC_URL" in run("create", "jo@example.com").remedy
    with People.open(Settings()) as people:
        assert persons.by_email(people, "jo@example.com") is None
