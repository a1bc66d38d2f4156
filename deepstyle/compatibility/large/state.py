"""The files in which a large catalogue's layout and suggestions are, derived from the store and rebuilt at need.

``rows.f32`` has the layout's rows and ``layout.npz`` what is beside them; both are written once. ``state.db`` names the
items, and has what came later: finished batches of a run, and the changes since. A state whose ``complete`` is unset is
of a run that has not ended: the next goes on with it.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.choice import SUGGESTIONS
from deepstyle.compatibility.large.codes import Codes
from deepstyle.compatibility.large.layout import Facts, Layout, Matrix, appended, open_layout
from deepstyle.compatibility.scoring import Rows
from deepstyle.files import atomic_file

FORMAT: Final = "1"
ROWS, ARRAYS, DATABASE = "rows.f32", "layout.npz", "state.db"
NONE: Final = -1
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS item (row INTEGER PRIMARY KEY, item_id TEXT NOT NULL, item_key INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS item_by_id ON item (item_id);
CREATE INDEX IF NOT EXISTS item_by_key ON item (item_key);
CREATE TABLE IF NOT EXISTS batch (start INTEGER PRIMARY KEY, partners BLOB NOT NULL, worst BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS changed (row INTEGER PRIMARY KEY, partners BLOB NOT NULL, worst REAL NOT NULL);
CREATE TABLE IF NOT EXISTS added (
  row INTEGER PRIMARY KEY, stored BLOB NOT NULL, category TEXT NOT NULL, wearers INTEGER NOT NULL,
  product INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS dead (row INTEGER PRIMARY KEY);
"""


@dataclass(eq=False)
class State:
    """A layout with the suggestions of its N rows: ``partners`` (N, 3) int32, ``NONE`` where there are fewer, and

    ``worst`` (N,), the score of the worst of the three, -1 where there are fewer.
    """

    folder: Path
    database: sqlite3.Connection
    layout: Layout
    partners: NDArray[np.int32]
    worst: Matrix
    facts: dict[str, str]
    codes: Codes
    dirty: set[int] = field(default_factory=set)

    def item_ids(self, rows: Sequence[int]) -> dict[int, str]:
        """The item ids of ``rows``."""
        query = "SELECT item_id FROM item WHERE row = ?"
        return {row: self.database.execute(query, (row,)).fetchone()[0] for row in set(rows)}

    def row_of(self, item_id: str) -> int | None:
        """The row that is alive of an item."""
        found = self.database.execute("SELECT row FROM item WHERE item_id = ? ORDER BY row DESC", (item_id,))
        return next((row for (row,) in found if self.layout.alive[row]), None)

    def row_of_key(self, item_key: int) -> int | None:
        """The row that is alive of the item that had this key in the store."""
        found = self.database.execute("SELECT row FROM item WHERE item_key = ? ORDER BY row DESC", (item_key,))
        return next((row for (row,) in found if self.layout.alive[row]), None)

    def all_item_ids(self) -> list[str]:
        """The item ids of all rows, in order."""
        return [item_id for (item_id,) in self.database.execute("SELECT item_id FROM item ORDER BY row")]

    def add(self, item_ids: Sequence[str], item_keys: Sequence[int], facts: Facts) -> Rows:
        """Add rows, without suggestions yet; return them. Durable after ``save``."""
        rows = self.grow(facts)
        self.database.executemany(
            "INSERT INTO item VALUES (?, ?, ?)", zip(rows.tolist(), item_ids, item_keys, strict=True)
        )
        values = zip(rows.tolist(), facts.stored, facts.groups, facts.products.tolist(), strict=True)
        self.database.executemany(
            "INSERT INTO added VALUES (?, ?, ?, ?, ?)",
            [(row, stored.tobytes(), *group, product) for row, stored, group, product in values],
        )
        return rows

    def grow(self, facts: Facts) -> Rows:
        """Add rows in memory alone, without suggestions; return them."""
        start, count = len(self.layout.products), len(facts.groups)
        self.layout = self.layout.add(facts)
        partners, worst = _blank(count)
        self.partners, self.worst = appended(self.partners, partners), appended(self.worst, worst)
        return np.arange(start, start + count)

    def remove(self, row: int) -> None:
        """Mark a row as no longer there. Durable after ``save``."""
        self.layout.alive[row] = False
        self.partners[row] = NONE
        self.database.execute("INSERT OR IGNORE INTO dead VALUES (?)", (row,))

    def suggest(self, row: int, partners: Sequence[int], worst: float) -> None:
        """Write the suggestions of a row. Durable after ``save``."""
        self.partners[row] = [*partners, *[NONE] * (SUGGESTIONS - len(partners))]
        self.worst[row] = worst
        self.dirty.add(row)

    def set_fact(self, key: str, value: str) -> None:
        """Write a fact. Durable after ``save``."""
        self.facts[key] = value
        self.database.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (key, value))

    def save(self) -> None:
        """Make all changes since the last call durable, together."""
        values = [(row, self.partners[row].tobytes(), float(self.worst[row])) for row in sorted(self.dirty)]
        self.database.executemany("INSERT OR REPLACE INTO changed VALUES (?, ?, ?)", values)
        self.database.commit()
        self.dirty.clear()

    def finish_batch(self, start: int, partners: NDArray[np.int32], worst: Matrix) -> None:
        """Write the suggestions of the rows from ``start`` on, durable when the call returns."""
        rows = slice(start, start + len(partners))
        self.partners[rows], self.worst[rows] = partners, worst
        self.database.execute(
            "INSERT OR REPLACE INTO batch VALUES (?, ?, ?)", (start, partners.tobytes(), worst.tobytes())
        )
        self.database.commit()

    def finished(self) -> set[int]:
        """The starts of the finished batches."""
        return {start for (start,) in self.database.execute("SELECT start FROM batch")}

    def close(self) -> None:
        """Release the files."""
        self.database.close()


def connect(folder: Path) -> sqlite3.Connection:
    """The state's database, with its tables."""
    database = sqlite3.connect(folder / DATABASE, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")  # the state is derived: what a power failure undoes is done again
    database.executescript(_TABLES)
    return database


def write_layout(folder: Path, layout: Layout) -> None:
    """Write what is beside the rows; a layout without this file is not used."""
    with atomic_file(folder / ARRAYS) as file:
        np.savez(
            file,
            starts=layout.starts,
            centres=layout.centres,
            cluster_groups=layout.cluster_groups,
            categories=np.array([category for category, _ in layout.groups], str),
            wearers=np.array([people for _, people in layout.groups], np.int64),
            products=layout.products,
            of_group=layout.of_group,
        )


def open_state(folder: Path) -> State | None:
    """The state in ``folder``; ``None`` where there is none, or it cannot be used."""
    try:
        arrays = np.load(folder / ARRAYS, allow_pickle=False)
        database = connect(folder)
    except (OSError, ValueError, sqlite3.Error):
        return None
    try:
        facts = dict(database.execute("SELECT key, value FROM fact"))
        if facts.get("format") != FORMAT:
            raise ValueError(FORMAT)
        state = State(folder, database, _layout(folder, arrays), *_blank(len(arrays["products"])), facts, Codes(folder))
        _replay(state)
    except (OSError, ValueError, KeyError, IndexError, sqlite3.Error):
        database.close()
        return None
    return state


def _blank(count: int) -> tuple[NDArray[np.int32], Matrix]:
    return np.full((count, SUGGESTIONS), NONE, np.int32), np.full(count, -1, np.float32)


def _layout(folder: Path, arrays: "np.lib.npyio.NpzFile") -> Layout:
    groups = zip(arrays["categories"].tolist(), arrays["wearers"].tolist(), strict=True)
    return open_layout(
        folder / ROWS,
        starts=arrays["starts"],
        centres=arrays["centres"],
        cluster_groups=arrays["cluster_groups"],
        groups=tuple(groups),
        products=arrays["products"],
        of_group=arrays["of_group"],
    )


def _replay(state: State) -> None:
    """Bring the state to what its database has of batches and changes."""
    for start, partners, worst in state.database.execute("SELECT start, partners, worst FROM batch"):
        values = np.frombuffer(worst, np.float32)
        rows = slice(start, start + len(values))
        state.partners[rows], state.worst[rows] = np.frombuffer(partners, np.int32).reshape(-1, SUGGESTIONS), values
    added = state.database.execute("SELECT stored, category, wearers, product FROM added ORDER BY row").fetchall()
    if added:
        stored = np.stack([np.frombuffer(row[0], np.float32) for row in added])
        facts = Facts(stored, tuple((row[1], row[2]) for row in added), np.array([row[3] for row in added], np.int64))
        state.grow(facts)
    dead = [row for (row,) in state.database.execute("SELECT row FROM dead")]
    for row, partners, worst in state.database.execute("SELECT row, partners, worst FROM changed"):
        state.partners[row], state.worst[row] = np.frombuffer(partners, np.int32), worst
    state.layout.alive[dead], state.partners[dead] = False, NONE


def discard(folder: Path) -> None:
    """Remove a state's files, the layout's first: without it the rest is not used."""
    for name in (ARRAYS, DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", ROWS):
        (folder / name).unlink(missing_ok=True)
    for path in folder.glob("codes-*.index"):
        path.unlink()
