"""What is stored of people, why, how long and where: the report that a privacy officer reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from deepstyle.people.erase import unfinished_erasures
from deepstyle.people.holders import HOLDERS, Holder
from deepstyle.people.opened import People
from deepstyle.people.tables import TABLES
from deepstyle.people.tombstones import TOMBSTONES
from deepstyle.store.url import without_password


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of record: its table or place, why it is stored, how long, where, and how many there are.

    ``records`` is ``None`` where they are not counted. ``is_backed_up`` says whether backups hold them too.
    """

    name: str
    purpose: str
    kept: str
    where: str
    records: int | None
    is_backed_up: bool


@dataclass(frozen=True, slots=True)
class PrivacyReport:
    """All that is held, where the keys are, how many ids were erased, and how many erasures are not finished."""

    held: tuple[Held, ...]
    keys: str
    erased: int
    unfinished: int


def privacy_report(people: People, *, holders: Sequence[Holder] = HOLDERS) -> PrivacyReport:
    """Report on every table of the store and every other place."""
    where = without_password(people.settings.people_store)
    held = [
        Held(table.name, table.purpose, table.kept, where, people.store.count(table.name), table.is_backed_up)
        for table in TABLES.values()
    ]
    held += [Held(each.name, each.purpose, each.kept(people), each.where(people), None, False) for each in holders]
    keys = without_password(people.settings.people_keys)
    return PrivacyReport(tuple(held), keys, people.store.count(TOMBSTONES), len(unfinished_erasures(people)))
