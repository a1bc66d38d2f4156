"""What rankings keep of one person: nothing. Her factors are computed for a request and never written."""

from collections.abc import Iterable

from deepstyle.people.base import PeopleStore
from deepstyle.people.ranking.records import TABLE


def forget(people: PeopleStore, owner_ids: Iterable[str]) -> int:
    """Drop what was learned of owners; return how many records that were.

    Folders of rankings have no owner: an item has factors where at least ``LEAST_PEOPLE`` people liked it, words are
    counted where ``LEAST_SESSIONS`` sessions searched for them. The next training no longer sees an erased person,
    because her events are gone.
    """
    return sum(people.remove_owned(owner, table=TABLE).get(TABLE, 0) for owner in owner_ids if owner)
