"""Encode a catalogue: every image without a current vector, shard by shard, each shard durable before the next.

Killed at any moment, a run loses the shard under way and no more; the next run goes on from there. Only an image whose
bytes changed is encoded again, because a vector is kept with its image's SHA-256. A new model fills a space of its own
while the old one serves; once the new space is complete, ``style_space`` turns to it in one write.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import ItemImage
from deepstyle.errors import ImageError, ModelError
from deepstyle.store.base import Store, VectorBatch
from deepstyle.style.encoder import Encoder

STYLE_SPACE: Final = "style_space"
"""The store's meta key that names the space that serves."""


@dataclass(frozen=True, slots=True)
class EncodeFailure:
    """An image that could not be encoded; ``code`` is the error's class, the rest what it said."""

    item_id: str
    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class EncodedShard:
    """What one shard gave: the vectors of the images that worked, and the failures."""

    vectors: VectorBatch
    failures: tuple[EncodeFailure, ...]


@dataclass(frozen=True, slots=True)
class EncodeReport:
    """What a run did in ``space``: images ``encoded`` now, ``skipped`` as already current, and failed.

    ``dropped`` vectors were made but not kept: their item or its image changed meanwhile; the next run sees to them.
    ``serving`` says whether the store's ``style_space`` is now this space.
    """

    space: str
    encoded: int
    skipped: int
    dropped: int
    failures: tuple[EncodeFailure, ...]
    serving: bool


def encode_store(
    store: Store,
    encoder: Encoder,
    *,
    shard_size: int = 256,
    workers: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> EncodeReport:
    """Encode what has no current vector in the encoder's space, then let that space serve.

    ``on_progress(done, total)`` is called after every shard. Raises ``StoreError``; a failing image is only reported.
    """
    space = encoder.fingerprint
    skipped, total = store.spaces().get(space, 0), store.count()
    made, kept = 0, 0
    failures: list[EncodeFailure] = []
    for item_ids in missing_shards(store, space, shard_size):
        done = encode_shard(encoder, read_shard(store, item_ids), workers=workers)
        kept += store.put_vectors(space, done.vectors) if done.vectors.item_ids else 0
        made += len(done.vectors.item_ids)
        failures += done.failures
        if on_progress:
            on_progress(skipped + made + len(failures), total)
    serving = let_serve(store, space)
    return EncodeReport(space, kept, skipped, made - kept, tuple(failures), serving)


def encode_shard(encoder: Encoder, shard: Sequence[tuple[str, ItemImage]], *, workers: int = 0) -> EncodedShard:
    """Encode ``(item_id, image)`` pairs; reads and writes no store, so any machine with the model can run it.

    ``workers`` threads each decode, resize and encode one image at a time (0: two a stream, so that one decodes while
    the other's picture is in the model).
    """
    with ThreadPoolExecutor(workers or 2 * encoder.streams) as pool:
        results = list(pool.map(partial(_encode_one, encoder), shard))
    vectors = [result for result in results if not isinstance(result, EncodeFailure)]
    made = [pair for pair, result in zip(shard, results, strict=True) if not isinstance(result, EncodeFailure)]
    batch = VectorBatch(
        tuple(item_id for item_id, _ in made),
        tuple(image.sha256 for _, image in made),
        np.stack(vectors) if vectors else np.empty((0, encoder.spec.embedding_dim), np.float32),
    )
    return EncodedShard(batch, tuple(result for result in results if isinstance(result, EncodeFailure)))


def drop_other_spaces(store: Store, space: str) -> int:
    """Delete the vectors of every space but ``space``; return how many there were."""
    return sum(store.drop_space(other) for other in store.spaces() if other != space)


def _encode_one(encoder: Encoder, pair: tuple[str, ItemImage]) -> NDArray[np.float32] | EncodeFailure:
    item_id, image = pair
    try:
        embedding: NDArray[np.float32] = encoder.encode([encoder.decode(image.data)]).embeddings[0]
        return embedding
    except (ImageError, ModelError) as error:
        return EncodeFailure(item_id, type(error).__name__, error.message, error.remedy)


def missing_shards(store: Store, space: str, shard_size: int) -> Iterator[list[str]]:
    """The ids of items without a current vector, ``shard_size`` at a time, ascending."""
    after = ""
    while page := store.missing_vectors(space, after=after, limit=shard_size):
        yield [item_id for item_id, _ in page]
        after = page[-1][0]


def read_shard(store: Store, item_ids: Sequence[str]) -> list[tuple[str, ItemImage]]:
    """The items of a shard that still have an image, with it."""
    images = ((item_id, store.image(item_id)) for item_id in item_ids)
    return [(item_id, image) for item_id, image in images if image is not None]


def let_serve(store: Store, space: str) -> bool:
    """Turn ``style_space`` to ``space``, unless nothing in it would leave the shop without a search."""
    if store.meta(STYLE_SPACE) != space and store.spaces().get(space, 0):
        store.set_meta(STYLE_SPACE, space)
    return store.meta(STYLE_SPACE) == space
