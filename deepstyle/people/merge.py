"""At sign-in, what a pseudonym collected becomes the person's.

Each list is first written into the person's and then removed from the pseudonym's, so a merge that was killed is
repeated without loss, and a second one changes nothing.
"""

from functools import partial

from deepstyle.people.consent import client_ids_of, link_person
from deepstyle.people.lists import LISTS, Entries, ListKind, change_entries, entries_of, fitting, newest_first
from deepstyle.people.opened import People
from deepstyle.people.sizes import SIZES, put_sizes, sizes_of


def merge_lists(people: People, client_id: str, person_id: str) -> None:
    """Move the lists of the pseudonym ``client_id`` to a person, who owns its consent from now on.

    What both have is kept as the person has it; a list that grows too long loses its oldest entries. Nothing happens
    where the pseudonym has no consent, or another person signed in with it: two people may share a browser.
    """
    if client_id == person_id or not link_person(people.store, client_id, person_id):
        return
    for kind in LISTS.values():
        if entries := entries_of(people, kind, client_id):
            change_entries(people, kind, person_id, partial(merged, kind, entries))
            _remove_merged(people, kind, client_id, entries)
    if sizes := sizes_of(people, client_id):
        put_sizes(people, person_id, {**sizes, **sizes_of(people, person_id)})
        people.store.remove(SIZES, client_id)


def merged(kind: ListKind, new: Entries, stored: Entries) -> Entries:
    """Both lists, the newest first, as many as fit."""
    return fitting(kind, newest_first({entry.entry_id: entry for entry in (*new, *stored)}.values()))


def owners_of(people: People, person_id: str) -> tuple[str, ...]:
    """The person's id and the pseudonyms that she signed in with: what everything of hers is stored under."""
    return (person_id, *client_ids_of(people.store, person_id))


def _remove_merged(people: People, kind: ListKind, client_id: str, entries: Entries) -> None:
    """Remove from the pseudonym's list what was merged; what another tab added meanwhile waits for the next sign-in."""
    ids = {entry.entry_id for entry in entries}
    record = people.store.get(kind.table, client_id)
    if record and {entry.entry_id for entry in entries_of(people, kind, client_id)} <= ids:
        people.store.remove(kind.table, client_id, version=record.version)
