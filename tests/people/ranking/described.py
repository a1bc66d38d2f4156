"""Items for tests of rankings."""

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.people.ranking.described import Centres, Described, describe


def unit(*rows: list[float]) -> NDArray[np.float32]:
    found = np.array(rows, np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def described(*rows: tuple[str, str, float | None, list[float]]) -> Described:
    """Items by id, brand, price and direction, around no centre."""
    items = [Item(item_id, brand=brand, price=price, semantic_category="tops") for item_id, brand, price, _ in rows]
    vectors = unit(*(vector for *_, vector in rows)) if rows else np.zeros((0, 3), np.float32)
    return describe(items, vectors, Centres({"": np.zeros(3, np.float32)}))
