"""The records of people: one for each person, and one for each thing that leads to her.

A person is found by her e-mail address, a provider's subject or a passkey: records of the table ``identities``, whose
key is a digest and which are added atomically, so that none leads to two people. What is personal in a record is
encrypted by the person's key.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from deepstyle.errors import StoreError, UsageError
from deepstyle.people.accounts.mail_texts import LANGUAGES, Language
from deepstyle.people.accounts.roles import Role, checked_role
from deepstyle.people.base import Record
from deepstyle.people.opened import People
from deepstyle.people.sealed import fields_of, put_sealed

Way = Literal["email", "oidc", "passkey"]
_ATTEMPTS: Final = 10
_PERSONAL: Final = ("email", "password_hash", "language")
_PLAIN: Final = ("role", "is_active", "is_personal")


@dataclass(frozen=True, slots=True)
class Person:
    """A person as her record has her.

    ``password_hash`` is "" for one who signs in by other means only; ``is_personal`` is whether she wants results that
    depend on what she did.
    """

    person_id: str
    email: str
    password_hash: str
    role: Role
    language: Language
    is_active: bool
    is_personal: bool
    created_s: float
    version: int


@dataclass(frozen=True, slots=True)
class Identity:
    """What leads to a person; ``details`` are the provider, or what a passkey is checked by."""

    key: str
    person_id: str
    way: Way
    created_s: float
    details: Mapping[str, Any]
    version: int = 0


def create(
    people: People, email: str, *, password_hash: str = "", role: Role = "shopper", language: Language = "en"
) -> Person | None:
    """Create a person with a confirmed address; ``None`` where another one has it."""
    person_id = f"p_{secrets.token_hex(16)}"
    values: dict[str, Any] = {"email": email, "password_hash": password_hash, "language": language, "role": role}
    values |= {"is_active": True, "is_personal": True}
    _put(people, person_id, values, version=0)
    # A process that dies here leaves a person whom nothing leads to, and not an address that nobody can have.
    if not claim(people, "email", email, person_id, {}):
        people.store.remove("people", person_id)
        people.vault.destroy(person_id)
        return None
    return by_id(people, person_id)


def by_id(people: People, person_id: str) -> Person | None:
    """The person of an id."""
    record = people.store.get("people", person_id)
    return _person(people, record) if record else None


def by_email(people: People, email: str) -> Person | None:
    """The person of a normalised address."""
    found = identity(people, "email", email)
    return by_id(people, found.person_id) if found else None


def change(people: People, person_id: str, **changes: Any) -> Person:
    """Change fields of a person, each write made for the version it read; raises ``UsageError`` where she is gone."""
    for _ in range(_ATTEMPTS):
        person = by_id(people, person_id)
        if person is None:
            raise UsageError("this person no longer has an account.")
        changed = replace(person, **changes, version=person.version + 1)
        values = {name: getattr(changed, name) for name in (*_PERSONAL, *_PLAIN)}
        if _put(people, person_id, values, version=person.version):
            return changed
    raise StoreError("a person's record is changed by others all the time.", remedy="Try again.")


def move_email(people: People, person_id: str, email: str) -> bool:
    """Give a person another confirmed address; false where somebody else has it."""
    person = by_id(people, person_id)
    if person is None or not claim(people, "email", email, person_id, {}):
        return False
    change(people, person_id, email=email)
    release(people, "email", person.email)
    return True


def claim(people: People, way: Way, name: str, person_id: str, details: Mapping[str, Any]) -> bool:
    """Let ``name`` lead to a person; false where it leads to somebody else."""
    key, plain = _key(people, way, name), {"person_id": person_id, "way": way}
    if put_sealed(people, "identities", key, person_id, details, plain=plain, version=0):
        return True
    found = people.store.get("identities", key)
    return found is not None and found.owner == person_id


def release(people: People, way: Way, name: str) -> None:
    """Let ``name`` lead to nobody."""
    people.store.remove("identities", _key(people, way, name))


def identity(people: People, way: Way, name: str) -> Identity | None:
    """What ``name`` leads to."""
    record = people.store.get("identities", _key(people, way, name))
    return _identity(people, record) if record else None


def identities_of(people: People, person_id: str, way: Way) -> Sequence[Identity]:
    """All that leads to a person in one way."""
    found = [_identity(people, record) for record in people.store.owned("identities", person_id, limit=200)]
    return [one for one in found if one.way == way]


def update_identity(people: People, found: Identity, details: Mapping[str, Any]) -> bool:
    """Replace the details; false where somebody else did meanwhile."""
    plain = {"person_id": found.person_id, "way": found.way}
    return put_sealed(people, "identities", found.key, found.person_id, details, plain=plain, version=found.version)


def _put(people: People, person_id: str, values: Mapping[str, Any], *, version: int) -> bool:
    personal = {name: values[name] for name in _PERSONAL}
    plain = {name: values[name] for name in _PLAIN} | {"email_digest": people.vault.email_digest(values["email"])}
    return put_sealed(people, "people", person_id, person_id, personal, plain=plain, version=version)


def _key(people: People, way: Way, name: str) -> str:
    """The key of an identity, which only holders of the keys can compute."""
    return f"{way}:{people.vault.digest(f'identity {way}', name)}"


def _person(people: People, record: Record) -> Person:
    fields = fields_of(people, "people", record)
    return Person(
        person_id=record.key,
        email=fields["email"],
        password_hash=fields["password_hash"],
        role=checked_role(fields["role"]),
        language=next((one for one in LANGUAGES if one == fields["language"]), "en"),
        is_active=fields["is_active"] is True,
        is_personal=fields["is_personal"] is True,
        created_s=record.created_s,
        version=record.version,
    )


def _identity(people: People, record: Record) -> Identity:
    fields = fields_of(people, "identities", record)
    person_id, way = fields.pop("person_id"), fields.pop("way")
    return Identity(record.key, person_id, way, record.created_s, fields, record.version)
