"""The files below ``DEEPSTYLE_EVENTS_DIR``, and which of them hold events.

::

    journal/NNN.jsonl             acknowledged events of one process, a line each; NNN.owner and NNN.lock are its locks
    journal/NNN-TIME-RANDOM.sealed    a journal that nobody appends to any more
    day=YYYY-MM-DD/*.parquet      the events of a day (UTC), columns as ``schema.COLUMNS``
    day=YYYY-MM-DD/.compacting.json   which files a new one replaces, while they are replaced
    summaries/TABLE/day=YYYY-MM-DD.parquet   counts of a day, derived from its events
    erasures/*.json               pseudonyms whose events are to be erased
    .lock                         held by whoever changes what is stored
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from deepstyle.errors import StoreError
from deepstyle.files import locked, parse_json

DAY: Final = "day="
JOURNAL: Final = "journal"
ERASURES: Final = "erasures"
SUMMARIES: Final = "summaries"
SEALED: Final = ".sealed"
COMPACTING: Final = ".compacting.json"


@contextmanager
def exclusive(events_dir: Path) -> Iterator[None]:
    """Be the only one, of all processes, who rolls over, compacts, erases or deletes."""
    events_dir.mkdir(parents=True, exist_ok=True)
    with locked(events_dir / ".lock"):
        yield


def day_folder(events_dir: Path, day: date) -> Path:
    """The folder of a day's events."""
    return events_dir / f"{DAY}{day.isoformat()}"


def days(events_dir: Path, first: date = date.min, last: date = date.max) -> list[date]:
    """The days from ``first`` to ``last`` that have a folder, in order."""
    found = (_day_of(folder.name) for folder in events_dir.glob(f"{DAY}*"))
    return sorted(day for day in found if day is not None and first <= day <= last)


def event_files(events_dir: Path, first: date = date.min, last: date = date.max) -> list[Path]:
    """The Parquet files that hold the events from ``first`` to ``last``, each event once."""
    return [path for day in days(events_dir, first, last) for path in files_of(day_folder(events_dir, day))]


def files_of(folder: Path) -> list[Path]:
    """The Parquet files of one day; where a compaction was interrupted, its result stands for what it replaces."""
    files = sorted(folder.glob("*.parquet"))
    intent = read_intent(folder)
    if intent is None or folder / intent["output"] not in files:
        return files
    return [path for path in files if path.name not in intent["inputs"]]


def read_intent(folder: Path) -> dict[str, Any] | None:
    """What an unfinished compaction replaces: ``{"inputs": […], "output": …}``."""
    try:
        intent = parse_json((folder / COMPACTING).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise StoreError(f"{folder / COMPACTING}: {error}.", remedy="Delete the file.") from error
    return dict(intent)


def intent_text(inputs: list[str], output: str) -> bytes:
    """What ``read_intent`` reads."""
    return json.dumps({"inputs": inputs, "output": output}).encode()


def _day_of(name: str) -> date | None:
    try:
        return date.fromisoformat(name.removeprefix(DAY))
    except ValueError:
        return None
