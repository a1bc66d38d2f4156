"""Items that were read lately, for as long as nothing is written: most searches show the same few."""

from typing import Final

from deepstyle.catalogue.item import Item

MOST: Final = 2048
"""So many items are cached at most, and no more than a quarter of them at once."""


class RecentItems:
    """Items of one state of a store, by id; any number of threads may read and add."""

    def __init__(self) -> None:
        self._known: tuple[object, dict[str, Item]] = (None, {})

    def of(self, state: object) -> dict[str, Item]:
        """Those of this ``state``, which equals no other state's: others are dropped, and all where they are many."""
        known = self._known
        if known[0] != state or len(known[1]) > MOST - MOST // 4:
            self._known = known = (state, {})
        return known[1]
