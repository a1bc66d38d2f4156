"""What changed in a store since a revision: how a derived index follows it without reading all of it."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

_WRITTEN: Final = "SELECT item_key, item_id FROM items WHERE revision > ?"
_ENCODED: Final = """
SELECT item_key, item_id FROM vectors JOIN items USING (item_key)
WHERE space_key = (SELECT space_key FROM spaces WHERE space = ?) AND vectors.revision > ?
"""
_GONE: Final = """
SELECT item_key FROM voided WHERE revision > ? AND NOT EXISTS (SELECT 1 FROM items WHERE item_key = voided.item_key)
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """Items by id with their keys: those ``written``, and those with a new vector; the keys of those ``gone``."""

    revision: int
    written: dict[str, int]
    encoded: dict[str, int]
    gone: tuple[int, ...]


@runtime_checkable
class FollowedStore(Protocol):
    """A store that says what changed since a revision; an item's key is never given out again."""

    def revision(self) -> int:
        """The revision of the last finished write."""
        ...

    def changes_since(self, space: str, revision: int) -> Changes:
        """What was written after ``revision``, in time that depends on how much that is."""
        ...

    def item_keys(self) -> dict[str, int]:
        """The key of every item, by its id."""
        ...

    def derived_folder(self, name: str) -> Path:
        """Where the files of a derived index are, beside the store."""
        ...


def read_changes(connection: sqlite3.Connection, space: str, since: int, revision: int) -> Changes:
    """See ``FollowedStore.changes_since``; ``revision`` is that of the connection's view."""
    written = {item_id: key for key, item_id in connection.execute(_WRITTEN, (since,))}
    encoded = {item_id: key for key, item_id in connection.execute(_ENCODED, (space, since))}
    gone = tuple(key for (key,) in connection.execute(_GONE, (since,)))
    return Changes(revision, written, encoded, gone)
