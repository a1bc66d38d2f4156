"""ICC profiles: what a picture shows does not depend on the profile that it was saved with."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms

from deepstyle.catalogue.picture import normalise_picture
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


# -- the profiles that cameras, editors and presses write --------------------------------------------------------------

D50 = (0.9642, 1.0, 0.8249)
PRIMARIES = {
    "Display P3": (((0.68, 0.32), (0.265, 0.69), (0.15, 0.06)), (0.3127, 0.329), 2.2),
    "Adobe RGB": (((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), (0.3127, 0.329), 2.2),
    "ProPhoto": (((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)), (0.3457, 0.3585), 1.8),
}
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def xyz(x: float, y: float) -> np.ndarray:
    return np.array([x / y, 1.0, (1 - x - y) / y])


def fixed(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))


def profile_of(space: bytes, pcs: bytes, kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    at, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += struct.pack(">4sII", name, at + len(body), len(data))
        body += data
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"test", 0x02400000, kind, space, pcs) + bytes(12) + b"acsp"
    return (head.ljust(68, b"\0") + fixed(*D50)).ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def rgb_profile(name: str) -> bytes:
    """A matrix profile of the primaries, adapted to D50 as the ICC asks (Bradford)."""
    primaries, white, gamma = PRIMARIES[name]
    columns = np.stack([xyz(*one) for one in primaries], 1)
    columns = columns * np.linalg.solve(columns, xyz(*white))
    cones = BRADFORD @ np.array(D50) / (BRADFORD @ xyz(*white))
    adapted = np.linalg.inv(BRADFORD) @ np.diag(cones) @ BRADFORD @ columns
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    tags = {f"{channel}TRC".encode(): curve for channel in "rgb"}
    tags |= {f"{one}XYZ".encode(): b"XYZ \0\0\0\0" + fixed(*adapted[:, at]) for at, one in enumerate("rgb")}
    return profile_of(b"RGB ", b"XYZ ", b"mntr", {b"wtpt": b"XYZ \0\0\0\0" + fixed(*D50), **tags})


def press_profile() -> bytes:
    """A press that prints magenta where others print cyan: a table of the sixteen solid overprints, in Lab."""
    inks = np.array([[60, 70, -5], [55, -35, -50], [90, -5, 90], [20, 0, 0]], float)
    lab = []
    for corner in range(16):
        used = [ink for bit, ink in enumerate(inks) if corner >> (3 - bit) & 1]
        light = 95 * np.prod([ink[0] / 95 for ink in used]) if used else 95
        lab.append([light * 2.55, *(np.clip(sum(ink[at] for ink in used), -127, 127) + 128 for at in (1, 2))])
    ramp = bytes(range(256))
    table = np.array(lab).round().astype(np.uint8).tobytes()
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1) + ramp * 4 + table + ramp * 3
    return profile_of(b"CMYK", b"Lab ", b"prtr", {b"wtpt": b"XYZ \0\0\0\0" + fixed(*D50), b"A2B0": lut})


@pytest.mark.parametrize("kind", [*WRITERS, "AVIF"])
@pytest.mark.parametrize("name", PRIMARIES)
def test_the_colours_of_cameras_and_editors_are_converted(name: str, kind: str) -> None:
    write = WRITERS.get(
        kind, lambda picture, icc: save(picture, "AVIF", quality=98, subsampling="4:4:4", speed=10, icc_profile=icc)
    )
    data = write(photo(), rgb_profile(name))
    expected = lcms(photo(), rgb_profile(name))
    assert np.abs(expected.astype(int) - np.asarray(photo())).mean() > 3
    assert np.abs(image.decode(data).astype(int) - expected).mean() < 2
    stored = normalise_picture(data)[0]
    assert not read_header(stored.data).profile
    assert np.abs(image.decode(stored.data).astype(int) - expected).mean() < 3


def test_the_colours_of_a_press_are_converted() -> None:
    data = save(photo().convert("CMYK"), "JPEG", quality=98, icc_profile=press_profile())
    assert read_colours(data, read_header(data)).problem == ""
    with Image.open(io.BytesIO(data)) as cmyk:
        expected = lcms(cmyk, press_profile())
    assert np.abs(image.decode(data).astype(int) - expected).mean() < 1
    plain = image.decode(save(photo().convert("CMYK"), "JPEG", quality=98))
    assert np.abs(plain.astype(int) - expected).mean() > 20
    stored = normalise_picture(data)[0]
    assert stored.media_type == "image/jpeg"
    assert np.abs(image.decode(stored.data).astype(int) - expected).mean() < 3
