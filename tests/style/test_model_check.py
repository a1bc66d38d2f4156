"""``weights check``: a model folder of one's own works, or the message says what does not."""

import json

import pytest
from typer.testing import CliRunner

from deepstyle.cli import app
from deepstyle.errors import ModelError
from deepstyle.style.model_check import check_model
from tests.style.tiny import DIMENSION, FEATURES, lie_in_spec, write_tiny_model


def test_a_folder_that_works_is_described(tmp_path):
    spec = write_tiny_model(tmp_path)
    report = check_model(tmp_path)
    assert (report.embedding_dim, report.features_dim, report.context_length) == (DIMENSION, FEATURES, 0)
    assert report.fingerprint == spec.fingerprint
    output = CliRunner().invoke(app, ["weights", "check", str(tmp_path), "--json"])
    assert json.loads(output.stdout)["architecture"] == "tiny"


def test_dimensions_that_are_not_the_graphs_are_named(tmp_path):
    lie_in_spec(tmp_path, write_tiny_model(tmp_path), embedding_dim=DIMENSION + 1)
    with pytest.raises(ModelError, match="has outputs"):
        check_model(tmp_path)


def test_a_model_that_sees_nothing_is_refused(tmp_path):
    write_tiny_model(tmp_path, scale=0)
    with pytest.raises(ModelError, match="zero or not finite"):
        check_model(tmp_path)


def test_a_copy_with_colour_has_a_space_of_its_own(tmp_path):
    spec = write_tiny_model(tmp_path / "model")
    arguments = ["weights", "convert", str(tmp_path / "model"), "--to", str(tmp_path / "copy")]
    assert CliRunner().invoke(app, [*arguments, "--colour-weight", "0.3"]).exit_code == 0
    report = check_model(tmp_path / "copy")
    assert report.embedding_dim == DIMENSION + 64
    assert report.fingerprint != spec.fingerprint
    assert CliRunner().invoke(app, arguments).exception.message.endswith("exists.")
