"""Fitting the classifier of garment types: the regression, and the pictures it learns from."""

from pathlib import Path

import numpy as np
from PIL import Image

from deepstyle.images.pixels import encode_jpeg
from deepstyle.learning.style.garment_types import empty_pictures, fit_softmax, fit_types, look_pictures
from deepstyle.learning.style.no_garment import FAMILIES, draw_no_garment
from deepstyle.style.encoder import Encoder


def test_a_softmax_regression_tells_its_types_apart() -> None:
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((4, 8)).astype(np.float32)
    labels = rng.integers(4, size=800)
    vectors = centres[labels] + 0.2 * rng.standard_normal((800, 8)).astype(np.float32)
    weights, biases = fit_softmax(vectors, labels, 4)
    assert ((vectors @ weights.T + biases).argmax(axis=1) == labels).mean() > 0.98


def test_the_garments_of_looks_outside_the_test_split_are_cut_out(tmp_path: Path) -> None:
    for name in ("photos", "labels"):
        (tmp_path / name).mkdir()
    (tmp_path / "label_names.csv").write_text("value,name\n0,null\n1,hair\n2,boots\n3,ring\n")
    pixels, labels = np.zeros((120, 100, 3), np.uint8), np.zeros((120, 100), np.uint8)
    pixels[40:100, 20:80], labels[40:100, 20:80] = 200, 2
    labels[0:5, 0:5], labels[110:115, 0:30] = 3, 1  # too small; no garment
    for number in range(6):
        (tmp_path / "photos" / f"{number}.jpg").write_bytes(encode_jpeg(pixels))
        Image.fromarray(labels).save(tmp_path / "labels" / f"{number}.png")
    found = list(look_pictures(tmp_path))
    assert [category for category, _ in found] == ["shoes"] * 4  # looks 0 and 5 are the test split
    shown = found[0][1]()
    assert shown.shape == (76, 76, 3)
    assert (shown > 150).mean() > 0.5


def test_a_classifier_of_pictures_by_an_encoder(tiny_model: Path) -> None:
    seen: list[int] = []
    pictures = [("tops", lambda: np.full((30, 20, 3), 255, np.uint8)), ("", lambda: np.zeros((30, 20, 3), np.uint8))]
    encoder = Encoder.open(tiny_model)
    types = fit_types(encoder, pictures, lambda done, total: seen.append(done))
    assert types.names == ("", "tops")
    assert seen == [1, 2]
    white = encoder.encode([np.full((30, 20, 3), 255, np.uint8)]).embeddings
    assert types.posterior(white)[0, 1] > 0.5


def test_pictures_without_a_garment_are_always_the_same() -> None:
    assert {label for label, _ in empty_pictures()} == {""}
    for family in FAMILIES:
        first, again, other = (draw_no_garment(family, number) for number in (0, 0, 1))
        assert first.dtype == np.uint8
        assert first.shape[2] == 3
        np.testing.assert_array_equal(first, again)
        assert first.shape != other.shape or (first != other).any()
