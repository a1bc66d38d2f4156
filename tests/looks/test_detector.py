import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from deepstyle.errors import ModelError
from deepstyle.looks.categories import GARMENTS
from deepstyle.looks.detector import MODEL_FILE, PACKAGED, SPEC_FILE, GarmentDetector, open_detector, packaged_detector
from deepstyle.looks.letterbox import letterbox
from deepstyle.looks.parse import connected_parts, garments_in, main_person, without_specks

SURE = np.ones(len(GARMENTS))


@pytest.fixture(scope="module")
def detector() -> GarmentDetector:
    return packaged_detector(1)


@pytest.mark.parametrize("shape", [(1, 1), (3, 4000), (4000, 3), (600, 400), (100, 100)])
def test_any_size_is_answered(detector: GarmentDetector, shape: tuple[int, int]) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    found = detector.detect(rgb)
    assert found.people >= 0
    for one in found.garments:
        assert one.semantic_category in GARMENTS and 0 <= one.score <= 1
        assert one.mask.any(0).all() or one.mask.any(1).all()
        assert one.box.x + one.box.width <= 1 + 1e-6 and one.box.y + one.box.height <= 1 + 1e-6


def test_the_packaged_detector_says_where_it_is_from() -> None:
    spec = json.loads((PACKAGED / SPEC_FILE).read_text())
    assert spec["garments"] == list(GARMENTS) and spec["licence"] == "Apache-2.0"
    assert (PACKAGED / "NOTICE").is_file()


def test_an_altered_detector_is_refused(tmp_path: Path) -> None:
    for name in (MODEL_FILE, SPEC_FILE):
        shutil.copy(PACKAGED / name, tmp_path)
    with (tmp_path / MODEL_FILE).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match="altered"):
        open_detector(tmp_path)
    (tmp_path / SPEC_FILE).write_text("{}")
    with pytest.raises(ModelError, match="no garment detector"):
        open_detector(tmp_path)


def test_a_letterbox_keeps_the_aspect_ratio() -> None:
    framed, (left, top, wide, high) = letterbox(np.full((100, 200, 3), 7, np.uint8), 64, 32)
    assert framed.shape == (64, 32, 3) and (wide, high) == (32, 16)
    assert (framed[top : top + high, left : left + wide] == 7).all() and framed[0, 0, 0] == 128


def label(*places: tuple[str, int, int, int, int]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    classes = np.zeros((96, 64), np.uint8)
    for name, top, bottom, left, right in places:
        classes[top:bottom, left:right] = 1 + GARMENTS.index(name)
    return classes


def test_garments_have_tight_boxes() -> None:
    classes = label(("tops", 8, 32, 16, 48), ("shoes", 80, 92, 16, 28), ("shoes", 80, 92, 36, 48))
    found = {one.semantic_category: one.box for one in garments_in(classes, SURE, (0, 0, 64, 96), {})}
    assert (found["tops"].x, found["tops"].width, found["tops"].height) == (16 / 64, 32 / 64, 24 / 96)
    assert (found["shoes"].x, found["shoes"].width) == (16 / 64, 32 / 64)
    assert garments_in(classes, np.zeros(len(GARMENTS)), (0, 0, 64, 96), {"tops": 0.5, "shoes": 0.5}) == []


def test_the_largest_person_wins() -> None:
    pair = label(
        ("tops", 8, 40, 4, 28), ("bottoms", 40, 80, 4, 28), ("tops", 20, 40, 44, 60), ("bottoms", 40, 60, 44, 60)
    )
    kept, people = main_person(pair, (0, 0, 64, 96))
    assert people == 2
    assert kept[:, 40:].sum() == 0 and kept[:, :32].any()
    assert main_person(label(), (0, 0, 64, 96))[1] == 0
    assert main_person(label(("bags", 8, 40, 4, 28)), (0, 0, 64, 96))[1] == 0


def test_parts_are_those_that_touch() -> None:
    mask = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0], [1, 0, 1]], bool)
    assert connected_parts(mask).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0], [2, 0, 3]]
    speck = np.zeros((40, 40), bool)
    speck[:20, :20] = True
    speck[36, 36] = True
    assert without_specks(speck).sum() == 400
