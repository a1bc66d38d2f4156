"""`deepstyle encode` and `info` as a user runs them, on a real store and a tiny model folder."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from deepstyle.catalogue.item import Item
from deepstyle.cli import app
from deepstyle.compatibility.space import COMPAT_SPACE
from deepstyle.images.item_image import ItemImage
from deepstyle.images.pixels import encode_jpeg, read_image
from deepstyle.store import Entry, open_store
from deepstyle.store.base import VectorBatch
from deepstyle.style.spec import read_spec
from tests.style.tiny import write_tiny_model

runner = CliRunner()


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    """``--store URL --model FOLDER`` for three items with an image and one without."""
    write_tiny_model(tmp_path / "model")
    url = f"sqlite:///{tmp_path}/test.db"
    with open_store(url) as store:
        for n in range(3):
            image = read_image(encode_jpeg(np.random.default_rng(n).integers(0, 256, (30, 30, 3), np.uint8)))
            store.put([Entry(Item(f"item-{n}"), image)])
        store.put([Entry(Item("no-image"))])
    return ["--store", url, "--model", str(tmp_path / "model")]


def test_encode_reports_what_it_did_and_does_nothing_twice(given: list[str]) -> None:
    first = json.loads(runner.invoke(app, ["encode", *given, "--json"]).stdout)
    assert (first["encoded"], first["skipped"], first["failures"], first["serving"]) == (3, 0, [], True)
    second = json.loads(runner.invoke(app, ["encode", *given, "--json"]).stdout)
    assert (second["encoded"], second["skipped"]) == (0, 3)


def test_the_store_remembers_that_it_keeps_views(given: list[str]) -> None:
    def encode(*options: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(runner.invoke(app, ["encode", *given, *options, "--json"]).stdout)
        return told

    assert encode()["augmented_views"] == 0
    assert (encode("--views")["augmented_views"], encode()["augmented_views"]) == (6, 0)
    with open_store(given[1]) as store:
        store.put([Entry(Item("item-0", title="new"), read_image(encode_jpeg(np.zeros((30, 30, 3), np.uint8) + 90)))])
    assert (again := encode())["encoded"] == 1 and again["augmented_views"] == 2
    assert "2 more views" in runner.invoke(app, ["evaluate", "search", *given]).stdout.replace("\n", " ")
    assert encode("--no-views")["augmented_views"] == 0
    assert len(json.loads(runner.invoke(app, ["info", *given, "--json"]).stdout)["store"]["vectors"]) == 1


def test_encode_for_people(given: list[str]) -> None:
    result = runner.invoke(app, ["encode", *given])
    assert result.exit_code == 0 and "3 encoded" in result.stdout and "0 failed" in result.stdout


def test_a_failing_image_is_named_and_makes_the_exit_status_1(given: list[str]) -> None:
    with open_store(given[1]) as store:
        store.put([Entry(Item("[bad]"), ItemImage(b"\xff\xd8\xff nothing", "0" * 64, "image/jpeg", 9, 9))])
    result = runner.invoke(app, ["encode", *given])
    assert result.exit_code == 1
    assert "3 encoded" in result.stdout and "[bad]" in result.stdout


def test_a_new_model_replaces_the_old_one_and_may_delete_its_vectors(given: list[str], tmp_path: Path) -> None:
    runner.invoke(app, ["encode", *given])
    other = write_tiny_model(tmp_path / "other", seed=1)
    given[-1] = str(tmp_path / "other")
    told = json.loads(runner.invoke(app, ["encode", *given, "--drop-old", "--json"]).stdout)
    assert (told["encoded"], told["dropped_old"]) == (3, 3)
    with open_store(given[1]) as store:
        assert store.spaces() == {other.fingerprint: 3} and store.meta("style_space") == other.fingerprint


def test_dropping_old_vectors_leaves_those_that_the_outfits_need(given: list[str]) -> None:
    runner.invoke(app, ["encode", *given])
    with open_store(given[1]) as store:
        one = VectorBatch(("item-0",), (store.image_sha256s(["item-0"])["item-0"],), np.eye(1, 8, dtype=np.float32))
        store.put_vectors("compat-0-fp32", one)
        store.put_vectors("compat-1-fp32", one)
        store.set_meta(COMPAT_SPACE, "compat-1-fp32")
    assert json.loads(runner.invoke(app, ["encode", *given, "--drop-old", "--json"]).stdout)["dropped_old"] == 1
    with open_store(given[1]) as store:
        assert store.spaces()["compat-1-fp32"] == 1


def test_info_tells_whether_the_model_fits_the_vectors(given: list[str], tmp_path: Path) -> None:
    runner.invoke(app, ["encode", *given])
    told = json.loads(runner.invoke(app, ["info", *given, "--json"]).stdout)
    spec = read_spec(tmp_path / "model")
    assert told["fingerprint_match"] is True and told["model"]["fingerprint"] == spec.fingerprint
    assert told["store"]["items"] == 4 and told["store"]["vectors"] == {spec.fingerprint: 3}
    assert told["version"] and told["hardware"]["cores"] >= 1
    write_tiny_model(tmp_path / "model", seed=1)
    assert json.loads(runner.invoke(app, ["info", *given, "--json"]).stdout)["fingerprint_match"] is False


def test_info_tells_what_is_missing_instead_of_failing(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    given = ["--store", f"sqlite:///{tmp_path}/nowhere.db", "--model", str(tmp_path / "model")]
    result = runner.invoke(app, ["info", *given, "--json"])
    told = json.loads(result.stdout)
    assert result.exit_code == 0 and told["fingerprint_match"] is None
    assert told["store"]["error"] and "spec.json" in told["model"]["error"]
    assert "spec.json" in runner.invoke(app, ["info", *given]).stdout.replace("\n", "")
