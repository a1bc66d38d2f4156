"""Training configurations: the shipped ones are valid, and whatever is wrong is named."""

from pathlib import Path
from typing import Any

import pytest

from deepstyle.errors import UsageError
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.config import as_json, parse_config, read_config
from deepstyle.learning.style.config import StyleConfig

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.toml"))
MODELS: dict[str, type] = {"style": StyleConfig, "compat": TrainConfig}


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_shipped_configurations_are_valid(path: Path) -> None:
    model = {**MODELS, "packaged": StyleConfig}[path.stem.partition("-")[0]]
    config = read_config(path, model)
    assert isinstance(config, model)
    assert config != model()


def test_there_are_shipped_configurations() -> None:
    assert {path.stem.partition("-")[0] for path in CONFIGS} == {*MODELS, "packaged"}


@pytest.mark.parametrize("model", MODELS.values())
def test_an_empty_configuration_is_the_default(model: type) -> None:
    assert parse_config({}, model, "x") == model()
    assert read_config(None, model) == model()


@pytest.mark.parametrize("model", MODELS.values())
def test_a_configuration_survives_json(model: type) -> None:
    assert parse_config(as_json(model()), model, "x") == model()


def test_values_replace_defaults() -> None:
    config = parse_config({"losses": {"garment": 2}, "model": {"unfreeze_epochs": [1, 5]}}, StyleConfig, "x")
    assert config.losses.garment == 2.0
    assert isinstance(config.losses.garment, float)
    assert config.model.unfreeze_epochs == (1, 5)


def test_overrides_replace_the_file(tmp_path: Path) -> None:
    path = tmp_path / "compat.toml"
    path.write_text('loss = "triplet"\nmargin = 1\nepochs = 3\n')
    assert read_config(path, TrainConfig) == TrainConfig(loss="triplet", margin=1.0, epochs=3)
    assert read_config(path, TrainConfig, seed=4, epochs=None) == TrainConfig("triplet", margin=1.0, epochs=3, seed=4)
    with pytest.raises(UsageError, match=r"compat\.toml: epochs: .*, not 0"):
        read_config(path, TrainConfig, epochs=0)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"optimizer": {}}, r"\[optimizer\] is unknown.*optimiser"),
        ({"optimizer": 3}, "optimizer is unknown"),
        ({"batch": {"sise": 3}}, r"\[batch\] sise is unknown.*categories"),
        ({"batch": {"garments": "four"}}, r"\[batch\] garments: .*'four'"),
        ({"batch": {"garments": 0}}, r"\[batch\] garments"),
        ({"batch": {"garments": 3.0}}, r"\[batch\] garments"),
        ({"batch": {"garments": 10**30}}, r"\[batch\] garments"),
        ({"batch": {"pictures": 1}}, r"\[batch\] pictures"),
        ({"batch": 3}, r"\[batch\] is not a table"),
        ({"model": {"part": "all"}}, r"\[model\] part: .*'last-stage'"),
        ({"model": {"start": "zero"}}, r"\[model\] start"),
        ({"model": {"unfreeze_epochs": ["a"]}}, r"\[model\] unfreeze_epochs"),
        ({"data": {"valid_share": 0.6, "test_share": 0.5}}, r"\[data\]: valid_share and test_share"),
        ({"data": {"views": ["upside down"]}}, r"\[data\] views: 'upside down'.*mirrored"),
        ({"optimiser": {"amp": 1}}, r"\[optimiser\] amp"),
        ({"optimiser": {"seed": True}}, r"\[optimiser\] seed"),
        ({"optimiser": {"ema_decay": 1.0}}, r"\[optimiser\] ema_decay"),
        ({"optimiser": {"learning_rate": float("inf")}}, r"\[optimiser\] learning_rate"),
        ({"losses": {"temperature": 0.0}}, r"\[losses\] temperature"),
        ({"losses": {"garment": 0, "category": 0, "semantic_head": 0, "category_head": 0}}, r"\[losses\]: every"),
        ({"stop": {"patience": 0}}, r"\[stop\] patience"),
    ],
)
def test_what_is_wrong_is_named(values: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=rf"run\.toml: {message}"):
        parse_config(values, StyleConfig, "run.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epoch = 3", "epoch is unknown.*epochs"),
        ("epochs = 3.5", "epochs: .*3.5"),
        ('loss = "arcface"', "loss: .*'infonce'"),
        ("seed = true", "seed"),
        ("input_dropout = 1.0", "input_dropout"),
        ("batch_size = 1", "batch_size"),
        ("seed = 2026-01-01", "seed"),
        ("[model]\npart = 1", r"\[model\] is unknown"),
        ("epochs = ", "is not TOML"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "run.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=rf"run\.toml:? {message}"):
        read_config(path, TrainConfig)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"missing\.toml cannot be read"):
        read_config(tmp_path / "missing.toml", StyleConfig)
