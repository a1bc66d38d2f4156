"""What an index reads of a SQLite store: the rows as they are now, and which of them changed since a revision.

The store's own bookkeeping is the outbox: every row carries the revision of its last write, and ``voided`` names what
was deleted, so any reader may follow from any revision, in order and as often as it likes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.index.base import Held, Row, SpaceName
from deepstyle.index.conditions import COLUMNS, row_values
from deepstyle.store.check import sound_vectors
from deepstyle.store.database import Database
from deepstyle.store.pictures import picture_position

READ_ROWS: Final = 2000

_CHANGED_KEYS: Final = """
SELECT item_key FROM vectors WHERE space_key = :space AND revision > :since
UNION SELECT item_key FROM items WHERE revision > :since
"""
_CHANGED: Final = f"({_CHANGED_KEYS})"
_ROWS: Final = f"""
SELECT item_key, max(vectors.revision, items.revision), vector, item_id, {", ".join(COLUMNS)}
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
_HELD: Final = """
SELECT item_key, max(vectors.revision, items.revision) FROM vectors JOIN items USING (item_key) WHERE space_key = :space
"""


@dataclass(frozen=True, slots=True)
class Scored:
    """Items with a current vector: ``items`` know their id and their group; ``vectors`` (N, D) float32."""

    items: tuple[Item, ...]
    vectors: NDArray[np.float32]


class Truth:
    """Reads of the SQLite file at ``path``, for any thread."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, read_only=True)

    def revision(self) -> int:
        """The revision of the last finished write."""
        return self._database.revision()

    def spaces(self) -> list[SpaceName]:
        """The spaces that exist."""
        with self._database.reading() as connection:
            return [SpaceName(*row) for row in connection.execute("SELECT space, space_key, dimension FROM spaces")]

    def space(self, name: str) -> SpaceName | None:
        """The space, ``None`` where it does not exist."""
        query = "SELECT space, space_key, dimension FROM spaces WHERE space = ?"
        with self._database.reading() as connection:
            row = connection.execute(query, (name,)).fetchone()
        return None if row is None else SpaceName(*row)

    def rows(self, space: SpaceName, *, since: int = -1) -> Iterator[list[Row]]:
        """The rows of ``space`` that changed after ``since``, as they are now, ``READ_ROWS`` at a time."""
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
        """The keys that lost their vector after ``since`` and have none now."""
        values = {"space": space.key, "since": since, "position": picture_position(space.name)}
        with self._database.reading() as connection:
            return [key for (key,) in connection.execute(_GONE, values)]

    def scored(self, space: SpaceName, keys: Sequence[int]) -> Scored:
        """Those of ``keys`` that have a vector now."""
        return self._scored(space, _GIVEN, {"keys": str(list(keys))})

    def changed(self, space: SpaceName, since: int, limit: int) -> Scored | None:
        """What changed after ``since``, ``None`` where these are more than ``limit`` vectors."""
        keys = _CHANGED if since >= 0 else "(SELECT item_key FROM items)"
        found = self._scored(space, keys, {"since": since}, f" LIMIT {limit + 1}")
        return found if len(found.items) <= limit else None

    def held(self, space: SpaceName, since: int) -> tuple[Held, NDArray[np.int64]]:
        """What an index of ``space`` should hold, and the keys (M,) that changed after ``since``, at one moment."""
        values = {"space": space.key, "since": since, "position": picture_position(space.name)}
        with self._database.reading() as connection:
            rows = np.array(connection.execute(_HELD, values).fetchall(), np.int64).reshape(-1, 2)
            changed = {key for query in (_CHANGED_KEYS, _GONE) for (key,) in connection.execute(query, values)}
        return Held(rows[:, 0], rows[:, 1]), np.array(sorted(changed), np.int64)

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    def _scored(self, space: SpaceName, keys: str, values: dict[str, Any], limit: str = "") -> Scored:
        with self._database.reading() as connection:
            query = _SCORED.format(keys=keys) + limit
            found = connection.execute(query, {"space": space.key, **values}).fetchall()
        items = tuple(Item(row[2], model_id=row[3], colour=row[4]) for row in found)
        vectors = sound_vectors([item.item_id for item in items], [row[1] for row in found], space.dimension)
        return Scored(items, vectors)


def _row(found: Sequence[Any], vector: NDArray[np.float32]) -> Row:
    key, revision, _, item_id, *values = found
    return Row(key, revision, vector, row_values(item_id, dict(zip(COLUMNS, values, strict=True))))
