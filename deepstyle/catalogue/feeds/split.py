"""One split of one variant of a Polyvore Outfits folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deepstyle.catalogue.feeds.hub import HubSource
from deepstyle.catalogue.feeds.outfits import SPLITS, VARIANTS, outfits_file, scan_slots
from deepstyle.catalogue.feeds.polyvore import PolyvoreSource
from deepstyle.catalogue.rows import Record, Rejection, RowError
from deepstyle.errors import DataError, UsageError


@dataclass(frozen=True, slots=True)
class SplitSource:
    """The items of one split's outfits; the catalogue's other items are not read."""

    whole: PolyvoreSource | HubSource
    variant: str
    split: str

    @classmethod
    def of(cls, whole: PolyvoreSource | HubSource, variant: str, split: str) -> Self:
        """The split; raises ``UsageError`` for one that does not exist, ``DataError`` where the folder lacks it."""
        for option, value, allowed in (("--variant", variant, VARIANTS), ("--split", split, SPLITS)):
            if value not in allowed:
                raise UsageError(f"{option} is {value!r}.", remedy=f"Give {option} {' or '.join(allowed)}.")
        if outfits_file(whole.path, variant, split) is None:
            raise DataError(
                f"{whole.path} has no {variant}/{split}.json.", remedy="Leave out --variant and --split for all items."
            )
        return cls(whole, variant, split)

    @property
    def path(self) -> Path:
        """The folder."""
        return self.whole.path

    @property
    def layout(self) -> str:
        """The folder's layout."""
        return self.whole.layout

    def total(self) -> int:
        """Number of the split's items."""
        return len(self.item_ids())

    def item_ids(self) -> frozenset[str]:
        """The items of the split's outfits."""
        entries = scan_slots(self.path, self.variant, self.split)
        return frozenset(
            item_id for entry in entries if not isinstance(entry, Rejection) for item_id in entry[1].values()
        )

    def records(self) -> Iterator[Record | Rejection]:
        """The split's items, then a rejection for each that the metadata lacks."""
        wanted = set(self.item_ids())
        left = set(wanted)
        for entry in self.whole.records():
            item_id = entry.item.item_id if isinstance(entry, Record) else entry.item_id
            if item_id in wanted:
                left.discard(item_id)
                yield entry
        for item_id in sorted(left):
            error = RowError("unknown-item", f"Item {item_id} has no metadata.", "Add it, or remove its outfits.")
            yield error.at(f"{self.variant}/{self.split}.json", 0, item_id, (item_id,))
