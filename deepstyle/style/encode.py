"""Encode a catalogue: every image without a current vector, shard by shard, each shard durable before the next.

A run that is killed loses at most the current shard, and the next run continues from there. A vector is stored with
the SHA-256 of its image, so only images whose bytes changed are encoded again. A new model fills a space of its own
while the old one serves; once the new space is complete, one write switches ``style_space`` to it. Augmented views
(``deepstyle.style.augmented_views``), where the store keeps them, are a part of that; only the first model of a store
serves before they are complete.
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
from deepstyle.store.base import Measured, Store, VectorBatch
from deepstyle.style.augmented_views import ORIGINAL, render_view, search_spaces, stored_views, view_space
from deepstyle.style.encoder import Encoded, Encoder
from deepstyle.style.item_colours import measured_colours

STYLE_SPACE: Final = "style_space"
"""The store's meta key that names the space being served."""


@dataclass(frozen=True, slots=True)
class EncodeFailure:
    """An image that could not be encoded: the error's class as ``code``, its message and its remedy."""

    item_id: str
    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class EncodedShard:
    """The result of one shard: vectors and backbone features (N, F) of the encoded images, and the failures.

    ``colours`` are the dominant colours of the same images, none for an augmented view.
    """

    vectors: VectorBatch
    features: NDArray[np.float32]
    failures: tuple[EncodeFailure, ...]
    colours: tuple[Measured, ...] = ()


@dataclass(frozen=True, slots=True)
class EncodeReport:
    """The result of a run in ``space``: images ``encoded`` now, ``skipped`` because they were current, and failed.

    ``dropped`` vectors were not stored because the item or its image changed meanwhile; the next run encodes them.
    ``serving`` is whether the store's ``style_space`` is now this space. ``augmented_views`` were encoded in addition.
    """

    space: str
    encoded: int
    skipped: int
    dropped: int
    failures: tuple[EncodeFailure, ...]
    serving: bool
    augmented_views: int = 0


def encode_store(
    store: Store,
    encoder: Encoder,
    *,
    shard_size: int = 256,
    workers: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
    on_shard: Callable[[EncodedShard], None] | None = None,
    take_over: bool = True,
) -> EncodeReport:
    """Encode the originals that have no current vector, then the augmented views, and serve their space.

    A store that serves nothing yet serves the originals at once, and need not wait for the views. Where another space
    serves, this one takes its place at the end, or not at all unless ``take_over``. ``on_progress(done, total)`` is
    called after every shard; ``on_shard`` with every shard of originals, once it is durable. Raises ``StoreError``; an
    image that cannot be encoded is only reported.
    """
    space, tally = encoder.fingerprint, Tally(store, encoder.fingerprint)
    for view in stored_views(store):
        for item_ids in missing_shards(store, view_space(space, view), shard_size):
            shard = encode_shard(encoder, read_shard(store, item_ids), workers=workers, view=view)
            stored = put_shard(store, view_space(space, view), shard)
            tally.add(view, len(shard.vectors.item_ids), stored, shard.failures)
            if on_shard and view == ORIGINAL:
                on_shard(shard)
            if on_progress:
                on_progress(tally.done, tally.total)
        serving = let_serve(store, space, take_over=take_over and view == stored_views(store)[-1])
    return tally.report(serving)


class Tally:
    """Counts a run in ``space``: ``done`` of ``total`` images, augmented views and failures included."""

    def __init__(self, store: Store, space: str) -> None:
        self.space = space
        self.skipped = store.spaces().get(space, 0)
        self.done, self.total = current_vectors(store, space)
        self._encoded = self._stored = self._augmented_views = 0
        self._failures: list[EncodeFailure] = []

    def add(self, view: str, encoded: int, stored: int, failures: Sequence[EncodeFailure]) -> None:
        """Count a shard of ``view``; an augmented view that fails was already reported as a failed original."""
        self.done += encoded + len(failures)
        if view == ORIGINAL:
            self._encoded += encoded
            self._stored += stored
            self._failures += failures
        else:
            self._augmented_views += stored

    def report(self, serving: bool) -> EncodeReport:
        """The report of the finished run."""
        return EncodeReport(
            space=self.space,
            encoded=self._stored,
            skipped=self.skipped,
            dropped=self._encoded - self._stored,
            failures=tuple(self._failures),
            serving=serving,
            augmented_views=self._augmented_views,
        )


def current_vectors(store: Store, space: str) -> tuple[int, int]:
    """How many vectors ``space`` and its views have, and how many they need for every item."""
    counts, spaces = store.spaces(), search_spaces(store, space)
    return sum(counts.get(name, 0) for name in spaces), store.count() * len(spaces)


def put_shard(store: Store, space: str, shard: EncodedShard) -> int:
    """Write a shard's vectors and colours durably; return how many vectors were stored."""
    if shard.colours:
        store.put_measured(shard.colours)
    return store.put_vectors(space, shard.vectors) if shard.vectors.item_ids else 0


def encode_shard(
    encoder: Encoder, shard: Sequence[tuple[str, ItemImage]], *, workers: int = 0, view: str = ORIGINAL
) -> EncodedShard:
    """Encode a view of ``(item_id, image)`` pairs; accesses no store, so any machine with the model can run it.

    Each of ``workers`` threads decodes, resizes and encodes one image at a time (0: two per stream, so that one decodes
    while the other waits for the model).
    """
    with ThreadPoolExecutor(workers or 2 * encoder.streams) as pool:
        results = list(pool.map(partial(_encode_one, encoder, view), shard))
    successes = [result for result in results if not isinstance(result, EncodeFailure)]
    encoded, colours = [one for one, _ in successes], [one for _, one in successes if one]
    pairs = [pair for pair, result in zip(shard, results, strict=True) if not isinstance(result, EncodeFailure)]
    batch = VectorBatch(
        tuple(item_id for item_id, _ in pairs),
        tuple(image.sha256 for _, image in pairs),
        _stacked([result.embeddings for result in encoded], encoder.spec.embedding_dim),
    )
    features = _stacked([result.features for result in encoded], encoder.spec.features_dim)
    failures = tuple(result for result in results if isinstance(result, EncodeFailure))
    return EncodedShard(batch, features, failures, tuple(colours))


def drop_other_spaces(store: Store, space: str, *, keep: Sequence[str] = ()) -> int:
    """Delete the vectors of all spaces except ``space``, its views and ``keep``; return how many were deleted."""
    needed = {*search_spaces(store, space), *keep}
    return sum(store.drop_space(other) for other in store.spaces() if other not in needed)


def _stacked(rows: Sequence[NDArray[np.float32]], width: int) -> NDArray[np.float32]:
    return np.concatenate(rows) if rows else np.empty((0, width), np.float32)


def _encode_one(
    encoder: Encoder, view: str, pair: tuple[str, ItemImage]
) -> tuple[Encoded, Measured | None] | EncodeFailure:
    item_id, image = pair
    try:
        prepared = encoder.prepare(render_view(view, encoder.decode(image.data)))
        colours = measured_colours(item_id, image, prepared) if view == ORIGINAL else None
        return encoder.encode_prepared(prepared[None]), colours
    except (ImageError, ModelError) as error:
        return EncodeFailure(item_id, type(error).__name__, error.message, error.remedy)


def missing_shards(store: Store, space: str, shard_size: int) -> Iterator[list[str]]:
    """The ids of the items without a current vector, ``shard_size`` at a time, each once.

    They ascend; then follow those that were imported meanwhile: a run may take hours, and what it leaves out is not
    found once its space serves.
    """
    seen: set[str] = set()
    while True:
        after, before = "", len(seen)
        while page := store.missing_vectors(space, after=after, limit=shard_size):
            after = page[-1][0]
            if fresh := [item_id for item_id, _ in page if item_id not in seen]:
                seen.update(fresh)
                yield fresh
        if len(seen) == before:
            return


def read_shard(store: Store, item_ids: Sequence[str]) -> list[tuple[str, ItemImage]]:
    """The items of a shard that still have an image, each with its image."""
    images = ((item_id, store.image(item_id)) for item_id in item_ids)
    return [(item_id, image) for item_id, image in images if image is not None]


def let_serve(store: Store, space: str, *, take_over: bool = True) -> bool:
    """Serve ``space``, unless it is empty, or another is served and not to be taken over; return whether it serves."""
    may_serve = take_over or store.meta(STYLE_SPACE) is None
    if may_serve and store.meta(STYLE_SPACE) != space and store.spaces().get(space, 0):
        store.set_meta(STYLE_SPACE, space)
    return store.meta(STYLE_SPACE) == space
