"""``deepstyle weights`` and ``deepstyle quantise`` as a person types them."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from deepstyle.cli import app
from deepstyle.errors import DataError, UnknownModelError, UsageError
from deepstyle.images.pixels import encode_jpeg
from deepstyle.style.architectures import PACKAGED

run = CliRunner().invoke


def test_list_names_every_packaged_weight_and_the_default():
    output = run(app, ["weights", "list"], env={"COLUMNS": "200"})
    assert output.exit_code == 0
    for size in PACKAGED:
        assert f"packaged:{size}" in output.stdout
    assert "packaged:fashion (the default)" in output.stdout
    assert "packaged:lite2 (the former default)" in output.stdout
    assert "hf-hub:timm/resnet50.a1_in1k" in output.stdout


def test_list_speaks_json():
    output = json.loads(run(app, ["weights", "list", "--json"]).stdout)
    assert [row["name"] for row in output] == [f"packaged:{name}" for name in ("fashion", "lite0", "lite1", "lite2")]
    assert output[1]["sha256"].startswith("57934424")
    assert output[1]["preprocessing"]["height_px"] == output[1]["preprocessing"]["width_px"] == 224


def test_pull_refuses_what_is_not_on_the_hub():
    output = run(app, ["weights", "pull", "packaged"])
    assert isinstance(output.exception, UnknownModelError)
    assert "hf-hub:" in output.exception.remedy


def test_quantise_says_what_it_lacks(tmp_path):
    from tests.style.tiny import write_tiny_model

    write_tiny_model(tmp_path / "model")
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    asked = ["quantise", "--model", str(tmp_path / "model"), "--images", str(pictures)]
    output = run(app, asked)
    assert isinstance(output.exception, UsageError)
    assert "has no pictures" in output.exception.message
    (pictures / "one.jpg").write_bytes(encode_jpeg(np.zeros((24, 24, 3), np.uint8)))
    (pictures / "broken.jpg").write_bytes(b"no picture")
    output = run(app, asked)
    assert isinstance(output.exception, DataError)
    assert "there are 1" in output.exception.message


@pytest.mark.parametrize("limit", ["499", "0"])
def test_quantise_refuses_a_limit_that_proves_nothing(limit):
    assert run(app, ["quantise", "--limit", limit]).exit_code == 2


def test_quantise_leaves_the_packaged_folder_alone(monkeypatch):
    monkeypatch.setattr("deepstyle.cli.quantise.DEFAULT_MODEL", "packaged:fashion")
    for name in ("packaged", "packaged:fashion"):
        output = run(app, ["quantise", "--model", name])
        assert isinstance(output.exception, UsageError)
        assert "copy" in output.exception.remedy
