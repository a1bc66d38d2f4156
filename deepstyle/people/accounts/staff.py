"""What an operator does with accounts: who there is, roles, who may sign in, and links to hand over."""

from collections.abc import Iterator
from dataclasses import dataclass

from deepstyle.errors import UsageError
from deepstyle.people.accounts import links, persons, sessions
from deepstyle.people.accounts.changes import reset_link
from deepstyle.people.accounts.emails import normalised
from deepstyle.people.accounts.mail_texts import Language
from deepstyle.people.accounts.persons import Person
from deepstyle.people.accounts.roles import Role
from deepstyle.people.accounts.site import Site
from deepstyle.people.base import all_records
from deepstyle.people.opened import People

HANDED_OVER_S = 24 * 3600
"""How long a link is good that an operator hands over."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A person, and the address at which she chooses her password."""

    person: Person
    link: str


def everybody(people: People) -> Iterator[Person]:
    """Every person, by id."""
    for record in all_records(people.store, "people"):
        if person := persons.by_id(people, record.key):
            yield person


def named(people: People, email: str) -> Person:
    """The person of an address; raises ``UsageError`` where there is none."""
    person = persons.by_email(people, normalised(email))
    if person is None:
        raise UsageError(
            "no account has this address.", remedy="List the accounts with `deepstyle users list`, or create it."
        )
    return person


def invite(people: People, email: str, role: Role, language: Language) -> Invited:
    """Create an account without a password; the operator vouches for the address.

    Raises ``UsageError`` where there is one, or where the website's address is not configured.
    """
    site = Site.of(people.settings.public_url)
    person = persons.create(people, normalised(email), role=role, language=language)
    if person is None:
        raise UsageError("this address has an account.", remedy="Use `deepstyle users reset-link` or `users role`.")
    return Invited(person, reset_link(people, site, person, life_s=HANDED_OVER_S))


def link_for(people: People, email: str) -> Invited:
    """A link at which a person chooses a new password; raises ``UsageError``."""
    site, person = Site.of(people.settings.public_url), named(people, email)
    return Invited(person, reset_link(people, site, person, life_s=HANDED_OVER_S))


def set_role(people: People, email: str, role: Role) -> Person:
    """Give a person another role and end her sessions, whose life depends on it; raises ``UsageError``."""
    changed = persons.change(people, named(people, email).person_id, role=role)
    sessions.end_all(people.store, changed.person_id)
    return changed


def set_active(people: People, email: str, *, is_active: bool) -> Person:
    """Let a person sign in, or not: then her sessions and links end. Raises ``UsageError``."""
    changed = persons.change(people, named(people, email).person_id, is_active=is_active)
    if not is_active:
        sessions.end_all(people.store, changed.person_id)
        links.end_links(people.store, changed.person_id)
    return changed
