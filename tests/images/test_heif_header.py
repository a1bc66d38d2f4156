"""AVIF and HEIC: what their headers say, what is refused before anything is decoded, and how they look."""

import io
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from deepstyle.catalogue.picture import normalise_picture
from deepstyle.errors import ImageBrokenError, ImageError, ImageFormatError, ImageTooLargeError
from deepstyle.images import heif_header
from deepstyle.images.av1_header import av1_pixels
from deepstyle.images.header import read_header
from deepstyle.images.hevc_header import hevc_pixels
from deepstyle.images.pixels import decode, probe
from tests.images.heif import avif, box, file_of, full, grid, ispe, property_of, stream_of
from tests.images.pictures import exif, photo, with_alpha

PHOTO = avif(photo(96, 64))
STREAM, CONFIGURATION = stream_of(PHOTO), property_of(PHOTO, b"av1C")
P3 = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def item(width_px: int = 96, height_px: int = 64, stream: bytes = STREAM) -> tuple[bytes, list[bytes], bytes]:
    return b"av01", [ispe(width_px, height_px), CONFIGURATION], stream


def near(a: np.ndarray, b: Image.Image) -> bool:
    return a.shape == np.asarray(b).shape and np.abs(a.astype(int) - np.asarray(b).astype(int)).mean() < 4


def test_avif_is_read() -> None:
    info = probe(PHOTO)
    assert (info.media_type, info.width_px, info.height_px, info.frames) == ("image/avif", 96, 64, 1)
    assert near(decode(PHOTO), photo(96, 64))


def test_boxes_put_together_by_hand_are_read() -> None:
    assert near(decode(file_of([item()])), photo(96, 64))


@pytest.mark.parametrize("turn", range(1, 9))
def test_avif_is_turned_as_its_boxes_say(turn: int) -> None:
    from PIL import ImageOps

    data = avif(photo(96, 64), exif=exif(turn))
    stored = photo(96, 64)
    stored.getexif()[0x0112] = turn
    assert near(decode(data), ImageOps.exif_transpose(stored))
    assert (probe(data).height_px, probe(data).width_px) == decode(data).shape[:2]


def test_alpha_is_on_white_and_counted() -> None:
    clear = avif(with_alpha(photo(96, 64)))
    rgb = decode(clear)
    assert rgb[:, 0].min() > 245
    assert near(rgb[:, -1:], photo(96, 64).crop((95, 0, 96, 64)))
    assert read_header(clear).held_bytes == 2 * read_header(PHOTO).held_bytes


def test_an_animation_shows_its_picture() -> None:
    frames = [photo(96, 64, seed=number) for number in range(4)]
    data = avif(frames[0], save_all=True, append_images=frames[1:])
    assert data[8:12] == b"avis"
    assert near(decode(data), frames[0])
    assert b"moov" not in read_header(data).payload(data)


def test_an_avif_is_stored_as_jpeg() -> None:
    stored = normalise_picture(PHOTO)[0]
    assert (stored.media_type, stored.width_px, stored.height_px) == ("image/jpeg", 96, 64)
    assert stored.source_sha256


def test_the_size_is_that_of_the_stream() -> None:
    small_boxes = file_of([item(8, 8)])
    assert read_header(small_boxes).work_ns >= read_header(PHOTO).work_ns * 0.9
    assert av1_pixels(STREAM) == 96 * 64


def sequence(bits: str) -> bytes:
    bits += "0" * (-len(bits) % 8)
    content = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return bytes([1 << 3 | 2, len(content)]) + content


def still(width_px: int, height_px: int) -> bytes:
    return sequence(f"000110000011111111{width_px - 1:016b}{height_px - 1:016b}")


FRAME = bytes([6 << 3 | 2, 1, 0])


@pytest.mark.parametrize("size", [(1, 1), (65_536, 65_536), (700, 3)])
def test_a_sequence_header_is_read(size: tuple[int, int]) -> None:
    assert av1_pixels(still(*size) + FRAME) == size[0] * size[1]


def test_the_largest_sequence_header_counts_and_so_does_every_frame() -> None:
    assert av1_pixels(still(9, 9) + FRAME + still(50, 40) + FRAME) == 2 * 50 * 40
    film = sequence("000" + "0" + "0" + "0" + "0" + "00000" + "0" * 12 + "00000" + "1011" + "1001" + "0" * 22)
    assert av1_pixels(film + FRAME) == 2**22


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        FRAME,
        still(9, 9),
        still(9, 9) + FRAME * 5,
        still(9, 9) + FRAME[:-1],
        bytes([2 << 3 | 2, 0]) * 5000,
        bytes([0x0A]) + b"\xff" * 9,
    ],
)
def test_streams_that_no_camera_writes(stream: bytes) -> None:
    with pytest.raises((ImageBrokenError, ImageTooLargeError)):
        read_header(file_of([item(stream=stream)]))


def test_a_bomb_in_a_stream_is_refused_from_its_header() -> None:
    with pytest.raises(ImageTooLargeError):
        probe(file_of([item(8, 8, still(65_536, 65_536) + FRAME)]))
    with pytest.raises(ImageTooLargeError):
        probe(file_of([item(8_000, 8_000)]))


def grid_of(
    rows: int, columns: int, tiles: int, size: tuple[int, int], tile: tuple[bytes, list[bytes], bytes]
) -> bytes:
    whole = (b"grid", [ispe(*size)], grid(rows, columns, *size))
    return file_of([whole, *[tile] * tiles], references=[(b"dimg", 1, range(2, 2 + tiles))])


def test_a_grid_is_read() -> None:
    data = grid_of(2, 2, 4, (192, 128), item())
    assert probe(data).width_px == 192
    rgb = decode(data)
    for part in (rgb[:64, :96], rgb[64:, 96:]):
        assert near(part, photo(96, 64))


def test_grid_bombs_are_refused() -> None:
    for data in (
        grid_of(2, 2, 3, (192, 128), item()),
        grid_of(256, 256, 2, (192, 128), item()),
        grid_of(40, 40, 1600, (192, 128), item()),
        grid_of(1, 1, 1, (96, 64), item(4_000, 4_000)),
        grid_of(30, 30, 900, (512, 512), item(512, 512, still(4_096, 4_096) + FRAME)),
        file_of([(b"grid", [ispe(96, 64)], grid(1, 1, 96, 64))], references=[(b"dimg", 1, [1])]),
        grid_of(1, 1, 1, (9_000, 9_000), item()),
    ):
        with pytest.raises(ImageError):
            probe(data)


def test_other_pictures_in_the_file_are_no_matter() -> None:
    tile = (b"hvc1", [ispe(60_000, 60_000)], b"x")
    assert near(decode(file_of([item(), tile])), photo(96, 64))


@pytest.mark.parametrize(
    "data",
    [
        file_of([(b"iovl", [ispe(9, 9)], b"x")]),
        file_of([(b"av01", [CONFIGURATION], STREAM)]),
        file_of([item()], primary=7),
        box(b"ftyp", b"avif", bytes(4), b"avif"),
        box(b"ftyp", b"avif", bytes(4)) + box(b"moov"),
        box(b"ftyp", b"avif", bytes(4)) + full(b"meta") * 2,
        box(b"ftyp", b"avif", bytes(4)) + full(b"meta", box(b"free") * 20_000),
        PHOTO[:200],
        PHOTO[:-50],
    ],
)
def test_files_that_are_refused(data: bytes) -> None:
    with pytest.raises(ImageError):
        probe(data)


def test_other_files_of_the_family_are_another_format() -> None:
    with pytest.raises(ImageFormatError):
        probe(box(b"ftyp", b"isom", bytes(4), b"mp42") + bytes(50))


@given(st.data())
@settings(max_examples=150)
def test_mutated_files_raise_image_errors_alone(data: st.DataObject) -> None:
    base = data.draw(st.sampled_from([PHOTO, avif_of_everything()]))
    head = len(base) - len(STREAM)
    changed = bytearray(base)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, head - 1))] = data.draw(st.integers(0, 255))
    mutated = bytes(changed[: data.draw(st.integers(1, len(changed)))])
    try:
        header = read_header(mutated)
    except ImageError:
        return
    assert header.work_ns > 0


def avif_of_everything() -> bytes:
    return grid_of(2, 2, 4, (192, 128), item())


@given(st.binary(max_size=300))
@settings(max_examples=150)
def test_any_boxes(tail: bytes) -> None:
    for data in (box(b"ftyp", b"avif", bytes(4)) + tail, box(b"ftyp", b"avif", bytes(4)) + full(b"meta", tail)):
        with pytest.raises(ImageError):
            read_header(data)


@given(st.binary(max_size=120), st.binary(max_size=60))
@settings(max_examples=150)
def test_any_stream(stream: bytes, configuration: bytes) -> None:
    for read in (lambda: av1_pixels(stream), lambda: hevc_pixels(configuration, stream)):
        try:
            assert read() > 0
        except (ImageError, IndexError, ValueError):
            pass
        except Exception as error:
            assert type(error).__name__ == "error"  # struct.error


def test_an_icc_profile_is_applied() -> None:
    with_profile = avif(photo(96, 64), icc_profile=P3)
    assert read_header(with_profile).profile
    assert near(decode(with_profile), photo(96, 64))


# -- HEIC: by hand, as the extra that writes it may not be installed ---------------------------------------------------


def golomb(value: int) -> str:
    binary = f"{value + 1:b}"
    return "0" * (len(binary) - 1) + binary


def parameters(width_px: int, height_px: int) -> bytes:
    """``hvcC`` with one sequence parameter set."""
    bits = "0000" + "000" + "1" + "0" * 96 + golomb(0) + golomb(1) + golomb(width_px) + golomb(height_px) + "1"
    bits += "0" * (-len(bits) % 8)
    unit = bytes([33 << 1, 1]) + escaped(int(bits, 2).to_bytes(len(bits) // 8, "big"))
    return bytes(21) + b"\x03\x01" + bytes([33, 0, 1]) + len(unit).to_bytes(2, "big") + unit


def escaped(content: bytes) -> bytes:
    found, zeros = bytearray(), 0
    for byte in content:
        if zeros == 2 and byte <= 3:
            found.append(3)
            zeros = 0
        found.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(found)


def unit(kind: int, *content: int) -> bytes:
    data = bytes([kind << 1, 1, *content])
    return len(data).to_bytes(4, "big") + data


SLICE = unit(19, 0x80, 0)


@pytest.mark.parametrize("size", [(8, 8), (4032, 3024), (65_535, 65_535)])
def test_hevc_parameters_are_read(size: tuple[int, int]) -> None:
    assert hevc_pixels(parameters(*size), SLICE) == size[0] * size[1]


@pytest.mark.parametrize("stream", [b"", SLICE + SLICE, SLICE + unit(33, 0, 0), SLICE[:-1], b"\0\0\0\0" * 5000])
def test_hevc_streams_that_are_refused(stream: bytes) -> None:
    with pytest.raises(ImageError):
        hevc_pixels(parameters(8, 8), stream)


def test_heic_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heif_header, "find_spec", lambda name: None)
    data = file_of([(b"hvc1", [ispe(8, 8), box(b"hvcC", parameters(8, 8))], SLICE)], brand=b"heic")
    with pytest.raises(ImageFormatError) as error:
        probe(data)
    assert "deepstyle[heif]" in error.value.remedy


def test_a_heic_bomb_is_refused_from_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heif_header, "find_spec", lambda name: True)
    item = (b"hvc1", [ispe(8, 8), box(b"hvcC", parameters(60_000, 60_000))], SLICE)
    with pytest.raises(ImageTooLargeError):
        probe(file_of([item], brand=b"heic"))


def test_heic_is_read() -> None:
    if find_spec("pillow_heif") is None:
        pytest.skip("pillow-heif is not installed")
    import pillow_heif

    def heic(picture: Image.Image, **options: Any) -> bytes:
        file, buffer = pillow_heif.from_pillow(picture), io.BytesIO()
        file.save(buffer, quality=90, **options)
        return buffer.getvalue()

    data = heic(photo(96, 64))
    assert probe(data).media_type == "image/heic"
    assert near(decode(data), photo(96, 64))
    turned = photo(96, 64)
    turned.getexif()[0x0112] = 6
    data = heic(turned)
    assert (probe(data).height_px, probe(data).width_px) == decode(data).shape[:2]
    assert normalise_picture(data)[0].media_type == "image/jpeg"
    assert decode(heic(with_alpha(photo(96, 64))))[:, 0].min() > 240
