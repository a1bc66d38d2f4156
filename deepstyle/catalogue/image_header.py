"""What a picture file says of itself before anything is decoded: a bounded walk over its blocks, in plain Python.

Decoders allocate what a header promises, and some walk every frame or inflate every text chunk on opening. So the
walk here comes first: it costs a few milliseconds and no memory, whatever the file claims, and tells which bytes hold
the first frame. Only those bytes are given to a decoder: no metadata, no further frames, nothing to inflate but pixels.

Formats: JPEG (ITU T.81 annex B, Exif 2.32), PNG (W3C, third edition), GIF89a, WebP (RFC 9649).
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

from deepstyle.errors import ImageBrokenError, ImageError, ImageFormatError, ImageTooLargeError

MAX_FRAMES: Final = 1_000
MAX_BLOCKS: Final = 16_384
"""Segments or chunks walked in one file: 10 MiB in chunks of 8 KiB, as most writers make them, are 1,280."""
MAX_GIF_BLOCKS: Final = 65_536
"""A GIF's blocks hold 255 bytes at most: 10 MiB are 41,000."""
MAX_JPEG_SCANS: Final = 200
"""A progressive JPEG has about ten; each costs a pass over all pixels and may be only a few bytes long."""

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Header:
    """What the walk found.

    ``width_px`` and ``height_px`` are as stored, before ``orientation`` (EXIF, 1 to 8) is applied. ``spans`` are the
    byte ranges ``[start, end)`` that, joined, are a complete file of the first frame alone without its metadata.
    ``channels`` is JPEG's number of components, else 0.
    """

    media_type: str
    width_px: int
    height_px: int
    spans: tuple[Span, ...]
    frames: int = 1
    orientation: int = 1
    channels: int = 0

    def payload(self, data: bytes) -> bytes:
        """The file reduced to ``spans``."""
        return b"".join(data[start:end] for start, end in self.spans)


def read_header(data: bytes) -> Header:
    """Walk ``data`` once.

    Raises ``ImageFormatError`` for another format, ``ImageBrokenError`` for a truncated or malformed one and
    ``ImageTooLargeError`` for too many frames, blocks or scans.
    """
    if not data:
        raise ImageBrokenError("The picture is empty (0 bytes).", remedy="Send the bytes of a picture.")
    try:
        if data.startswith(b"\xff\xd8\xff"):
            header = _jpeg(data)
        elif data.startswith(PNG_SIGNATURE):
            header = _png(data)
        elif data.startswith((b"GIF87a", b"GIF89a")):
            header = _gif(data)
        elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            header = _webp(data)
        else:
            raise ImageFormatError(
                f"The bytes are not a JPEG, PNG, WebP or GIF (they begin with {data[:8].hex(' ')}).",
                remedy="Convert the picture to one of these formats.",
            )
    except (IndexError, struct.error) as error:
        raise broken("it ends too early") from error
    if header.width_px == 0 or header.height_px == 0:
        raise broken(f"its header says {header.width_px} x {header.height_px} pixels")
    return header


def broken(reason: str) -> ImageBrokenError:
    """The error for a picture of an allowed format that cannot be decoded."""
    return ImageBrokenError(f"The picture is broken: {reason}.", remedy="Save the picture again and retry.")


def too_many(what: str, limit: int) -> ImageError:
    """The error for a file built to be slow."""
    return ImageTooLargeError(f"The picture has more than {limit:,} {what}.", remedy="Send a still picture.")


# -- JPEG --------------------------------------------------------------------------------------------------------------

_SOF = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_METADATA = {*range(0xE1, 0xEE), 0xEF, 0xFE}  # APP1 to APP13, APP15, COM: all but JFIF (APP0) and Adobe (APP14)


def _jpeg(data: bytes) -> Header:
    if data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise too_many("scans", MAX_JPEG_SCANS)
    spans: list[Span] = [(0, 2)]
    frame: tuple[int, int, int, int] | None = None
    orientation = 0
    at = 2
    for _ in range(MAX_BLOCKS):
        if data[at] != 0xFF:
            raise broken(f"no marker at byte {at}")
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise broken("it ends too early")
        if marker == 0xDA:
            break
        if marker in _SOF:
            if frame is not None:
                raise broken("it has two frame headers")
            frame = struct.unpack_from(">BHHB", data, at + 4)
        elif marker == 0xE1 and not orientation and data[at + 4 : at + 10] == b"Exif\0\0":
            orientation = exif_orientation(data[at + 10 : end])
        if marker not in _METADATA:
            _append(spans, at, end)
        at = end
    else:
        raise too_many("blocks", MAX_BLOCKS)
    if frame is None:
        raise broken("it has no frame header")
    if data.find(b"\xff\xd9", at) < 0:  # decoders disagree on a file that lacks its end marker alone
        raise broken("it ends too early")
    _append(spans, at, len(data))
    bits, height_px, width_px, channels = frame
    if bits != 8:
        raise broken(f"{bits}-bit JPEG is not supported")
    return Header("image/jpeg", width_px, height_px, tuple(spans), orientation=orientation or 1, channels=channels)


# -- PNG ---------------------------------------------------------------------------------------------------------------

_PNG_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


def _png(data: bytes) -> Header:
    spans: list[Span] = [(0, 8)]
    frames, orientation, at, kind = 0, 1, 8, b""
    for _ in range(MAX_BLOCKS):
        (length,) = struct.unpack_from(">I", data, at)
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise broken("it ends too early")
        if kind in _PNG_PIXELS:
            if zlib.crc32(memoryview(data)[at + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
                raise broken(f"the checksum of its {kind.decode()} block at byte {at} is wrong")
            _append(spans, at, end)
        elif kind == b"fcTL":
            frames += 1
            if frames > MAX_FRAMES:
                raise too_many("frames", MAX_FRAMES)
        elif kind == b"eXIf":
            orientation = exif_orientation(data[at + 8 : end - 4])
        at = end
        if kind == b"IEND":
            break
    else:
        raise too_many("blocks", MAX_BLOCKS)
    if data[12:16] != b"IHDR":
        raise broken("its first block is not IHDR")
    width_px, height_px = struct.unpack_from(">II", data, 16)
    return Header("image/png", width_px, height_px, tuple(spans), frames or 1, orientation)


# -- GIF ---------------------------------------------------------------------------------------------------------------


def _gif(data: bytes) -> Header:
    width_px, height_px, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _colour_table_bytes(flags)
    frames, first_end, blocks = 0, 0, 0
    while at < len(data) and data[at] != 0x3B:  # the trailer; many writers forget it
        if data[at] == 0x21:
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
        first_end = first_end or (at if frames else 0)
    if not frames:
        raise broken("it has no frame")
    return Header("image/gif", width_px, height_px, ((0, first_end),), frames)


def _colour_table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


# -- WebP --------------------------------------------------------------------------------------------------------------


def _webp(data: bytes) -> Header:
    (riff_bytes,) = struct.unpack_from("<I", data, 4)
    stop = 8 + riff_bytes
    if stop > len(data):
        raise broken("it ends too early")
    frames, orientation, at = 0, 1, 12
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
        elif kind == b"EXIF":
            orientation = exif_orientation(data[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0"))
        at += 8 + length + length % 2
    else:
        raise too_many("blocks", MAX_BLOCKS)
    width_px, height_px = _webp_size(data)
    return Header("image/webp", width_px, height_px, ((0, stop),), frames or 1, orientation)


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


# -- EXIF --------------------------------------------------------------------------------------------------------------


def exif_orientation(tiff: bytes) -> int:
    """The orientation, 1 to 8, of an EXIF block that begins at its TIFF header; 1 where it has none or is malformed."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, at)
        for entry in range(at + 2, at + 2 + 12 * entries, 12):
            tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == 0x0112 and kind == 3 and count == 1:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _append(spans: list[Span], start: int, end: int) -> None:
    """Add a range, merged with the last one where they touch."""
    if spans[-1][1] == start:
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))
