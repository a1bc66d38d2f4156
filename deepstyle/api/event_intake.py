"""What one server process does with events: journal those with consent, count the others, know repeated ones."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool

from deepstyle.api.group_commit import GroupCommit
from deepstyle.api.limits import LIMITS
from deepstyle.api.problems import ProblemError
from deepstyle.errors import FileError
from deepstyle.people.base import PeopleStore
from deepstyle.people.events.counts import Search, add_counts
from deepstyle.people.events.journal import Journal, line_of
from deepstyle.people.events.schema import Event

WAITING: Final = int(LIMITS["events_waiting"].value)
REMEMBERED: Final = int(LIMITS["events_remembered"].value)
JOURNAL_BYTES: Final = int(LIMITS["events_journal_bytes"].value)


@dataclass(frozen=True, slots=True)
class Counted:
    """Events without consent: how many there are of each action, and what was searched for."""

    actions: Counter[str]
    searches: Sequence[Search]


class EventIntake:
    """The journal of this process, opened with the first event; ``people`` opens the store of the daily counts."""

    def __init__(self, events_dir: Path, people: Callable[[], PeopleStore], kept_days: int) -> None:
        self._events_dir = events_dir
        self._people = people
        self._kept_days = kept_days
        self._journal: Journal | None = None
        self._remembered: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._events: GroupCommit[bytes] = GroupCommit(self._append, WAITING)
        self._counts: GroupCommit[Counted] = GroupCommit(self._count, WAITING)

    async def store(self, events: Sequence[Event]) -> int:
        """Have events on disk when this returns; return how many of them are, without those that came before.

        Raises ``ProblemError`` (storage-full), ``OverloadedError`` and ``FileError``: then nothing is acknowledged.
        """
        new = {event.identity: event for event in events if event.identity not in self._remembered}
        if new:
            await self._events.add(b"".join(map(line_of, new.values())))
            self._remember(new)
        return len(new)

    async def count(self, counted: Counted) -> None:
        """Have the day's counts in the store when this returns. Raises ``StoreError`` and ``OverloadedError``."""
        await self._counts.add(counted)

    async def close(self) -> None:
        """Finish what is being written, and give the journal's place back."""
        await self._events.close()
        await self._counts.close()
        if self._journal is not None:
            await run_in_threadpool(self._journal.close)

    def _append(self, groups: Sequence[bytes]) -> None:
        try:
            self._journal = journal = self._journal or Journal(self._events_dir)
            if journal.size_bytes() > JOURNAL_BYTES:
                raise ProblemError(
                    "storage-full", "the journal of events is full.", remedy="Run `deepstyle events roll`."
                )
            journal.append(b"".join(groups))
        except OSError as error:
            raise FileError.of(error) from error

    def _count(self, groups: Sequence[Counted]) -> None:
        actions = sum((group.actions for group in groups), Counter[str]())
        searches = [search for group in groups for search in group.searches]
        add_counts(self._people(), actions, searches, kept_days=self._kept_days)

    def _remember(self, new: Iterable[tuple[str, str]]) -> None:
        """Note ids of what is on disk; an id that is forgotten, or another process's, is found at the roll-over."""
        self._remembered.update(dict.fromkeys(new))
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
