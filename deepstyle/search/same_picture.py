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
from deepstyle.store.pictures import picture_space
from deepstyle.style.search import Match

AMONG: Final = 100
"""So many of the items nearest to a photo are compared with it."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnPicture:
    """The item of whose pictures a photo copies one, and the ``vector`` (D,) of that to search with in its place."""

    item_id: str
    vector: Vector


def find_own_picture(store: Store, space: str, picture_print: str, matches: Sequence[Match]) -> OwnPicture | None:
    """The item among the ``matches`` of a photo that has the photo's picture; reads one vector where there is one."""
    nearest = sorted(matches, key=lambda match: -match.similarity)[:AMONG]
    known = [
        (match.item.item_id, position, text)
        for match in nearest
        for position, text in enumerate(match.item.picture_print.split(","))
    ]
    at = same_picture(picture_print, [text for _, _, text in known])
    if at is None:
        return None
    item_id, position, _ = known[at]
    batch = store.vectors(picture_space(space, position), [item_id])
    return OwnPicture(item_id, batch.vectors[0]) if batch.item_ids else None
