"""AVIF and HEIC files made on the spot: real ones, and boxes put together by hand."""

import struct
from collections.abc import Iterator, Sequence
from typing import Any

from PIL import Image

from tests.images.pictures import save


def avif(picture: Image.Image, **options: Any) -> bytes:
    return save(picture, "AVIF", **({"quality": 90, "speed": 10} | options))


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, bytes([version]) + flags.to_bytes(3, "big"), *parts)


def file_of(
    items: Sequence[tuple[bytes, Sequence[bytes], bytes]],
    *,
    brand: bytes = b"avif",
    references: Sequence[tuple[bytes, int, Sequence[int]]] = (),
    primary: int = 1,
) -> bytes:
    """A file of ``items`` (kind, property boxes, bytes), numbered from 1; ``references`` are kind, item and targets."""
    properties = list(dict.fromkeys(one for _, own, _ in items for one in own))
    associations = b""
    for number, (_, own, _) in enumerate(items, start=1):
        places = [1 + properties.index(one) | 0x80 * (one[4:8] in (b"av1C", b"hvcC")) for one in own]
        associations += struct.pack(">HB", number, len(own)) + bytes(places)
    kinds = [
        full(b"infe", struct.pack(">HH", number, 0), kind, b"\0", version=2)
        for number, (kind, _, _) in enumerate(items, 1)
    ]
    refers = [
        box(kind, struct.pack(f">HH{len(targets)}H", item, len(targets), *targets))
        for kind, item, targets in references
    ]

    def head(offset: int) -> bytes:
        places = b""
        for number, (_, _, data) in enumerate(items, 1):
            places += struct.pack(">HHHII", number, 0, 1, offset, len(data))
            offset += len(data)
        meta = full(
            b"meta",
            full(b"hdlr", bytes(4), b"pict", bytes(13)),
            full(b"pitm", struct.pack(">H", primary)),
            full(b"iloc", b"\x44\0", struct.pack(">H", len(items)), places),
            full(b"iinf", struct.pack(">H", len(items)), *kinds),
            *([full(b"iref", *refers)] if refers else []),
            box(b"iprp", box(b"ipco", *properties), full(b"ipma", struct.pack(">I", len(items)), associations)),
        )
        return box(b"ftyp", brand, bytes(4), brand, b"mif1") + meta

    return head(len(head(0)) + 8) + box(b"mdat", *(data for _, _, data in items))


def ispe(width_px: int, height_px: int) -> bytes:
    return full(b"ispe", struct.pack(">II", width_px, height_px))


def top_boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 0
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 8], at, at + size
        at += size


def stream_of(data: bytes) -> bytes:
    """The coded picture of an AVIF that Pillow wrote."""
    return next(data[at + 8 : end] for kind, at, end in top_boxes(data) if kind == b"mdat")


def property_of(data: bytes, kind: bytes) -> bytes:
    """The first property box of a kind."""
    at = data.index(kind) - 4
    return data[at : at + struct.unpack_from(">I", data, at)[0]]


def grid(rows: int, columns: int, width_px: int, height_px: int) -> bytes:
    return struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, width_px, height_px)
