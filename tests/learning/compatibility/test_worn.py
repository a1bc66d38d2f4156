"""Worn looks: pairs across views, questions within categories, and the head that ships."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepstyle.compatibility.head import SPEC_FILE, Head
from deepstyle.learning.compatibility.package import package
from deepstyle.learning.compatibility.worn import Worn, read_worn
from deepstyle.style.encoder import Encoder
from tests.learning.compatibility.world import CONFIG

NAMES = ("null", "hat", "shoes", "top")
LOOKS = 40


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("looks")
    for name in ("photos", "labels"):
        (folder / name).mkdir()
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(1, 4, dtype=np.uint8), 20)[:, None].repeat(40, 1)
    for number in range(LOOKS):
        shade = 40 + 60 * (number // 5 % 4) + rng.integers(30, size=(60, 40, 3))
        Image.fromarray(shade.astype(np.uint8)).save(folder / "photos" / f"{number:04}.jpg")
        Image.fromarray(labels).save(folder / "labels" / f"{number:04}.png")
    (folder / "label_names.csv").write_text("value,name\n" + "".join(f"{at},{name}\n" for at, name in enumerate(NAMES)))
    return folder


@pytest.fixture
def worn(looks: Path, tiny_model: Path, tmp_path: Path) -> Worn:
    return read_worn(looks, Encoder.open(tiny_model, threads=1), tmp_path)


def test_every_garment_has_two_views_and_the_cache_is_read_again(
    worn: Worn, looks: Path, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert worn.garments == 3 * LOOKS
    assert worn.categories[:3] == ("hats", "shoes", "tops")
    monkeypatch.setattr(Encoder, "encode", None)
    again = read_worn(looks, Encoder.open(tiny_model, threads=1), tmp_path)
    np.testing.assert_array_equal(again.features, worn.features)


def test_pairs_join_every_view_of_two_garments_of_a_look(worn: Worn) -> None:
    pairs = {tuple(pair.tolist()) for pair in worn.pairs("valid")}
    looks = worn.looks["valid"]
    assert len(pairs) == len(looks) * 3 * 4
    one, other, *_ = looks[0].tolist()
    shift = worn.garments
    assert {(one, other), (one, other + shift), (one + shift, other), (one + shift, other + shift)} <= pairs
    assert (one, one + shift) not in pairs


def test_negatives_keep_each_category_and_come_from_other_looks_of_the_split(worn: Worn) -> None:
    questions, rows = worn.questions("test"), np.concatenate(worn.looks["test"]) + worn.garments
    half = len(questions.outfits) // 2
    for good, bad in zip(questions.outfits[:half], questions.outfits[half:], strict=True):
        assert [worn.categories[row] for row in good] == [worn.categories[row] for row in bad]
        assert not set(good.tolist()) & set(bad.tolist())
        assert np.isin([*good, *bad], rows).all()
    for blank in questions.blanks:
        assert len({worn.categories[row] for row in blank.answers}) == 1
        assert len(set(blank.answers.tolist())) == 4


def test_crowded_looks_have_two_of_one_category(worn: Worn) -> None:
    questions = worn.crowded("test")
    for outfit in (one for one, good in zip(questions.outfits, questions.compatible, strict=True) if not good):
        assert len({worn.categories[row] for row in outfit}) == 2
        assert len(outfit) == 3


def test_the_packaged_head_says_what_it_was_measured_on(worn: Worn, tmp_path: Path) -> None:
    package(tmp_path / "head", worn, None, replace(CONFIG, average=0.0), backbone="backbone")
    spec = json.loads((tmp_path / "head" / SPEC_FILE).read_text())
    assert spec["data"] == "street-looks"
    assert {"licences", "command", "commit", "data_sha256", "seed"} <= set(spec["training"])
    assert spec["metrics"]["street_looks_test_outfits"] == 2 * 4 * len(worn.looks["test"])
    assert 0 <= spec["metrics"]["street_looks_test_raw_auc"] <= 1
    assert Head.open(tmp_path / "head").project(worn.features).shape == (len(worn.features), 16)
