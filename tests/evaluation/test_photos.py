"""Labelled photos: which are read, and how a bad table is reported."""

import os
from collections import Counter
from pathlib import Path

import pytest

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.errors import DataError
from deepstyle.evaluation.photos import CATEGORY_OF_LABEL, read_labelled_photos


def folder(tmp_path: Path, rows: str, *, sub: str = "images") -> Path:
    (tmp_path / sub).mkdir(exist_ok=True)
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / sub / name).write_bytes(b"x")
    (tmp_path / "labels.csv").write_text(rows, "utf-8")
    return tmp_path


def test_every_label_has_a_semantic_category() -> None:
    assert set(CATEGORY_OF_LABEL.values()) == set(SEMANTIC_CATEGORIES)


@pytest.mark.parametrize("sub", ["images", "."])
def test_reads_what_is_decided(tmp_path: Path, sub: str) -> None:
    photos = read_labelled_photos(
        folder(tmp_path, "image,label\na.jpg,T-Shirt\nb.jpg,Not sure\nb.jpg,shoes\n", sub=sub)
    )
    assert [(photo.path.name, photo.semantic_category) for photo in photos] == [("a.jpg", "tops"), ("b.jpg", "shoes")]
    assert all(photo.path.is_file() for photo in photos)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("image,label\na.jpg,Gown\n", "line 2: the label 'Gown' is unknown"),
        ("image,label\na.jpg,Hat\nc.jpg,Hat\n", "line 3: .*c.jpg does not exist"),
        ("image\na.jpg\n", "line 2: no image or no label"),
        ("name,label\na.jpg,Hat\n", "line 2: no image or no label"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_labelled_photos(folder(tmp_path, rows))


def test_missing_table(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"labels\.csv cannot be read"):
        read_labelled_photos(tmp_path)


def test_table_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(b"image,label\n\xff\xfe\n")
    with pytest.raises(DataError, match=r"labels\.csv cannot be read"):
        read_labelled_photos(tmp_path)


def test_real_photos() -> None:
    root = os.environ.get("DEEPSTYLE_DATA")
    if root is None:
        pytest.skip("DEEPSTYLE_DATA is not set: no real photos")
    photos = read_labelled_photos(Path(root) / "phone-photos")
    assert len(photos) == 663
    assert Counter(photo.semantic_category for photo in photos)["hats"] == 40
