"""A person who is everywhere: a marker in each place that something personal is stored in."""

import contextlib
import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from deepstyle.people.consent import Choice, record_consent
from deepstyle.people.events.journal import Journal, line_of
from deepstyle.people.events.roll import roll
from deepstyle.people.events.schema import Event
from deepstyle.people.lists import LISTS, put_entry
from deepstyle.people.merge import merge_lists
from deepstyle.people.opened import People
from deepstyle.people.sealed import put_sealed
from deepstyle.people.sizes import put_sizes

DAY_US = 1_790_000_000_000_000


def plant(people: People, person_id: str, client_id: str, marker: str) -> None:
    """Store a person with an account, lists, sizes, a session, a pseudonym and its events, stored and journalled."""
    email = f"{marker}@shop.example"
    plain = {"email_digest": people.vault.email_digest(email), "role": "shopper"}
    personal = {"email": email, "name": f"Ada {marker}", "password_hash": f"$argon2$secret-{marker}"}
    put_sealed(people, "people", person_id, person_id, personal, plain=plain)
    identity = people.vault.digest("identity", f"google {marker}")
    put_sealed(people, "identities", identity, person_id, {"subject": marker}, plain={"person_id": person_id})
    people.store.add("sessions", f"s-{person_id}", {"person_id": person_id}, owner=person_id)
    record_consent(people.store, client_id, Choice(True, True))
    put_sizes(people, person_id, {"shoes": f"38 {marker}"[:40]})
    for owner in (person_id, client_id):
        for kind in LISTS.values():
            put_entry(people, kind, owner, f"{marker}-{owner}", {"note": marker, "name": marker})
    merge_lists(people, client_id, person_id)
    put_entry(people, LISTS["history"], client_id, f"{marker}-later")
    for number in range(2):
        journal = Journal(people.settings.events_dir)
        event = Event(f"{client_id}-{number}", DAY_US + number, "search", client_id, user_query=f"{marker} shoes")
        other = Event(secrets.token_hex(8), DAY_US + number, "click", "other", object_id="item-1")
        journal.append(line_of(event) + line_of(other))
        journal.close()
        if number == 0:
            roll(people.settings.events_dir)


def files_with(markers: Iterable[str | bytes], *folders: Path) -> set[str]:
    """The names of the files below ``folders`` in which a marker is, as bytes or as hexadecimal or JSON text."""
    forms = [form for marker in markers for form in _forms(marker)]
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in paths if any(form in _contents(path) for form in forms)}


def _contents(path: Path) -> bytes:
    with contextlib.suppress(FileNotFoundError):  # a running mongod renames its own
        return path.read_bytes()
    return b""


def _forms(marker: str | bytes) -> list[bytes]:
    raw = marker.encode() if isinstance(marker, str) else marker
    return [raw, raw.hex().encode(), json.dumps(raw.decode("latin-1")).encode()]
