"""Street looks: how a label map becomes garments, and how a bad folder is reported."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.errors import DataError
from deepstyle.evaluation.street_looks import (
    CATEGORY_OF_STREET_LABEL,
    cut,
    garments_in,
    loose_box,
    read_label_names,
    read_looks,
)

NAMES = ("null", "skin", "hat", "shoes")


def folder(tmp_path: Path, looks: int = 6) -> Path:
    for name in ("photos", "labels"):
        (tmp_path / name).mkdir()
    for number in range(looks):
        Image.new("RGB", (40, 60), (90, 120, 30)).save(tmp_path / "photos" / f"{number:04}.jpg")
        Image.fromarray(label_map()).save(tmp_path / "labels" / f"{number:04}.png")
    rows = "".join(f"{value},{name}\n" for value, name in enumerate(NAMES))
    (tmp_path / "label_names.csv").write_text(f"value,name\n{rows}", "utf-8")
    return tmp_path


def label_map() -> np.ndarray:
    labels = np.zeros((60, 40), np.uint8)
    labels[0:20, 10:30] = 2
    labels[50:60, 5:15] = labels[50:60, 25:35] = 3
    labels[30:40, 10:20] = 1
    labels[59, 39] = 2  # a speck far from the hat
    return labels


def test_every_category_is_one_of_the_catalogue() -> None:
    assert len(CATEGORY_OF_STREET_LABEL) == 59
    assert set(CATEGORY_OF_STREET_LABEL.values()) == {*SEMANTIC_CATEGORIES, ""}


def test_garments_have_tight_boxes_without_specks() -> None:
    hat, shoes = garments_in(label_map(), NAMES)
    assert (hat.label, hat.semantic_category, hat.box) == ("hat", "hats", (10, 0, 30, 20))
    assert (shoes.label, shoes.box) == ("shoes", (5, 50, 35, 60))
    assert shoes.share == pytest.approx(200 / 2400)


def test_small_garments_are_left_out() -> None:
    assert [found.label for found in garments_in(label_map(), NAMES, min_share=0.1)] == ["hat"]


def test_the_loose_box_is_a_quarter_larger_and_stays_inside() -> None:
    assert loose_box((10, 20, 30, 40), 40, 60) == (8, 18, 32, 42)
    assert loose_box((0, 0, 40, 60), 40, 60) == (0, 0, 40, 60)


def test_cuts_with_and_without_background() -> None:
    rgb = np.full((60, 40, 3), 7, np.uint8)
    shoes = garments_in(label_map(), NAMES)[1]
    assert (cut(rgb, label_map(), shoes) == 7).all()
    bare = cut(rgb, label_map(), shoes, background=False)
    assert bare.shape == (10, 30, 3)
    assert (bare[:, 10:20] == 255).all()
    assert (bare[:, :10] == 7).all()
    assert cut(rgb, label_map(), shoes, loose=True).shape == (11, 38, 3)


def test_every_fifth_look_is_test(tmp_path: Path) -> None:
    looks = read_looks(folder(tmp_path))
    assert [look.split for look in looks] == ["test", "valid", "train", "train", "train", "test"]
    rgb, labels = looks[0].read()
    assert rgb.shape[:2] == labels.shape == (60, 40)
    assert read_label_names(tmp_path) == NAMES


def test_a_label_map_of_another_size(tmp_path: Path) -> None:
    look = read_looks(folder(tmp_path))[0]
    Image.new("L", (5, 5)).save(look.labels)
    with pytest.raises(DataError, match=r"0000\.png is uint8 of shape \(5, 5\)"):
        look.read()


def test_a_missing_label_map(tmp_path: Path) -> None:
    (folder(tmp_path) / "labels" / "0001.png").unlink()
    with pytest.raises(DataError, match=r"0001\.png does not exist"):
        read_looks(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("value,name\n0,null\n2,hat\n", "does not number"),
        ("value,name\n0,sombrero\n", "'sombrero' is unknown"),
        ("value\n0\n", "cannot be read"),
    ],
)
def test_bad_label_names(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "label_names.csv").write_text(text, "utf-8")
    with pytest.raises(DataError, match=message):
        read_label_names(tmp_path)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no looks"):
        read_looks(tmp_path)
