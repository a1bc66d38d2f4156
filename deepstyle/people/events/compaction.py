"""Join the small files of a day: what replaces what is noted first, so that a kill at any point repeats no event."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepstyle.files import write_atomic
from deepstyle.people.events.duck import EVENTS, database, write_parquet
from deepstyle.people.events.layout import COMPACTING, day_folder, days, exclusive, files_of, intent_text, read_intent
from deepstyle.platform import sync_folder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_FILES: Final = 32
"""How many files today may have, and of one size, before they are joined; an earlier day gets a single one."""


def compact(events_dir: Path, today: date) -> list[date]:
    """Join the files of each day that has several; return the days that changed. Raises ``StoreError``, ``FileError``.

    Today's are joined only where there are more than ``MOST_FILES``.
    """
    with exclusive(events_dir):
        return compact_locked(events_dir, today)


def compact_locked(events_dir: Path, today: date) -> list[date]:
    """``compact`` for whoever holds the lock already."""
    changed = []
    with database(events_dir) as connection:
        for day in days(events_dir):
            folder = day_folder(events_dir, day)
            finish(folder)
            most = MOST_FILES if day >= today else 1
            files = files_of(folder)
            if len(files) > most:
                _join(connection, folder, files)
                changed.append(day)
    return changed


def finish(folder: Path) -> None:
    """End a compaction that was interrupted: forward where its result is there, else back."""
    intent = read_intent(folder)
    if intent is None:
        return
    if (folder / intent["output"]).exists():
        for name in intent["inputs"]:
            (folder / name).unlink(missing_ok=True)
        sync_folder(folder)
    (folder / COMPACTING).unlink()
    sync_folder(folder)


def _join(connection: "DuckDBPyConnection", folder: Path, files: Sequence[Path]) -> None:
    output = _free_name(folder)
    write_atomic(folder / COMPACTING, intent_text([path.name for path in files], output))
    write_parquet(connection, EVENTS, {"files": [str(path.absolute()) for path in files]}, folder / output)
    finish(folder)


def _free_name(folder: Path) -> str:
    """A name that no file of the day has, nor one that is being replaced."""
    numbers = [int(path.stem.removeprefix("joined-")) for path in folder.glob("joined-*.parquet")]
    return f"joined-{max(numbers, default=0) + 1:06}.parquet"
