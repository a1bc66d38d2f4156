"""What a person changes of her account: each asks again who she is, and ends her other sessions."""

from deepstyle.people.accounts import links, persons, sessions
from deepstyle.people.accounts.emails import normalised
from deepstyle.people.accounts.opened import Accounts
from deepstyle.people.accounts.passwords import require_strength
from deepstyle.people.accounts.persons import Person
from deepstyle.people.accounts.signing_in import Browser, SignedIn, begin, prove
from deepstyle.people.accounts.site import ADDRESS_PAGE, RESET_PAGE, Site
from deepstyle.people.accounts.throttle import forgive
from deepstyle.people.accounts.throttling import limit_mail
from deepstyle.people.opened import People


def proves_again(accounts: Accounts, signed_in: SignedIn, password: str, *, network: str) -> bool:
    """Whether this is the person: by her password, or where she has none, by having signed in just now.

    Raises ``ThrottledError``.
    """
    if not signed_in.person.password_hash:
        return signed_in.session.is_fresh
    return prove(accounts, signed_in.person.email, password, network=network) is not None


def change_password(accounts: Accounts, signed_in: SignedIn, password: str, browser: Browser) -> SignedIn:
    """Set a new password, end every session and begin a new one; raises ``UsageError`` for a weak password."""
    require_strength(password, signed_in.person.email)
    return begin(accounts, _set_password(accounts, signed_in.person, password), browser)


def request_reset(accounts: Accounts, email: str, *, network: str) -> None:
    """Have a link sent to choose a new password, where the address has an account; says nothing of whether it has.

    Raises ``UsageError`` for what is no address, ``ThrottledError`` and ``OverloadedError``.
    """
    address = normalised(email)
    limit_mail(accounts.people.store, address, network)
    accounts.outbox.put(lambda: _send_reset(accounts, address))


def reset_link(people: People, site: Site, person: Person, *, life_s: int | None = None) -> str:
    """The address at which a person may choose a new password, once; ``life_s`` is how long, by default an hour."""
    content = {"person_id": person.person_id}
    token = links.open_link(people.store, "reset", content, owner=person.person_id, life_s=life_s)
    return site.link(RESET_PAGE, token)


def reset(accounts: Accounts, token: str, password: str) -> bool:
    """Set the password of the person whom a link was sent to, and end her sessions; false where it is not good.

    Raises ``UsageError`` for a weak password; the link then stays good.
    """
    store = accounts.people.store
    content = links.read_link(store, "reset", token)
    person = persons.by_id(accounts.people, content["person_id"]) if content else None
    if person is None or not person.is_active:
        return False
    require_strength(password, person.email)
    if links.use_link(store, "reset", token) is None:
        return False
    _set_password(accounts, person, password)
    forgive(store, "login-email", person.email)
    return True


def request_email(accounts: Accounts, person: Person, email: str, *, network: str) -> None:
    """Have a link sent to a new address, which becomes the person's when she opens it.

    Raises ``UsageError`` for what is no address, ``ThrottledError`` and ``OverloadedError``.
    """
    address = normalised(email)
    limit_mail(accounts.people.store, address, network)
    accounts.outbox.put(lambda: _send_email(accounts, person, address))


def _set_password(accounts: Accounts, person: Person, password: str) -> Person:
    changed = persons.change(accounts.people, person.person_id, password_hash=accounts.passwords.hash(password))
    sessions.end_all(accounts.people.store, person.person_id)
    links.end_links(accounts.people.store, person.person_id)
    accounts.post_soon("password-changed", person.email, person.language, _reset_page(accounts))
    return changed


def _reset_page(accounts: Accounts) -> str:
    return accounts.site.url + RESET_PAGE


def _send_reset(accounts: Accounts, email: str) -> None:
    person = persons.by_email(accounts.people, email)
    if person is not None and person.is_active:
        accounts.post("reset", person.email, person.language, reset_link(accounts.people, accounts.site, person))


def _send_email(accounts: Accounts, person: Person, email: str) -> None:
    """To an address that somebody has, nothing is sent: its owner did not ask, and nobody else is to learn of it."""
    if persons.by_email(accounts.people, email) is None:
        content = {"person_id": person.person_id, "email": email}
        token = links.open_link(accounts.people.store, "email", content, owner=person.person_id)
        accounts.post("email", email, person.language, accounts.site.link(ADDRESS_PAGE, token))
