"""What a store of people is and holds, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from deepstyle.people.erase import unfinished_erasures
from deepstyle.people.opened import People
from deepstyle.people.tables import TABLES
from deepstyle.store.url import without_password


@dataclass(frozen=True, slots=True)
class PeopleInfo:
    """Where the store and the keys are, the fingerprint of the keys, and how many records each table has."""

    store: str
    keys: str
    vault: str
    records: Mapping[str, int]
    unfinished_erasures: int


def people_info(people: People) -> PeopleInfo:
    """Count every table; what has expired and was not yet deleted is counted too."""
    settings = people.settings
    return PeopleInfo(
        without_password(settings.people_store),
        without_password(settings.people_keys),
        people.vault.fingerprint,
        {name: people.store.count(name) for name in TABLES},
        len(unfinished_erasures(people)),
    )
