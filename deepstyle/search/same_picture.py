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
from deepstyle.store.pictures import picture_space

AMONG: Final = 100
"""So many of the items nearest to a photo are compared with it."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnPicture:
    """The item of whose pictures a photo copies one, and the ``vector`` (D,) of that to search with in its place."""

    item_id: str
    vector: Vector


def find_own_picture(store: Store, space: str, picture_print: str, hits: Sequence[Hit]) -> OwnPicture | None:
    """The item among the ``hits`` of a photo, closest first, that has its picture; reads one vector if there is one."""
    items = store.get([hit.item_id for hit in hits[:AMONG]])
    known = [
        (hit.item_id, position, text)
        for hit in hits[:AMONG]
        if hit.item_id in items
        for position, text in enumerate(items[hit.item_id].picture_print.split(","))
    ]
    at = same_picture(picture_print, [text for _, _, text in known])
    if at is None:
        return None
    item_id, position, _ = known[at]
    batch = store.vectors(picture_space(space, position), [item_id])
    return OwnPicture(item_id, batch.vectors[0]) if batch.item_ids else None
