"""The search service on a real store and a tiny model."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.errors import FingerprintMismatchError, ImageError, UnknownItemError, UsageError
from deepstyle.images.pixels import encode_jpeg, read_image
from deepstyle.store import Entry, ItemFilter, Store, open_store
from deepstyle.style.encode import encode_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.search import Crop, read_photo, search_photo, search_vector, serving_space, similar_items
from tests.style.tiny import write_tiny_model

RED, GREEN, BLUE = (200, 20, 20), (20, 200, 20), (20, 20, 200)


def plain_jpeg(*colours: tuple[int, int, int], side: int = 48) -> bytes:
    """Vertical stripes of equal width."""
    stripes = [np.full((side, side, 3), colour, np.uint8) for colour in colours]
    return encode_jpeg(np.concatenate(stripes, axis=1), 95)


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    write_tiny_model(tmp_path / "model")
    return Encoder.open(tmp_path / "model")


@pytest.fixture
def store(tmp_path: Path, encoder: Encoder) -> Iterator[Store]:
    colours = {"red": RED, "reddish": (180, 30, 30), "green": GREEN, "blue": BLUE}
    with open_store(f"sqlite:///{tmp_path}/test.db") as opened:
        opened.put(
            [
                Entry(Item(name, brand="Acme" if name != "green" else "Other"), read_image(plain_jpeg(colour)))
                for name, colour in colours.items()
            ]
        )
        encode_store(opened, encoder)
        yield opened


def test_similar_items_are_ranked_from_one_and_leave_out_the_item(store: Store, encoder: Encoder) -> None:
    matches = similar_items(store, encoder.fingerprint, "red")
    assert [match.rank for match in matches] == [1, 2, 3]
    assert matches[0].item.item_id == "reddish" and matches[0].item.brand == "Acme"
    vectors = store.vectors(encoder.fingerprint)
    by_id = dict(zip(vectors.item_ids, vectors.vectors, strict=True))
    for match in matches:
        assert match.similarity == pytest.approx(float(by_id["red"] @ by_id[match.item.item_id]), abs=1e-5)


def test_similar_items_may_include_the_item_itself(store: Store, encoder: Encoder) -> None:
    first = similar_items(store, encoder.fingerprint, "red", k=1, exclude_self=False)[0]
    assert (first.rank, first.item.item_id) == (1, "red") and first.similarity == pytest.approx(1, abs=1e-5)


def test_a_filter_narrows_before_ranking(store: Store, encoder: Encoder) -> None:
    matches = similar_items(store, encoder.fingerprint, "red", k=1, where=ItemFilter(brands=("other",)))
    assert [match.item.item_id for match in matches] == ["green"]


def test_an_unknown_item_and_one_without_a_vector_are_told_apart(store: Store, encoder: Encoder) -> None:
    with pytest.raises(UnknownItemError, match="no item has the id 'nobody'"):
        similar_items(store, encoder.fingerprint, "nobody")
    store.put([Entry(Item("new"), read_image(plain_jpeg((9, 9, 9))))])
    with pytest.raises(UnknownItemError, match="no vector yet"):
        similar_items(store, encoder.fingerprint, "new")


def test_a_photo_finds_its_own_item(store: Store, encoder: Encoder) -> None:
    matches = search_photo(store, encoder, plain_jpeg(BLUE), k=2)
    assert len(matches) == 2 and matches[0].item.item_id == "blue"
    assert matches[0].similarity == pytest.approx(1, abs=1e-5)


def test_a_crop_searches_with_that_part_alone(store: Store, encoder: Encoder) -> None:
    stripes = plain_jpeg(RED, GREEN, BLUE)
    for x, expected in [(0.0, "red"), (1 / 3, "green"), (2 / 3, "blue")]:
        matches = search_photo(store, encoder, stripes, crop=Crop(x + 0.05, 0.1, 0.25, 0.8))
        assert matches[0].item.item_id == expected


def test_the_crop_of_a_large_photo_keeps_enough_pixels_for_the_model(encoder: Encoder) -> None:
    side = encoder.spec.preprocessing.longest_px
    large = encode_jpeg(np.random.default_rng(0).integers(0, 256, (800, 1000, 3), np.uint8))
    part = read_photo(encoder, large, Crop(0.5, 0.5, 0.1, 0.2))
    assert min(part.shape[:2]) >= side and part.shape[1] * 8 <= 1000
    smallest = read_photo(encoder, large, Crop(0.999, 0.999, 0.0001, 0.0001))
    assert smallest.shape == (1, 1, 3)


@pytest.mark.parametrize(
    "box", [(-0.1, 0, 0.5, 0.5), (0, 0, 0, 0.5), (0.6, 0, 0.5, 1), (0, 0, 1, 1.1), (0, float("nan"), 1, 1)]
)
def test_a_crop_outside_the_picture_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(UsageError, match="not a box inside"):
        Crop(*box)


def test_bytes_that_are_no_picture_are_refused(store: Store, encoder: Encoder) -> None:
    with pytest.raises(ImageError):
        search_photo(store, encoder, b"not a picture")


def test_another_model_than_the_vectors_is_refused(store: Store, encoder: Encoder, tmp_path: Path) -> None:
    other_spec = write_tiny_model(tmp_path / "other", seed=1)
    with pytest.raises(FingerprintMismatchError, match=encoder.fingerprint):
        serving_space(store, other_spec)
    with pytest.raises(FingerprintMismatchError):
        search_photo(store, Encoder.open(tmp_path / "other"), plain_jpeg(RED))
    assert serving_space(store, encoder.spec) == encoder.fingerprint


def test_a_store_that_was_never_encoded_takes_any_model(tmp_path: Path, encoder: Encoder) -> None:
    with open_store(f"sqlite:///{tmp_path}/empty.db") as empty:
        assert serving_space(empty, encoder.spec) == encoder.fingerprint


def test_a_deleted_item_is_never_found(store: Store, encoder: Encoder) -> None:
    query = store.vectors(encoder.fingerprint, ["red"]).vectors[0]
    store.delete(["red"])
    matches = search_vector(store, encoder.fingerprint, query, k=4)
    assert [match.rank for match in matches] == [1, 2, 3] and "red" not in {match.item.item_id for match in matches}
