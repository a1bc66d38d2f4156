"""The catalogues as stores: rows with the vectors and colours of their pictures, in the cache folder."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.words_rows.catalogue import Row, rows
from bench.words_rows.encoded import Encoded, encode_pictures
from bench.words_rows.pictures import Letter, pictures
from deepstyle.images.item_image import ItemImage
from deepstyle.search.sentences import DIMENSION, open_sentences, readable_text
from deepstyle.search.title_vectors import TitleVectors, text_hash
from deepstyle.store import Entry, Store, VectorBatch, open_store
from deepstyle.store.base import Measured
from deepstyle.store.embedded import EmbeddedStore
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


def large_catalogue(data: Path, letter: Letter, cache: Path, copies: int) -> Path:
    """A store of a catalogue's rows ``copies`` times, with vectors and titles that are a little different each time.

    The sentence vectors of its titles are made up too, beside those of the catalogue's own: 250,000 would take an hour.
    """
    found, path = catalogue(data, letter, cache)
    large = path.with_name(f"{path.stem}-{copies}.db")
    if not large.exists():
        encoded = encode_pictures(pictures(data, letter), cache)
        partial = large.with_suffix(".partial.db")
        partial.unlink(missing_ok=True)
        with EmbeddedStore.open(f"sqlite:///{partial}") as store:
            fill(store, found, encoded, copies=copies)
        make_up_titles(found, cache.parent, copies)
        partial.rename(large)
        with EmbeddedStore.open(f"sqlite:///{large}") as store:
            store.build_index(encoded.space)
    return large


def make_up_titles(found: Sequence[Row], cache_dir: Path, copies: int) -> None:
    """Write the sentence vectors of the copies' titles: those of the originals, turned a little."""
    sentences = open_sentences()
    if sentences is None:
        return
    kept, rng = TitleVectors(cache_dir, sentences.name, DIMENSION), np.random.default_rng(0)
    titles = list(dict.fromkeys(row.item.title for row in found))
    known, vectors = kept.read([text_hash(readable_text(title)) for title in titles])
    title_of = {text_hash(readable_text(title)): title for title in titles}
    for copy in range(1, copies):
        copied = [text_hash(readable_text(copied_title(title_of[one], copy))) for one in known]
        kept.write(copied, turned(vectors.astype(np.float32), rng))


def fill(store: Store, found: Sequence[Row], encoded: Encoded, *, copies: int = 1) -> None:
    """Write the rows, ``copies`` times under other ids; a picture is a few bytes, no search reads it."""
    rng = np.random.default_rng(0)
    for copy in range(copies):
        for start in range(0, len(found), BATCH):
            _put(store, found[start : start + BATCH], encoded, copy, rng)
    store.set_meta(STYLE_SPACE, encoded.space)


def copied_title(title: str, copy: int) -> str:
    """A title of the catalogue, or that of a copy."""
    return f"{title} No. {copy}" if copy else title


def turned(vectors: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """(N, D) of unit norm, whose cosines with ``vectors`` are about .95."""
    noise = rng.normal(scale=0.33 / np.sqrt(vectors.shape[1]), size=vectors.shape)
    found = vectors + noise.astype(np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def _put(store: Store, batch: Sequence[Row], encoded: Encoded, copy: int, rng: np.random.Generator) -> None:
    ids = tuple(f"{row.item.item_id}-{copy}" if copy else row.item.item_id for row in batch)
    titles = [copied_title(row.item.title, copy) for row in batch]
    digests = tuple(hashlib.sha256(row.picture_id.encode()).hexdigest() for row in batch)
    images = [ItemImage(b"x", sha256, "image/jpeg", 1, 1) for sha256 in digests]
    named = zip(batch, ids, titles, strict=True)
    items = [replace(row.item, item_id=item_id, title=title) for row, item_id, title in named]
    store.put([Entry(item, image) for item, image in zip(items, images, strict=True)])
    vectors = np.stack([encoded.vectors[row.picture_id] for row in batch])
    store.put_vectors(encoded.space, VectorBatch(ids, digests, turned(vectors, rng) if copy else vectors))
    measured = (encoded.measured[row.picture_id] for row in batch)
    store.put_measured([Measured(*one) for one in zip(ids, digests, measured, strict=True)])
