"""Signing in with a password: the same answer and the same work whether the address, the password or both are wrong."""

from dataclasses import dataclass

from deepstyle.errors import UsageError
from deepstyle.people.accounts import persons, sessions
from deepstyle.people.accounts.emails import normalised
from deepstyle.people.accounts.opened import Accounts
from deepstyle.people.accounts.persons import Person
from deepstyle.people.accounts.sessions import Session
from deepstyle.people.accounts.throttle import forgive
from deepstyle.people.accounts.throttling import limit_logins


@dataclass(frozen=True, slots=True)
class Browser:
    """Who signs in: ``network`` is the client's, "" for this machine; ``session`` the token that the browser had."""

    network: str = ""
    user_agent: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with her session."""

    person: Person
    session: Session
    token: str


def sign_in(accounts: Accounts, email: str, password: str, browser: Browser) -> SignedIn | None:
    """Begin a session for an address and its password; ``None`` where they are not those of an active account.

    Raises ``ThrottledError``.
    """
    person = prove(accounts, email, password, network=browser.network)
    return begin(accounts, person, browser) if person else None


def prove(accounts: Accounts, email: str, password: str, *, network: str) -> Person | None:
    """The active person whose address and password these are; raises ``ThrottledError``."""
    people = accounts.people
    address = _address(email)
    limit_logins(people.store, address, network)
    person = persons.by_email(people, address)
    is_right = accounts.passwords.verify(password, (person.password_hash or None) if person else None)
    if person is None or not is_right or not person.is_active:
        return None
    forgive(people.store, "login-email", address)
    if accounts.passwords.is_outdated(person.password_hash):
        person = persons.change(people, person.person_id, password_hash=accounts.passwords.hash(password))
    return person


def begin(accounts: Accounts, person: Person, browser: Browser) -> SignedIn:
    """Begin a session of a person who proved who she is, in place of the one that the browser had."""
    store = accounts.people.store
    token = sessions.begin(
        store, person.person_id, person.role, user_agent=browser.user_agent, replaces=browser.session
    )
    session = sessions.find(store, token)
    assert session is not None
    return SignedIn(person, session, token)


def find(accounts: Accounts, token: str) -> SignedIn | None:
    """Whom a session's token stands for now; ``None`` where it has ended, or the account is disabled or gone."""
    session = sessions.find(accounts.people.store, token)
    person = persons.by_id(accounts.people, session.person_id) if session else None
    return SignedIn(person, session, token) if session and person and person.is_active else None


def _address(email: str) -> str:
    """The normalised address; one that is none is nobody's, which takes as long to say."""
    try:
        return normalised(email)
    except UsageError:
        return f"{email[:64]} is no address"
