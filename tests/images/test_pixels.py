"""Decode and resize: every variant against a naive reading, and nothing but ImageError for any bytes."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from deepstyle.errors import ImageBrokenError, ImageError, ImageFormatError, ImageTooLargeError
from deepstyle.images import pixels as image
from deepstyle.images.parts import exif_orientation
from tests.images import pictures
from tests.images.pictures import photo, save

VARIANTS = pictures.variants(photo())
BOMBS = pictures.bombs()


def naive(data: bytes) -> np.ndarray:
    """The picture as Pillow alone shows it: upright, composited on white in floating point."""
    with Image.open(io.BytesIO(data)) as picture:
        picture = ImageOps.exif_transpose(picture)
        if picture.mode.startswith("I;16"):
            picture = Image.fromarray((np.asarray(picture) // 256).astype(np.uint8))
        rgba = np.asarray(picture.convert("RGBA")).astype(np.float64)
    opacity = rgba[..., 3:] / 255
    return rgba[..., :3] * opacity + 255 * (1 - opacity)


def difference(a: np.ndarray, b: np.ndarray) -> float:
    assert a.shape == b.shape
    return float(np.abs(a.astype(np.float64) - b).max())


@pytest.mark.parametrize("name", VARIANTS)
def test_variant_decodes_as_pillow_shows_it(name: str) -> None:
    rgb = image.decode(VARIANTS[name])
    assert rgb.dtype == np.uint8 and rgb.flags.c_contiguous
    assert difference(rgb, naive(VARIANTS[name])) <= 1


@pytest.mark.parametrize("name", VARIANTS)
def test_probe_tells_what_decode_gives(name: str) -> None:
    result = image.probe(VARIANTS[name])
    assert (result.height_px, result.width_px) == image.decode(VARIANTS[name]).shape[:2]
    assert result.media_type == f"image/{name.split()[0].removeprefix('a')}"
    assert result.frames == (4 if "animated" in name or "apng" in name else 1)


@pytest.mark.parametrize("name", VARIANTS)
def test_read_image_keeps_the_bytes(name: str) -> None:
    result = image.read_image(VARIANTS[name])
    assert result.data == VARIANTS[name]
    assert len(result.sha256) == 64
    assert (result.height_px, result.width_px) == image.decode(result.data).shape[:2]


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_orientation(kind: str, turn: int) -> None:
    data = save(photo(), kind, exif=pictures.exif(turn))
    assert difference(image.decode(data), naive(data)) <= 1


@given(st.binary(max_size=200))
def test_orientation_of_any_bytes(tail: bytes) -> None:
    assert 1 <= exif_orientation(b"II*\0" + tail) <= 8
    assert exif_orientation(tail) == 1


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_transparent_grey_of_few_bits(bits: int) -> None:
    levels = np.arange(2**bits, dtype=np.uint8).reshape(1, -1, 1)
    data = pictures.png(levels, bits=bits, colour=0, transparent=b"\0\0")
    expected = np.arange(2**bits) * (255 // (2**bits - 1))
    expected[0] = 255  # the transparent black shows the white behind it
    assert image.decode(data)[0, :, 0].tolist() == expected.tolist()


@pytest.mark.parametrize(("colour", "channels"), [(0, 1), (2, 3)])
def test_transparent_colour_of_16_bits(colour: int, channels: int) -> None:
    deep = np.array([0x1234, 0xABCD], np.uint16).reshape(1, 2, 1).repeat(channels, axis=2)
    data = pictures.png(deep, bits=16, colour=colour, transparent=b"\x12\x34" * channels)
    assert image.decode(data)[0].tolist() == [[255] * 3, [0xAB] * 3]


def test_ycck_is_read_as_adobe_writes_it() -> None:
    # Pillow writes CMYK with Adobe's inverted samples and transform 0; transform 2 makes the same samples YCCK.
    data = bytearray(save(photo().convert("CMYK"), "JPEG"))
    data[data.index(b"Adobe") + 11] = 2
    assert difference(image.decode(bytes(data)), naive(bytes(data))) <= 1


# -- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_from_its_header(name: str) -> None:
    with pytest.raises(ImageBrokenError if "fill" in name else ImageTooLargeError):
        image.probe(BOMBS[name])


def test_compressed_metadata_is_never_inflated() -> None:
    assert image.decode(pictures.text_bomb()).tolist() == [[[128, 128, 128]]]


def test_ordinary_animations_are_welcome() -> None:
    for data in (pictures.gif_frames(900), pictures.apng_frames(900), pictures.webp_frames(900)):
        assert image.probe(data).frames == 900
        assert image.decode(data).shape == (1, 1, 3)


def test_caps_are_the_callers() -> None:
    data = VARIANTS["png"]
    with pytest.raises(ImageTooLargeError, match="bytes"):
        image.decode(data, max_bytes=len(data) - 1)
    with pytest.raises(ImageTooLargeError, match="48 x 32 pixels"):
        image.probe(data, max_pixels=48 * 32 - 1)
    image.read_image(data, max_bytes=len(data), max_pixels=48 * 32)


@pytest.mark.parametrize("data", [b"BM" + bytes(60), b"II*\0" + bytes(60), b"%PDF-1.7", b"<svg/>", b"RIFF1234WAVE"])
def test_other_formats(data: bytes) -> None:
    with pytest.raises(ImageFormatError, match="JPEG, PNG, WebP, GIF, AVIF or HEIC"):
        image.decode(data)


def test_empty() -> None:
    with pytest.raises(ImageBrokenError, match="empty"):
        image.decode(b"")


@pytest.mark.parametrize("name", VARIANTS)
def test_truncated_anywhere(name: str) -> None:
    data = VARIANTS[name]
    whole = len(data) - name.startswith("gif")  # a GIF may lack its trailer
    for size in {*range(60), *np.linspace(0, whole - 1, 150, dtype=int).tolist(), whole - 2, whole - 1}:
        if name == "gif animated" and _ends_between_frames(data[:size]):
            continue
        with pytest.raises(ImageError):
            image.decode(data[:size])


def _ends_between_frames(data: bytes) -> bool:
    try:
        return image.probe(data).frames >= 1
    except ImageError:
        return False


def test_truncated_photo_is_broken_on_the_fast_path_too() -> None:
    data = save(photo(640, 480), "JPEG")
    for size in (len(data) // 2, len(data) - 100, len(data) - 2, len(data) - 1):
        with pytest.raises(ImageBrokenError):
            image.decode(data[:size], min_side_px=100)


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF"]))
def test_any_bytes(tail: bytes, magic: bytes) -> None:
    with pytest.raises(ImageError):
        image.decode(magic + tail)


@settings(max_examples=400)
@given(st.data())
def test_mutated_files_raise_image_errors_alone(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(VARIANTS)))
    file = bytearray(VARIANTS[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, min(len(file) - 1, data.draw(st.sampled_from([64, 700, 100_000])))))
        file[at] = data.draw(st.integers(0, 255))
    try:
        rgb = image.decode(bytes(file))
    except ImageError:
        return
    result = image.probe(bytes(file))
    assert rgb.shape == (result.height_px, result.width_px, 3)


# -- reduced decoding, resizing, thumbnails ----------------------------------------------------------------------------


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 200))
@settings(max_examples=60)
def test_reduced_decode_keeps_both_sides(width_px: int, height_px: int, min_side_px: int) -> None:
    data = save(photo(width_px, height_px), "JPEG")
    height, width = image.decode(data, min_side_px=min_side_px).shape[:2]
    assert (height, width) == (height_px, width_px) or min(height, width) >= min_side_px
    assert abs(height / height_px - width / width_px) <= 1 / height_px + 1 / width_px


def test_reduced_decode_looks_the_same() -> None:
    data = save(photo(1600, 1200), "JPEG", quality=95)
    reduced = image.decode(data, min_side_px=224)
    assert reduced.shape[0] < 500
    a, b = (image.resize(rgb, 224, 224, "pad").astype(float) for rgb in (image.decode(data), reduced))
    assert np.abs(a - b).mean() < 1


def test_stretch_fills_the_frame() -> None:
    rgb = np.asarray(photo(100, 60))
    expected = np.asarray(Image.fromarray(rgb).resize((24, 32), Image.Resampling.BICUBIC))
    assert np.array_equal(image.resize(rgb, 32, 24, "stretch"), expected)


@pytest.mark.parametrize(
    ("width_px", "height_px"), [(100, 60), (60, 100), (500, 1), (1, 500), (32, 32), (24, 32), (7, 5), (75, 99)]
)
def test_pad_centres_between_white_borders(width_px: int, height_px: int) -> None:
    black = np.zeros((height_px, width_px, 3), np.uint8)
    framed = image.resize(black, 32, 24, "pad")
    dark = np.argwhere(framed[..., 0] == 0)
    high, wide = dark.max(0) - dark.min(0) + 1
    scale = min(24 / width_px, 32 / height_px)
    assert (high, wide) == (max(1, round(height_px * scale)), max(1, round(width_px * scale)))
    assert (framed == 0).sum() == high * wide * 3 and (framed == 255).sum() == (32 * 24 - high * wide) * 3
    assert abs(dark.min(0) + dark.max(0) - [31, 23]).max() <= 1


def test_crop_keeps_the_centre() -> None:
    wide, tall = np.asarray(photo(96, 32)), np.asarray(photo(24, 64))
    assert np.array_equal(image.resize(wide, 32, 24, "crop"), wide[:, 36:60])
    assert np.array_equal(image.resize(tall, 32, 24, "crop"), tall[16:48])


@given(
    st.integers(1, 400),
    st.integers(1, 400),
    st.integers(1, 64),
    st.integers(1, 64),
    st.sampled_from(["stretch", "pad", "crop"]),
)
def test_any_picture_fits_any_frame(high: int, wide: int, height_px: int, width_px: int, fit: image.Fit) -> None:
    assert image.resize(np.zeros((high, wide, 3), np.uint8), height_px, width_px, fit).shape == (height_px, width_px, 3)


@pytest.mark.parametrize("fit", ["stretch", "pad", "crop"])
def test_resize_is_antialiased(fit: image.Fit) -> None:
    board = np.indices((320, 256)).sum(0) % 2 * 255
    rgb = np.repeat(board[..., None], 3, axis=2).astype(np.uint8)
    assert np.abs(image.resize(rgb, 30, 24, fit).astype(int) - 127).max() <= 3


def test_thumbnail_is_upright_small_and_bare() -> None:
    data = save(photo(600, 400), "JPEG", exif=pictures.exif(6), comment=b"secret")
    small = image.thumbnail(data, 160)
    with Image.open(io.BytesIO(small)) as picture:
        assert (picture.size, picture.format, dict(picture.getexif())) == ((160, 240), "JPEG", {})
    assert b"secret" not in small and b"Exif" not in small
    expected = naive(data).reshape(60, 10, 40, 10, 3).mean((1, 3))
    shown = np.asarray(Image.open(io.BytesIO(small)).resize((40, 60), Image.Resampling.BOX)).astype(float)
    assert np.abs(shown - expected).mean() < 3


def test_thumbnail_never_enlarges() -> None:
    assert image.probe(image.thumbnail(VARIANTS["png RGBA"], 640)).width_px == 48


def test_encode_jpeg_round_trip() -> None:
    rgb = np.asarray(photo(64, 48))[:, ::-1]  # not contiguous
    assert np.abs(image.decode(image.encode_jpeg(rgb, 95)).astype(float) - rgb).mean() < 4


# -- real photos -------------------------------------------------------------------------------------------------------


def test_real_photos_equal_pillow() -> None:
    root = os.environ.get("DEEPSTYLE_DATA")
    if root is None:
        pytest.skip("DEEPSTYLE_DATA is not set: no real photos")
    files = sorted(Path(root).glob("*/images/*.jpg"))[::97]
    assert files
    for file in files:
        data = file.read_bytes()
        assert difference(image.decode(data), naive(data)) <= 1, file


@pytest.mark.parametrize(("high", "wide"), [(457, 301), (301, 458), (97, 63), (225, 226), (64, 64)])
@pytest.mark.parametrize("rounding", ["nearest", "down"])
def test_a_crop_of_a_resized_picture_is_the_one_that_libraries_take(high, wide, rounding):
    rgb = np.random.default_rng(high).integers(0, 256, (high, wide, 3)).astype(np.uint8)
    size = (64, 64 * high // wide) if wide <= high else (64 * wide // high, 64)
    left, top = ((side - 56) // 2 if rounding == "down" else round((side - 56) / 2) for side in size)
    resized = Image.fromarray(rgb).resize(size, Image.Resampling.BILINEAR)
    expected = np.asarray(resized)[top : top + 56, left : left + 56]
    found = image.resize(rgb, 56, 56, "crop", interpolation="bilinear", shorter_px=64, rounding=rounding)
    assert np.array_equal(found, expected)


def test_a_very_long_picture_is_not_resized_as_a_whole():
    line = np.zeros((1, 60_000, 3), np.uint8)
    assert image.resize(line, 224, 224, "crop", shorter_px=256).shape == (224, 224, 3)
