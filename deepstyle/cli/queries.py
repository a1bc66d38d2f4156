"""What a person asks with on the command line: an item's id, or the path of a photo."""

import os
from collections.abc import Sequence
from pathlib import Path

from deepstyle.compatibility.stylist import Piece
from deepstyle.errors import UnknownItemError
from deepstyle.report.answers import item_tile, photo_tile, product_name
from deepstyle.report.sheet import Tile
from deepstyle.shop import Shop

Query = str | Path


def queries(shop: Shop, names: Sequence[str]) -> list[Query]:
    """Each of ``names`` as an item's id, or else as the path of a photo; raises ``UnknownItemError``."""
    known = shop.store.get(names)
    return [name if name in known else _photo(name) for name in names]


def query_name(query: Query, piece: Piece) -> str:
    """What to call it in a table."""
    return query.name if isinstance(query, Path) else product_name(piece.item)


def query_tile(shop: Shop, query: Query, piece: Piece, note: str = "") -> Tile:
    """The query as a card."""
    return photo_tile(query, note) if isinstance(query, Path) else item_tile(shop.store, piece.item, note)


def _photo(name: str) -> Path:
    if not os.path.exists(name):  # noqa: PTH110 (an id may be too long for a path, which raises)
        raise UnknownItemError(f"no item has the id {name!r}, and no photo has this path.", remedy="Check the name.")
    return Path(name)
