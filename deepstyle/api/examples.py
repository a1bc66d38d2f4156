"""Photos to begin with: a few items of the catalogue, spread over its categories."""

import time
from typing import Final

from deepstyle.catalogue.item import Item
from deepstyle.store.base import ItemFilter, Store

EXAMPLES: Final = 8
AMONG: Final = 20
"""Items of a category that one example is chosen from."""

CHOSEN_FOR_S: Final = 60.0


class Examples:
    """``example_items``, chosen again every ``CHOSEN_FOR_S``: choosing reads the facets of every category."""

    def __init__(self) -> None:
        self._chosen: tuple[float, list[Item]] = (0.0, [])

    def get(self, store: Store) -> list[Item]:
        """Those that are still there, as they are now."""
        chosen_at_s, chosen = self._chosen
        if time.monotonic() - chosen_at_s > CHOSEN_FOR_S or not chosen:
            chosen = example_items(store)
            self._chosen = time.monotonic(), chosen
        known = store.get([item.item_id for item in chosen])
        return [known[item.item_id] for item in chosen if item.item_id in known]


def example_items(store: Store) -> list[Item]:
    """At most ``EXAMPLES`` items with a picture, the largest categories first, one of each, as long as there are."""
    categories = list(store.browse(limit=1).facets.counts["semantic_categories"])[:EXAMPLES]
    wheres = [ItemFilter(semantic_categories=(name,)) for name in categories] or [ItemFilter()]
    found = [_with_picture(store, where) for where in wheres]
    return [items[at] for at in range(AMONG) for items in found if at < len(items)][:EXAMPLES]


def _with_picture(store: Store, where: ItemFilter) -> list[Item]:
    items = store.browse(where, limit=AMONG, group_by="product").items
    pictures = store.image_sha256s([item.item_id for item in items])
    return [item for item in items if item.item_id in pictures]
