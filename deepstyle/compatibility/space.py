"""The store's space of compatibility vectors: its name, and how an item's picture gets its vector there."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.head import Head
from deepstyle.errors import FingerprintMismatchError, ImageError, ModelError
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import Store, VectorBatch
from deepstyle.store.url import without_password

COMPAT_SPACE: Final = "compat_space"
"""The store's meta key that names the space whose mapping serves."""

_SHARD: Final = 256

FeaturesOf = Callable[[ItemImage], NDArray[np.floating]]
"""A stored picture's backbone features (F,); may raise ``ImageError``."""


@dataclass(frozen=True, slots=True)
class ProjectReport:
    """``item_ids`` whose vectors were made now, and those whose pictures could not be read."""

    item_ids: tuple[str, ...]
    failed: tuple[str, ...]


def space_name(head: Head, precision: str) -> str:
    """The space of this head over features computed in ``precision``; vectors of two precisions never meet."""
    return f"compat-{head.fingerprint}-{precision}"


def is_space_of(head: Head, space: str) -> bool:
    """Whether ``space`` holds vectors of this head, in whatever precision."""
    return space.startswith(f"compat-{head.fingerprint}-")


def serving_space(store: Store, head: Head, precision: str) -> str:
    """The space to search; raises ``FingerprintMismatchError`` where the store was not mapped with this head."""
    space, serving = space_name(head, precision), store.meta(COMPAT_SPACE)
    if serving != space:
        found = f"serves suggestions of {serving}" if serving else "has no compatibility vectors yet"
        raise FingerprintMismatchError(
            f"{without_password(store.url)} {found}; this head is {space}.", remedy="Run `deepstyle suggest`."
        )
    return space


def project_store(
    store: Store,
    space: str,
    head: Head,
    features_of: FeaturesOf,
    *,
    workers: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
) -> ProjectReport:
    """Give every picture without a current vector in ``space`` one, shard by shard, each durable before the next.

    An item that gets a new vector loses its suggestions first, so that a run killed between the two leaves a gap that
    the next ``update_mapping`` fills, never suggestions for the old picture.
    """
    total, done = store.count(), store.spaces().get(space, 0)
    made: list[str] = []
    failed: list[str] = []
    after = ""
    with ThreadPoolExecutor(workers) as pool:
        while page := store.missing_vectors(space, after=after, limit=_SHARD):
            after = page[-1][0]
            images = [(item_id, image) for item_id, _ in page if (image := store.image(item_id)) is not None]
            told = list(pool.map(lambda pair: _or_none(features_of, pair[1]), images))
            good = [(*pair, row) for pair, row in zip(images, told, strict=True) if row is not None]
            failed += [pair[0] for pair, row in zip(images, told, strict=True) if row is None]
            if good:
                ids, pictures, rows = zip(*good, strict=True)
                write_vectors(store, space, head, ids, [image.sha256 for image in pictures], np.stack(rows))
                made += ids
            if on_progress:
                on_progress(done + len(made) + len(failed), total)
    return ProjectReport(tuple(made), tuple(failed))


def write_vectors(
    store: Store,
    space: str,
    head: Head,
    item_ids: Sequence[str],
    image_sha256s: Sequence[str],
    features: NDArray[np.floating],
) -> None:
    """Project features (N, F) of these items' pictures and write them; their suggestions, now void, go first."""
    if item_ids:
        store.put_compatible(dict.fromkeys(item_ids, ()))
        store.put_vectors(space, VectorBatch(tuple(item_ids), tuple(image_sha256s), head.project(features)))


def _or_none(features_of: FeaturesOf, image: ItemImage) -> NDArray[np.floating] | None:
    try:
        return features_of(image)
    except (ImageError, ModelError):
        return None
