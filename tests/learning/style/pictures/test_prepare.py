"""A whole training on pictures: it resumes, exports, and interpolates with the initial weights."""

from pathlib import Path

import pytest
import torch

from deepstyle.errors import UsageError
from deepstyle.learning.config import parse_config
from deepstyle.learning.style.build import load_backbone
from deepstyle.learning.style.config import StyleConfig
from deepstyle.learning.style.pictures.prepare import labels_of, read_pictures
from deepstyle.learning.style.run import read_run, train_style, trained_network
from deepstyle.learning.torch_state import restored_tensors
from deepstyle.style.weights import locate_weights
from tests.learning.style.pictures.sets import write_phone_photos, write_street_looks

TABLES = {
    "model": {
        "weights": "none",
        "architecture": "tf_efficientnet_lite0",
        "part": "whole",
        "start": "untrained",
        "embedding_dim": 24,
        "unfreeze_epochs": [0],
        "interpolate": 0.5,
    },
    "sources": {"phone_photos": ["phones"], "street_looks": "looks"},
    "augmentation": {"height_px": 64, "width_px": 64},
    "batch": {"categories": 2, "garments": 2, "pictures": 2},
    "optimiser": {"epochs": 1, "steps_per_epoch": 2, "warmup_steps": 1, "ema_decay": 0.0},
    "losses": {"teacher": 1.0, "subtype_head": 0.1},
}


def config(**changes: dict[str, object]) -> StyleConfig:
    tables = {name: {**TABLES.get(name, {}), **changes.get(name, {})} for name in {**TABLES, **changes}}
    return parse_config(tables, StyleConfig, "the test")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_phone_photos(folder / "phones", 5)
    write_street_looks(folder / "looks", 5)
    return folder


def test_trains_and_interpolates(data: Path, tmp_path: Path) -> None:
    run = train_style(config(), tmp_path / "run", tmp_path, data=str(data))
    assert run.report.steps == 2
    assert run.report.history[0]["loss"] > 0
    checkpoint, read = read_run(tmp_path / "run")
    weights = locate_weights("none", architecture="tf_efficientnet_lite0")
    last = restored_tensors(checkpoint)["network"]
    whole, half = (
        trained_network(last, config(model={"interpolate": share}), weights).state_dict() for share in (1.0, 0.5)
    )
    initial = load_backbone(weights).state_dict()
    name = "conv_head.weight"
    assert not torch.equal(whole[f"backbone.{name}"], initial[name])
    torch.testing.assert_close(half[f"backbone.{name}"], (whole[f"backbone.{name}"] + initial[name]) / 2)
    stem = "backbone.conv_stem.weight"  # frozen
    torch.testing.assert_close(whole[stem], initial["conv_stem.weight"])
    assert read.sources.phone_photos == ("phones",)


def test_a_crop_shares_its_garment_and_unknown_subtypes_have_no_number(data: Path) -> None:
    pictures = read_pictures(config().sources, data)
    labels = labels_of(pictures)
    names = [one.picture_id for one in pictures]
    tight, loose = names.index("0001/2/tight"), names.index("0001/2/loose")
    assert labels.garment[tight] == labels.garment[loose]
    hats = [row for row, one in enumerate(pictures) if one.type.name == "hat"]
    assert set(labels.subtype[hats].tolist()) == {-1}


def test_only_the_whole_network_learns_from_pictures(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="whole network"):
        train_style(config(model={"part": "head"}), tmp_path / "run", tmp_path, data=str(data))


def test_interpolation_needs_known_initial_weights() -> None:
    with pytest.raises(UsageError, match="interpolate below 1"):
        config(model={"start": "discriminant"})
