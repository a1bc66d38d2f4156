"""Encode a catalogue: every image without a current vector, shard by shard, each shard durable before the next.

A run that is killed loses at most the current shard, and the next run continues from there. A vector is stored with
the SHA-256 of its image, so only images whose bytes changed are encoded again. A new model fills a space of its own
while the old one serves; once the new space is complete, one write switches ``style_space`` to it. Further pictures
and, where the store keeps them, augmented views (``deepstyle.style.parts``) are a part of that; only the first model of
a store serves before they are complete.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import ImageError, ModelError
from deepstyle.images.item_image import ItemImage
from deepstyle.images.picture_print import picture_print
from deepstyle.store.base import Measured, Store, VectorBatch
from deepstyle.store.embedded_search import PreparesSearch
from deepstyle.store.pictures import picture_position
from deepstyle.style.augmented_views import ORIGINAL, render_view
from deepstyle.style.encoder import Encoded, Encoder
from deepstyle.style.item_colours import measured_picture, measured_prints
from deepstyle.style.parts import FIRST, Part, growing_parts, stored_parts

STYLE_SPACE: Final = "style_space"
"""The store's meta key that names the space being served."""


@dataclass(frozen=True, slots=True)
class EncodeFailure:
    """An image that could not be encoded: the error's class as ``code``, its message and its remedy.

    ``picture`` is its position among the item's.
    """

    item_id: str
    code: str
    message: str
    remedy: str
    picture: int = 0


@dataclass(frozen=True, slots=True)
class EncodedShard:
    """The result of one shard: vectors and backbone features (N, F) of the encoded images, and the failures.

    ``measured`` are the dominant colours and prints of the same images, none but for the items' first ones; ``prints``
    are those of further ones, by item.
    """

    vectors: VectorBatch
    features: NDArray[np.float32]
    failures: tuple[EncodeFailure, ...]
    measured: tuple[Measured, ...] = ()
    prints: Mapping[str, str] = field(default_factory=dict)


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
    """Encode the images that have no current vector, then the augmented views, and serve their space.

    A store that serves nothing yet serves the first images at once, and need not wait for the others. Where another
    space serves, this one takes its place at the end, or not at all unless ``take_over``. ``on_progress(done, total)``
    is called after every shard; ``on_shard`` with every shard of first images, once it is durable. Raises
    ``StoreError``; an image that cannot be encoded is only reported.
    """
    space, tally = encoder.fingerprint, Tally(store, encoder.fingerprint)
    for part in growing_parts(store):
        for item_ids in missing_shards(store, part.space(space), shard_size):
            shard = encode_shard(encoder, read_shard(store, item_ids, part), workers=workers, part=part)
            stored = put_shard(store, part.space(space), shard)
            tally.add(part, len(shard.vectors.item_ids), stored, shard.failures)
            if on_shard and part == FIRST:
                on_shard(shard)
            if on_progress:
                on_progress(tally.done, tally.total)
        let_serve(store, space, take_over=False)
    return tally.report(finish(store, space, take_over=take_over))


class Tally:
    """Counts a run in ``space``: ``done`` of ``total`` images, augmented views and failures included."""

    def __init__(self, store: Store, space: str) -> None:
        self.space = space
        counts = store.spaces()
        self.skipped = sum(counts.get(part.space(space), 0) for part in stored_parts(store, views=False))
        self.done, self.total = current_vectors(store, space)
        self._encoded = self._stored = self._augmented_views = 0
        self._failures: list[EncodeFailure] = []

    def add(self, part: Part, encoded: int, stored: int, failures: Sequence[EncodeFailure]) -> None:
        """Count a shard of ``part``; an augmented view that fails was already reported as a failed image."""
        self.done += encoded + len(failures)
        if part.view == ORIGINAL:
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
    """How many vectors ``space`` and the spaces beside it have, and how many they need for every image."""
    counts, parts = store.spaces(), stored_parts(store)
    views = sum(part.position == 0 for part in parts)
    total = (store.count() + store.count_more_images()) * views
    return sum(counts.get(part.space(space), 0) for part in parts), total


def put_shard(store: Store, space: str, shard: EncodedShard) -> int:
    """Write a shard's vectors, colours and prints durably; return how many vectors were stored."""
    measured = shard.measured or measured_prints(store, picture_position(space), shard.prints)
    if measured:
        store.put_measured(measured)
    return store.put_vectors(space, shard.vectors) if shard.vectors.item_ids else 0


def encode_shard(
    encoder: Encoder, shard: Sequence[tuple[str, ItemImage]], *, workers: int = 0, part: Part = FIRST
) -> EncodedShard:
    """Encode a part's ``(item_id, image)`` pairs; accesses no store, so any machine with the model can run it.

    Each of ``workers`` threads decodes, resizes and encodes one image at a time (0: two per stream, so that one decodes
    while the other waits for the model).
    """
    with ThreadPoolExecutor(workers or 2 * encoder.streams) as pool:
        results = list(pool.map(partial(_encode_one, encoder, part), shard))
    successes = [result for result in results if not isinstance(result, EncodeFailure)]
    encoded, measured = [one for one, _, _ in successes], [one for _, one, _ in successes if one]
    pairs = [pair for pair, result in zip(shard, results, strict=True) if not isinstance(result, EncodeFailure)]
    batch = VectorBatch(
        tuple(item_id for item_id, _ in pairs),
        tuple(image.sha256 for _, image in pairs),
        _stacked([result.embeddings for result in encoded], encoder.spec.embedding_dim),
    )
    features = _stacked([result.features for result in encoded], encoder.spec.features_dim)
    failures = tuple(result for result in results if isinstance(result, EncodeFailure))
    is_further = part.view == ORIGINAL and part.position > 0
    prints = {item_id: one for item_id, (_, _, one) in zip(batch.item_ids, successes, strict=True) if is_further}
    return EncodedShard(batch, features, failures, tuple(measured), prints)


def drop_other_spaces(store: Store, space: str, *, keep: Sequence[str] = ()) -> int:
    """Delete the vectors of all spaces except ``space``, its parts' and ``keep``; return how many were deleted."""
    needed = {*(part.space(space) for part in stored_parts(store)), *keep}
    return sum(store.drop_space(other) for other in store.spaces() if other not in needed)


def _stacked(rows: Sequence[NDArray[np.float32]], width: int) -> NDArray[np.float32]:
    return np.concatenate(rows) if rows else np.empty((0, width), np.float32)


def _encode_one(
    encoder: Encoder, part: Part, pair: tuple[str, ItemImage]
) -> tuple[Encoded, Measured | None, str] | EncodeFailure:
    """The vectors, what is measured of a first picture, and the print, ``""`` of an augmented view."""
    item_id, image = pair
    try:
        prepared = encoder.prepare(render_view(part.view, encoder.decode(image.data)))
        encoded = encoder.encode_prepared(prepared[None])
        print_ = picture_print(prepared) if part.view == ORIGINAL else ""
        return encoded, measured_picture(item_id, image, prepared, print_) if part == FIRST else None, print_
    except (ImageError, ModelError) as error:
        return EncodeFailure(item_id, type(error).__name__, error.message, error.remedy, part.position)


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


def read_shard(store: Store, item_ids: Sequence[str], part: Part = FIRST) -> list[tuple[str, ItemImage]]:
    """The items of a shard that still have an image there, each with that image."""
    images = ((item_id, store.image(item_id, part.position)) for item_id in item_ids)
    return [(item_id, image) for item_id, image in images if image is not None]


def finish(store: Store, space: str, *, take_over: bool) -> bool:
    """End a run: write what searches of ``space`` and those beside it read, then ``let_serve``."""
    if isinstance(store, PreparesSearch):
        for part in stored_parts(store):
            store.prepare_search(part.space(space))
    return let_serve(store, space, take_over=take_over)


def let_serve(store: Store, space: str, *, take_over: bool = True) -> bool:
    """Serve ``space``, unless it is empty, or another is served and not to be taken over; return whether it serves."""
    may_serve = take_over or store.meta(STYLE_SPACE) is None
    if may_serve and store.meta(STYLE_SPACE) != space and store.spaces().get(space, 0):
        store.set_meta(STYLE_SPACE, space)
    return store.meta(STYLE_SPACE) == space
