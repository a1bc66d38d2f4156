"""A catalogue for the tests of indexes: random vectors, and items that every filter divides."""

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.store.base import Entry, Store, VectorBatch
from tests.store.model import image_of

SPACE = "style"
DIMENSION = 32
FILTERS = (
    ItemFilter(),
    ItemFilter(semantic_categories=("shoes",)),
    ItemFilter(brands=("DIOR", "nobody"), colours=("Red",)),
    ItemFilter(price_min=30, price_max=60),
    ItemFilter(price_max=25, currencies=("usd",)),
    ItemFilter(dominant_colours=("navy",)),
    ItemFilter(sizes=("",), patterns=("",)),
    ItemFilter(text="Item 7"),
    ItemFilter(text="men's item"),
    ItemFilter(text="ドレス"),
    ItemFilter(availabilities=("in stock",), genders=("women",)),
    ItemFilter(brands=("nobody",)),
)


def item(number: int, **given: object) -> Item:
    """Item ``number``; three items are one product."""
    values = {
        "title": f"Item {number % 50}" + (" for men's feet" if number % 3 else " ドレス長い"),
        "semantic_category": ("shoes", "tops", "bags")[number % 3],
        "category": f"Kind {number % 5}",
        "brand": ("Dior", "Versace", "Straße")[number // 3 % 3],
        "colour": ("red", "Blue", "RED")[number % 3],
        "price": None if number % 10 == 9 else float(number % 70),
        "currency": ("EUR", "EUR", "USD", "")[number % 4],
        "model_id": f"model-{number // 3}" if number % 4 else "",
        "dominant_colour": ("navy,red", "white", "")[number // 2 % 3],
        "availability": ("in stock", "out of stock")[number % 2],
        "gender": ("women", "men")[number // 5 % 2],
        **given,
    }
    return Item(f"item-{number:05}", **values)  # type: ignore[arg-type]


def vectors(numbers: list[int], seed: int = 0) -> NDArray[np.float32]:
    """Unit vectors (N, D): another ``seed``, others."""
    found = np.array([np.random.default_rng((seed, number)).normal(size=DIMENSION) for number in numbers])
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def write(store: Store, numbers: list[int], seed: int = 0) -> None:
    """Put the items with pictures, and their vectors."""
    entries = [Entry(item(number), image_of(f"{number} {seed}")) for number in numbers]
    store.put(entries)
    batch_of_numbers(store, numbers, seed)


def batch_of_numbers(store: Store, numbers: list[int], seed: int = 0) -> None:
    """Write the vectors of items that are there."""
    item_ids = [f"item-{number:05}" for number in numbers]
    shas = store.image_sha256s(item_ids)
    store.put_vectors(
        SPACE, VectorBatch(tuple(item_ids), tuple(map(shas.__getitem__, item_ids)), vectors(numbers, seed))
    )
