"""Which learned ranking serves, and which did, in the table ``rankings`` of the store of people, or in another one."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from deepstyle.errors import UsageError
from deepstyle.people.base import PeopleStore, all_records

TABLE: Final = "rankings"
SERVING: Final = "serving"
"""The key of the record that names what serves; all other keys are versions."""
MOST_PREVIOUS: Final = 10
VERSION: Final = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Serving:
    """The ``version`` that serves, "" for none, and the ``previous`` ones, the latest first."""

    version: str = ""
    previous: tuple[str, ...] = ()


def read_serving(people: PeopleStore, table: str = TABLE) -> Serving:
    """What serves."""
    record = people.get(table, SERVING)
    if record is None:
        return Serving()
    versions = [str(one) for one in (record.fields.get("version", ""), *record.fields.get("previous", ()))]
    version, *previous = (one if VERSION.fullmatch(one) else "" for one in versions)
    return Serving(version, tuple(previous))


def note_version(people: PeopleStore, version: str, fields: Mapping[str, Any], table: str = TABLE) -> None:
    """Keep what is known of a version."""
    people.put(table, version, fields)


def versions(people: PeopleStore, table: str = TABLE) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each version that was trained, the earliest first, with what is known of it."""
    return ((one.key, one.fields) for one in all_records(people, table) if one.key != SERVING)


def promote(people: PeopleStore, version: str, table: str = TABLE) -> Serving:
    """Let a version serve."""
    return _replace(people, table, lambda old: Serving(version, (old.version, *old.previous)[:MOST_PREVIOUS]))


def roll_back(people: PeopleStore, table: str = TABLE) -> Serving:
    """Let what served before serve again, or nothing where nothing did; raises ``UsageError`` where nothing serves."""

    def previous(old: Serving) -> Serving:
        if not old.version:
            what = "ranking" if table == TABLE else "compatibility"
            raise UsageError(f"no learned {what} serves.", remedy=f"Run `deepstyle learn {what}`.")
        return Serving(old.previous[0], old.previous[1:]) if old.previous else Serving()

    return _replace(people, table, previous)


def _replace(people: PeopleStore, table: str, change: Callable[[Serving], Serving]) -> Serving:
    while True:
        record = people.get(table, SERVING)
        new = change(read_serving(people, table))
        fields = {"version": new.version, "previous": list(new.previous)}
        if people.put(table, SERVING, fields, version=record.version if record else 0):
            return new
