from pathlib import Path

import pytest

from deepstyle.errors import UsageError
from deepstyle.learning.style.config import StyleConfig, parse_config, read_config

CONFIGS = sorted((Path(__file__).parents[3] / "configs").glob("style-*.toml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_shipped_configurations_are_read(path: Path) -> None:
    assert read_config(path).batch.size > 0


def test_there_are_shipped_configurations() -> None:
    assert len(CONFIGS) >= 3


def test_nothing_told_is_the_default() -> None:
    assert parse_config({}, "x") == StyleConfig()


def test_values_replace_defaults() -> None:
    told = parse_config({"losses": {"garment": 2}, "model": {"unfreeze_epochs": [1, 5]}}, "x")
    assert told.losses.garment == 2.0
    assert isinstance(told.losses.garment, float)
    assert told.model.unfreeze_epochs == (1, 5)


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"optimizer": {}}, "optimizer"),
        ({"batch": {"sise": 3}}, "sise"),
        ({"batch": {"garments": "four"}}, "garments"),
        ({"batch": {"garments": 0}}, "garments"),
        ({"batch": {"pictures": 1}}, "pictures"),
        ({"batch": 3}, "batch"),
        ({"model": {"part": "all"}}, "part"),
        ({"model": {"start": "zero"}}, "start"),
        ({"model": {"unfreeze_epochs": ["a"]}}, "unfreeze_epochs"),
        ({"data": {"valid_share": 0.6, "test_share": 0.5}}, "valid_share"),
        ({"data": {"views": ["upside down"]}}, "views"),
        ({"optimiser": {"amp": 1}}, "amp"),
        ({"optimiser": {"ema_decay": 1.0}}, "ema_decay"),
        ({"losses": {"temperature": 0.0}}, "losses"),
        ({"losses": {"garment": 0, "category": 0, "semantic_head": 0, "category_head": 0}}, "losses"),
        ({"stop": {"patience": 0}}, "stop"),
    ],
)
def test_what_makes_no_sense_is_named(told: dict, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        parse_config(told, "run.toml")


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("[batch\n")
    with pytest.raises(UsageError, match=r"x\.toml is not TOML"):
        read_config(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_config(tmp_path / "missing.toml")
