"""The print of a picture against copies of it, against other pictures, and against a naive loop."""

import base64

import numpy as np
import pytest
from PIL import Image

from deepstyle.images.picture_print import MAX_DISTANCE, picture_print, same_picture
from deepstyle.images.pixels import decode
from tests.images.pictures import photo, save


def shirt(seed: int) -> np.ndarray:
    """A white garment with faint folds on a white backdrop (352, 264, 3)."""
    rng = np.random.default_rng(seed)
    small = rng.integers(225, 256, (9, 7, 1), dtype=np.uint8).repeat(3, axis=2)
    return np.asarray(Image.fromarray(small).resize((264, 352), Image.Resampling.BICUBIC))


def copied(rgb: np.ndarray) -> np.ndarray:
    """At half size, compressed, and at its first size again."""
    half = Image.fromarray(rgb).resize((rgb.shape[1] // 2, rgb.shape[0] // 2))
    size = (rgb.shape[1], rgb.shape[0])
    return np.asarray(Image.fromarray(decode(save(half, "JPEG", quality=60))).resize(size, Image.Resampling.BICUBIC))


def test_a_copy_is_the_same_picture_as_its_original_alone() -> None:
    shirts = [shirt(seed) for seed in range(30)]
    prints = [picture_print(rgb) for rgb in shirts]
    assert [same_picture(picture_print(copied(rgb)), prints) for rgb in shirts] == [*range(30)]
    assert same_picture(prints[3], [*prints[:3], "", *prints[4:]]) is None


def test_the_distance_is_the_root_mean_square_of_the_cells() -> None:
    own = picture_print(np.asarray(photo(264, 352)))
    cells = list(base64.b64decode(own))
    for changed, step in ((64, 1), (64, 2), (16, 3), (15, 3), (1, 12), (1, 13)):
        other = [min(255, max(0, cell + (step if at < changed else 0))) for at, cell in enumerate(cells)]
        distance = (sum((one - another) ** 2 for one, another in zip(cells, other, strict=True)) / 64) ** 0.5
        expected = 0 if distance <= MAX_DISTANCE else None
        assert same_picture(own, [base64.b64encode(bytes(other)).decode()]) == expected


def test_of_several_the_nearest() -> None:
    cells = base64.b64decode(own := picture_print(np.asarray(photo(264, 352))))
    near = base64.b64encode(bytes(cell ^ 1 for cell in cells)).decode()
    assert same_picture(own, [near, "", own, near]) == 2


@pytest.mark.parametrize("text", ["", "no print", "AAAA", "ä", "A" * 5])
def test_what_is_no_print_is_a_copy_of_nothing(text: str) -> None:
    own = picture_print(np.asarray(photo(264, 352)))
    assert same_picture(text, [text, own]) is None
    assert same_picture(own, [text]) is None
    assert same_picture(own, []) is None
    assert same_picture(own, [text, own]) == 1


def test_a_flat_picture_has_no_print() -> None:
    assert picture_print(np.full((352, 264, 3), 250, np.uint8)) == ""
