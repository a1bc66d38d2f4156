"""Erase a person: her key first, then her records, then what other places hold of her.

Every step may be repeated, and the tombstone says until the end that there are steps left: an erasure that was killed
is finished by the next ``finish_erasures``. Once the key is destroyed, nothing that it encrypted can be read, in any
copy, and nothing more is written of her. Her id, which is random, is in the tombstone until the last step.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from deepstyle.errors import StoreError
from deepstyle.people.base import Record, all_records
from deepstyle.people.holders import HOLDERS, Holder
from deepstyle.people.merge import owners_of
from deepstyle.people.opened import People
from deepstyle.people.tombstones import TOMBSTONES

PENDING: Final = "pending_owners"
UNPURGED: Final = "is_unpurged"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: how many ids the person had, and how many records were deleted.

    ``is_finished`` is false where another process prevented that journals were emptied; ``finish_erasures`` does it.
    """

    owners: int
    records: int
    is_finished: bool


def erase_person(people: People, person_id: str, *, holders: Sequence[Holder] = HOLDERS) -> Erased:
    """Erase a person and the pseudonyms that she signed in with, or one pseudonym; harmless where there is nobody.

    Raises what a holder raises, and ``StoreError`` where the databases cannot be written; ``finish_erasures`` then does
    the rest.
    """
    owners = _bury(people, person_id)
    records = _erase(people, owners, holders)
    return Erased(len(owners), records, _close(people, person_id))


def finish_erasures(people: People, *, holders: Sequence[Holder] = HOLDERS) -> int:
    """Finish what was killed or failed; return how many erasures are still unfinished. Each start of a server calls it.

    Raises as ``erase_person``.
    """
    finished = []
    for record in unfinished_erasures(people):
        if owners := record.fields.get(PENDING):
            _erase(people, owners, holders)
            finished.append(_close(people, owners[0]))
        else:
            finished.append(_purge(people, record.key))
    return finished.count(False)


def unfinished_erasures(people: People) -> list[Record]:
    """The tombstones of erasures with steps left."""
    return [record for record in all_records(people.store, TOMBSTONES) if {PENDING, UNPURGED} & set(record.fields)]


def _bury(people: People, person_id: str) -> tuple[str, ...]:
    """Write the tombstones first: the person's says which ids are to be erased, also those that a killed run found."""
    digest = people.vault.owner_digest(person_id)
    before = people.store.get(TOMBSTONES, digest)
    known = before.fields.get(PENDING, ()) if before else ()
    owners = tuple(dict.fromkeys([person_id, *known, *owners_of(people, person_id)]))
    people.store.put(TOMBSTONES, digest, {"erased_s": time.time(), PENDING: list(owners)})
    for owner in owners[1:]:
        people.store.put(TOMBSTONES, people.vault.owner_digest(owner), {"erased_s": time.time()})
    return owners


def _erase(people: People, owners: Sequence[str], holders: Sequence[Holder]) -> int:
    for owner in owners:
        people.vault.destroy(owner)
    records = _remove(people, owners)
    for holder in holders:
        holder.erase(people, owners)
    return records + _remove(people, owners)  # of a request that ran beside the first time


def _remove(people: People, owners: Sequence[str]) -> int:
    return sum(sum(people.store.remove_owned(owner).values()) for owner in owners)


def _close(people: People, person_id: str) -> bool:
    """Take the ids out of the tombstone, and then out of the journal."""
    digest = people.vault.owner_digest(person_id)
    people.store.put(TOMBSTONES, digest, {"erased_s": time.time(), UNPURGED: True})
    return _purge(people, digest)


def _purge(people: People, digest: str) -> bool:
    """Empty the journals; false where another process reads from them, and the next call tries again."""
    try:
        people.vault.keys.purge()
        people.store.purge()
    except StoreError as error:
        log.warning("an erasure is not finished: %s", error.message)
        return False
    people.store.put(TOMBSTONES, digest, {"erased_s": time.time()})
    return True
