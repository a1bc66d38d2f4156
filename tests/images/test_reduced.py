"""JPEGs of more than 40 megapixels are decoded at a reduced scale, within the limits on time and memory."""

import io

import numpy as np
import pytest
from PIL import Image

from deepstyle.catalogue.picture import normalise_picture
from deepstyle.errors import ImageTooLargeError
from deepstyle.images.pixels import (
    MAX_IMAGE_PIXELS,
    MAX_REDUCED_PIXELS,
    checked_header,
    decode,
    memory_bytes,
    probe,
    thumbnail,
)
from tests.images.nasty import flat
from tests.images.pictures import exif, photo, save

WIDTH_PX, HEIGHT_PX = 9_000, 5_000


@pytest.fixture(scope="module")
def large() -> bytes:
    """45 megapixels, of which the camera was held sideways."""
    return save(photo(WIDTH_PX, HEIGHT_PX), "JPEG", quality=50, exif=exif(6))


def test_a_large_jpeg_is_decoded_reduced(large: bytes) -> None:
    assert (probe(large).width_px, probe(large).height_px) == (HEIGHT_PX, WIDTH_PX)
    rgb = decode(large)
    assert rgb.shape == (WIDTH_PX // 2, HEIGHT_PX // 2, 3)
    expected = photo(WIDTH_PX // 2, HEIGHT_PX // 2).rotate(-90, expand=True)
    assert np.abs(rgb.astype(int) - np.asarray(expected)).mean() < 2
    assert max(decode(large, min_side_px=300).shape[:2]) < 2_000
    assert decode(large, min_side_px=4_000).shape == rgb.shape
    part = decode(large, box=(0.5, 0.0, 1.0, 0.5))
    assert part.shape == (WIDTH_PX // 4, HEIGHT_PX // 4, 3)


def test_it_takes_no_more_memory_than_others(large: bytes) -> None:
    header = checked_header(large)
    assert memory_bytes(header) <= 12 * MAX_IMAGE_PIXELS
    assert memory_bytes(header) >= decode(large).nbytes


def test_imports_and_served_pictures_take_it(large: bytes) -> None:
    stored = normalise_picture(large)[0]
    assert (stored.width_px, stored.height_px) == (889, 1600)
    with Image.open(io.BytesIO(thumbnail(large, 160))) as small:
        assert small.size == (160, 288)


def test_what_is_still_refused(large: bytes) -> None:
    side_px = 14_200
    assert side_px**2 > MAX_REDUCED_PIXELS
    refused = {
        "over the cap": flat("L", side_px, side_px, "JPEG"),
        "progressive": flat("RGB", 10_000, 10_000, "JPEG", progressive=True),
        "no reduced scale": flat("L", 6_400, 6_400, "PNG"),
    }
    for name, data in refused.items():
        with pytest.raises(ImageTooLargeError):
            pytest.fail(f"{name}: {probe(data)}")
    with pytest.raises(ImageTooLargeError):
        probe(large, max_pixels=MAX_IMAGE_PIXELS - 1)  # a cap of the operator's own


def test_cmyk_is_reduced_too() -> None:
    cmyk = flat("CMYK", 9_000, 5_000, "JPEG")
    assert decode(cmyk).shape == (2_500, 4_500, 3)
    assert memory_bytes(checked_header(cmyk)) <= 12 * MAX_IMAGE_PIXELS
