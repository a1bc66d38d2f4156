"""Roll journals over to Parquet by day, each event once; a kill at any point loses and repeats nothing.

A sealed journal gives each day one file, whose name is that of the journal: written again, it is the same file. Events
that the day already has are left out, so a journal whose file was compacted away meanwhile adds nothing. The journal is
deleted when all of its days are on disk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deepstyle.people.events.duck import EVENTS, database, remove_temporary, write_parquet
from deepstyle.people.events.journal import seal_all
from deepstyle.people.events.layout import day_folder, days, exclusive, files_of
from deepstyle.people.events.schema import COLUMNS
from deepstyle.platform import sync_folder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TYPES: Final = {"timestamp_us": "BIGINT", "ordinal": "INTEGER"}
_COLUMN_TYPES: Final = ", ".join(f"{name}: '{_TYPES.get(name, 'VARCHAR')}'" for name in COLUMNS)
_LINES: Final = (
    f"SELECT {', '.join(COLUMNS)}, make_timestamp(timestamp_us)::DATE AS day "  # noqa: S608
    f"FROM read_json($journal, format = 'newline_delimited', columns = {{{_COLUMN_TYPES}}}, ignore_errors = true, "
    "maximum_object_size = 1048576) WHERE attributes IS NOT NULL"  # the last column: a line that was cut off lacks it
)
_ONCE: Final = (
    f"SELECT {', '.join(COLUMNS)} FROM lines WHERE day = $day AND NOT list_contains($without, client_id) "  # noqa: S608
    "QUALIFY row_number() OVER (PARTITION BY client_id, event_id ORDER BY timestamp_us) = 1"
)
_NEW: Final = (
    f"SELECT * FROM ({_ONCE}) ANTI JOIN ({EVENTS}) AS stored USING (client_id, event_id) "  # noqa: S608
    "ORDER BY timestamp_us"
)
_FIRST: Final = f"{_ONCE} ORDER BY timestamp_us"


@dataclass(frozen=True, slots=True)
class Rolled:
    """What a roll-over did: the journals that it emptied, the events that it stored, and the days that changed."""

    journals: int
    events: int
    days: tuple[date, ...]


def roll(events_dir: Path, *, without: Sequence[str] = ()) -> Rolled:
    """Store what the journals hold by day; events of the pseudonyms ``without`` are dropped.

    Raises ``StoreError`` and ``FileError``; the journals are left as they are.
    """
    with exclusive(events_dir):
        return roll_locked(events_dir, without=without)


def roll_locked(events_dir: Path, *, without: Sequence[str] = ()) -> Rolled:
    """``roll`` for whoever holds the lock already."""
    for day in days(events_dir):
        remove_temporary(day_folder(events_dir, day))
    sealed, events, changed = seal_all(events_dir), 0, set[date]()
    if not sealed:
        return Rolled(0, 0, ())
    with database(events_dir) as connection:
        for path in sealed:
            added = _roll_one(connection, events_dir, path, without)
            events += sum(added.values())
            changed |= added.keys()
            path.unlink()
            sync_folder(path.parent)
    return Rolled(len(sealed), events, tuple(sorted(changed)))


def _roll_one(
    connection: "DuckDBPyConnection", events_dir: Path, path: Path, without: Sequence[str]
) -> dict[date, int]:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE lines AS {_LINES}", {"journal": str(path.absolute())})
    found = connection.execute("SELECT DISTINCT day FROM lines ORDER BY day").fetchall()
    added = {day: _add(connection, day_folder(events_dir, day), path.stem, day, without) for (day,) in found}
    return {day: count for day, count in added.items() if count}


def _add(connection: "DuckDBPyConnection", folder: Path, name: str, day: date, without: Sequence[str]) -> int:
    target = folder / f"{name}.parquet"
    stored = [str(file.absolute()) for file in files_of(folder) if file != target]
    values: dict[str, Any] = {"day": day, "without": list(without)}
    if not stored:
        return write_parquet(connection, _FIRST, values, target)
    return write_parquet(connection, _NEW, {**values, "files": stored}, target)
