"""Passkeys of people: registering one, signing in with one, removing one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from deepstyle.errors import UsageError
from deepstyle.people.accounts import links, persons
from deepstyle.people.accounts.opened import Accounts
from deepstyle.people.accounts.passkeys import (
    MAX_PASSKEYS,
    Passkey,
    authentication,
    challenge_in,
    counted,
    credential_id_of,
    registered,
    registration,
)
from deepstyle.people.accounts.persons import Identity, Person
from deepstyle.people.accounts.site import ACCOUNT_PAGE
from deepstyle.people.accounts.tokens import new_token


@dataclass(frozen=True, slots=True)
class ListedPasskey:
    """A passkey as its owner sees it; ``created_s`` in seconds since 1970."""

    passkey_id: str
    name: str
    created_s: float


def registration_options(accounts: Accounts, person: Person) -> Mapping[str, Any]:
    """What the browser makes a passkey by; raises ``UsageError`` where the person has as many as she may."""
    known = persons.identities_of(accounts.people, person.person_id, "passkey")
    if len(known) >= MAX_PASSKEYS:
        raise UsageError(f"there are {MAX_PASSKEYS} passkeys already.", remedy="Remove one first.")
    content = {"person_id": person.person_id}
    token = links.open_link(accounts.people.store, "new-passkey", content, owner=person.person_id)
    ids = [one.details["credential_id"] for one in known]
    return registration(accounts.site, person.person_id.encode(), person.email, _challenge(token), ids)


def register(accounts: Accounts, person: Person, credential: Mapping[str, Any], name: str) -> ListedPasskey:
    """Add the passkey that the browser made, and mail the person; raises ``UsageError`` where it answers no options."""
    token = _token(challenge_in(credential))
    content = links.use_link(accounts.people.store, "new-passkey", token)
    if content is None or content["person_id"] != person.person_id:
        raise UsageError("credential: its challenge is not known, or no longer.", remedy="Request the options again.")
    made = registered(accounts.site, credential, _challenge(token))
    details = {**asdict(made), "name": name}
    if not persons.claim(accounts.people, "passkey", made.credential_id, person.person_id, details):
        raise UsageError("credential: the passkey is registered already.")
    found = persons.identity(accounts.people, "passkey", made.credential_id)
    assert found is not None
    accounts.post_soon("passkey-added", person.email, person.language, accounts.site.url + ACCOUNT_PAGE)
    return _listed(found)


def sign_in_options(accounts: Accounts) -> Mapping[str, Any]:
    """What the browser signs in by, with any passkey of this site."""
    return authentication(accounts.site, _challenge(links.open_link(accounts.people.store, "passkey", {})))


def person_of(accounts: Accounts, credential: Mapping[str, Any]) -> Person | None:
    """The active person whose passkey signed the challenge; ``None`` where none did."""
    people, token = accounts.people, _token(challenge_in(credential))
    if links.use_link(people.store, "passkey", token) is None:
        return None
    found = persons.identity(people, "passkey", credential_id_of(credential))
    if found is None:
        return None
    passkey = Passkey(*(found.details[name] for name in ("credential_id", "public_key", "count")))
    count = counted(accounts.site, credential, _challenge(token), passkey)
    if count is None or not persons.update_identity(people, found, {**found.details, "count": count}):
        return None
    person = persons.by_id(people, found.person_id)
    return person if person and person.is_active else None


def passkeys_of(accounts: Accounts, person: Person) -> Sequence[ListedPasskey]:
    """A person's passkeys."""
    return [_listed(one) for one in persons.identities_of(accounts.people, person.person_id, "passkey")]


def remove(accounts: Accounts, person: Person, passkey_id: str) -> bool:
    """Remove one of a person's own passkeys; false where she has none of this id."""
    for one in persons.identities_of(accounts.people, person.person_id, "passkey"):
        if _listed(one).passkey_id == passkey_id:
            return accounts.people.store.remove("identities", one.key)
    return False


def _listed(found: Identity) -> ListedPasskey:
    return ListedPasskey(found.key.removeprefix("passkey:")[:16], found.details["name"], found.created_s)


def _challenge(token: str) -> bytes:
    return bytes.fromhex(token.removeprefix("dsl_"))


def _token(challenge: bytes) -> str:
    """The one-time link of a challenge; that of none is one that does not exist."""
    return f"dsl_{challenge.hex()}" if challenge else new_token("dsl")
