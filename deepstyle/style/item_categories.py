"""What items are that their catalogue gives no semantic category: seen by the encoder, marked, and never certain."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from deepstyle.catalogue.item import ENCODER, SEEN_CATEGORY, ItemFilter
from deepstyle.store.base import Measured, Store, VectorBatch
from deepstyle.style.calibration.garment_types import NO_GARMENT, GarmentTypes

LEAST_CONFIDENCE: Final = 0.8
"""What is seen with less confidence is not said."""
UNCATEGORISED: Final = ItemFilter(semantic_categories=("",))
_READ_ITEMS: Final = 5000


def fill_categories(store: Store, space: str, types: GarmentTypes | None) -> int:
    """Say of every item without a semantic category what its vector in ``space`` shows; return of how many it was said.

    Does nothing where the model has no classifier ``types``. No picture is read. Raises ``StoreError``.
    """
    if types is None:
        return 0
    return sum(store.put_measured(seen_categories(types, batch)) for batch in _uncategorised(store, space))


def seen_categories(types: GarmentTypes, batch: VectorBatch) -> list[Measured]:
    """What the pictures of ``batch`` show, where that is a garment and clear enough."""
    if not batch.item_ids:
        return []
    posterior = types.posterior(batch.vectors)
    best = posterior.argmax(axis=1)
    seen = zip(batch.item_ids, batch.image_sha256s, best, posterior[np.arange(len(best)), best], strict=True)
    return [
        Measured(item_id, sha256, _seen(types.names[at], float(sure)))
        for item_id, sha256, at, sure in seen
        if types.names[at] != NO_GARMENT and sure >= LEAST_CONFIDENCE
    ]


def _seen(category: str, confidence: float) -> dict[str, str | float]:
    return dict(zip(SEEN_CATEGORY, (category, ENCODER, round(confidence, 4)), strict=True))


def _uncategorised(store: Store, space: str) -> Iterator[VectorBatch]:
    after, more = "", True
    while more:
        page = store.browse(UNCATEGORISED, limit=_READ_ITEMS, after=after)
        after, more = page.after, bool(page.after)
        yield store.vectors(space, [item.item_id for item in page.items])
