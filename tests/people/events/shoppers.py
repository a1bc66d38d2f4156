"""Events for tests, and faults: a kill before any change of a file."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from deepstyle.people.events.journal import Journal, events_in, journals, line_of
from deepstyle.people.events.layout import event_files
from deepstyle.people.events.schema import COLUMNS, Event

DAY = date(2026, 11, 20)
CHANGES = ("fsync", "rename", "replace", "unlink", "rmdir")


def event(number: int, action: str = "click", *, day: date = DAY, client: str = "anna", **values: Any) -> Event:
    """An event whose id and second follow from ``number``."""
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(seconds=number)
    attributes = json.dumps(values.pop("attributes", {}))
    return Event(f"event-{number:06}", int(at.timestamp() * 1e6), action, client, attributes=attributes, **values)


def journalled(events_dir: Path, events: list[Event]) -> None:
    """Acknowledge events, as a process that then ends."""
    journal = Journal(events_dir)
    journal.append(b"".join(map(line_of, events)))
    journal.close()


def stored(events_dir: Path) -> list[Event]:
    """Every event in the Parquet files, read without the code that wrote them."""
    files = [str(path) for path in event_files(events_dir)]
    if not files:
        return []
    query = f"SELECT {', '.join(COLUMNS)} FROM read_parquet($files, hive_partitioning = false) ORDER BY event_id"
    return [Event(*row) for row in duckdb.execute(query, {"files": files}).fetchall()]


def everywhere(events_dir: Path) -> list[str]:
    """The ids of all events, stored or journalled, each as often as it is there."""
    unrolled = [one.event_id for path in journals(events_dir) for one in events_in(path)]
    return sorted([*(one.event_id for one in stored(events_dir)), *unrolled])


class KilledError(BaseException):
    """In place of SIGKILL: nothing catches it."""


@contextmanager
def killed_at(change: int) -> Iterator[None]:
    """Within the block, the change of a file with this number, and all later ones, do not happen."""
    made = 0

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def change_or_die(*args: Any, **kwargs: Any) -> Any:
            nonlocal made
            made += 1
            if made > change:
                raise KilledError
            return call(*args, **kwargs)

        return change_or_die

    with patch.multiple(os, **{name: counted(getattr(os, name)) for name in CHANGES}):
        yield


def killed_everywhere(prepare: Callable[[Path], None], work: Callable[[Path], object], folder: Path) -> Iterator[Path]:
    """A folder for each change that ``work`` makes to what ``prepare`` made, where it was killed before that change."""
    prepare(folder / "prepared")
    for change in range(1000):
        events_dir = folder / str(change)
        shutil.copytree(folder / "prepared", events_dir, copy_function=shutil.copy2)
        try:
            with killed_at(change):
                work(events_dir)
        except KilledError:
            yield events_dir
            continue
        return
    raise AssertionError("the work never ends")
