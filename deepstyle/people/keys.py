"""The keys of people, in a database apart from what they encrypt: the contract, and SQLite.

A key is found by a name that only the vault can compute, so the database says nothing about whose it is. The name of a
destroyed key stays, so that no second key is ever made for an erased person.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from deepstyle.errors import UsageError
from deepstyle.people.open import MONGODB, SQLITE, needs_pymongo
from deepstyle.people.sqlite_file import open_file, purge_file, translated
from deepstyle.store.schema import transaction

APPLICATION_ID: Final = 0x6473746B  # "dstk"
KEY_BYTES: Final = 32
WHAT: Final = "database of people's keys"
STEPS: Final = ("CREATE TABLE key (name TEXT NOT NULL PRIMARY KEY, key BLOB) STRICT, WITHOUT ROWID",)


class Keys(Protocol):
    """Keys by name; a handle may be shared by threads. Every method raises ``StoreError``, as ``PeopleStore`` does."""

    def get(self, name: str) -> bytes | None:
        """The key of a name, ``None`` where there is none or it was destroyed."""
        ...

    def create(self, name: str, key: bytes) -> bytes | None:
        """The key of a name, which becomes ``key`` where there was none; ``None`` where it was destroyed."""
        ...

    def destroy(self, name: str) -> None:
        """Delete a key, and keep its name as destroyed whether there was one or not."""
        ...

    def destroyed(self) -> Iterator[str]:
        """The names of destroyed keys."""
        ...

    def check(self) -> Sequence[str]:
        """What is damaged, one sentence each."""
        ...

    def purge(self) -> None:
        """Remove destroyed keys from the file's free space and journals."""
        ...

    def close(self) -> None:
        """Close the database; a second call does nothing."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class SqliteKeys:
    """See ``Keys``; a file that only its owner may read."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._db = open_file(path, STEPS, application_id=APPLICATION_ID, what=WHAT, create=create)

    def get(self, name: str) -> bytes | None:
        """See ``Keys``."""
        with self._locked():
            row = self._db.execute("SELECT key FROM key WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def create(self, name: str, key: bytes) -> bytes | None:
        """See ``Keys``."""
        with self._locked(), transaction(self._db, "BEGIN IMMEDIATE"):
            self._db.execute("INSERT OR IGNORE INTO key VALUES (?, ?)", (name, key))
            return self.get(name)

    def destroy(self, name: str) -> None:
        """See ``Keys``."""
        with self._locked(), transaction(self._db, "BEGIN IMMEDIATE"):
            self._db.execute("INSERT INTO key VALUES (?, NULL) ON CONFLICT (name) DO UPDATE SET key = NULL", (name,))

    def destroyed(self) -> Iterator[str]:
        """See ``Keys``."""
        with self._locked():
            rows = self._db.execute("SELECT name FROM key WHERE key IS NULL ORDER BY name").fetchall()
        return iter([row[0] for row in rows])

    def check(self) -> Sequence[str]:
        """See ``Keys``."""
        with self._locked():
            said = [row[0] for row in self._db.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
            wrong = self._db.execute("SELECT count(*) FROM key WHERE length(key) <> ?", (KEY_BYTES,)).fetchone()[0]
        return [
            *(f"the keys: {each}" for each in said),
            *([f"the keys: {wrong} are too short or long"] if wrong else []),
        ]

    def purge(self) -> None:
        """See ``Keys``; pages that were split may hold a copy of a key that moved, so the file is written anew."""
        with translated(self._path, WHAT):
            purge_file(self._path, rewrite=True)

    def close(self) -> None:
        """See ``Keys``."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock, translated(self._path, WHAT):
            yield


def open_keys(url: str, *, create: bool = True) -> Keys:
    """Open ``sqlite:///PATH``, or ``mongodb://…`` for several servers.

    Raises ``UsageError`` for another URL, ``StoreError`` for what cannot be opened.
    """
    if url.startswith(SQLITE) and url != SQLITE:
        return SqliteKeys(Path(url.removeprefix(SQLITE)), create=create)
    if url.startswith(MONGODB):
        with needs_pymongo():
            from deepstyle.people.mongodb_keys import MongoKeys
        return MongoKeys(url, create=create)
    raise UsageError(
        "the keys of people are at no URL that can be opened.",
        remedy="Set DEEPSTYLE_PEOPLE_KEYS to sqlite:///PATH or mongodb://HOST/DATABASE.",
    )
