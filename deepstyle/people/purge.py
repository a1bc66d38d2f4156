"""What is done now and then with a store of people: what has expired or was erased leaves every file."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from deepstyle.people.erase import finish_erasures
from deepstyle.people.holders import HOLDERS, Holder
from deepstyle.people.opened import People
from deepstyle.people.tombstones import apply_tombstones


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge did: expired records deleted, erased owners found again, and erasures that are still unfinished."""

    expired: int
    found_again: int
    unfinished: int


def purge_people(people: People, *, holders: Sequence[Holder] = HOLDERS) -> Purged:
    """Finish erasures, delete what has expired or belongs to erased people, and write both databases anew.

    Raises ``StoreError`` where another process prevents it; a later call does the rest.
    """
    unfinished = finish_erasures(people, holders=holders)
    found_again = apply_tombstones(people)
    expired = people.store.remove_expired(time.time())
    people.vault.keys.purge()
    people.store.purge(rewrite=True)
    return Purged(expired, found_again, unfinished)
