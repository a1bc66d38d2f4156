import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from deepstyle.errors import ModelError
from deepstyle.looks.categories import GARMENTS
from deepstyle.looks.detector import MODEL_FILE, PACKAGED, SPEC_FILE, GarmentDetector, open_detector, packaged_detector
from deepstyle.looks.letterbox import letterbox


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
    for spec in (
        "{}",
        "[]",
        '{"decisions": {"tops": 3}}',
        '{"height_px": 64, "width_px": 64, "decisions": {"tops": {}}}',
    ):
        (tmp_path / SPEC_FILE).write_text(spec)
        with pytest.raises(ModelError, match="no garment detector"):
            open_detector(tmp_path)


def test_a_letterbox_keeps_the_aspect_ratio() -> None:
    framed, (left, top, wide, high) = letterbox(np.full((100, 200, 3), 7, np.uint8), 64, 32)
    assert framed.shape == (64, 32, 3) and (wide, high) == (32, 16)
    assert (framed[top : top + high, left : left + wide] == 7).all() and framed[0, 0, 0] == 128
