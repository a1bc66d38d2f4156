"""Read a picture file's header before anything is decoded: a bounded walk over its blocks, in plain Python.

Decoders allocate what a header promises, and some walk every frame or inflate every text chunk on opening. This walk
therefore comes first: it takes a few milliseconds and no memory, whatever the file claims, and finds the bytes of the
first frame. Only those bytes are given to a decoder: no metadata, no further frames, nothing to inflate but pixels.

Formats: JPEG (``jpeg_header``), PNG (W3C, third edition), GIF89a, WebP (RFC 9649), AVIF and HEIC (``heif_header``).
"""

import struct
import zlib
from typing import Final

from deepstyle.errors import ImageBrokenError, ImageFormatError
from deepstyle.images.heif_header import heif_header, is_heif
from deepstyle.images.jpeg_header import jpeg_header
from deepstyle.images.parts import (
    MAX_BLOCKS,
    MAX_FRAMES,
    Header,
    Span,
    append_span,
    broken,
    exif_orientation,
    too_many,
)

MAX_GIF_BLOCKS: Final = 65_536
"""A GIF's blocks have at most 255 bytes: 10 MiB have 41,000 of them."""

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def read_header(data: bytes) -> Header:
    """Walk ``data`` once.

    Raises ``ImageFormatError`` for another format, ``ImageBrokenError`` for a truncated or malformed one and
    ``ImageTooLargeError`` for too many frames, blocks or scans.
    """
    if not data:
        raise ImageBrokenError("The picture is empty (0 bytes).", remedy="Send the bytes of a picture.")
    try:
        if data.startswith(b"\xff\xd8\xff"):
            header = jpeg_header(data)
        elif data.startswith(PNG_SIGNATURE):
            header = _png(data)
        elif data.startswith((b"GIF87a", b"GIF89a")):
            header = _gif(data)
        elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            header = _webp(data)
        elif is_heif(data):
            header = heif_header(data)
        else:
            raise ImageFormatError(
                f"The bytes are not a JPEG, PNG, WebP, GIF, AVIF or HEIC (they begin with {data[:8].hex(' ')}).",
                remedy="Convert the picture to one of these formats.",
            )
    except (IndexError, struct.error) as error:
        raise broken("it ends too early") from error
    if header.width_px == 0 or header.height_px == 0:
        raise broken(f"its header says {header.width_px} x {header.height_px} pixels")
    return header


# -- PNG ---------------------------------------------------------------------------------------------------------------

_PNG_PIXELS: Final = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_PNG_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PNG_SAMPLE_BYTE_NS: Final = 5
_PNG_PIXEL_NS: Final = 6
_PNG_ALPHA_NS: Final = 8
_PNG_DEEP_GREY_NS: Final = 35
"""Pillow has no conversion of its own for grey of 16 bits."""


def _png(data: bytes) -> Header:
    spans: list[Span] = [(0, 8)]
    profile: tuple[Span, ...] = ()
    frames, orientation, at, kind, transparent = 0, 1, 8, b"", False
    for _ in range(MAX_BLOCKS):
        (length,) = struct.unpack_from(">I", data, at)
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise broken("it ends too early")
        if kind in _PNG_PIXELS:
            if zlib.crc32(memoryview(data)[at + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
                raise broken(f"the checksum of its {kind.decode()} block at byte {at} is wrong")
            append_span(spans, at, end)
            transparent = transparent or kind == b"tRNS"
        elif kind == b"fcTL":
            frames += 1
            if frames > MAX_FRAMES:
                raise too_many("frames", MAX_FRAMES)
        elif kind == b"eXIf":
            orientation = exif_orientation(data[at + 8 : end - 4])
        elif kind == b"iCCP" and not profile:
            profile = _png_profile(data, at + 8, end - 4)
        at = end
        if kind == b"IEND":
            break
    else:
        raise too_many("blocks", MAX_BLOCKS)
    if data[12:16] != b"IHDR":
        raise broken("its first block is not IHDR")
    width_px, height_px, bits, colour = struct.unpack_from(">IIBB", data, 16)
    pixels, samples = width_px * height_px, _PNG_CHANNELS.get(colour, 4)
    pixel_ns = _PNG_PIXEL_NS + _PNG_SAMPLE_BYTE_NS * samples * max(bits, 8) // 8
    pixel_ns += _PNG_DEEP_GREY_NS if bits == 16 and colour == 0 else 0
    pixel_ns += _PNG_ALPHA_NS if colour & 4 or transparent else 0
    return Header(
        "image/png",
        width_px,
        height_px,
        tuple(spans),
        frames=frames or 1,
        orientation=orientation,
        profile=profile,
        work_ns=pixels * pixel_ns,
        held_bytes=pixels * (1 if samples == 1 and colour != 3 and bits <= 8 else 4),
    )


def _png_profile(data: bytes, at: int, end: int) -> tuple[Span, ...]:
    """The compressed profile of an iCCP block: after its name, a NUL and the method."""
    name_end = data.find(b"\0", at, min(at + 80, end))
    return ((name_end + 2, end),) if name_end > 0 else ()


# -- GIF ---------------------------------------------------------------------------------------------------------------

_GIF_CONTROL: Final = 0xF9
_GIF_PIXEL_NS: Final = 16
_GIF_PIXEL_BYTES: Final = 2


def _gif(data: bytes) -> Header:
    width_px, height_px, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _colour_table_bytes(flags)
    spans: list[Span] = [(0, at)]
    frames, blocks = 0, 0
    while at < len(data) and data[at] != 0x3B:  # the trailer; many writers forget it
        start, is_decoded = at, frames == 0
        if data[at] == 0x21:
            is_decoded = is_decoded and data[at + 1] == _GIF_CONTROL
            at += 2
        elif data[at] == 0x2C:
            left, top, wide, high, flags = struct.unpack_from("<HHHHB", data, at + 1)
            frames += 1
            if frames > MAX_FRAMES:
                raise too_many("frames", MAX_FRAMES)
            if frames == 1:  # decoders grow the canvas to hold the first frame
                width_px, height_px = max(width_px, left + wide), max(height_px, top + high)
            at += 11 + _colour_table_bytes(flags)
        else:
            raise broken(f"no block begins at byte {at}")
        while size := data[at]:
            at += 1 + size
            blocks += 1
            if blocks > MAX_GIF_BLOCKS:
                raise too_many("blocks", MAX_GIF_BLOCKS)
        at += 1
        if is_decoded:
            append_span(spans, start, at)
    if not frames:
        raise broken("it has no frame")
    pixels = width_px * height_px
    return Header(
        "image/gif",
        width_px,
        height_px,
        tuple(spans),
        frames=frames,
        work_ns=pixels * _GIF_PIXEL_NS,
        held_bytes=pixels * _GIF_PIXEL_BYTES,
    )


def _colour_table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


# -- WebP --------------------------------------------------------------------------------------------------------------


_WEBP_PIXELS: Final = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH"}
_WEBP_PIXEL_BYTES: Final = 9
_LOSSY_PIXEL_NS: Final = 32
_LOSSLESS_PIXEL_NS: Final = 60
_WEBP_BYTE_NS: Final = 25


def _webp(data: bytes) -> Header:
    (riff_bytes,) = struct.unpack_from("<I", data, 4)
    stop = 8 + riff_bytes
    if stop > len(data):
        raise broken("it ends too early")
    frames, orientation, at, bare = 0, 1, 12, True
    profile: tuple[Span, ...] = ()
    kinds: set[bytes] = set()
    for _ in range(MAX_BLOCKS):
        if at + 8 > stop:
            break
        kind, (length,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        if at + 8 + length > stop:
            raise broken("it ends too early")
        if kind == b"ANMF":
            frames += 1
            if frames > MAX_FRAMES:
                raise too_many("frames", MAX_FRAMES)
            kinds |= {data[at + 24 : at + 28], b"ALPH"} if frames == 1 else set()
        elif kind == b"EXIF":
            orientation = exif_orientation(data[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0"))
        elif kind == b"ICCP":
            profile = ((at + 8, at + 8 + length),)
        bare = bare and kind in _WEBP_PIXELS
        kinds.add(kind)
        at += 8 + length + length % 2
    else:
        raise too_many("blocks", MAX_BLOCKS)
    width_px, height_px = _webp_size(data)
    pixels = width_px * height_px
    pixel_ns = _LOSSY_PIXEL_NS if b"VP8 " in kinds or b"ALPH" in kinds else 0
    pixel_ns += _LOSSLESS_PIXEL_NS if b"VP8L" in kinds else _LOSSLESS_PIXEL_NS // 2 if b"ALPH" in kinds else 0
    return Header(
        "image/webp",
        width_px,
        height_px,
        ((0, stop),),
        frames=frames or 1,
        orientation=orientation,
        profile=profile,
        bare=bare,
        work_ns=pixels * pixel_ns + stop * _WEBP_BYTE_NS,
        held_bytes=pixels * _WEBP_PIXEL_BYTES,
    )


def _webp_size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        wide, high = data[24:27], data[27:30]
        return int.from_bytes(wide, "little") + 1, int.from_bytes(high, "little") + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        wide, high = struct.unpack_from("<HH", data, 26)
        return wide & 0x3FFF, high & 0x3FFF
    raise broken(f"its first block is {kind!r}")
