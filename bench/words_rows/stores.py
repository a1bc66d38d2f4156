"""The catalogues as stores: rows with the vectors and colours of their pictures, in the cache folder."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import numpy as np

from bench.words_rows.catalogue import Row, rows
from bench.words_rows.encoded import Encoded, encode_pictures
from bench.words_rows.pictures import Letter, pictures
from deepstyle.images.item_image import ItemImage
from deepstyle.store import Entry, Store, VectorBatch, open_store
from deepstyle.store.base import Measured
from deepstyle.style.encode import STYLE_SPACE

BATCH: Final = 5_000
CODE: Final = Path(__file__).parent
"""A change of what makes a catalogue makes a new one."""


def catalogue(data: Path, letter: Letter, cache: Path) -> tuple[list[Row], Path]:
    """A catalogue's rows, and its store; made where the cache does not have it."""
    cache.mkdir(parents=True, exist_ok=True)
    shown = pictures(data, letter)
    found = rows(shown, letter)
    text = json.dumps([[asdict(row.item), asdict(row.facts)] for row in found], ensure_ascii=False)
    path = cache / f"{letter}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.db"
    if not path.exists():
        encoded = encode_pictures(shown, cache)
        partial = path.with_suffix(".partial.db")
        partial.unlink(missing_ok=True)
        with open_store(f"sqlite:///{partial}") as store:
            fill(store, found, encoded)
        partial.rename(path)
    return found, path


def fill(store: Store, found: Sequence[Row], encoded: Encoded, *, copies: int = 1) -> None:
    """Write the rows, ``copies`` times under other ids; a picture is a few bytes, no search reads it."""
    for copy in range(copies):
        for start in range(0, len(found), BATCH):
            _put(store, found[start : start + BATCH], encoded, f"-{copy}" if copy else "")
    store.set_meta(STYLE_SPACE, encoded.space)


def _put(store: Store, batch: Sequence[Row], encoded: Encoded, ending: str) -> None:
    ids = tuple(row.item.item_id + ending for row in batch)
    digests = tuple(hashlib.sha256(row.picture_id.encode()).hexdigest() for row in batch)
    images = [ItemImage(b"x", sha256, "image/jpeg", 1, 1) for sha256 in digests]
    items = [replace(row.item, item_id=item_id) for row, item_id in zip(batch, ids, strict=True)]
    store.put([Entry(item, image) for item, image in zip(items, images, strict=True)])
    vectors = np.stack([encoded.vectors[row.picture_id] for row in batch])
    store.put_vectors(encoded.space, VectorBatch(ids, digests, vectors))
    measured = (encoded.measured[row.picture_id] for row in batch)
    store.put_measured([Measured(*one) for one in zip(ids, digests, measured, strict=True)])
