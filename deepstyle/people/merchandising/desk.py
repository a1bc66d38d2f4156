"""What the API and the commands do at the merchandiser's desk: every write is checked, bounded and logged."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from deepstyle.errors import UsageError
from deepstyle.people.base import PeopleStore, Record, all_records
from deepstyle.people.merchandising.changes import COUNTER, Entry, Kind, change, value_of
from deepstyle.people.merchandising.kinds import MAX_REDIRECTS, MAX_SYNONYMS, Margin, checked
from deepstyle.people.merchandising.rules import MAX_RULES
from deepstyle.people.tables import FACTS

MAX_LOOKS: Final = 500
MOST: Final[Mapping[Kind, int]] = {
    "rules": MAX_RULES, "synonyms": MAX_SYNONYMS, "redirects": MAX_REDIRECTS, "editorial": MAX_LOOKS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A record at the desk: its key, what was written, and the version that a change names."""

    key: str
    value: Mapping[str, Any]
    version: int

    @classmethod
    def of(cls, record: Record) -> "Kept":
        """A record as people see it."""
        return cls(record.key, value_of(record), record.version)


def listed(store: PeopleStore, kind: Kind) -> list[Kept]:
    """All of a kind, by key."""
    return [Kept.of(record) for record in all_records(store, kind)]


def find(store: PeopleStore, kind: Kind, key: str) -> Kept:
    """One of a kind; raises ``UsageError`` where there is none."""
    record = store.get(kind, key)
    if record is None:
        raise UsageError(f"there is no {key[:100]!r} among the {kind}.", remedy=f"List the {kind}.")
    return Kept.of(record)


def put(store: PeopleStore, who: str, kind: Kind, key: str, value: object, *, version: int | None = None) -> Entry:
    """Check and write one; raises ``UsageError`` that names the field, ``ChangedError`` for another version."""
    checked_value = checked(kind, value)
    most = MOST.get(kind)
    if most is not None and store.get(kind, key) is None and store.count(kind) >= most:
        raise UsageError(f"there are {most} {kind} already.", remedy="Remove those that nothing needs.")
    return change(store, who, kind, key, checked_value, version=version)


def remove(store: PeopleStore, who: str, kind: Kind, key: str, *, version: int | None = None) -> Entry:
    """Remove one; raises ``UsageError`` where there is none, ``ChangedError`` for another version."""
    return change(store, who, kind, key, None, version=version)


def new_key(kind: Kind) -> str:
    """A key that nothing has."""
    return f"{kind.rstrip('s')}-{uuid.uuid4().hex[:12]}"


def import_margins(store: PeopleStore, margins: Iterable[tuple[str, float]]) -> int:
    """Write margins of a feed, by item id; return how many changed.

    A feed is no decision of a merchandiser, so the log has no entry of it.
    """
    changed = 0
    for item_id, margin in margins:
        value = Margin(margin=margin).model_dump()
        record = store.get("margins", item_id)
        if record is None or value_of(record) != value:
            store.put("margins", item_id, {"value": value, "entry": ""})
            changed += 1
    if changed:
        store.increment(FACTS, COUNTER)
    return changed
