"""Other views of each picture, kept beside it where a store is told to: what overexposed and compressed copies find.

A white garment on a white backdrop is nearly empty once it is overexposed, and strong compression wipes out the same
faint edges. No embedding of the whole picture alone is near both; so each view has a vector of its own, in a space of
its own, and an item is as similar to a photo as the most similar of its views.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

import numpy as np

from deepstyle.images.distort import Distortion, Rgb, brighten, compress
from deepstyle.store.base import Store

VIEWS: Final[Mapping[str, Distortion]] = {
    "brighter-25": partial(brighten, factor=1.25),
    "jpeg-40": partial(compress, quality=40),
}
"""What is kept beside the picture as it is. Each costs an encoding and a vector an item, and a search a query.

Their amounts are none that ``evaluate search`` asks with: an item is not to be found by its query's very twin.
"""
STYLE_VIEWS: Final = "style_views"
"""The store's meta key that says whether its items have views."""


WHOLE: Final = ""
"""The view that every item has: its picture as it is."""


def view_space(space: str, view: str) -> str:
    """The space of the vectors of ``view``, beside those of the pictures as they are, which is ``space`` itself."""
    return space if view == WHOLE else f"{space}-{view}"


def seen(view: str, rgb: Rgb) -> Rgb:
    """The ``view`` of a picture (H, W, 3) uint8."""
    return rgb if view == WHOLE else VIEWS[view](rgb, np.random.default_rng(0))


def keep_views(store: Store, keep: bool) -> None:
    """Have the next encoding make views, and every later one; or no more, and delete those that are there."""
    if not keep:
        for space in _view_spaces_there(store):
            store.drop_space(space)
    if keeps_views(store) != keep:
        store.set_meta(STYLE_VIEWS, "yes" if keep else "no")


def keeps_views(store: Store) -> bool:
    """Whether the items of ``store`` have views."""
    return store.meta(STYLE_VIEWS) == "yes"


def views_of(store: Store) -> tuple[str, ...]:
    """The views that ``store`` keeps of each picture; first as it is."""
    return (WHOLE, *VIEWS) if keeps_views(store) else (WHOLE,)


def search_spaces(store: Store, space: str) -> list[str]:
    """The spaces that answer for ``space``: itself, and those of the views that the store keeps."""
    return [view_space(space, view) for view in views_of(store)]


def _view_spaces_there(store: Store) -> list[str]:
    return [space for space in store.spaces() if space.endswith(tuple(f"-{view}" for view in VIEWS))]
