"""Opaque cursors: where the next page starts, carried by the client, so that any server process can go on.

A cursor is not signed, because it grants nothing: it holds a query vector that the client could have uploaded as a
picture, or an id that is compared but never trusted. It is bound to the filter, the model and the order it was made
for, and its digest detects a damaged cursor.
"""

import base64
import binascii
import hashlib
import json
import struct
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.api.problems import ProblemError
from deepstyle.store.base import ItemFilter

MAX_CURSOR_CHARS: Final = 4_096
WHOLE_DIM: Final = 700
_DIGEST_BYTES: Final = 12
_OFFSET: Final = struct.Struct("<I")


def binding(where: ItemFilter, *others: str) -> bytes:
    """What a cursor is bound to: the filter, and for a search the space it ran in."""
    return json.dumps([asdict(where), *others], sort_keys=True).encode()


def pack_search(offset: int, embedding: NDArray[np.float32] | None, bound: bytes) -> str:
    """The cursor of the results from ``offset`` on for ``embedding`` (D,), or for a search without a photo.

    A vector of over ``WHOLE_DIM`` numbers has half precision: its cosine with the photo's is 1 to six places.
    """
    values = b"" if embedding is None else embedding.astype(_number(len(embedding))).tobytes()
    return _seal(_OFFSET.pack(offset) + values, b"search" + bound)


def unpack_search(cursor: str, dim: int, bound: bytes) -> tuple[int, NDArray[np.float32] | None]:
    """The offset and the embedding (D,) of a cursor, ``None`` where it has none.

    Raises ``ProblemError`` (bad-cursor) for any other text.
    """
    payload = _open(cursor, b"search" + bound)
    number = _number(dim)
    if len(payload) not in (_OFFSET.size, _OFFSET.size + number.itemsize * dim):
        raise _bad()
    (offset,) = _OFFSET.unpack_from(payload)
    if len(payload) == _OFFSET.size:
        return offset, None
    embedding = np.frombuffer(payload, number, offset=_OFFSET.size).astype(np.float32)
    if not np.isfinite(embedding).all() or abs(float(np.linalg.norm(embedding)) - 1.0) > 2e-3:
        raise _bad()
    return offset, embedding


def _number(dim: int) -> np.dtype[Any]:
    """How the numbers of a vector are written, so that a cursor has at most ``MAX_CURSOR_CHARS``."""
    return np.dtype("<f4" if dim <= WHOLE_DIM else "<f2")


def pack_browse(after: str, bound: bytes) -> str:
    """The cursor of the items after the id ``after``."""
    return _seal(after.encode(), b"browse" + bound)


def unpack_browse(cursor: str, bound: bytes) -> str:
    """The id to go on after; raises ``ProblemError`` (bad-cursor) for any other text."""
    try:
        return _open(cursor, b"browse" + bound).decode()
    except UnicodeDecodeError:
        raise _bad() from None


def _seal(payload: bytes, bound: bytes) -> str:
    return base64.urlsafe_b64encode(_digest(payload, bound) + payload).decode().rstrip("=")


def _open(cursor: str, bound: bytes) -> bytes:
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _bad() from None
    digest, payload = sealed[:_DIGEST_BYTES], sealed[_DIGEST_BYTES:]
    if digest != _digest(payload, bound):
        raise _bad()
    return payload


def _digest(payload: bytes, bound: bytes) -> bytes:
    return hashlib.blake2b(payload, digest_size=_DIGEST_BYTES, key=hashlib.sha256(bound).digest()).digest()


def _bad() -> ProblemError:
    return ProblemError("bad-cursor", "the cursor is damaged, or was made for another filter or model.")
