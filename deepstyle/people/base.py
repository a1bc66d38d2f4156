"""The contract of the store of people: records in tables, each written whole and atomically.

A table is declared once (``Table``). A record is a JSON object with a key, an owner and a version; a write may name the
version that it was made for. Records of an owner are erased together. SQLite and MongoDB keep the same promises, which
one contract suite tests.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Protocol, Self

MAX_RECORD_BYTES: Final = 256 * 1024
"""The longest record, as JSON in UTF-8."""
MAX_KEY_BYTES: Final = 1024
"""The longest key, owner and indexed value, in UTF-8."""
PERSON_KEY_BYTES: Final = 32
"""The key that encrypts what is personal: AES-256."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the store.

    ``indexed``: top-level fields, each a string, that records are found by. ``is_backed_up`` is false for what a
    restored backup must not bring back, such as sessions and one-time links. ``purpose`` and ``kept`` say why its
    records are stored and for how long, in the report to people who ask. ``secret``: fields that secure an account and
    are not exported.
    """

    name: str
    indexed: tuple[str, ...] = ()
    is_backed_up: bool = True
    purpose: str = ""
    kept: str = ""
    secret: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it is stored.

    ``owner`` is the id of the person or pseudonym that it belongs to, "" where it belongs to nobody. ``version`` counts
    its writes from 1. Times are in seconds since 1970; a record whose ``expires_s`` has passed is never returned.
    """

    key: str
    fields: Mapping[str, Any] = field(hash=False)
    owner: str = ""
    version: int = 0
    created_s: float = 0.0
    expires_s: float | None = None


class PeopleStore(Protocol):
    """Records of people; a handle may be shared by threads, and not by a fork.

    Every method raises ``StoreError`` where the database cannot be reached or holds what it should not, and
    ``UsageError`` for an unknown table or field, a record or key that is too long or is no valid Unicode, or an empty
    key.
    """

    url: str

    def get(self, table: str, key: str) -> Record | None:
        """The record of a key."""
        ...

    def find(self, table: str, name: str, value: str, *, after: str = "", limit: int = 100) -> Sequence[Record]:
        """Records whose indexed field ``name`` is ``value``, by key, after the key ``after``."""
        ...

    def owned(
        self, table: str, owner: str, *, after: str = "", limit: int = 100, descending: bool = False
    ) -> Sequence[Record]:
        """Records of an owner, by key; ``after`` is the last key of the page before."""
        ...

    def scan(self, table: str, *, after: str = "", limit: int = 1000) -> Sequence[Record]:
        """All records of a table, by key."""
        ...

    def add(
        self, table: str, key: str, fields: Mapping[str, Any], *, owner: str = "", expires_s: float | None = None
    ) -> bool:
        """Insert a record; false, and nothing written, where there is one."""
        ...

    def put(
        self,
        table: str,
        key: str,
        fields: Mapping[str, Any],
        *,
        owner: str = "",
        expires_s: float | None = None,
        version: int | None = None,
    ) -> bool:
        """Insert or replace a record; with ``version`` only where the stored one has it, else false.

        A record that is replaced keeps its time of creation. Version 0 is that of a record which is not there.
        """
        ...

    def remove(self, table: str, key: str, *, version: int | None = None) -> bool:
        """Delete a record; false where there is none, or none of that version."""
        ...

    def increment(self, table: str, key: str, by: int = 1, *, expires_s: float | None = None) -> int:
        """Add to the field ``count`` of a record and return the sum; a new one begins at 0 and gets ``expires_s``."""
        ...

    def remove_owned(self, owner: str, *, table: str = "") -> Mapping[str, int]:
        """Delete an owner's records, of one table or of all; return how many by table.

        Raises ``UsageError`` for the owner "".
        """
        ...

    def remove_expired(self, now_s: float) -> int:
        """Delete what has expired, and return how many."""
        ...

    def count(self, table: str) -> int:
        """How many records a table has, expired ones included."""
        ...

    def snapshot(self) -> Iterator[tuple[str, Record]]:
        """Every record that has not expired with its table, by table and key, all as of one moment."""
        ...

    def replace(self, records: Iterable[tuple[str, Record]]) -> int:
        """Replace all that is stored by these records, versions and times included, in one step; return how many.

        Where ``records`` raises, or the process dies, everything stays as it was.
        """
        ...

    def check(self) -> Sequence[str]:
        """What is damaged, one sentence each: the file, records that cannot be read, indexes that disagree."""
        ...

    def purge(self, *, rewrite: bool = False) -> None:
        """Remove what was deleted from journals too; with ``rewrite`` the whole database is written anew.

        Raises ``StoreError`` where other processes prevent it; a later call succeeds.
        """
        ...

    def close(self) -> None:
        """Close the database; a second call does nothing."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def all_records(store: PeopleStore, table: str) -> Iterator[Record]:
    """Every record of a table, by key, read in pages."""
    after = ""
    while page := store.scan(table, after=after):
        yield from page
        after = page[-1].key
