"""The store's space of compatibility vectors: its name, and how pictures are projected into it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.head import Head, packaged_heads, read_head_spec
from deepstyle.errors import FingerprintMismatchError, ImageError, ModelError
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import Store, VectorBatch
from deepstyle.store.url import without_password

COMPAT_SPACE: Final = "compat_space"
"""The store's meta key for the space whose suggestions are served."""

_SHARD: Final = 256

FeaturesOf = Callable[[ItemImage], NDArray[np.floating]]
"""A stored picture's backbone features (F,); may raise ``ImageError``."""


@dataclass(frozen=True, slots=True)
class ProjectReport:
    """The ``item_ids`` whose vectors were computed in this run, and those whose pictures could not be read."""

    item_ids: tuple[str, ...]
    failed: tuple[str, ...]


def space_name(head: Head, precision: str) -> str:
    """The space of this head for features computed in ``precision``; vectors of two precisions are never mixed."""
    return f"compat-{head.fingerprint}-{precision}"


def is_space_of(head: Head, space: str) -> bool:
    """Whether ``space`` holds vectors of this head, in any precision."""
    return space.startswith(f"compat-{head.fingerprint}-")


def is_packaged_space(space: str) -> bool:
    """Whether ``space`` holds vectors of a head that ships with the package, in any precision."""
    names = (f"compat-{read_head_spec(folder).fingerprint}-" for folder in packaged_heads())
    return space.startswith(tuple(names))


def serving_space(store: Store, head: Head, precision: str) -> str:
    """The space to search; raises ``FingerprintMismatchError`` if the store serves another head's suggestions."""
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
    """Compute the vectors that ``space`` lacks, shard by shard; each shard is durable before the next one starts.

    Where ``space`` serves, the suggestions of an item are removed before its new vector is written: a run that is
    killed between the two leaves a gap that the next ``update_mapping`` fills, never suggestions for the old picture.
    Where another space serves, its suggestions stay until ``update_mapping`` replaces all.
    """
    total, done = store.count(), store.spaces().get(space, 0)
    projected: list[str] = []
    failed: list[str] = []
    after = ""
    with ThreadPoolExecutor(workers) as pool:
        while page := store.missing_vectors(space, after=after, limit=_SHARD):
            after = page[-1][0]
            images = [(item_id, image) for item_id, _ in page if (image := store.image(item_id)) is not None]
            features = list(pool.map(lambda pair: _features_or_none(features_of, pair[1]), images))
            readable = [(*pair, row) for pair, row in zip(images, features, strict=True) if row is not None]
            failed += [pair[0] for pair, row in zip(images, features, strict=True) if row is None]
            if readable:
                ids, pictures, rows = zip(*readable, strict=True)
                write_vectors(store, space, head, ids, [image.sha256 for image in pictures], np.stack(rows))
                projected += ids
            if on_progress:
                on_progress(done + len(projected) + len(failed), total)
    return ProjectReport(tuple(projected), tuple(failed))


def write_vectors(
    store: Store,
    space: str,
    head: Head,
    item_ids: Sequence[str],
    image_sha256s: Sequence[str],
    features: NDArray[np.floating],
) -> None:
    """Project the features (N, F) of these items' pictures and write the vectors, without outdated suggestions."""
    if item_ids:
        if store.meta(COMPAT_SPACE) == space:
            store.put_compatible(dict.fromkeys(item_ids, ()))
        store.put_vectors(space, VectorBatch(tuple(item_ids), tuple(image_sha256s), head.project(features)))


def _features_or_none(features_of: FeaturesOf, image: ItemImage) -> NDArray[np.floating] | None:
    try:
        return features_of(image)
    except (ImageError, ModelError):
        return None
