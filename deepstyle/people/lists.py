"""What a person collects: wishlist, saved looks, history and hidden items; one encrypted record per person and list.

The owner is a person, or the pseudonym of somebody who consented and is not signed in. A list is bounded, and written
whole where nobody changed it meanwhile, so that two devices lose nothing of each other.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from deepstyle.errors import ErasedError, StoreError, UsageError
from deepstyle.people.opened import People
from deepstyle.people.sealed import fields_of, put_sealed

MAX_ENTRY_ID_BYTES: Final = 512
MAX_DETAILS_BYTES: Final = 16_000
MAX_LIST_BYTES: Final = 180_000
"""Encrypted and in base64, such a list still fits a record."""
ATTEMPTS: Final = 50


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list: its table, and how many entries it has at most.

    In a ``trail`` the oldest entry gives way to a new one, and one that comes again moves to the front.
    """

    table: str
    most: int
    is_trail: bool = False


WISHLIST: Final = ListKind("wishlist", 500)
LOOKS: Final = ListKind("looks", 100)
HISTORY: Final = ListKind("history", 200, is_trail=True)
HIDDEN: Final = ListKind("hidden", 500, is_trail=True)
LISTS: Final = {kind.table: kind for kind in (WISHLIST, LOOKS, HISTORY, HIDDEN)}


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An entry: an item's id or a look's, when it came (microseconds since 1970), and what else is known of it.

    ``details``: of a look its ``name`` and ``item_ids``.
    """

    entry_id: str
    at_us: int
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ListPage:
    """Entries of a list, the newest first; ``after`` gets the next page, "" on the last one."""

    entries: tuple[ListEntry, ...]
    after: str
    total: int


Entries = tuple[ListEntry, ...]


def put_entry(
    people: People,
    kind: ListKind,
    owner: str,
    entry_id: str,
    details: Mapping[str, Any] | None = None,
    *,
    lasts_s: float | None = None,
) -> ListEntry:
    """Add an entry or replace its details; ``lasts_s`` is how long the list of a pseudonym lasts from now.

    Raises ``UsageError`` for a list that is full or an entry that is too long, ``ErasedError`` for an erased owner.
    """
    entry = _checked(ListEntry(entry_id, time.time_ns() // 1000, dict(details or {})))

    def change(stored: Entries) -> Entries:
        return added(kind, stored, entry)

    entries = change_entries(people, kind, owner, change, lasts_s=lasts_s)
    return next(each for each in entries if each.entry_id == entry_id)


def remove_entry(people: People, kind: ListKind, owner: str, entry_id: str) -> bool:
    """Remove an entry; false where there is none."""
    if entry_id not in {entry.entry_id for entry in entries_of(people, kind, owner)}:
        return False

    def change(stored: Entries) -> Entries:
        return tuple(entry for entry in stored if entry.entry_id != entry_id)

    change_entries(people, kind, owner, change)
    return True


def entries_of(people: People, kind: ListKind, owner: str) -> Entries:
    """All entries, the newest first."""
    return _read(people, kind, owner).entries if owner else ()


def page_of(people: People, kind: ListKind, owner: str, *, after: str = "", limit: int = 50) -> ListPage:
    """The entries after the page that ended with ``after``, also where that entry was removed meanwhile."""
    stored = entries_of(people, kind, owner)
    rest = [entry for entry in stored if _place(entry) > _parsed_place(after)] if after else list(stored)
    page = tuple(rest[:limit])
    return ListPage(page, _cursor(page[-1]) if len(rest) > limit and page else "", len(stored))


def clear(people: People, kind: ListKind, owner: str) -> bool:
    """Remove all entries; false where there were none."""
    return people.store.remove(kind.table, owner) if owner else False


def added(kind: ListKind, stored: Entries, entry: ListEntry) -> Entries:
    """The list with ``entry``; in a trail it moves to the front, in another list it keeps its place."""
    there = next((each for each in stored if each.entry_id == entry.entry_id), None)
    if there and not kind.is_trail:
        return tuple(replace(entry, at_us=there.at_us) if each is there else each for each in stored)
    return newest_first((entry, *(each for each in stored if each is not there)))


def newest_first(entries: Iterable[ListEntry]) -> Entries:
    """Entries by time, the newest first, then by id."""
    return tuple(sorted(entries, key=_place))


@dataclass(frozen=True, slots=True)
class _Stored:
    entries: Entries = ()
    version: int = 0
    expires_s: float | None = None


def change_entries(
    people: People,
    kind: ListKind,
    owner: str,
    change: Callable[[Entries], Entries],
    *,
    lasts_s: float | None = None,
) -> Entries:
    """Write what ``change`` returns, again where another device wrote meanwhile; raises as ``put_entry``."""
    if not owner:
        raise UsageError("a list belongs to nobody.", remedy="Sign in, or consent to a history.")
    for _ in range(ATTEMPTS):
        stored = _read(people, kind, owner)
        entries = _all_or_newest(kind, change(stored.entries))
        expires_s = stored.expires_s if lasts_s is None else time.time() + lasts_s
        fields = {"entries": [asdict(entry) for entry in entries]}
        version = stored.version
        if put_sealed(people, kind.table, owner, owner, fields, expires_s=expires_s, version=version):
            return entries
    raise StoreError(f"the list {kind.table!r} is written by too many at once.", remedy="Try again.")


def fitting(kind: ListKind, entries: Entries) -> Entries:
    """The newest entries, as many as fit a list."""
    left, fit = MAX_LIST_BYTES, 0
    for entry in entries[: kind.most]:
        left -= _bytes_of(asdict(entry))
        fit += left >= 0
    return entries[:fit]


def _all_or_newest(kind: ListKind, entries: Entries) -> Entries:
    fit = fitting(kind, entries)
    if len(fit) < len(entries) and not kind.is_trail:
        raise UsageError(
            f"the list {kind.table!r} is full: it has {kind.most} entries or {MAX_LIST_BYTES} bytes.",
            remedy="Remove some entries first.",
        )
    return fit


def _read(people: People, kind: ListKind, owner: str) -> _Stored:
    """The list as it is stored; one whose key was destroyed is empty."""
    record = people.store.get(kind.table, owner)
    if record is None:
        return _Stored()
    try:
        fields = fields_of(people, kind.table, record)
        entries = tuple(ListEntry(**entry) for entry in fields.get("entries", []))
    except ErasedError:
        entries = ()
    except TypeError as error:
        raise StoreError(f"{kind.table}: a list cannot be read.", remedy="Run `deepstyle people check`.") from error
    return _Stored(entries, record.version, record.expires_s)


def _bytes_of(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")) + 1


def _checked(entry: ListEntry) -> ListEntry:
    if not 0 < len(entry.entry_id.encode("utf-8", "replace")) <= MAX_ENTRY_ID_BYTES:
        raise UsageError(f"an id in a list has 1 to {MAX_ENTRY_ID_BYTES} bytes.")
    if _bytes_of(entry.details) > MAX_DETAILS_BYTES:
        raise UsageError("an entry of a list is too long.", remedy="Shorten its name.")
    return entry


def _place(entry: ListEntry) -> tuple[int, str]:
    return -entry.at_us, entry.entry_id


def _cursor(entry: ListEntry) -> str:
    return f"{entry.at_us}.{entry.entry_id}"


def _parsed_place(cursor: str) -> tuple[int, str]:
    at_us, dot, entry_id = cursor.partition(".")
    if not dot or not at_us.isascii() or not at_us.isdigit() or len(at_us) > 20:
        raise UsageError("the cursor is none of this list.", remedy="Begin without `after`.")
    return -int(at_us), entry_id
