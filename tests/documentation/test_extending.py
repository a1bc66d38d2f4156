"""A common change touches few files: ``docs/extending/`` has one of each kind, which still applies and works."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documentation.examples import ROOT

DIFFS = sorted((ROOT / "docs" / "extending").glob("*.diff"))
MOST_FILES = {"backbone": 2, "filter_field": 3, "route": 3, "command": 2}
SOURCES = ("deepstyle/", "web/src/")
GENERATED = {"web/src/api/schema.d.ts"}


def touched(diff: Path) -> set[str]:
    """The hand-written source files that a diff changes or adds."""
    files = set(re.findall(r"^\+\+\+ b/(\S+)", diff.read_text("utf-8"), re.M))
    return {file for file in files if file.startswith(SOURCES)} - GENERATED


@pytest.mark.parametrize("diff", DIFFS, ids=lambda diff: diff.stem)
def test_few_files_are_touched(diff: Path) -> None:
    assert 0 < len(touched(diff)) <= MOST_FILES[diff.stem]


@pytest.fixture
def applied(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A copy of the package that the diff of the test's name was applied to."""
    ignored = shutil.ignore_patterns("__pycache__", "web")
    shutil.copytree(ROOT / "deepstyle", tmp_path / "deepstyle", ignore=ignored)
    diff = ROOT / "docs" / "extending" / f"{request.param}.diff"
    subprocess.run(["git", "apply", "--include=deepstyle/*", diff], cwd=tmp_path, check=True)
    return tmp_path


def ask(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "deepstyle", *arguments]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("applied", ["command"], indirect=True)
def test_a_command_that_was_added_works(applied: Path) -> None:
    assert "Print the number of items" in ask(applied, "count", "--help")


@pytest.mark.parametrize("applied", ["route"], indirect=True)
def test_a_route_that_was_added_is_described(applied: Path) -> None:
    document = json.loads(ask(applied, "openapi"))
    assert document["paths"]["/v1/count"]["get"]["summary"] == "The number of items"


@pytest.mark.parametrize("applied", ["filter_field"], indirect=True)
def test_a_filter_field_that_was_added_is_in_the_api_and_the_command_line(applied: Path) -> None:
    document = json.loads(ask(applied, "openapi"))
    assert "occasion" in {one["name"] for one in document["paths"]["/v1/items"]["get"]["parameters"]}
    assert "occasions" in document["components"]["schemas"]["FacetCounts"]["properties"]
    assert "--occasion" in ask(applied, "item", "put", "--help")


@pytest.mark.parametrize("applied", ["filter_field"], indirect=True)
def test_a_filter_field_that_was_added_is_stored_and_filters(applied: Path) -> None:
    code = """
from deepstyle import Item, ItemFilter, open_store
from deepstyle.store import Entry
with open_store("sqlite:///fields.db") as store:
    store.put([Entry(Item("a", occasion="party")), Entry(Item("b"))])
    print([item.item_id for item in store.browse(ItemFilter(occasions=("Party",))).items])
"""
    environment = os.environ | {"PYTHONPATH": str(applied)}
    done = subprocess.run([sys.executable, "-c", code], cwd=applied, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "['a']", done.stderr


@pytest.mark.parametrize("applied", ["backbone"], indirect=True)
def test_a_backbone_that_was_added_is_built(applied: Path) -> None:
    code = """
from deepstyle.learning.style.backbones import create_backbone
print(create_backbone("tf_efficientnet_lite3").features_dim)
"""
    environment = os.environ | {"PYTHONPATH": str(applied)}
    done = subprocess.run([sys.executable, "-c", code], cwd=applied, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "1280", done.stderr
