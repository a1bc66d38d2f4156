"""Items that nobody buys or clicks although they look like those that sell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from deepstyle.people.events.queries import ItemRow
from deepstyle.store.base import Store

SELLERS: Final = 50
"""So many items, those that sell best, are compared with the others."""
NEIGHBOURS: Final = 20


@dataclass(frozen=True, slots=True)
class UnsoldRow:
    """An item without a click or a purchase, the seller that it looks most like, and their cosine similarity."""

    object_id: str
    like: str
    similarity: float
    like_purchases: int
    like_clicks: int
    impressions: int


def unsold_lookalikes(store: Store, space: str, counts: Sequence[ItemRow], *, limit: int) -> list[UnsoldRow]:
    """The unsold items nearest to what sells, of the catalogue and the ``counts`` of all its items."""
    by_id = {row.object_id: row for row in counts}
    moved = [row for row in counts if row.purchases or row.clicks]
    sellers = sorted(moved, key=lambda row: (-row.purchases, -row.clicks, row.object_id))[:SELLERS]
    batch = store.vectors(space, [row.object_id for row in sellers])
    found: dict[str, UnsoldRow] = {}
    for seller_id, vector in zip(batch.item_ids, batch.vectors, strict=True):
        seller = by_id[seller_id]
        for hit in store.search(space, vector, k=NEIGHBOURS, exclude=[row.object_id for row in moved]):
            known, shown = found.get(hit.item_id), by_id.get(hit.item_id)
            if known is None or hit.similarity > known.similarity:
                found[hit.item_id] = UnsoldRow(
                    hit.item_id, seller_id, round(hit.similarity, 4), seller.purchases, seller.clicks,
                    shown.impressions if shown else 0,
                )  # fmt: skip
    return sorted(found.values(), key=lambda row: (-row.similarity, row.object_id))[:limit]
