"""Pictures made to cost more than they look: nothing but ImageError, and what is accepted is within the caps.

The large ones are measured by ``bench/uploads.py``; here they are only walked, which is quick whatever they claim.
"""

import time

import pytest

from deepstyle.errors import ImageError, ImageFormatError, ImageTooLargeError
from deepstyle.images import pixels as image
from deepstyle.images.header import read_header
from tests.images import nasty
from tests.images.pictures import photo, save, scan_bomb

SLOW_TO_MAKE = (
    "900 MiB",
    "1,000 MiB",
    "MP",
    "noise",
    "strip",
    "16,383",
    "5000²",
    "4400²",
    "larger than",
    "cut",
    "clears",
)
QUICK = {name: make for name, make in nasty.nasty().items() if not any(word in name for word in SLOW_TO_MAKE)}


def test_there_are_enough() -> None:
    assert len(nasty.nasty()) >= 150


@pytest.mark.parametrize("name", QUICK)
def test_nasty_picture_is_decoded_or_refused(name: str) -> None:
    data = QUICK[name]()
    started_s = time.process_time()
    try:
        rgb = image.decode(data, min_side_px=64)
    except ImageError:
        return
    finally:
        assert time.process_time() - started_s < 20  # a bomb takes minutes; how long exactly is for the bench
    assert rgb.shape[2] == 3


@pytest.mark.parametrize("marker", [0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF])
def test_codings_that_no_camera_writes_are_refused(marker: int) -> None:
    data = save(photo(), "JPEG").replace(b"\xff\xc0", bytes((0xFF, marker)))
    with pytest.raises(ImageFormatError, match="is not supported"):
        image.probe(data)


def test_arithmetic_bomb_is_refused() -> None:
    with pytest.raises(ImageFormatError, match="arithmetic-coded"):
        image.probe(nasty.arithmetic_bomb())


def test_passes_are_added_up_whatever_they_are_made_of() -> None:
    few, many = (nasty.repeated_scan("L", 3, times) for times in (5, 40))
    assert image.probe(few).width_px == nasty.SIDE_PX
    with pytest.raises(ImageTooLargeError, match="too long to decode"):
        image.probe(many)
    with pytest.raises(ImageTooLargeError, match="scans"):
        image.probe(nasty.repeated_scan("L", 3, 100))


def test_damage_between_scans_hides_none() -> None:
    whole = scan_bomb(30)
    first = whole.index(b"\xff\xda") + 2
    damaged = whole[:first] + whole[first:].replace(b"\xff\xda", b"junk\xff\xda")
    assert read_header(damaged).work_ns >= read_header(whole).work_ns


def test_bytes_after_the_end_are_no_part_of_the_picture() -> None:
    data = save(photo(), "JPEG")
    assert read_header(data + b"motion video").payload(data + b"motion video") == data


def test_a_side_has_a_limit_in_every_format() -> None:
    with pytest.raises(ImageTooLargeError, match="65,535 a side"):
        image.probe(nasty.png_file(70_000, 1, 8, 0, b""))


@pytest.mark.parametrize(
    "name", ["png 40 MP, 16 bits, colour 6", "png 40 MP, 16 bits, colour 0", "webp lossless 40 MP"]
)
def test_slow_codings_have_fewer_pixels(name: str) -> None:
    with pytest.raises(ImageTooLargeError, match="too long to decode"):
        image.probe(nasty.nasty()[name]())


def test_large_pictures_of_every_format_are_decoded_reduced() -> None:
    picture = photo(2600, 2000)
    exact = image.resize(image.decode(save(picture, "PNG")), 224, 224, "stretch").astype(float)
    for kind, options in (("PNG", {}), ("WEBP", {"quality": 98, "method": 0}), ("JPEG", {"quality": 98})):
        rgb = image.decode(save(picture, kind, **options), min_side_px=300)
        assert min(rgb.shape[:2]) >= 300 and rgb.shape[0] < 1000, kind
        assert abs(image.resize(rgb, 224, 224, "stretch") - exact).mean() < 1.5, kind


def test_memory_is_told_before_decoding() -> None:
    flat = nasty.flat("RGB", 3000, 2000, "JPEG")
    progressive = nasty.flat("RGB", 3000, 2000, "JPEG", progressive=True)
    assert image.memory_bytes(read_header(flat), min_side_px=300) < 3_000_000
    assert image.memory_bytes(read_header(flat)) >= 2 * 3 * 6_000_000 // 2
    assert image.memory_bytes(read_header(progressive), min_side_px=300) >= 2 * 9_000_000
