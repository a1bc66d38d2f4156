"""Pictures as they are stored: plain ones keep every pixel, others are made plain once."""

import hashlib
import io
import random
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from deepstyle.catalogue.picture import KEEP_BYTES, NORMALISATION, normalise_picture
from deepstyle.catalogue.rows import RowError
from deepstyle.errors import ImageError
from deepstyle.images import pixels as image
from deepstyle.images.header import read_header
from tests.images import nasty, pictures
from tests.images.pictures import exif, photo, save, variants
from tests.images.test_colour_profile import wide_profile

VARIANTS = variants(photo(96, 64))


def has_metadata(data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as picture:
        return bool({"exif", "icc_profile", "comment", "xmp"} & set(picture.info)) or bool(picture.getexif())


@pytest.mark.parametrize("name", VARIANTS)
def test_stored_pictures_are_plain_and_look_the_same(name: str) -> None:
    data = VARIANTS[name]
    stored = normalise_picture(data)[0]
    header = read_header(stored.data)
    assert (header.orientation, header.frames, header.profile, header.bare) == (1, 1, (), True)
    assert header.media_type == stored.media_type
    assert stored.media_type != "image/jpeg" or header.held_bytes == 0  # one pass
    assert not has_metadata(stored.data)
    assert stored.sha256 == hashlib.sha256(stored.data).hexdigest()
    assert stored.normalisation == NORMALISATION
    assert stored.source_sha256 == ("" if stored.data == data else hashlib.sha256(data).hexdigest())
    shown = image.decode(stored.data)
    assert shown.shape == (stored.height_px, stored.width_px, 3)
    assert np.abs(shown.astype(int) - image.decode(data)).mean() < 3


@pytest.mark.parametrize("name", VARIANTS)
def test_a_stored_picture_is_stored_as_it_is(name: str) -> None:
    stored = normalise_picture(VARIANTS[name])[0]
    again = normalise_picture(stored.data)[0]
    assert (again.data, again.source_sha256) == (stored.data, "")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_metadata_goes_and_every_pixel_stays(kind: str) -> None:
    options = {"comment": b"secret"} if kind != "PNG" else {"exif": exif(1), "icc_profile": nasty.srgb_profile()}
    data = save(photo().quantize(64) if kind == "GIF" else photo(), kind, **options)
    stored = normalise_picture(data + b"and a video")[0]
    assert stored.media_type == f"image/{kind.lower()}"
    assert np.array_equal(image.decode(stored.data), image.decode(data))
    assert b"secret" not in stored.data and not stored.data.endswith(b"video")


def test_profiles_are_applied_once() -> None:
    data = save(photo(), "JPEG", quality=98, icc_profile=wide_profile())
    stored = normalise_picture(data)[0]
    assert np.abs(image.decode(stored.data).astype(int) - image.decode(data)).mean() < 2


def test_what_is_large_is_reduced_and_upright() -> None:
    data = save(photo(2100, 900), "JPEG", exif=exif(6))
    stored = normalise_picture(data)[0]
    assert (stored.width_px, stored.height_px) == (686, 1600)
    assert image.probe(stored.data).width_px == 686


def test_heavy_files_of_few_pixels_keep_their_size() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (900, 900, 3), np.uint8))
    data = save(noise, "PNG")
    assert len(data) > KEEP_BYTES
    stored = normalise_picture(data)[0]
    assert (stored.media_type, stored.width_px, stored.height_px) == ("image/jpeg", 900, 900)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no picture", "image-format"),
        (save(photo(), "JPEG")[:-200], "image-broken"),
        (pictures.png_bomb(13_300), "image-too-large"),
        (nasty.arithmetic_bomb(), "image-format"),
    ],
)
def test_what_cannot_be_stored(data: bytes, code: str) -> None:
    with pytest.raises(RowError) as refused:
        normalise_picture(data)
    assert refused.value.code == code


def outcome(read: Callable[[bytes], object], data: bytes) -> str:
    try:
        read(data)
    except (ImageError, RowError) as error:
        return error.message
    return ""


def test_damage_is_found_as_at_full_size() -> None:
    rng, data = random.Random(0), save(photo(300, 200), "JPEG", quality=80)
    outcomes = Counter[str]()
    for _ in range(200):
        damaged = bytearray(data)
        for _ in range(rng.choice((1, 4))):
            damaged[rng.randrange(2, len(damaged))] = rng.choice((0, 0xD0, 0xD9, 0xFF, rng.randrange(256)))
        found = outcome(image.decode, bytes(damaged))
        assert outcome(normalise_picture, bytes(damaged)) == found
        outcomes[found] += 1
    assert outcomes[""] and len(outcomes) > 1


def test_an_ignored_profile_has_a_code() -> None:
    _, problem = normalise_picture(save(photo(), "JPEG", icc_profile=bytes(300)))
    assert problem is not None and problem.code == "profile-broken"
    assert normalise_picture(save(photo(), "JPEG", icc_profile=wide_profile()))[1] is None
    assert normalise_picture(save(photo(), "JPEG"))[1] is None
