"""Read and write the vectors in the embedded store's file."""

import sqlite3
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import StoreError
from deepstyle.store.base import VectorBatch
from deepstyle.store.check import sound_vectors
from deepstyle.store.digests import row_digest
from deepstyle.store.embedded_pictures import pictured
from deepstyle.store.embedded_write import AMONG_IDS, as_json
from deepstyle.store.pictures import picture_position
from deepstyle.store.schema import next_revision

# In these, ``{pictured}`` stands for the items that have a picture at the space's position.
_MISSING: Final = """
SELECT item_id, sha256 FROM {pictured} AS p
WHERE item_id > :after AND NOT EXISTS (
  SELECT 1 FROM vectors
  WHERE space_key = (SELECT space_key FROM spaces WHERE space = :space) AND vectors.item_key = p.item_key
)
ORDER BY item_id LIMIT :limit
"""
_ALL: Final = """
SELECT item_id, sha256, vector FROM spaces JOIN vectors USING (space_key) JOIN {pictured} USING (item_key)
WHERE space = ? ORDER BY item_id
"""
# CROSS JOIN keeps SQLite from reading the whole space and picking the items out of it.
_AMONG: Final = f"""
SELECT item_id, sha256, vector FROM {{pictured}} CROSS JOIN spaces CROSS JOIN vectors USING (space_key, item_key)
WHERE space = ? AND {AMONG_IDS}
"""  # noqa: S608 - constants only
_PUT_VECTOR: Final = "INSERT INTO vectors (space_key, item_key, revision, vector, digest) VALUES (?, ?, ?, ?, ?)"


def missing(connection: sqlite3.Connection, space: str, after: str, limit: int) -> list[tuple[str, str]]:
    """The images without a vector; see ``Store.missing_vectors``."""
    query = _MISSING.format(pictured=pictured(picture_position(space)))
    return connection.execute(query, {"space": space, "after": after, "limit": limit}).fetchall()


def put(connection: sqlite3.Connection, space: str, batch: VectorBatch, vectors: NDArray[np.float32]) -> int:
    """Write the checked ``vectors`` (N, D) of ``batch``; see ``Store.put_vectors``."""
    revision = next_revision(connection)
    query = f"SELECT item_id, item_key, sha256 FROM {pictured(picture_position(space))} WHERE {AMONG_IDS}"  # noqa: S608
    found = connection.execute(query, (as_json(batch.item_ids),))
    current = {item_id: (key, sha256) for item_id, key, sha256 in found}
    current_vectors = {
        current[item_id][0]: vector.tobytes()
        for item_id, sha256, vector in zip(batch.item_ids, batch.image_sha256s, vectors, strict=True)
        if item_id in current and current[item_id][1] == sha256
    }
    if vectors.size:
        space_key = _space_key_of(connection, space, vectors.shape[1], make=bool(current_vectors))
        for key, data in current_vectors.items():
            _put_vector(connection, space_key, key, revision, data)
    return len(current_vectors)


def read(connection: sqlite3.Connection, space: str, item_ids: Sequence[str] | None) -> VectorBatch:
    """The current vectors of ``space``; see ``Store.vectors``."""
    items = pictured(picture_position(space))
    if item_ids is None:
        rows = connection.execute(_ALL.format(pictured=items), (space,)).fetchall()
    else:
        found = connection.execute(_AMONG.format(pictured=items), (space, as_json(item_ids)))
        by_id = {row[0]: row for row in found}
        rows = [by_id[item_id] for item_id in item_ids if item_id in by_id]
    stored = connection.execute("SELECT dimension FROM spaces WHERE space = ?", (space,)).fetchone()
    found_ids = tuple(row[0] for row in rows)
    vectors = sound_vectors(found_ids, [row[2] for row in rows], stored[0] if stored else 0)
    return VectorBatch(found_ids, tuple(row[1] for row in rows), vectors)


def _space_key_of(connection: sqlite3.Connection, space: str, dimension: int, *, make: bool) -> int:
    """The key of ``space``, made where it is new and ``make``; raises ``StoreError`` where its dimension is another."""
    row = connection.execute("SELECT space_key, dimension FROM spaces WHERE space = ?", (space,)).fetchone()
    if row is None and make:
        query = "INSERT INTO spaces (space, dimension, digest) VALUES (?, ?, ?)"
        digest = row_digest(space, dimension)
        return int(connection.execute(query, (space, dimension, digest)).lastrowid or 0)
    if row is not None and row[1] != dimension:
        raise StoreError(f"the space {space} has {row[1]} dimensions, the vectors {dimension}.")
    return 0 if row is None else int(row[0])


def _put_vector(connection: sqlite3.Connection, space_key: int, item_key: int, revision: int, data: bytes) -> None:
    """Write one vector under a new key, unless it is there already."""
    where = (space_key, item_key)
    query = "SELECT vector FROM vectors WHERE space_key = ? AND item_key = ?"
    stored = connection.execute(query, where).fetchone()
    if stored is not None and stored[0] == data:
        return
    if stored is not None:
        connection.execute("DELETE FROM vectors WHERE space_key = ? AND item_key = ?", where)
    row = (*where, revision, data)
    connection.execute(_PUT_VECTOR, (*row, row_digest(*row)))
