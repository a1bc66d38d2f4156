"""Looks that a merchandiser arranged, as looks of the catalogue: derived from the records, as often as one likes."""

from collections.abc import Sequence
from typing import Final

from deepstyle.catalogue.looks import Look
from deepstyle.people.merchandising.desk import Kept
from deepstyle.people.merchandising.kinds import EditorialLook
from deepstyle.store.base import Store

_BATCH: Final = 500
PREFIX: Final = "arranged-"
"""Begins the id of every look that is derived; no other look is changed or deleted."""


def apply_looks(store: Store, arranged: Sequence[Kept]) -> int:
    """Make the catalogue's derived looks those that are ``arranged``; return how many changed."""
    wanted = [_look(kept) for kept in arranged]
    there = _derived(store)
    changed = store.put_looks(wanted)
    gone = sorted(there - {look.look_id for look in wanted})
    return changed + (store.delete_looks(gone) if gone else 0)


def _look(kept: Kept) -> Look:
    value = EditorialLook.model_validate(kept.value)
    return Look(f"{PREFIX}{kept.key}", value.item_ids, value.title, "editorial")


def _derived(store: Store) -> set[str]:
    found: set[str] = set()
    after = ""
    while (page := store.browse_looks(source="editorial", limit=_BATCH, after=after)).looks:
        found.update(look.look_id for look in page.looks if look.look_id.startswith(PREFIX))
        after = page.after
        if not after:
            break
    return found
