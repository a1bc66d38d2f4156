"""Check a store of people against its vault: structure, records, indexes, and that what is encrypted can be read."""

from dataclasses import dataclass

from deepstyle.errors import ErasedError, StoreError
from deepstyle.people.base import Record
from deepstyle.people.opened import People


@dataclass(frozen=True, slots=True)
class PeopleCheck:
    """How many records were read, and what is damaged, one sentence each."""

    records: int
    findings: tuple[str, ...]


def check_people(people: People) -> PeopleCheck:
    """Read everything; ``StoreError`` only where the database cannot be read at all."""
    findings = [*people.vault.keys.check(), *people.store.check()]
    records = 0
    try:
        for table, record in people.store.snapshot():
            records += 1
            if fault := _fault(people, table, record):
                findings.append(f"{table}, record {record.key[:80]!r}: {fault}")
    except StoreError as error:
        if not findings:
            findings.append(error.message)
    return PeopleCheck(records, tuple(findings))


def _fault(people: People, table: str, record: Record) -> str:
    try:
        people.vault.unseal(table, record)
    except ErasedError:
        return "its key is gone; `deepstyle privacy purge` removes what belongs to erased people"
    except StoreError:
        return "what is encrypted in it was altered, or belongs to another record"
    return ""
