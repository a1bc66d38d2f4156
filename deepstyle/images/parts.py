"""The vocabulary of the walks over picture files: ``Header``, byte ranges, what decoding costs, and the errors."""

import struct
from dataclasses import dataclass
from typing import Final

from deepstyle.errors import ImageBrokenError, ImageError, ImageFormatError, ImageTooLargeError

MAX_FRAMES: Final = 1_000
MAX_BLOCKS: Final = 16_384
"""Segments or chunks walked in one file: 10 MiB in chunks of 8 KiB, as most writers make them, are 1,280."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Header:
    """What the walk found.

    ``width_px`` and ``height_px`` are as stored, before ``orientation`` (EXIF, 1 to 8) is applied. ``spans`` are the
    byte ranges ``[start, end)`` that, joined, are a complete file of the first frame alone, without its metadata where
    ``bare``. ``profile`` are the ranges of the ICC profile, which PNG compresses. ``channels`` is JPEG's number of
    components, else 0.

    ``work_ns`` is the CPU time that decoding takes at most, ``held_bytes`` what the decoder holds besides its result,
    both estimated (``bench/uploads.py`` measures them). ``reduced_work_ns`` is the CPU time at half the scale or less,
    0 for a format that has none. ``patches`` are bytes to write over the file before it is decoded, by their place.
    """

    media_type: str
    width_px: int
    height_px: int
    spans: tuple[Span, ...]
    frames: int = 1
    orientation: int = 1
    channels: int = 0
    profile: tuple[Span, ...] = ()
    bare: bool = True
    work_ns: int = 0
    held_bytes: int = 0
    reduced_work_ns: int = 0
    patches: tuple[tuple[int, bytes], ...] = ()

    def payload(self, data: bytes) -> bytes:
        """The file reduced to ``spans``, with the ``patches``."""
        if not self.patches:
            return joined(data, self.spans)
        patched = bytearray(data)
        for at, new in self.patches:
            patched[at : at + len(new)] = new
        return joined(bytes(patched), self.spans)


def joined(data: bytes, spans: tuple[Span, ...]) -> bytes:
    """The bytes of ``spans``, one after the other."""
    return b"".join(data[start:end] for start, end in spans)


def append_span(spans: list[Span], start: int, end: int) -> None:
    """Add a range, merged with the last one where they touch."""
    if spans[-1][1] == start:
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))


def broken(reason: str) -> ImageBrokenError:
    """The error for a picture of an allowed format that cannot be decoded."""
    return ImageBrokenError(f"The picture is broken: {reason}.", remedy="Save the picture again and retry.")


def too_many(what: str, limit: int) -> ImageError:
    """The error for a file that is constructed to be slow."""
    return ImageTooLargeError(f"The picture has more than {limit:,} {what}.", remedy="Send a still picture.")


def unusual(coding: str, media: str) -> ImageFormatError:
    """The error for a coding of an allowed format that cameras and websites do not use."""
    return ImageFormatError(
        f"The picture is {coding} {media}, which is not supported.", remedy=f"Save it as ordinary {media} and retry."
    )


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
