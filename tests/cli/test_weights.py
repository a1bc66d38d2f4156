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
    told = run(app, ["weights", "list"], env={"COLUMNS": "200"})
    assert told.exit_code == 0
    for size in PACKAGED:
        assert f"packaged:{size}" in told.stdout
    assert "packaged:lite2 (the default)" in told.stdout
    assert "hf-hub:timm/resnet50.a1_in1k" in told.stdout


def test_list_speaks_json():
    told = json.loads(run(app, ["weights", "list", "--json"]).stdout)
    assert [row["name"] for row in told] == ["packaged:lite0", "packaged:lite1", "packaged:lite2"]
    assert told[0]["sha256"].startswith("57934424")
    assert told[0]["preprocessing"]["height_px"] == told[0]["preprocessing"]["width_px"] == 224


def test_pull_refuses_what_is_not_on_the_hub():
    told = run(app, ["weights", "pull", "packaged"])
    assert isinstance(told.exception, UnknownModelError)
    assert "hf-hub:" in told.exception.remedy


def test_quantise_says_what_it_lacks(tmp_path):
    from tests.style.tiny import write_tiny_model

    write_tiny_model(tmp_path / "model")
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    asked = ["quantise", "--model", str(tmp_path / "model"), "--images", str(pictures)]
    told = run(app, asked)
    assert isinstance(told.exception, UsageError)
    assert "has no pictures" in told.exception.message
    (pictures / "one.jpg").write_bytes(encode_jpeg(np.zeros((24, 24, 3), np.uint8)))
    (pictures / "broken.jpg").write_bytes(b"no picture")
    told = run(app, asked)
    assert isinstance(told.exception, DataError)
    assert "there are 1" in told.exception.message


@pytest.mark.parametrize("limit", ["499", "0"])
def test_quantise_refuses_a_limit_that_proves_nothing(limit):
    assert run(app, ["quantise", "--limit", limit]).exit_code == 2
