"""What an index reads of a SQLite store.

The store's own bookkeeping is the outbox: every row carries the revision of its last write, in microseconds, and
``voided`` names what was deleted.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import SEARCHED, Item
from deepstyle.index.base import Held, Row, SpaceName
from deepstyle.index.conditions import COMPARED, row_values
from deepstyle.index.truth import READ_ROWS, Scored
from deepstyle.index.turn import Turn, file_turn
from deepstyle.store.check import sound_vectors
from deepstyle.store.database import Database
from deepstyle.store.pictures import picture_position

_CHANGED_KEYS: Final = """
SELECT item_key FROM vectors WHERE space_key = :space AND revision > :since
UNION SELECT item_key FROM items WHERE revision > :since
"""
_CHANGED: Final = f"({_CHANGED_KEYS})"
_ROWS: Final = f"""
SELECT item_key, max(vectors.revision, items.revision), vector, item_id, {", ".join((*SEARCHED, *COMPARED))}
FROM vectors JOIN items USING (item_key) WHERE space_key = :space AND item_key > :after
"""  # noqa: S608 - constants only
_PAGE: Final = f" ORDER BY item_key LIMIT {READ_ROWS}"
# CROSS JOIN keeps SQLite from reading the whole space and picking the items out of it.
_SCORED: Final = """
SELECT item_key, vector, item_id, model_id, colour FROM {keys} CROSS JOIN vectors USING (item_key)
CROSS JOIN items USING (item_key) WHERE space_key = :space
"""
_GIVEN: Final = "(SELECT value AS item_key FROM json_each(:keys))"
_GONE: Final = """
SELECT item_key FROM voided WHERE revision > :since
UNION SELECT item_key FROM voided_pictures WHERE position = :position AND revision > :since
EXCEPT SELECT item_key FROM vectors WHERE space_key = :space
"""
_COUNT: Final = "SELECT count(*) FROM (SELECT 1 FROM vectors WHERE space_key = :space LIMIT :limit)"
_HELD: Final = """
SELECT item_key, max(vectors.revision, items.revision) FROM vectors JOIN items USING (item_key) WHERE space_key = :space
"""


class SqliteTruth:
    """See ``Truth``; reads the file at ``path``."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, read_only=True)

    def revision(self, space: SpaceName) -> int:
        """See ``Truth.revision``: that of the last finished write, to any space."""
        return self._database.revision()

    def knows(self, space: SpaceName, revision: int) -> bool:
        """See ``Truth.knows``: a later revision is of a store that this one is an older copy of."""
        return revision <= self._database.revision()

    def behind_s(self, space: SpaceName, revision: int) -> float:
        """See ``Truth.behind_s``."""
        return max(0, self._database.revision() - revision) / 1e6

    def spaces(self) -> list[SpaceName]:
        """See ``Truth.spaces``."""
        with self._database.reading() as connection:
            return [SpaceName(*row) for row in connection.execute("SELECT space, space_key, dimension FROM spaces")]

    def space(self, name: str) -> SpaceName | None:
        """See ``Truth.space``."""
        query = "SELECT space, space_key, dimension FROM spaces WHERE space = ?"
        with self._database.reading() as connection:
            row = connection.execute(query, (name,)).fetchone()
        return None if row is None else SpaceName(*row)

    def count(self, space: SpaceName, limit: int) -> int:
        """See ``Truth.count``; reads an index, and no vector."""
        with self._database.reading() as connection:
            return int(connection.execute(_COUNT, {"space": space.key, "limit": limit}).fetchone()[0])

    def rows(self, space: SpaceName, *, since: int = -1) -> Iterator[list[Row]]:
        """See ``Truth.rows``."""
        among = f" AND item_key IN {_CHANGED}" if since >= 0 else ""
        after = -1
        while True:
            with self._database.reading() as connection:
                values = {"space": space.key, "since": since, "after": after}
                read = connection.execute(_ROWS + among + _PAGE, values).fetchall()
            if not read:
                return
            vectors = sound_vectors([row[3] for row in read], [row[2] for row in read], space.dimension)
            yield [_row(found, vector) for found, vector in zip(read, vectors, strict=True)]
            after = read[-1][0]

    def gone(self, space: SpaceName, since: int) -> list[int]:
        """See ``Truth.gone``."""
        values = {"space": space.key, "since": since, "position": picture_position(space.name)}
        with self._database.reading() as connection:
            return [key for (key,) in connection.execute(_GONE, values)]

    def scored(self, space: SpaceName, keys: Sequence[int]) -> Scored:
        """See ``Truth.scored``."""
        return self._scored(space, _GIVEN, {"keys": str(list(keys))})

    def changed(self, space: SpaceName, since: int, limit: int) -> Scored | None:
        """See ``Truth.changed``."""
        keys = _CHANGED if since >= 0 else "(SELECT item_key FROM items)"
        found = self._scored(space, keys, {"since": since}, f" LIMIT {limit + 1}")
        return found if len(found.items) <= limit else None

    def changed_keys(self, space: SpaceName, since: int) -> list[int]:
        """See ``Truth.changed_keys``."""
        with self._database.reading() as connection:
            return _changed_keys(connection, space, since)

    def held(self, space: SpaceName, since: int) -> tuple[Held, NDArray[np.int64]]:
        """See ``Truth.held``; read at one moment."""
        with self._database.reading() as connection:
            rows = np.array(connection.execute(_HELD, {"space": space.key}).fetchall(), np.int64).reshape(-1, 2)
            changed = _changed_keys(connection, space, since)
        return Held(rows[:, 0], rows[:, 1]), np.array(changed, np.int64)

    def turn(self) -> AbstractContextManager[Turn]:
        """See ``Truth.turn``."""
        return file_turn(Path(f"{self._database.path}.follower"))

    def close(self) -> None:
        """See ``Truth.close``."""
        self._database.close()

    def _scored(self, space: SpaceName, keys: str, values: dict[str, Any], limit: str = "") -> Scored:
        with self._database.reading() as connection:
            query = _SCORED.format(keys=keys) + limit
            found = connection.execute(query, {"space": space.key, **values}).fetchall()
        items = tuple(Item(row[2], model_id=row[3], colour=row[4]) for row in found)
        vectors = sound_vectors([item.item_id for item in items], [row[1] for row in found], space.dimension)
        return Scored(items, vectors)


def _changed_keys(connection: sqlite3.Connection, space: SpaceName, since: int) -> list[int]:
    values = {"space": space.key, "since": since, "position": picture_position(space.name)}
    return sorted({key for query in (_CHANGED_KEYS, _GONE) for (key,) in connection.execute(query, values)})


def _row(found: Sequence[Any], vector: NDArray[np.float32]) -> Row:
    key, revision, _, item_id, *values = found
    text, compared = "\n".join(values[: len(SEARCHED)]), values[len(SEARCHED) :]
    return Row(key, revision, vector, row_values(item_id, text, dict(zip(COMPARED, compared, strict=True))))
