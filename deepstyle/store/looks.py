"""The part of the store protocol that is about looks."""

from collections.abc import Sequence
from typing import Protocol

from deepstyle.catalogue.looks import Look, LookPage


class LookStore(Protocol):
    """Looks beside the items; what holds for all calls of ``Store`` holds for these.

    A look keeps the ids of items that do not exist, or no longer.
    """

    def put_looks(self, looks: Sequence[Look]) -> int:
        """Add or replace looks (last one wins where an id repeats); return how many were new or changed."""
        ...

    def delete_looks(self, look_ids: Sequence[str]) -> int:
        """Delete looks; return how many were there."""
        ...

    def looks(self, look_ids: Sequence[str]) -> dict[str, Look]:
        """The looks that exist among ``look_ids``, by id."""
        ...

    def looks_with(self, item_ids: Sequence[str], *, limit: int) -> list[Look]:
        """Up to ``limit`` looks, by id, with any of the items."""
        ...

    def browse_looks(self, *, item_id: str = "", source: str = "", limit: int = 50, after: str = "") -> LookPage:
        """One page of the looks by id, of those with ``item_id`` and from ``source`` where these are given."""
        ...

    def count_looks(self) -> int:
        """Number of looks."""
        ...
