"""The foreground of a photo, and the one query that several crops become."""

import numpy as np
import pytest

from deepstyle.style.crops import combine_crops, foreground_box, foreground_mask, query_crops
from deepstyle.style.encoder import Encoded

HEIGHT, WIDTH = 200, 300


def scene(box: tuple[int, int, int, int], seed: int = 0) -> np.ndarray:
    """A dark garment in ``box`` (left, top, right, bottom) on a light floor with some grain."""
    grain = np.random.default_rng(seed).normal(0, 6, (HEIGHT, WIDTH, 3))
    rgb = np.full((HEIGHT, WIDTH, 3), (205, 190, 170)) + grain
    left, top, right, bottom = box
    rgb[top:bottom, left:right] -= 120
    return np.clip(rgb, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("box", [(100, 50, 200, 150), (20, 15, 120, 190), (150, 100, 280, 180)])
def test_the_box_surrounds_the_garment_closely(box: tuple[int, int, int, int]) -> None:
    found = foreground_box(scene(box))
    for side, (wanted, got) in enumerate(zip(box, found, strict=True)):
        length = (WIDTH, HEIGHT)[side % 2]
        outside = wanted - got if side < 2 else got - wanted
        assert -0.02 * length <= outside <= 0.1 * length


def test_the_mask_is_what_differs_from_the_border() -> None:
    mask = foreground_mask(scene((100, 50, 200, 150)))
    wanted = np.zeros((HEIGHT, WIDTH), bool)
    wanted[50:150, 100:200] = True
    assert (mask == wanted).mean() > 0.99


@pytest.mark.parametrize("side", [1, 3, 40])
def test_a_plain_picture_is_its_own_foreground(side: int) -> None:
    assert foreground_box(np.full((side, side, 3), 90, np.uint8)) == (0, 0, side, side)


def test_the_box_is_never_empty() -> None:
    for seed in range(20):
        rgb = np.random.default_rng(seed).integers(0, 256, (1 + seed, 2 * seed + 1, 3), np.uint8)
        left, top, right, bottom = foreground_box(rgb)
        assert 0 <= left < right <= rgb.shape[1]
        assert 0 <= top < bottom <= rgb.shape[0]


def test_crops_of_a_photo() -> None:
    rgb = scene((100, 50, 200, 150))
    (whole,) = query_crops(rgb, several=False)
    assert whole is rgb
    whole, foreground = query_crops(rgb, several=True)
    left, top, right, bottom = foreground_box(rgb)
    assert whole is rgb and np.array_equal(foreground, rgb[top:bottom, left:right])


def test_several_crops_become_one_query() -> None:
    embeddings = np.array([[1, 0, 0], [0.6, 0.8, 0]], np.float32)
    features = np.array([[1, 2], [3, 4]], np.float32)
    combined = combine_crops(Encoded(embeddings, features, ("first", "second")))
    np.testing.assert_allclose(combined.embeddings, [[1.6 / np.sqrt(3.2), 0.8 / np.sqrt(3.2), 0]], atol=1e-6)
    np.testing.assert_array_equal(combined.features, [[1, 2]])
    one = Encoded(embeddings[:1], features[:1], ("first",))
    np.testing.assert_array_equal(combine_crops(one).embeddings, one.embeddings)
