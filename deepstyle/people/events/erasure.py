"""Export and erase what pseudonyms did: the only rewriting of stored events."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepstyle.files import read_json, write_atomic
from deepstyle.people.events.compaction import finish
from deepstyle.people.events.duck import EVENTS, database, write_parquet
from deepstyle.people.events.journal import events_in, journals
from deepstyle.people.events.layout import ERASURES, day_folder, days, event_files, exclusive, files_of
from deepstyle.people.events.roll import roll_locked
from deepstyle.people.events.schema import Event
from deepstyle.people.events.summaries import summarise_locked
from deepstyle.platform import sync_folder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PAGE_ROWS: Final = 1000
_HERS: Final = f"{EVENTS} WHERE list_contains($owners, client_id)"
_OTHERS: Final = f"{EVENTS} WHERE NOT list_contains($owners, client_id)"


TakesOut = Callable[[Sequence[str]], object]
"""What takes pseudonyms out of what was learned from events, while these are still there; it may be repeated."""


def learned_nothing(_: Sequence[str]) -> None:
    """Where nothing was learned from events."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: how many events are gone, and how many files were rewritten or deleted."""

    events: int
    files: int


def erase_events(events_dir: Path, owner_ids: Iterable[str], take_out: TakesOut = learned_nothing) -> Erased:
    """Delete the events of pseudonyms (``client_id``) from journals, Parquet files and summaries.

    ``take_out`` is called before. Each file is replaced atomically; after a kill, the same call goes on. To be called
    once the consent of the pseudonyms is gone, so that no server accepts more. Raises ``StoreError`` and ``FileError``.
    """
    owners = sorted(set(owner_ids) - {""})
    if not owners or not events_dir.is_dir():
        return Erased(0, 0)
    with exclusive(events_dir):
        roll_locked(events_dir)
        take_out(owners)
        changed: dict[date, Erased] = {}
        with database(events_dir) as connection:
            for day in days(events_dir):
                changed[day] = _erase_day(connection, day_folder(events_dir, day), owners)
        summarise_locked(events_dir)
    return Erased(sum(one.events for one in changed.values()), sum(one.files for one in changed.values()))


def export_events(events_dir: Path, owner_ids: Iterable[str]) -> Iterator[Event]:
    """The events of pseudonyms, by day and then those that are not rolled over yet. Raises ``StoreError``."""
    owners = set(owner_ids) - {""}
    if not owners:
        return
    seen = set[tuple[str, str]]()
    for event in _stored_and_journalled(events_dir, owners):
        if event.identity not in seen:
            seen.add(event.identity)
            yield event


def request_erasure(events_dir: Path, owner_ids: Iterable[str]) -> None:
    """Have the events of pseudonyms erased by the next pass of maintenance; durable once it returns."""
    owners = sorted(set(owner_ids) - {""})
    if owners:
        name = hashlib.sha256("\n".join(owners).encode()).hexdigest()[:32]
        write_atomic(events_dir / ERASURES / f"{name}.json", json.dumps(owners).encode())


def has_requests(events_dir: Path) -> bool:
    """Whether somebody waits for her erasure."""
    return next((events_dir / ERASURES).glob("*.json"), None) is not None


def erase_requested(events_dir: Path, take_out: TakesOut = learned_nothing) -> Erased:
    """Do what was requested, all at once, as ``erase_events``; a request is deleted when it is done."""
    requests = sorted((events_dir / ERASURES).glob("*.json"))
    done = erase_events(events_dir, [owner for path in requests for owner in read_json(path)], take_out)
    for path in requests:
        path.unlink(missing_ok=True)
    return done


def _erase_day(connection: "DuckDBPyConnection", folder: Path, owners: Sequence[str]) -> Erased:
    finish(folder)
    events = files = 0
    for path in files_of(folder):
        values = {"files": [str(path.absolute())], "owners": owners}
        found = connection.execute(f"SELECT count(*) FROM ({_HERS})", values).fetchone()  # noqa: S608
        if found and found[0]:
            write_parquet(connection, _OTHERS, values, path)
            events, files = events + int(found[0]), files + 1
    with suppress(OSError):
        folder.rmdir()  # nothing is left of the day
        sync_folder(folder.parent)
    return Erased(events, files)


def _stored_and_journalled(events_dir: Path, owners: set[str]) -> Iterator[Event]:
    unrolled = [event for path in journals(events_dir) for event in events_in(path) if event.client_id in owners]
    if files := [str(path.absolute()) for path in event_files(events_dir)]:
        with database(events_dir) as connection:
            rows = connection.execute(f"{_HERS} ORDER BY timestamp_us", {"files": files, "owners": sorted(owners)})
            while page := rows.fetchmany(PAGE_ROWS):
                yield from (Event(*row) for row in page)
    yield from unrolled
