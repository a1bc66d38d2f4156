"""The columns of a large store as a file, so that it opens without reading every item.

It is a derived file beside the database, in ``<database>.index/``: checksummed, stamped with the revision that it is of
and with the meaning of its columns, and written anew whenever it does not verify. It is mapped, not read: processes
share its pages, and those that a write changes are copied. Arrays in it have room for the rows of later writes.
"""

import hashlib
import json
import logging
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from deepstyle.catalogue.item import RANGE_FILTERS, SEARCHED, VALUE_FILTERS
from deepstyle.errors import StoreError
from deepstyle.files import atomic_file, open_regular
from deepstyle.store.columns import Columns, columns_of
from deepstyle.store.histogram import EDGES
from deepstyle.store.item_rows import DTYPES, Array, Rows
from deepstyle.store.migrations import SCHEMA_VERSION
from deepstyle.store.texts import Texts
from deepstyle.store.vocabulary import Vocabulary

NAME: Final = "items.columns"
MAGIC: Final = b"deepstyle columns 1\n"
SPARE_ROWS: Final = 65_536
ALIGNED: Final = 64
_DIGEST_BYTES: Final = 32
_HEADER_MAX: Final = 1 << 30
_BODY_AT: Final = len(MAGIC) + _DIGEST_BYTES
_TEXTS: Final = ("item_ids", "texts", "products")
_INDEXES: Final = ("base_order", "hashes", "hashed")

logger = logging.getLogger(__name__)


def meaning() -> dict[str, Any]:
    """What the content of a file depends on, beside the items."""
    filters = [[field.name, field.filter, field.many, field.money] for field in (*VALUE_FILTERS, *RANGE_FILTERS)]
    return {
        "schema": SCHEMA_VERSION,
        "unicode": unicodedata.unidata_version,  # texts are folded
        "searched": [*SEARCHED],
        "filters": filters,
        "edges": [*EDGES],
    }


def save_columns(path: Path, columns: Columns, revision: int) -> None:
    """Write packed ``columns`` as of ``revision``, atomically: magic, SHA-256 of the rest, header, arrays."""
    header = {
        "revision": revision,
        "count": columns.count,
        "products": columns.rows.base_products,
        "meaning": meaning(),
        "values": [vocabulary.values[:] for vocabulary in columns.rows.vocabularies],
        "arrays": [[name, array.dtype.str, len(array), room] for name, array, room in _sections(columns.rows)],
    }
    text = json.dumps(header).encode()
    digest = hashlib.sha256()
    with atomic_file(path, durable=False) as file:
        file.write(MAGIC + bytes(_DIGEST_BYTES))
        _write(file, digest, len(text).to_bytes(8, "little") + text)
        for name, array, room in _sections(columns.rows):
            _write(file, digest, bytes(-file.tell() % ALIGNED))
            _write(file, digest, np.ascontiguousarray(array).data.cast("B") if len(array) else b"")
            fill = np.full(room - len(array), -1 if name == "row_of" else 0, array.dtype)
            _write(file, digest, fill.tobytes())
        file.seek(len(MAGIC))
        file.write(digest.digest())


def _sections(rows: Rows) -> Iterator[tuple[str, Array, int]]:
    """Name, array and the room that it has in the file."""
    for name in DTYPES:
        yield name, rows.arrays[name][: rows.count], rows.count + SPARE_ROWS
    yield "row_of", rows.row_of, len(rows.row_of) + SPARE_ROWS
    for name in _INDEXES:
        array = getattr(rows, name)
        yield name, array, len(array)
    for name in _TEXTS:
        texts = getattr(rows, name)
        yield f"{name}.block", texts.block, len(texts.block)
        yield f"{name}.starts", texts.starts, len(texts.starts)


def _write(file: BinaryIO, digest: Any, data: Any) -> None:
    digest.update(data)
    file.write(data)


def load_columns(path: Path) -> tuple[Columns, int] | None:
    """The columns in ``path`` and their revision; ``None`` where it is missing, or unfit, which is logged."""
    try:
        return read_columns(path)
    except FileNotFoundError:
        return None
    except (OSError, StoreError) as error:
        logger.warning("the columns %s cannot be used and will be written again: %s", path, error)
        return None


def read_columns(path: Path) -> tuple[Columns, int]:
    """As ``load_columns``; raises ``StoreError`` where it does not verify, ``OSError`` where it cannot be read."""
    with open_regular(path) as file:
        start = file.read(_BODY_AT)
        if start[: len(MAGIC)] != MAGIC or hashlib.file_digest(file, "sha256").digest() != start[len(MAGIC) :]:
            raise StoreError("it does not verify.")
        file.seek(_BODY_AT)
        try:
            header = json.loads(file.read(min(int.from_bytes(file.read(8), "little"), _HEADER_MAX)))
            if header["meaning"] != meaning():
                raise StoreError("it is of another version of this program.")
            at, body = file.tell(), np.asarray(np.memmap(file, np.uint8, "c"))
            return _parsed(header, body, at), int(header["revision"])
        except (ValueError, LookupError, TypeError) as error:
            raise StoreError(f"it cannot be read: {error}.") from error


def _parsed(header: Mapping[str, Any], body: Array, at: int) -> Columns:
    arrays: dict[str, Array] = {}
    for name, dtype, length, room in header["arrays"]:
        at += -at % ALIGNED
        size = room * np.dtype(dtype).itemsize
        mapped = body[at : at + size].view(dtype)
        if len(mapped) != room:
            raise StoreError("it is cut.")
        arrays[name] = mapped if name in DTYPES or name == "row_of" else mapped[:length]
        at += size
    texts = {name: Texts(arrays[f"{name}.block"], arrays[f"{name}.starts"]) for name in _TEXTS}
    vocabularies = [Vocabulary(field, values) for field, values in zip(VALUE_FILTERS, header["values"], strict=True)]
    count = int(header["count"])
    rows = Rows(
        arrays={name: arrays[name] for name in DTYPES},
        row_of=arrays["row_of"],
        vocabularies=tuple(vocabularies),
        item_ids=texts["item_ids"],
        texts=texts["texts"],
        products=texts["products"],
        base_order=arrays["base_order"],
        hashes=arrays["hashes"],
        hashed=arrays["hashed"],
        base=count,
        base_products=int(header["products"]),
        count=count,
    )
    return columns_of(rows)
