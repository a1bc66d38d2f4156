"""The walk over a JPEG's segments (ITU T.81 annex B, Exif 2.32), every scan included.

A decoder processes all blocks of a scan, however few bytes describe them, so a small file can demand any number of
passes. The walk therefore adds up the work of all scans; it recognises the same markers as libjpeg.
"""

import re
import struct
from dataclasses import dataclass, field
from typing import Final

from deepstyle.images.parts import (
    MAX_BLOCKS,
    Header,
    Span,
    append_span,
    broken,
    exif_orientation,
    too_many,
    unusual,
)

MAX_SCANS: Final = 100
"""Encoders write about ten."""

_CODINGS: Final = {
    **dict.fromkeys((0xC0, 0xC1, 0xC2), ""),
    0xC3: "lossless",
    **dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF), "hierarchical"),
    **dict.fromkeys((0xC9, 0xCA, 0xCB), "arithmetic-coded"),
}
_METADATA: Final = {*range(0xE1, 0xEE), 0xEF, 0xFE}  # APP1 to APP13, APP15, COM: all but JFIF (APP0), Adobe (APP14)
_ALONE: Final = {0x01, *range(0xD0, 0xD8)}  # markers without a length
_MARKER: Final = re.compile(rb"\xff[^\x00\xff]")
_AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\x01\xff\xd0-\xd7]")
_ICC: Final = b"ICC_PROFILE\0"

# Nanoseconds of CPU, the slowest that bench/uploads.py finds: a pixel's transform and colours, a sample passed by a
# scan that begins coefficients or refines them, a byte of either.
_PIXEL_NS: Final = 4
_CMYK_PIXEL_NS: Final = 14
_SAMPLE_NS, _REFINED_SAMPLE_NS = 0.35, 0.9
_BYTE_NS, _REFINED_BYTE_NS = 25, 70


@dataclass(frozen=True, slots=True)
class _Frame:
    """The frame header; ``samples`` has each component's id and how many samples it has."""

    width_px: int
    height_px: int
    progressive: bool
    samples: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Walk:
    """The state of the walk."""

    spans: list[Span]
    frame: _Frame | None = None
    orientation: int = 0
    scans: int = 0
    work_ns: float = 0.0
    profile: dict[int, Span] = field(default_factory=dict)


def jpeg_header(data: bytes) -> Header:
    """Walk a JPEG; raises what ``read_header`` raises, ``IndexError`` or ``struct.error`` where it ends too early."""
    walk = _Walk([(0, 2)])
    at = 2
    for _ in range(MAX_BLOCKS):
        at = _next_marker(data, at, after_scan=walk.scans > 0)
        marker = data[at + 1]
        if marker == 0xD9:
            append_span(walk.spans, at, at + 2)
            return _header(walk)
        if marker in _ALONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise broken("it ends too early")
        if marker == 0xDA:
            end = _scan(data, at, end, walk)
        else:
            _segment(data, at, end, walk)
        if marker not in _METADATA:
            append_span(walk.spans, at, end)
        at = end
    raise too_many("blocks", MAX_BLOCKS)


def _next_marker(data: bytes, at: int, *, after_scan: bool) -> int:
    """Where the marker at ``at`` begins, after fill bytes; damage between the scans is skipped, as libjpeg does."""
    found = (_AFTER_SCAN if after_scan else _MARKER).search(data, at)
    if found is None:
        raise broken("it ends too early")
    if not after_scan and data[at : found.start()].strip(b"\xff"):
        raise broken(f"no marker at byte {at}")
    return found.start()


def _segment(data: bytes, at: int, end: int, walk: _Walk) -> None:
    marker = data[at + 1]
    if marker in _CODINGS:
        if walk.frame is not None:
            raise broken("it has two frame headers")
        if _CODINGS[marker]:
            raise unusual(_CODINGS[marker], "JPEG")
        walk.frame = _frame(data, at + 4, progressive=marker == 0xC2)
    elif marker == 0xE1 and not walk.orientation and data[at + 4 : at + 10] == b"Exif\0\0":
        walk.orientation = exif_orientation(data[at + 10 : end])
    elif marker == 0xE2 and data[at + 4 : at + 16] == _ICC and end > at + 18:
        walk.profile.setdefault(data[at + 16], (at + 18, end))


def _frame(data: bytes, at: int, *, progressive: bool) -> _Frame:
    bits, height_px, width_px, channels = struct.unpack_from(">BHHB", data, at)
    if bits != 8:
        raise broken(f"{bits}-bit JPEG is not supported")
    parts = [(data[part], data[part + 1] >> 4, data[part + 1] & 15) for part in range(at + 6, at + 6 + 3 * channels, 3)]
    if not parts or not all(1 <= factor <= 4 for _, *factors in parts for factor in factors):
        raise broken("its frame header has no sound components")
    most_wide, most_high = max(wide for _, wide, _ in parts), max(high for _, _, high in parts)
    samples = tuple(
        (name, _padded(width_px * wide, most_wide) * _padded(height_px * high, most_high)) for name, wide, high in parts
    )
    return _Frame(width_px, height_px, progressive, samples)


def _padded(samples: int, factor: int) -> int:
    """``samples / factor`` in whole blocks of eight."""
    return -(-samples // (8 * factor)) * 8


def _scan(data: bytes, at: int, end: int, walk: _Walk) -> int:
    """Count the scan whose header lies in ``[at, end)``; return where its last byte was read."""
    if walk.frame is None:
        raise broken("it has no frame header")
    walk.scans += 1
    if walk.scans > MAX_SCANS:
        raise too_many("scans", MAX_SCANS)
    components = data[at + 4]
    names = {data[part] for part in range(at + 5, at + 5 + 2 * components, 2)}
    refines = data[at + 7 + 2 * components] >> 4 > 0
    found = _AFTER_SCAN.search(data, end)
    if found is None:  # decoders disagree on a file that lacks its end marker alone
        raise broken("it ends too early")
    samples = sum(count for name, count in walk.frame.samples if name in names)
    walk.work_ns += samples * (_REFINED_SAMPLE_NS if refines else _SAMPLE_NS)
    walk.work_ns += (found.start() - end) * (_REFINED_BYTE_NS if refines else _BYTE_NS)
    return found.start()


def _header(walk: _Walk) -> Header:
    frame = walk.frame
    if frame is None:
        raise broken("it has no frame header")
    if not walk.scans:
        raise broken("it has no scan")
    pixel_ns = _CMYK_PIXEL_NS if len(frame.samples) == 4 else _PIXEL_NS
    return Header(
        "image/jpeg",
        frame.width_px,
        frame.height_px,
        tuple(walk.spans),
        orientation=walk.orientation or 1,
        channels=len(frame.samples),
        profile=tuple(walk.profile[number] for number in sorted(walk.profile)),
        work_ns=int(walk.work_ns + pixel_ns * frame.width_px * frame.height_px),
        reduced_work_ns=int(walk.work_ns + pixel_ns / 2 * frame.width_px * frame.height_px),
        held_bytes=2 * sum(count for _, count in frame.samples) if frame.progressive or walk.scans > 1 else 0,
    )
