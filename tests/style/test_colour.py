"""Colour as a part of style vectors: what is close to what, and where it goes."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deepstyle.errors import ModelError, UsageError
from deepstyle.images.distort import brighten, crop
from deepstyle.style.colour import COLOUR_DIM, colour_vector, picked_colour
from deepstyle.style.colour_choice import is_colour_choice, one_pixel, reweight
from deepstyle.style.encoder import Encoder
from deepstyle.style.spec import ModelSpec, read_spec, write_spec
from tests.style.tiny import DIMENSION, HEIGHT_PX, WIDTH_PX, naive_embedding, write_coloured_model, write_tiny_model

WEIGHT = 0.2
RED, NAVY, WHITE, BEIGE = (190, 30, 45), (30, 40, 80), (250, 250, 248), (216, 200, 176)


def garment(colour: tuple[int, int, int], background: tuple[int, int, int] = WHITE, size: float = 0.5) -> np.ndarray:
    """A rectangle of ``colour`` in the middle of a picture of the packaged model's size."""
    picture = np.full((352, 264, 3), background, np.uint8)
    high, wide = int(352 * size / 2), int(264 * size / 2)
    picture[176 - high : 176 + high, 132 - wide : 132 + wide] = colour
    noise = np.random.default_rng(0).integers(-4, 5, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def uniform(colour: tuple[int, int, int]) -> np.ndarray:
    return np.full((352, 264, 3), colour, np.uint8)


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


@pytest.fixture
def coloured(tmp_path: Path) -> Path:
    """The folder of a tiny model with colour dimensions."""
    write_coloured_model(tmp_path, WEIGHT)
    return tmp_path


@pytest.mark.parametrize("picture", [uniform(WHITE), uniform((0, 0, 0)), garment(RED), np.zeros((1, 1, 3), np.uint8)])
def test_every_picture_has_a_colour_of_unit_norm(picture: np.ndarray) -> None:
    vector = colour_vector(picture)
    assert vector.shape == (COLOUR_DIM,) and vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("background", [WHITE, BEIGE, (120, 120, 125)])
def test_the_garment_counts_and_not_its_background(background: tuple[int, int, int]) -> None:
    seen = colour_vector(garment(RED, background))
    assert seen @ colour_vector(garment(RED, NAVY)) > seen @ colour_vector(garment(NAVY, background)) + 0.3
    assert seen @ colour_vector(uniform(RED)) > seen @ colour_vector(uniform(background)) + 0.3


def test_a_small_garment_has_its_colour() -> None:
    assert colour_vector(garment(RED, size=0.2)) @ colour_vector(uniform(RED)) > 0.5


def test_a_picture_of_one_colour_has_that_colour() -> None:
    assert colour_vector(uniform(WHITE)) @ colour_vector(garment(WHITE, WHITE)) > 0.9


def test_light_and_crop_change_a_colour_less_than_another_colour_does() -> None:
    rng = np.random.default_rng(0)
    original, other = colour_vector(garment(NAVY)), colour_vector(garment(RED))
    for changed in (brighten(garment(NAVY), rng, factor=1.2), crop(garment(NAVY), rng)):
        assert original @ colour_vector(changed) > original @ other + 0.3


def test_a_vector_has_the_style_and_then_the_colour(coloured: Path) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, HEIGHT_PX, WIDTH_PX, 3), np.uint8)
    vectors = Encoder.open(coloured).encode_prepared(pictures).embeddings
    assert vectors.shape == (3, DIMENSION + COLOUR_DIM) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for vector, picture in zip(vectors, pictures, strict=True):
        np.testing.assert_allclose(vector[:DIMENSION], np.sqrt(1 - WEIGHT) * naive_embedding(picture)[0], atol=2e-5)
        np.testing.assert_allclose(vector[DIMENSION:], np.sqrt(WEIGHT) * colour_vector(picture), atol=1e-5)


@pytest.mark.parametrize("streams", [1, 2])
def test_every_way_to_encode_appends_the_same_colour(coloured: Path, streams: int) -> None:
    encoder = Encoder.open(coloured, streams=streams)
    pictures = [np.random.default_rng(0).integers(0, 256, (h, w, 3), np.uint8) for h, w in [(40, 17), (24, 24)]]
    expected = encoder.encode_prepared(np.stack([encoder.prepare(picture) for picture in pictures]))
    np.testing.assert_array_equal(encoder.encode(pictures).embeddings, expected.embeddings)
    assert encoder.encode([]).embeddings.shape == (0, DIMENSION + COLOUR_DIM)


def test_the_colour_weight_names_another_space(coloured: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    spec, plain = read_spec(coloured), write_tiny_model(tmp_path_factory.mktemp("plain"))
    others = {replace(spec, colour_weight=0.1).fingerprint, plain.fingerprint}
    assert spec.fingerprint not in others and len(others) == 2
    assert spec.features_fingerprint == plain.features_fingerprint


def test_fingerprints_of_models_without_colour_have_not_changed() -> None:
    packaged = Path(__file__).parents[2] / "deepstyle" / "style" / "packaged" / "lite2"
    assert read_spec(packaged).fingerprint == "5ed655c41a137db4"
    assert read_spec(packaged / "int8").fingerprint == "295b3adac0d43273"


@pytest.mark.parametrize(
    "fields",
    [
        {"colour_dim": 64, "colour_weight": 0.0},
        {"colour_dim": 0, "colour_weight": 0.1},
        {"colour_dim": 64, "colour_weight": 1.0},
        {"colour_dim": 32, "colour_weight": 0.1},
        {"colour_dim": 64, "colour_weight": 0.1, "embedding_dim": 64},
    ],
)
def test_a_spec_whose_colour_cannot_be_is_refused(coloured: Path, fields: dict[str, float]) -> None:
    text = (coloured / "spec.json").read_text()
    (coloured / "spec.json").write_text(json.dumps({**json.loads(text), **fields}))
    with pytest.raises(ModelError, match=r"colour|embedding_dim"):
        read_spec(coloured)


@pytest.fixture
def spec(coloured: Path) -> ModelSpec:
    return read_spec(coloured)


def a_vector(spec: ModelSpec) -> np.ndarray:
    vector = np.random.default_rng(1).standard_normal(spec.embedding_dim).astype(np.float32)
    style, colour = vector[: spec.style_dim], vector[spec.style_dim :]
    return np.concatenate(
        [
            np.sqrt(1 - spec.colour_weight) * style / np.linalg.norm(style),
            np.sqrt(spec.colour_weight) * colour / np.linalg.norm(colour),
        ]
    ).astype(np.float32)


def test_match_leaves_the_query_as_it_is(spec: ModelSpec) -> None:
    np.testing.assert_array_equal(reweight(a_vector(spec), spec, "match"), a_vector(spec))


def test_ignore_ranks_by_style_alone(spec: ModelSpec) -> None:
    query = reweight(a_vector(spec), spec, "ignore")
    assert np.linalg.norm(query) == pytest.approx(1, abs=1e-5)
    assert not query[spec.style_dim :].any()
    np.testing.assert_allclose(
        query[: spec.style_dim] * np.sqrt(1 - WEIGHT), a_vector(spec)[: spec.style_dim], atol=1e-6
    )


def test_a_colour_replaces_that_of_the_query(spec: ModelSpec) -> None:
    query = reweight(a_vector(spec), spec, "#BE1E2D")
    assert np.linalg.norm(query) == pytest.approx(1, abs=1e-5)
    style, colour = query[: spec.style_dim], query[spec.style_dim :]
    np.testing.assert_allclose(unit(style), unit(a_vector(spec)[: spec.style_dim]), atol=1e-5)
    assert unit(colour) @ colour_vector(uniform(RED)) > 0.8


def test_a_picked_colour_is_that_of_near_shades_and_of_no_others() -> None:
    red, ruby = picked_colour(one_pixel("#c02020")), colour_vector(uniform((179, 23, 63)))
    others = [colour_vector(uniform(other)) for other in (NAVY, WHITE, BEIGE, (59, 185, 189))]
    assert red @ ruby > max(red @ other for other in others) + 0.2


def test_a_picked_colour_counts_twice_as_much_and_at_most_half(spec: ModelSpec) -> None:
    query = reweight(a_vector(spec), spec, "#be1e2d")
    style = np.linalg.norm(query[: spec.style_dim]) * np.sqrt(1 - WEIGHT)
    colour = np.linalg.norm(query[spec.style_dim :]) * np.sqrt(WEIGHT)
    assert colour / (style + colour) == pytest.approx(min(2 * WEIGHT, 0.5), abs=1e-5)


@pytest.mark.parametrize("text", ["", "red", "#12345", "#1234567", "#12345g", "matching"])
def test_another_text_is_no_choice_of_colour(spec: ModelSpec, text: str) -> None:
    assert not is_colour_choice(text)
    with pytest.raises(UsageError, match="no colour"):
        reweight(a_vector(spec), spec, text)


@pytest.mark.parametrize("colour", ["match", "ignore", "#be1e2d"])
def test_a_model_without_colour_says_so(tmp_path: Path, colour: str) -> None:
    spec = write_tiny_model(tmp_path)
    with pytest.raises(UsageError, match="have no colour"):
        reweight(np.ones(DIMENSION, np.float32), spec, colour)


def test_features_are_followed_by_the_colour_as_often_as_the_spec_says(tmp_path: Path) -> None:
    spec = write_coloured_model(tmp_path, 0.15)
    plain = Encoder.open(tmp_path)
    picture = np.random.default_rng(0).integers(0, 256, (90, 60, 3), np.uint8)
    before = plain.encode([picture]).features
    write_spec(replace(spec, features_dim=spec.features_dim + 2 * COLOUR_DIM, features_colours=2), tmp_path)
    found = Encoder.open(tmp_path).encode([picture]).features
    colour = colour_vector(plain.prepare(picture))
    np.testing.assert_allclose(found[0], np.concatenate([before[0], colour, colour]), atol=1e-6)


def test_colours_among_the_features_need_a_model_with_colour(tmp_path: Path) -> None:
    spec = write_coloured_model(tmp_path, 0.15)
    with pytest.raises(ValueError, match="features_colours 1 does not fit"):
        replace(spec, embedding_dim=spec.style_dim, colour_dim=0, colour_weight=0.0, features_colours=1)
    with pytest.raises(ValueError, match="features_colours 8 does not fit"):
        replace(spec, features_dim=8 * COLOUR_DIM, features_colours=8)
