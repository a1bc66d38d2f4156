"""The bytes of a chunk: a line of JSON, then what the line describes."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple
from typing import Any, Final

import numpy as np

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.looks import Look
from deepstyle.errors import DataError
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import ImageSource, VectorBatch

Stocked = tuple[Item, list[ImageSource | None], list[str]]
"""An item, where its pictures came from (the first ``None`` where it has none), and its suggestions."""
_EMPTY: Final = asdict(Item(""))
_ANOTHER: Final = "Restore another backup, or with a deepstyle as new as the one that wrote this."


def chunk_name(data: bytes) -> str:
    """The name of the chunk ``data``: its SHA-256 and its length."""
    return f"{hashlib.sha256(data).hexdigest()}-{len(data)}"


def item_chunk(stocked: Sequence[Stocked]) -> bytes:
    """Items with their sources and suggestions; equal items give equal bytes, whichever store they are in."""
    return _chunk(
        [[_fields(item), [source and astuple(source) for source in sources], ids] for item, sources, ids in stocked]
    )


def read_items(data: bytes) -> list[Stocked]:
    """What ``item_chunk`` was given."""
    head, _ = _split(data)
    try:
        return [
            (Item(**fields), [source and ImageSource(*source) for source in sources], list(ids))
            for fields, sources, ids in head
        ]
    except (TypeError, ValueError) as error:
        raise DataError(f"a chunk of items cannot be read: {error}.", remedy=_ANOTHER) from error


def _fields(item: Item) -> dict[str, Any]:
    """The fields that have a value, so that a field that a later version brings changes no chunk."""
    fields = {name: getattr(item, name) for name, empty in _EMPTY.items() if getattr(item, name) != empty}
    price = {} if item.price is None else {"price": float(item.price)}
    return fields | price | ({"attributes": dict(item.attributes)} if item.attributes else {})


def picture_chunk(images: Sequence[ItemImage]) -> bytes:
    """Pictures with their bytes."""
    head = [[*astuple(image)[1:], len(image.data)] for image in images]
    return _chunk(head, *(image.data for image in images))


def read_pictures(data: bytes) -> Iterator[ItemImage]:
    """What ``picture_chunk`` was given."""
    head, body = _split(data)
    start = 0
    for *fields, length in head:
        if not isinstance(length, int):
            raise DataError("this backup lists pictures and does not hold them.", remedy=_ANOTHER)
        yield ItemImage(body[start : start + length], *fields)
        start += length


def vector_chunk(batch: VectorBatch) -> bytes:
    """Vectors of one space."""
    vectors = np.ascontiguousarray(batch.vectors, "<f4")
    return _chunk([list(batch.item_ids), list(batch.image_sha256s), vectors.shape[1]], vectors.tobytes())


def read_vectors(data: bytes) -> VectorBatch:
    """What ``vector_chunk`` was given."""
    (item_ids, shas, dimension), body = _split(data)
    vectors = np.frombuffer(body, "<f4").reshape(len(item_ids), dimension)
    return VectorBatch(tuple(item_ids), tuple(shas), vectors)


def look_chunk(looks: Sequence[Look]) -> bytes:
    """Looks."""
    return _chunk([asdict(look) for look in looks])


def read_looks(data: bytes) -> list[Look]:
    """What ``look_chunk`` was given."""
    return [Look(**{**fields, "item_ids": tuple(fields["item_ids"])}) for fields in _split(data)[0]]


def fact_chunk(value: str) -> bytes:
    """A fact's value."""
    return _chunk(value)


def read_fact_chunk(data: bytes) -> str:
    """What ``fact_chunk`` was given."""
    return str(_split(data)[0])


def _chunk(head: Any, *blobs: bytes) -> bytes:
    line = json.dumps(head, sort_keys=True, separators=(",", ":")).encode()
    return b"\n".join((line, b"".join(blobs)))


def _split(data: bytes) -> tuple[Any, bytes]:
    line, _, body = data.partition(b"\n")
    return json.loads(line), body
