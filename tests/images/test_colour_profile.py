"""ICC profiles: what a picture shows does not depend on the profile that it was saved with."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms

from deepstyle.images import pixels as image
from deepstyle.images.colour_profile import MAX_PROFILE_BYTES, PLAIN, read_colours
from deepstyle.images.header import read_header
from tests.images import nasty
from tests.images.pictures import exif, photo, save, with_alpha

SRGB = nasty.srgb_profile()


def wide_profile() -> bytes:
    """sRGB with the red and the green primary exchanged: what it changes cannot be missed."""
    count = struct.unpack_from(">I", SRGB, 128)[0]
    tags = [list(struct.unpack_from(">4sII", SRGB, 132 + 12 * n)) for n in range(count)]
    places = {tag[0]: tag[1:] for tag in tags}
    swapped = {b"rXYZ": places[b"gXYZ"], b"gXYZ": places[b"rXYZ"]}
    table = b"".join(struct.pack(">4sII", name, *swapped.get(name, place)) for name, *place in tags)
    return SRGB[:132] + table + SRGB[132 + 12 * count :]


def grey_profile(gamma: float) -> bytes:
    """A profile of grey with a simple curve, by the ICC's specification."""
    tags = {
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D),
        b"kTRC": b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0",
    }
    at, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        table += struct.pack(">4sII", name, at + len(body), len(data))
        body += data
    size = at + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"test", 0x02400000, b"mntr", b"GRAY", b"XYZ ") + bytes(12) + b"acsp"
    head = head.ljust(68, b"\0") + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def lcms(picture: Image.Image, profile: bytes) -> np.ndarray:
    """Littlecms's own answer."""
    source = ImageCms.getOpenProfile(io.BytesIO(profile))
    shown = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert shown is not None
    return np.asarray(shown)


WRITERS: dict[str, Callable[[Image.Image, bytes], bytes]] = {
    "JPEG": lambda picture, icc: save(picture, "JPEG", quality=98, subsampling="4:4:4", icc_profile=icc),
    "JPEG in parts": lambda picture, icc: save(
        picture, "JPEG", quality=98, subsampling="4:4:4", icc_profile=icc + bytes(150_000)
    ),
    "PNG": lambda picture, icc: save(picture, "PNG", icc_profile=icc),
    "WEBP": lambda picture, icc: save(picture, "WEBP", lossless=True, icc_profile=icc),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_pictures_with_a_profile_are_shown_in_srgb(kind: str) -> None:
    data = WRITERS[kind](photo(), wide_profile())
    assert np.abs(image.decode(data).astype(int) - lcms(photo(), wide_profile())).mean() < 2
    assert np.abs(image.decode(data).astype(int) - np.asarray(photo())).mean() > 20


def test_srgb_and_no_profile_are_the_same() -> None:
    bare, tagged = save(photo(), "JPEG"), save(photo(), "JPEG", icc_profile=SRGB)
    assert read_colours(bare, read_header(bare)) is PLAIN
    assert read_colours(tagged, read_header(tagged)).transform is None
    assert np.array_equal(image.decode(bare), image.decode(tagged))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_grey_profiles(kind: str) -> None:
    grey = photo().convert("L")
    data = save(grey, kind, icc_profile=grey_profile(1.0), **({"quality": 98} if kind == "JPEG" else {}))
    shown = image.decode(data)
    assert np.abs(shown.astype(int) - lcms(grey, grey_profile(1.0))).mean() < 2
    assert shown.mean() > np.asarray(grey).mean() + 20  # linear light looks brighter in sRGB


def test_profile_orientation_crop_and_reduction_at_once() -> None:
    data = save(photo(600, 400), "JPEG", quality=98, icc_profile=wide_profile(), exif=exif(6))
    whole = image.decode(data)
    part = image.decode(data, box=(0.25, 0.5, 0.75, 1.0))
    assert np.array_equal(part, whole[300:600, 100:300])
    reduced = image.decode(data, min_side_px=100, box=(0.25, 0.5, 0.75, 1.0))
    smaller = image.resize(part, *reduced.shape[:2], "stretch")
    assert np.abs(reduced.astype(int) - smaller).mean() < 6


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_box_is_of_the_upright_picture(kind: str, turn: int) -> None:
    data = save(photo(80, 40), kind, exif=exif(turn))
    whole = image.decode(data)
    high, wide = whole.shape[:2]
    part = image.decode(data, box=(0.25, 0.0, 1.0, 0.5))
    assert np.array_equal(part, whole[: high // 2, wide // 4 :])


def test_a_box_has_one_pixel_at_least() -> None:
    data = save(photo(), "PNG")
    assert image.decode(data, box=(0.5, 0.5, 0.5 + 5e-324, 0.5)).shape == (1, 1, 3)
    assert image.decode(data, box=(1 - 1e-9, 0, 1.0, 1.0)).shape == (32, 1, 3)


def test_alpha_is_on_white_after_the_profile() -> None:
    clear = with_alpha(photo())
    data = save(clear, "PNG", icc_profile=wide_profile())
    alpha = np.asarray(clear)[..., 3:] / 255
    expected = lcms(photo(), wide_profile()) * alpha + 255 * (1 - alpha)
    assert np.abs(image.decode(data) - expected).max() <= 2


@pytest.mark.parametrize(
    ("profile", "problem"),
    [
        (bytes(500), "profile-broken"),
        (SRGB[:200], "profile-broken"),
        (SRGB[:12] + b"link" + SRGB[16:], "profile-broken"),
        (b"x" * (MAX_PROFILE_BYTES + 1), "profile-too-large"),
    ],
)
def test_profiles_that_cannot_be_used_are_ignored(profile: bytes, problem: str) -> None:
    data = nasty.png_profile(zlib.compress(profile))
    assert read_colours(data, read_header(data)).problem == problem
    assert not image.decode(data).any()


def test_a_profile_of_other_channels_is_ignored() -> None:
    data = save(photo(), "PNG", icc_profile=grey_profile(1.0))
    assert np.array_equal(image.decode(data), np.asarray(photo()))


def test_a_compressed_profile_is_inflated_within_its_limit() -> None:
    data = nasty.png_profile(nasty.zeros(900))
    assert read_colours(data, read_header(data)).problem == "profile-too-large"


def test_profiles_kept_in_memory_are_few() -> None:
    from deepstyle.images import colour_profile

    for seed in range(20):
        data = save(photo(), "JPEG", icc_profile=SRGB + bytes([seed]))
        image.decode(data)
    assert len(colour_profile._CACHE._colours) <= 8
