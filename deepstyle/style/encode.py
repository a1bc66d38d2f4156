"""Encode a catalogue: every image without a current vector, shard by shard, each shard durable before the next.

Killed at any moment, a run loses the shard under way and no more; the next run goes on from there. Only an image whose
bytes changed is encoded again, because a vector is kept with its image's SHA-256. A new model fills a space of its own
while the old one serves; once the new space is complete, ``style_space`` turns to it in one write. Views, where the
store keeps any (``deepstyle.style.views``), come after that: a search does without them until they are there.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import ImageError, ModelError
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import Store, VectorBatch
from deepstyle.style.encoder import Encoded, Encoder
from deepstyle.style.views import WHOLE, search_spaces, seen, view_space, views_of

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
    """What one shard gave: vectors and backbone features (N, F) of the images that worked, and the failures."""

    vectors: VectorBatch
    features: NDArray[np.float32]
    failures: tuple[EncodeFailure, ...]


@dataclass(frozen=True, slots=True)
class EncodeReport:
    """What a run did in ``space``: images ``encoded`` now, ``skipped`` as already current, and failed.

    ``dropped`` vectors were made but not kept: their item or its image changed meanwhile; the next run sees to them.
    ``serving`` says whether the store's ``style_space`` is now this space. ``views`` were encoded besides.
    """

    space: str
    encoded: int
    skipped: int
    dropped: int
    failures: tuple[EncodeFailure, ...]
    serving: bool
    views: int = 0


def encode_store(
    store: Store,
    encoder: Encoder,
    *,
    shard_size: int = 256,
    workers: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
    on_shard: Callable[[EncodedShard], None] | None = None,
) -> EncodeReport:
    """Encode what has no current vector in the encoder's space, then let that space serve; then encode the views.

    ``on_progress(done, total)`` is called after every shard, ``on_shard`` with what it gave, once that is durable, but
    not with views. Raises ``StoreError``; a failing image is only reported.
    """
    space, tally = encoder.fingerprint, Tally(store, encoder.fingerprint)
    for view in views_of(store):
        for item_ids in missing_shards(store, view_space(space, view), shard_size):
            shard = encode_shard(encoder, read_shard(store, item_ids), workers=workers, view=view)
            kept = put_shard(store, view_space(space, view), shard)
            tally.add(view, len(shard.vectors.item_ids), kept, shard.failures)
            if on_shard and view == WHOLE:
                on_shard(shard)
            if on_progress:
                on_progress(tally.done, tally.total)
        serving = let_serve(store, space)  # without waiting for the views, which come after
    return tally.report(serving)


class Tally:
    """What a run has done in ``space``: ``done`` of ``total`` images, views and failures included."""

    def __init__(self, store: Store, space: str) -> None:
        self.space = space
        self.skipped = store.spaces().get(space, 0)
        self.done, self.total = current_vectors(store, space)
        self._made = self._kept = self._views = 0
        self._failures: list[EncodeFailure] = []

    def add(self, view: str, made: int, kept: int, failures: Sequence[EncodeFailure]) -> None:
        """Count a shard of ``view``; what fails as a view has failed, and was told, as the picture it is."""
        self.done += made + len(failures)
        if view == WHOLE:
            self._made += made
            self._kept += kept
            self._failures += failures
        else:
            self._views += kept

    def report(self, serving: bool) -> EncodeReport:
        """The run as it ended."""
        dropped, failures = self._made - self._kept, tuple(self._failures)
        return EncodeReport(self.space, self._kept, self.skipped, dropped, failures, serving, self._views)


def current_vectors(store: Store, space: str) -> tuple[int, int]:
    """How many vectors ``space`` and its views have, and how many there will be once every item has an image."""
    there, spaces = store.spaces(), search_spaces(store, space)
    return sum(there.get(one, 0) for one in spaces), store.count() * len(spaces)


def put_shard(store: Store, space: str, shard: EncodedShard) -> int:
    """Make a shard's vectors durable; return how many were kept."""
    return store.put_vectors(space, shard.vectors) if shard.vectors.item_ids else 0


def encode_shard(
    encoder: Encoder, shard: Sequence[tuple[str, ItemImage]], *, workers: int = 0, view: str = WHOLE
) -> EncodedShard:
    """Encode a view of ``(item_id, image)`` pairs; reads and writes no store: any machine with the model can run it.

    ``workers`` threads each decode, resize and encode one image at a time (0: two a stream, so that one decodes while
    the other's picture is in the model).
    """
    with ThreadPoolExecutor(workers or 2 * encoder.streams) as pool:
        results = list(pool.map(partial(_encode_one, encoder, view), shard))
    encoded = [result for result in results if not isinstance(result, EncodeFailure)]
    made = [pair for pair, result in zip(shard, results, strict=True) if not isinstance(result, EncodeFailure)]
    batch = VectorBatch(
        tuple(item_id for item_id, _ in made),
        tuple(image.sha256 for _, image in made),
        _stacked([one.embeddings for one in encoded], encoder.spec.embedding_dim),
    )
    features = _stacked([one.features for one in encoded], encoder.spec.features_dim)
    return EncodedShard(batch, features, tuple(result for result in results if isinstance(result, EncodeFailure)))


def drop_other_spaces(store: Store, space: str, *, keep: Sequence[str] = ()) -> int:
    """Delete the vectors of every space but ``space``, its views' and those to ``keep``; return how many there were."""
    kept = {*search_spaces(store, space), *keep}
    return sum(store.drop_space(other) for other in store.spaces() if other not in kept)


def _stacked(rows: Sequence[NDArray[np.float32]], width: int) -> NDArray[np.float32]:
    return np.concatenate(rows) if rows else np.empty((0, width), np.float32)


def _encode_one(encoder: Encoder, view: str, pair: tuple[str, ItemImage]) -> Encoded | EncodeFailure:
    item_id, image = pair
    try:
        return encoder.encode([seen(view, encoder.decode(image.data))])
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
