"""What is done with received events beside serving: rolled over, erased, deleted when old, joined and counted."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from deepstyle.people.events.compaction import compact
from deepstyle.people.events.erasure import TakesOut, erase_requested, has_requests, learned_nothing
from deepstyle.people.events.journal import journals
from deepstyle.people.events.retention import delete_old
from deepstyle.people.events.roll import roll
from deepstyle.people.events.summaries import summarise


@dataclass(frozen=True, slots=True)
class Maintained:
    """What a pass did: events stored and erased, and the days that were deleted, joined and counted anew."""

    rolled: int
    erased: int
    deleted: tuple[date, ...]
    joined: tuple[date, ...]
    summarised: tuple[date, ...]


def maintain(events_dir: Path, events_days: int, take_out: TakesOut = learned_nothing) -> Maintained:
    """One pass; it may be killed at any point and run again. Raises ``StoreError`` and ``FileError``.

    ``take_out`` is as in ``erase_events``.
    """
    today = datetime.now(UTC).date()
    rolled = roll(events_dir)
    erased = erase_requested(events_dir, take_out).events
    deleted = delete_old(events_dir, today, events_days)
    return Maintained(
        rolled.events, erased, tuple(deleted), tuple(compact(events_dir, today)), tuple(summarise(events_dir))
    )


def has_work(events_dir: Path) -> bool:
    """Whether there are events to roll over, or somebody waits for her erasure."""
    return has_requests(events_dir) or bool(journals(events_dir))
