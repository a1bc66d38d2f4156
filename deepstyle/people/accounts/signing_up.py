"""Signing up: an account begins when its address is confirmed, by who knows its password, and not before.

What is said and how long it takes is the same whether an address has an account or not: the password is hashed either
way, and a thread of its own decides which mail goes out.
"""

from typing import Literal

from deepstyle.people.accounts import links, persons, sessions
from deepstyle.people.accounts.changes import reset_link
from deepstyle.people.accounts.emails import normalised
from deepstyle.people.accounts.mail_texts import Language
from deepstyle.people.accounts.opened import Accounts
from deepstyle.people.accounts.passwords import require_strength
from deepstyle.people.accounts.site import CONFIRM_PAGE
from deepstyle.people.accounts.throttling import limit_mail

Confirmed = Literal["confirmed", "wrong-password", "bad-link"]


def sign_up(accounts: Accounts, email: str, password: str, language: Language, *, network: str) -> None:
    """Have a mail sent with a link that creates the account, or says that there is one.

    Raises ``UsageError`` for what is no address or no good password, ``ThrottledError`` and ``OverloadedError``.
    """
    address = normalised(email)
    require_strength(password, address)
    limit_mail(accounts.people.store, address, network)
    password_hash = accounts.passwords.hash(password)
    accounts.outbox.put(lambda: _answer(accounts, address, password_hash, language))


def _answer(accounts: Accounts, email: str, password_hash: str, language: Language) -> None:
    if (person := persons.by_email(accounts.people, email)) is not None:
        accounts.post("exists", person.email, person.language, reset_link(accounts.people, accounts.site, person))
        return
    wanted = {"email": email, "password_hash": password_hash, "language": language}
    token = links.open_link(accounts.people.store, "confirm", wanted)
    accounts.post("confirm", email, language, accounts.site.link(CONFIRM_PAGE, token))


def confirm(accounts: Accounts, token: str, password: str = "", *, session: str = "") -> Confirmed:
    """Create the account, or change the address, that a link was sent for.

    An account needs the ``password`` that it was signed up for with. Otherwise who signs up with another person's
    address would know the password of the account that she confirms (Sudhodanan and Paverd 2022, "Pre-hijacked
    accounts"). A change of address ends the person's sessions, except the one of the token ``session``.
    """
    people = accounts.people
    if (wanted := links.read_link(people.store, "confirm", token)) is not None:
        if not accounts.passwords.verify(password, wanted["password_hash"]):
            return "wrong-password"
        is_first = links.use_link(people.store, "confirm", token) is not None
        return "confirmed" if is_first and persons.create(people, **wanted) else "bad-link"
    if (moved := links.use_link(people.store, "email", token)) is not None:
        return "confirmed" if _move(accounts, moved["person_id"], moved["email"], session) else "bad-link"
    return "bad-link"


def _move(accounts: Accounts, person_id: str, email: str, session: str) -> bool:
    people = accounts.people
    person = persons.by_id(people, person_id)
    if person is None or not persons.move_email(people, person_id, email):
        return False
    sessions.end_all(people.store, person_id, but=session)
    links.end_links(people.store, person_id)
    accounts.post_soon("email-changed", person.email, person.language)
    return True
