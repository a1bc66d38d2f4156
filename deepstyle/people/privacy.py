"""What is stored of people, why, how long and where: the report that a privacy officer reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from deepstyle.people.erase import unfinished_erasures
from deepstyle.people.holders import HOLDERS, Holder
from deepstyle.people.open import MONGODB
from deepstyle.people.opened import People
from deepstyle.people.tables import TABLES
from deepstyle.people.tombstones import TOMBSTONES
from deepstyle.settings import Settings
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
    """All that is held, where the keys are, how many ids were erased, and how many erasures are not finished.

    ``oplog_since_s``: how far the oplog of MongoDB reaches back, which holds what was deleted since (docs/people.md).
    """

    held: tuple[Held, ...]
    keys: str
    erased: int
    unfinished: int
    oplog_since_s: float | None = None


def privacy_report(people: People, *, holders: Sequence[Holder] = HOLDERS) -> PrivacyReport:
    """Report on every table of the store and every other place."""
    where = without_password(people.settings.people_store)
    held = [
        Held(table.name, table.purpose, table.kept, where, people.store.count(table.name), table.is_backed_up)
        for table in TABLES.values()
    ]
    held += [
        Held(each.name, each.purpose, each.kept(people.settings), each.where(people), None, False) for each in holders
    ]
    keys = without_password(people.settings.people_keys)
    erased, unfinished = people.store.count(TOMBSTONES), len(unfinished_erasures(people))
    return PrivacyReport(tuple(held), keys, erased, unfinished, _oplog_since_s(people))


def as_markdown() -> str:
    """What is stored with the default settings, as a table of the documentation."""
    defaults = Settings.model_construct()
    rows = ["| stored | why | for how long | in backups |", "| --- | --- | --- | --- |"]
    for table in TABLES.values():
        rows.append(f"| `{table.name}` | {table.purpose} | {table.kept} | {'yes' if table.is_backed_up else 'no'} |")
    rows += [f"| `{each.name}` | {each.purpose} | {each.kept(defaults)} | no |" for each in HOLDERS]
    return "\n".join(rows)


def _oplog_since_s(people: People) -> float | None:
    urls = [url for url in (people.settings.people_store, people.settings.people_keys) if url.startswith(MONGODB)]
    if not urls:
        return None
    from deepstyle.people.mongodb_database import oplog_since_s

    return min((since_s for url in urls if (since_s := oplog_since_s(url)) is not None), default=None)
