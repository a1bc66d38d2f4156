"""Opaque cursors: where the next page starts, carried by the client, so that any server process can go on.

A cursor is not signed, because it grants nothing: it holds what the client could have sent, which is checked again, a
vector that it could have uploaded as a picture, or an id that is compared but never trusted. It is bound to the model
and the order it was made for, one of items to its filter too, and its digest detects a damaged cursor.
"""

import base64
import binascii
import hashlib
import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np

from deepstyle.api.problems import ProblemError
from deepstyle.search.query import LEARNED, Vector
from deepstyle.store.base import ItemFilter

MAX_CURSOR_CHARS: Final = 4_096
MAX_ASKED_BYTES: Final = 16 * 1024
"""A longer request, before it is compressed, is not part of a cursor."""
NORM_ERROR: Final = 2e-3
_DIGEST_BYTES: Final = 12
_HEAD: Final = struct.Struct("<HBBHHH")
"""The offset, the results per page, the flags, the numbers of the two vectors, and the bytes of ``after``."""
_SINGLE, _WHOLE = 1 << 6, 1 << 7
"""Flags: vectors of single precision, and the request is part of the cursor; the lowest are the sources."""


def binding(where: ItemFilter, *others: str) -> bytes:
    """What a cursor is bound to: the filter, and for a search the space it ran in."""
    return json.dumps([asdict(where), *others], sort_keys=True).encode()


@dataclass(frozen=True, slots=True, eq=False)
class SearchPage:
    """Where a search goes on: at ``offset`` with ``k`` more, by the ``sources`` (of ``LEARNED``) of its first page.

    ``vector`` (D,) is that of its photo, ``colour`` (C,) are the colour dimensions of its second one. ``asked`` is the
    request, as far as it is not the default. ``after`` is the place in another order than the best one.
    ``picture_print`` is that of the photo, on the first page alone: no cursor has it.
    """

    offset: int
    k: int = 0
    vector: Vector | None = None
    colour: Vector | None = None
    sources: frozenset[str] = frozenset()
    asked: Mapping[str, Any] = field(default_factory=dict)
    after: str = ""
    picture_print: str = ""


def pack_search(page: SearchPage, bound: bytes) -> str:
    """The cursor of a page; where the request is too long for it, it has to be sent again, and its digest is bound.

    Vectors have single precision where there is room, else half: a cosine is then the same to six places.
    """
    asked, after = json.dumps(page.asked, sort_keys=True).encode(), page.after.encode()
    squeezed = zlib.compress(asked, 9) if len(asked) <= MAX_ASKED_BYTES else b""
    vectors = [np.empty(0, np.float32) if one is None else one for one in (page.vector, page.colour)]
    for number, own in (("<f4", squeezed), ("<f2", squeezed), ("<f4", b""), ("<f2", b"")):
        flags = _flags(page.sources) | (_SINGLE if number == "<f4" else 0) | (_WHOLE if own else 0)
        values = b"".join(vector.astype(number).tobytes() for vector in vectors)
        payload = _HEAD.pack(page.offset, page.k, flags, *map(len, vectors), len(after)) + values + after + own
        cursor = _seal(payload, _search_key(bound, b"" if own else asked))
        if len(cursor) <= MAX_CURSOR_CHARS:
            break
    return cursor


def unpack_search(cursor: str, dims: tuple[int, int], asked: Mapping[str, Any], bound: bytes) -> SearchPage:
    """The page of a cursor for vectors of ``dims`` (D, C); ``asked`` is the request that is sent with it.

    Raises ``ProblemError`` (bad-cursor) for any other text, and where the request is neither in the cursor nor sent.
    """
    sealed = _unsealed(cursor)
    if len(sealed) < _DIGEST_BYTES + _HEAD.size:
        raise bad_cursor()
    offset, k, flags, *sizes, place_bytes = _HEAD.unpack_from(sealed, _DIGEST_BYTES)
    own = b"" if flags & _WHOLE else json.dumps(asked, sort_keys=True).encode()
    payload = _verified(sealed, _search_key(bound, own))
    number = np.dtype("<f4" if flags & _SINGLE else "<f2")
    middle = _HEAD.size + number.itemsize * sizes[0]
    end = middle + number.itemsize * sizes[1]
    rest = end + place_bytes
    if len(payload) < rest or any(size not in (0, dim) for size, dim in zip(sizes, dims, strict=True)):
        raise bad_cursor()
    return SearchPage(
        offset,
        k,
        _sound(payload[_HEAD.size : middle], number, least=1 - NORM_ERROR),
        _sound(payload[middle:end], number, least=0),
        frozenset(one for at, one in enumerate(LEARNED) if flags & 1 << at),
        _inflated(payload[rest:]) if flags & _WHOLE else asked,
        _text(payload[end:rest]),
    )


def _search_key(bound: bytes, asked: bytes) -> bytes:
    return b"search" + bound + asked


def _flags(sources: frozenset[str]) -> int:
    return sum(1 << at for at, one in enumerate(LEARNED) if one in sources)


def _sound(values: bytes, number: np.dtype[Any], *, least: float) -> Vector | None:
    """A vector from a cursor, ``None`` for none; raises ``ProblemError`` where its norm is not ``least`` to 1."""
    vector = np.frombuffer(values, number).astype(np.float32)
    if not np.isfinite(vector).all() or (vector.size and not least <= float(np.linalg.norm(vector)) <= 1 + NORM_ERROR):
        raise bad_cursor()
    return vector if vector.size else None


def _inflated(squeezed: bytes) -> dict[str, Any]:
    """The request in a cursor; raises ``ProblemError`` where it is none."""
    try:
        asked = json.loads(zlib.decompressobj().decompress(squeezed, MAX_ASKED_BYTES))
    except (zlib.error, ValueError):
        raise bad_cursor() from None
    if not isinstance(asked, dict):
        raise bad_cursor()
    return asked


def pack_browse(after: str, bound: bytes) -> str:
    """The cursor of the items after the id ``after``."""
    return _seal(after.encode(), b"browse" + bound)


def unpack_browse(cursor: str, bound: bytes) -> str:
    """The id to go on after; raises ``ProblemError`` (bad-cursor) for any other text."""
    return _text(_open(cursor, b"browse" + bound))


def _text(encoded: bytes) -> str:
    try:
        return encoded.decode()
    except UnicodeDecodeError:
        raise bad_cursor() from None


def _seal(payload: bytes, bound: bytes) -> str:
    return base64.urlsafe_b64encode(_digest(payload, bound) + payload).decode().rstrip("=")


def _open(cursor: str, bound: bytes) -> bytes:
    return _verified(_unsealed(cursor), bound)


def _unsealed(cursor: str) -> bytes:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise bad_cursor() from None


def _verified(sealed: bytes, bound: bytes) -> bytes:
    digest, payload = sealed[:_DIGEST_BYTES], sealed[_DIGEST_BYTES:]
    if digest != _digest(payload, bound):
        raise bad_cursor()
    return payload


def _digest(payload: bytes, bound: bytes) -> bytes:
    return hashlib.blake2b(payload, digest_size=_DIGEST_BYTES, key=hashlib.sha256(bound).digest()).digest()


def bad_cursor() -> ProblemError:
    """What a cursor is answered with that does not fit."""
    return ProblemError("bad-cursor", "the cursor is damaged, or was made for another filter or model.")
