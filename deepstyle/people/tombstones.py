"""What is remembered of erased people: a keyed digest, by which a backup that still has them is cleaned.

A tombstone is in the store, and in the vault as the name of a destroyed key: either one suffices.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from deepstyle.people.base import Record, all_records
from deepstyle.people.opened import People
from deepstyle.people.vault import Vault

TOMBSTONES: Final = "tombstones"


def erased_digests(people: People) -> set[str]:
    """The digests of everybody who was erased, or whose erasure began."""
    return {record.key for record in all_records(people.store, TOMBSTONES)} | set(people.vault.keys.destroyed())


def without_erased(
    vault: Vault, digests: Collection[str], records: Iterable[tuple[str, Record]]
) -> Iterator[tuple[str, Record]]:
    """The records that belong to nobody erased."""
    known: dict[str, bool] = {"": False}
    for table, record in records:
        if record.owner not in known:
            known[record.owner] = vault.owner_digest(record.owner) in digests
        if not known[record.owner]:
            yield table, record


def apply_tombstones(people: People) -> int:
    """Delete what the store holds of erased people, as a backup may have brought it back; return how many owners."""
    if not (digests := erased_digests(people)):
        return 0
    owners = {record.owner for _, record in people.store.snapshot()} - {""}
    erased = [owner for owner in owners if people.vault.owner_digest(owner) in digests]
    for owner in erased:
        people.store.remove_owned(owner)
    return len(erased)
