"""A photo that is a copy of an item's own picture is searched for as that picture: by the vector that is stored of it.

No style vector separates near-identical pictures, such as white garments on white backdrops, once a copy was scaled
down and compressed. Their prints differ (``deepstyle.images.picture_print``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from deepstyle.images.picture_print import same_picture
from deepstyle.search.query import Vector
from deepstyle.store.base import Store
from deepstyle.style.search import Match

AMONG: Final = 100
"""So many of the items nearest to a photo are compared with it."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnPicture:
    """The item whose first picture a photo is a copy of, and the ``vector`` (D,) to search with in its place."""

    item_id: str
    vector: Vector


def find_own_picture(store: Store, space: str, picture_print: str, matches: Sequence[Match]) -> OwnPicture | None:
    """The item among the ``matches`` of a photo that has the photo's picture; reads one vector where there is one."""
    nearest = sorted(matches, key=lambda match: -match.similarity)[:AMONG]
    at = same_picture(picture_print, [match.item.picture_print for match in nearest])
    batch = None if at is None else store.vectors(space, [nearest[at].item.item_id])
    return OwnPicture(batch.item_ids[0], batch.vectors[0]) if batch and batch.item_ids else None
