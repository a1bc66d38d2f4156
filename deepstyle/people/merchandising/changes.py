"""The audit log, and the only writer of what a merchandiser decides: a change and its entry, neither without the other.

The entry is written first, ``pending``, with what was before and what will be. Then the record is written, only where
it is as it was, and names the entry; an experiment is recognised by its times. Then a counter tells every process to
read again, and the entry is ``done``. After a kill in between, the next change and the next reader of the log compare
the record with the entry, and end what was begun.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from deepstyle.errors import ChangedError, UsageError
from deepstyle.people.base import PeopleStore, Record
from deepstyle.people.experiments.stored import is_stored
from deepstyle.people.tables import FACTS

Kind = Literal["rules", "synonyms", "redirects", "editorial", "margins"]
LoggedKind = Kind | Literal["experiments"]
KINDS: Final[tuple[Kind, ...]] = ("rules", "synonyms", "redirects", "editorial", "margins")
AUDIT: Final = "audit"
COUNTER: Final = "merchandising"
PENDING_S: Final = 60.0
"""A change that has not taken effect for so long is none."""
_LAST_US: Final = 1 << 52
_CHANGED_REMEDY: Final = "Read it again, and make the change from what is there now."


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the audit log; ``before`` and ``after`` are ``None`` where there was or will be nothing.

    ``entry_id`` orders entries by time. ``version`` is that of the record after the change, 0 where it was removed.
    ``undoes`` is the entry that this one took back.
    """

    entry_id: str
    at_s: float
    who: str
    kind: LoggedKind
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    version: int
    undoes: str = ""

    @property
    def target(self) -> str:
        """What was changed, as entries are found by it."""
        return f"{self.kind} {self.key}"

    def fields(self, state: Literal["pending", "done"]) -> dict[str, Any]:
        """The entry as it is stored."""
        fields = {name: getattr(self, name) for name in ("at_s", "who", "kind", "key", "before", "after", "version")}
        return {**fields, "undoes": self.undoes, "state": state, "target": self.target}

    @classmethod
    def of(cls, record: Record) -> "Entry":
        """The entry of a record of the table ``audit``."""
        given = {name: record.fields[name] for name in ("at_s", "who", "kind", "key", "before", "after", "version")}
        return cls(record.key, undoes=record.fields.get("undoes", ""), **given)

    @classmethod
    def now(
        cls,
        who: str,
        kind: LoggedKind,
        key: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        *,
        version: int = 0,
        undoes: str = "",
    ) -> "Entry":
        """The entry of a change that is about to be made."""
        return cls(_new_id(), time.time(), who, kind, key, before, after, version, undoes)


def change(
    store: PeopleStore,
    who: str,
    kind: Kind,
    key: str,
    value: Mapping[str, Any] | None,
    *,
    version: int | None = None,
    undoes: str = "",
) -> Entry:
    """Write ``value``, or remove the record where it is ``None``, and log it; return the entry.

    ``version`` is that of the record which the change was made for, 0 for none. Raises ``ChangedError`` where it is
    another, ``UsageError`` where there is nothing to remove.
    """
    recover(store)
    stored = store.get(kind, key)
    at = stored.version if stored else 0
    if version is not None and version != at:
        raise ChangedError(f"{key!r} of the {kind} was changed since.", remedy=_CHANGED_REMEDY)
    if stored is None and value is None:
        raise UsageError(f"there is no {key[:100]!r} among the {kind}.", remedy=f"List the {kind}.")
    before = value_of(stored) if stored else None
    after_version = 0 if value is None else at + 1
    entry = Entry.now(who, kind, key, before, value, version=after_version, undoes=undoes)
    if not logged(store, entry, lambda: _write(store, kind, entry, at)):
        raise ChangedError(f"{key!r} of the {kind} was changed at the same time.", remedy=_CHANGED_REMEDY)
    return entry


def logged(store: PeopleStore, entry: Entry, write: Callable[[], bool]) -> bool:
    """Make a change and log it; where ``write`` refuses, by ``False`` or a ``UsageError``, nothing is logged."""
    store.add(AUDIT, entry.entry_id, entry.fields("pending"))
    try:
        is_written = write()
    except UsageError:
        store.remove(AUDIT, entry.entry_id)
        raise
    if is_written:
        _finish(store, entry)
    else:
        store.remove(AUDIT, entry.entry_id)
    return is_written


def by_account(person_id: str) -> str:
    """How the log names an account: by its id, never by an address, for the log is kept."""
    return f"person {person_id}"


def undo(store: PeopleStore, who: str, entry: Entry) -> Entry:
    """Take a merchandiser's change back; raises ``ChangedError`` where a later one is still in effect."""
    kind = entry.kind
    if kind == "experiments":
        raise UsageError("an experiment is not taken back as a record is.", remedy="Stop it.")
    stored = store.get(kind, entry.key)  # first: a change from now on is refused by its version
    if not _is_in_effect(store, entry):
        raise ChangedError(
            f"{entry.key!r} of the {kind} was changed after this entry.", remedy="Undo the later changes first."
        )
    version = stored.version if stored else 0
    return change(store, who, kind, entry.key, entry.before, version=version, undoes=entry.entry_id)


def _is_in_effect(store: PeopleStore, entry: Entry) -> bool:
    """Whether an entry and all later ones of the same thing leave what the entry wrote: those were taken back."""
    taken_back, after = set[str](), ""
    while page := store.find(AUDIT, "target", entry.target, after=after):
        for record in page:
            if record.key in taken_back:
                if record.key == entry.entry_id:
                    return False
            elif record.key == entry.entry_id:
                return True
            elif undoes := record.fields.get("undoes"):
                taken_back.add(undoes)
            else:
                return False
        after = page[-1].key
    return False


def entry_of(store: PeopleStore, entry_id: str) -> Entry:
    """One entry of the log; raises ``UsageError`` for an unknown one."""
    recover(store)
    record = store.get(AUDIT, entry_id)
    if record is None:
        raise UsageError(f"the audit log has no entry {entry_id[:100]!r}.", remedy="List the log.")
    return Entry.of(record)


def entries(store: PeopleStore, *, after: str = "", limit: int = 50) -> list[Entry]:
    """The log, newest first; ``after`` is the last entry of the page before."""
    recover(store)
    return [Entry.of(record) for record in store.scan(AUDIT, after=after, limit=limit)]


def value_of(record: Record) -> Mapping[str, Any]:
    """What a merchandiser wrote into a record."""
    value: Mapping[str, Any] = record.fields["value"]
    return value


def recover(store: PeopleStore) -> None:
    """End the changes of processes that died: log those that took effect, forget the others once they are old."""
    for record in store.find(AUDIT, "state", "pending"):
        entry = Entry.of(record)
        if _took_effect(store, entry):
            _finish(store, entry)
        elif time.time() - entry.at_s > PENDING_S:
            store.remove(AUDIT, entry.entry_id)


def _took_effect(store: PeopleStore, entry: Entry) -> bool:
    if entry.kind == "experiments":
        return entry.after is not None and is_stored(store, entry.key, entry.after)
    stored = store.get(entry.kind, entry.key)
    return entry.after is None if stored is None else stored.fields.get("entry") == entry.entry_id


def _write(store: PeopleStore, kind: Kind, entry: Entry, version: int) -> bool:
    if entry.after is None:
        return store.remove(kind, entry.key, version=version)
    return store.put(kind, entry.key, {"value": entry.after, "entry": entry.entry_id}, version=version)


def _finish(store: PeopleStore, entry: Entry) -> None:
    store.increment(FACTS, COUNTER)  # first: an entry that is done is not looked at again
    store.put(AUDIT, entry.entry_id, entry.fields("done"))


def _new_id() -> str:
    """An id that sorts before those of earlier entries."""
    return f"{_LAST_US - time.time_ns() // 1000:013x}-{uuid.uuid4().hex[:12]}"
