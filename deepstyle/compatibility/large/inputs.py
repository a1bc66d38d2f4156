"""What is compared of each item, read page by page, so that a large catalogue is never in memory whole."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import numpy as np

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import group_of
from deepstyle.compatibility.large.layout import Facts, stored_rows
from deepstyle.compatibility.pairs import traits_of
from deepstyle.store.base import Store

PAGE: Final = 2000
Page = tuple[tuple[str, ...], Facts]
"""Item ids (N) and what is compared of them."""


def pages(store: Store, space: str) -> Iterator[Page]:
    """All items that have a vector in ``space``, by item id."""
    items = store.iter_items()
    while page := list(islice(items, PAGE)):
        yield facts_of(store, space, page)


def facts_of(store: Store, space: str, items: Sequence[Item]) -> Page:
    """Those of ``items`` that have a vector in ``space``."""
    by_id = {item.item_id: item for item in items}
    batch = store.vectors(space, list(by_id))
    found = [by_id[item_id] for item_id in batch.item_ids]
    if not found:
        return (), Facts(np.empty((0, 0), np.float32), (), np.empty(0, np.int64))
    traits = traits_of(found)
    groups = tuple((item.semantic_category, int(people)) for item, people in zip(found, traits.wearers, strict=True))
    products = np.array([product_number(item) for item in found], np.int64)
    return batch.item_ids, Facts(stored_rows(batch.vectors, traits), groups, products)


def product_number(item: Item) -> int:
    """A number that only variants of one product share, of 64 bits."""
    name = "\x1f".join(group_of(item, "product")).encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "little", signed=True)
