"""`deepstyle encode` and `info` as a user runs them, on a real store and a tiny model folder."""

import json
import os
import subprocess
import sys
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
from tests.compatibility.tiny import write_tiny_head
from tests.conftest import Shop
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


@pytest.fixture
def head(tmp_path: Path, tiny_model: Path) -> str:
    """A compatibility head for the tiny model."""
    spec = read_spec(tiny_model)
    write_tiny_head(tmp_path / "head", spec.features_fingerprint, spec.features_dim)
    return str(tmp_path / "head")


def test_encode_reports_what_it_did_and_does_nothing_twice(given: list[str]) -> None:
    first = json.loads(runner.invoke(app, ["encode", *given, "--json"]).stdout)
    assert (first["encoded"], first["skipped"], first["failures"], first["serving"]) == (3, 0, [], True)
    second = json.loads(runner.invoke(app, ["encode", *given, "--json"]).stdout)
    assert (second["encoded"], second["skipped"]) == (0, 3)


def test_the_store_remembers_that_it_keeps_views(given: list[str]) -> None:
    def encode(*options: str) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(runner.invoke(app, ["encode", *given, *options, "--json"]).stdout)
        return report

    assert encode()["augmented_views"] == 0
    assert (encode("--augmented-views")["augmented_views"], encode()["augmented_views"]) == (6, 0)
    with open_store(given[1]) as store:
        store.put([Entry(Item("item-0", title="new"), read_image(encode_jpeg(np.zeros((30, 30, 3), np.uint8) + 90)))])
    assert (again := encode())["encoded"] == 1 and again["augmented_views"] == 2
    assert "2 more views" in runner.invoke(app, ["evaluate", "search", *given]).stdout.replace("\n", " ")
    assert encode("--no-augmented-views")["augmented_views"] == 0
    assert len(json.loads(runner.invoke(app, ["info", *given, "--json"]).stdout)["store"]["vectors"]) == 1


def test_encode_for_people(given: list[str]) -> None:
    result = runner.invoke(app, ["encode", *given])
    assert result.exit_code == 0 and "3 encoded" in result.stdout and "0 failed" in result.stdout


def test_encode_writes_suggestions_and_says_so(shop: Shop, head: str) -> None:
    given = ["encode", "--store", shop.store_url, "--model", str(shop.model), "--compat", head]
    report = json.loads(runner.invoke(app, [*given, "--no-suggest", "--json"]).stdout)
    assert (report["suggestions"], report["suggestions_left_out"]) == (None, "")
    assert "Suggestions for 40 items" in runner.invoke(app, given).stdout
    suggestions = json.loads(runner.invoke(app, [*given, "--json"]).stdout)["suggestions"]
    assert (suggestions["items"], suggestions["projected"], suggestions["failed"]) == (40, 0, [])


def test_encode_says_why_there_are_no_suggestions(given: list[str]) -> None:
    result = runner.invoke(app, ["encode", *given])  # the packaged head reads another backbone's features
    assert result.exit_code == 0
    assert "No suggestions: the compatibility head reads features" in " ".join(result.stdout.split())


def test_encode_on_ray_writes_suggestions_too(shop: Shop, head: str) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    with open_store(shop.store_url) as store:
        for space in store.spaces():
            store.drop_space(space)
    # A process of its own, as on a real driver: Ray leaves threads and warnings behind that are not ours.
    command = [sys.executable, "-m", "deepstyle", "encode", "--store", shop.store_url, "--model", str(shop.model)]
    command += ["--compat", head, "--runner", "ray", "--shard-size", "10", "--json"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout[done.stdout.index("{\n") :])
    assert report["encoded"] == report["suggestions"]["items"] == 40
    assert report["suggestions"]["projected"] == 0, "the workers wrote these vectors when they encoded"


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
    report = json.loads(runner.invoke(app, ["encode", *given, "--drop-former", "--json"]).stdout)
    assert (report["encoded"], report["dropped_old"]) == (3, 3)
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
    report = json.loads(runner.invoke(app, ["info", *given, "--json"]).stdout)
    spec = read_spec(tmp_path / "model")
    assert report["fingerprint_match"] is True and report["model"]["fingerprint"] == spec.fingerprint
    assert report["store"]["items"] == 4 and report["store"]["vectors"] == {spec.fingerprint: 3}
    assert report["version"] and report["hardware"]["cores"] >= 1
    write_tiny_model(tmp_path / "model", seed=1)
    assert json.loads(runner.invoke(app, ["info", *given, "--json"]).stdout)["fingerprint_match"] is False


def test_info_tells_what_is_missing_instead_of_failing(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    given = ["--store", f"sqlite:///{tmp_path}/nowhere.db", "--model", str(tmp_path / "model")]
    result = runner.invoke(app, ["info", *given, "--json"])
    report = json.loads(result.stdout)
    assert result.exit_code == 0 and report["fingerprint_match"] is None
    assert report["store"]["error"] and "spec.json" in report["model"]["error"]
    assert "spec.json" in runner.invoke(app, ["info", *given]).stdout.replace("\n", "")


def test_a_model_is_encoded_beside_switched_to_and_rolled_back(given: list[str], tmp_path: Path) -> None:
    def run(*arguments: str, status: int = 0) -> Any:
        result = runner.invoke(app, [*arguments, "--store", given[1], "--json"])
        assert result.exit_code == status, result.output
        return json.loads(result.stdout) if status == 0 else None

    run("encode", *given[2:])
    old, new = read_spec(tmp_path / "model").fingerprint, write_tiny_model(tmp_path / "other", seed=1).fingerprint
    assert run("encode", "--model", str(tmp_path / "other"), "--no-switch")["serving"] is False
    listed = [(one["name"], one["space"], one["vectors"], one["lacks"]) for one in run("model", "status")["models"]]
    assert listed == [("model", old, 3, 0), ("other", new, 3, 0)]
    shown = runner.invoke(app, ["model", "status", "--store", given[1]]).stdout
    assert "serves" in shown and new in shown
    assert run("model", "switch", "other") == {"before": old, "now": new, "suggestions": 0, "lacks": 0}
    assert run("model", "rollback")["now"] == old
    refused = runner.invoke(app, ["model", "switch", "third", "--store", given[1]])
    assert refused.exception is not None and "no vectors of 'third'" in str(refused.exception)
