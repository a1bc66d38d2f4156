"""Augmented views: brighter and compressed versions of each picture, encoded beside the original where a store asks.

A white garment on a white backdrop almost disappears when it is overexposed, and strong compression removes the same
faint edges. One embedding of the original is close to neither, so each augmented view has its own vector in its own
space, and the similarity of an item to a photo is that of its closest view.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

import numpy as np

from deepstyle.images.distort import Distortion, Rgb, brighten, compress
from deepstyle.store.base import Store
from deepstyle.store.pictures import first_space

AUGMENTED_VIEWS: Final[Mapping[str, Distortion]] = {
    "brighter-25": partial(brighten, factor=1.25),
    "jpeg-40": partial(compress, quality=40),
}
"""What is encoded beside the original. Each costs one encoding and one vector per item, and one search per query.

``evaluate search`` never uses these amounts: a query must not be a copy of an augmented view.
"""
AUGMENTED_VIEWS_META: Final = "style_views"
"""The store's meta key that says whether its items have augmented views."""

ORIGINAL: Final = ""
"""The view that every item has: its picture unchanged."""


def view_space(space: str, view: str) -> str:
    """The space of the vectors of ``view``; the originals' vectors are in ``space`` itself."""
    return space if view == ORIGINAL else f"{space}-{view}"


def render_view(view: str, rgb: Rgb) -> Rgb:
    """The ``view`` of a picture (H, W, 3) uint8."""
    return rgb if view == ORIGINAL else AUGMENTED_VIEWS[view](rgb, np.random.default_rng(0))


def keep_augmented_views(store: Store, keep: bool) -> None:
    """Make every later encoding add augmented views; ``False`` turns this off and deletes their vectors."""
    if not keep:
        for space in _augmented_spaces(store):
            store.drop_space(space)
    if keeps_augmented_views(store) != keep:
        store.set_meta(AUGMENTED_VIEWS_META, "yes" if keep else "no")


def keeps_augmented_views(store: Store) -> bool:
    """Whether the items of ``store`` have augmented views."""
    return store.meta(AUGMENTED_VIEWS_META) == "yes"


def stored_views(store: Store) -> tuple[str, ...]:
    """The views of each picture that ``store`` keeps, the original first."""
    return (ORIGINAL, *AUGMENTED_VIEWS) if keeps_augmented_views(store) else (ORIGINAL,)


def search_spaces(store: Store, space: str) -> list[str]:
    """The spaces to search for ``space``: itself, and those of the augmented views that the store keeps."""
    return [view_space(space, view) for view in stored_views(store)]


def _augmented_spaces(store: Store) -> list[str]:
    names = tuple(f"-{view}" for view in AUGMENTED_VIEWS)
    return [space for space in store.spaces() if first_space(space).endswith(names)]
