"""Looks: items that are worn together, as a catalogue, an editor or a completed outfit says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from deepstyle.catalogue.rows import RowError, check_item_id
from deepstyle.catalogue.text import clean_text

LookSource = Literal["catalogue", "editorial", "completed"]
LOOK_SOURCES: Final[tuple[LookSource, ...]] = get_args(LookSource)
MIN_LOOK_ITEMS: Final = 2
MAX_LOOK_ITEMS: Final = 50


@dataclass(frozen=True, slots=True)
class Look:
    """Items that are worn together, in the order in which they are shown, each once.

    ``source`` is ``catalogue`` (an outfit of a feed), ``editorial`` or ``completed``. An item may have been deleted
    since: a look keeps its id, and shows it again once it is imported again.
    """

    look_id: str
    item_ids: tuple[str, ...]
    title: str = ""
    source: LookSource = "editorial"


@dataclass(frozen=True, slots=True)
class LookPage:
    """One page of looks by id; ``after`` is the cursor of the next page, ``""`` at the end; ``total`` counts all."""

    looks: tuple[Look, ...]
    total: int
    after: str = ""


def checked_look(look_id: Any, item_ids: Iterable[Any], title: Any = "", source: Any = "editorial") -> Look:
    """A look of values from outside; an item that is named twice is there once. Raises ``RowError``."""
    ids = tuple(dict.fromkeys(check_item_id(item_id) for item_id in item_ids))
    if not MIN_LOOK_ITEMS <= len(ids) <= MAX_LOOK_ITEMS:
        raise RowError(
            "bad-look",
            f"The look has {len(ids)} different items.",
            f"Give {MIN_LOOK_ITEMS} to {MAX_LOOK_ITEMS} item ids.",
        )
    if source not in LOOK_SOURCES:
        raise RowError("bad-look", f"{str(source)[:60]!r} is no source of looks.", f"Use {', '.join(LOOK_SOURCES)}.")
    return Look(check_item_id(look_id), ids, clean_text(title, "title"), source)
