"""A photo that is a copy of an item's own picture is searched for as that picture: by the vector that is stored of it.

No style vector separates near-identical pictures, such as white garments on white backdrops, once a copy was scaled
down and compressed. Their prints differ (``deepstyle.images.picture_print``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from deepstyle.images.picture_print import same_picture
from deepstyle.search.query import Vector
from deepstyle.store.base import Hit, Store

AMONG: Final = 100
"""So many of the items nearest to a photo are compared with it."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnPicture:
    """The item whose first picture a photo is a copy of, and the ``vector`` (D,) to search with in its place."""

    item_id: str
    vector: Vector


def find_own_picture(store: Store, space: str, picture_print: str, hits: Sequence[Hit]) -> OwnPicture | None:
    """The item among the ``hits`` of a photo, closest first, that has its picture; reads one vector if there is one."""
    items = store.get([hit.item_id for hit in hits[:AMONG]])
    nearest = [items[hit.item_id] for hit in hits[:AMONG] if hit.item_id in items]
    at = same_picture(picture_print, [item.picture_print for item in nearest])
    batch = None if at is None else store.vectors(space, [nearest[at].item_id])
    return OwnPicture(batch.item_ids[0], batch.vectors[0]) if batch and batch.item_ids else None
