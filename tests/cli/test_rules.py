"""``deepstyle rules``."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepstyle.cli import app
from deepstyle.errors import DataError, UsageError
from tests.conftest import Shop

RULE = {"name": "No Nord", "action": "hide", "brands": ["Nord"], "surfaces": ["browse"]}


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/people.db"
    monkeypatch.setenv("DEEPSTYLE_PEOPLE_STORE", url)
    return url


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["rules", *arguments])
    if done.exception is not None:
        raise done.exception
    return done.stdout


def test_a_rule_from_its_draft_to_its_removal(people: str, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSTYLE_MODEL", str(shop.model))
    assert "No rules" in run("list")
    said = json.loads(run("preview", json.dumps(RULE), "--k", "40", "--store", shop.store_url, "--json"))
    assert said["before"] != said["after"] and said["moved"][0]["rules"] in ([], ["draft"])
    assert json.loads(run("add", json.dumps(RULE), "--key", "nord", "--json"))["version"] == 1
    assert "Nothing changes" in run("preview", json.dumps(RULE), "--key", "nord", "--store", shop.store_url)
    (listed,) = json.loads(run("list", "--json"))
    assert listed == {"key": "nord", "version": 1, "rule": RULE}
    assert "No Nord" in run("list", "--people", people)
    assert json.loads(run("remove", "nord", "--json"))["key"] == "nord"
    with pytest.raises(UsageError, match="nord"):
        run("remove", "nord")


def test_rules_travel_in_a_file(people: str, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(RULE))
    run("add", f"@{tmp_path}/one.json", "--key", "nord")
    file = tmp_path / "rules.json"
    assert json.loads(run("export", str(file), "--json"))["rules"] == 1
    other = f"sqlite:///{tmp_path}/other.db"
    assert json.loads(run("import", str(file), "--people", other, "--json")) == {"rules": 1, "changed": 1}
    assert json.loads(run("import", str(file), "--people", other, "--json")) == {"rules": 1, "changed": 0}
    assert json.loads(run("list", "--people", other, "--json")) == json.loads(run("list", "--json"))


def test_a_file_with_one_bad_rule_changes_nothing(people: str, tmp_path: Path) -> None:
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"rules": {"a": RULE, "b": {"name": "b", "action": "hide"}}}))
    with pytest.raises(UsageError, match="no condition"):
        run("import", str(file))
    assert json.loads(run("list", "--json")) == []
    file.write_text("[]")
    with pytest.raises(DataError, match="no object"):
        run("import", str(file))
    file.write_text("{")
    with pytest.raises(DataError, match="not JSON"):
        run("import", str(file))
