"""Signing in by a provider: which person its answer stands for.

A provider's subject leads to one person. The first time, it is linked to the account of the same address, or makes one,
but only where the provider says that it confirmed the address; ours always are.
"""

import hashlib
import hmac
from dataclasses import dataclass

from deepstyle.errors import ProviderError, UsageError
from deepstyle.people.accounts import links, persons
from deepstyle.people.accounts.emails import normalised
from deepstyle.people.accounts.oidc import Claims, Client
from deepstyle.people.accounts.opened import Accounts
from deepstyle.people.accounts.persons import Person
from deepstyle.people.accounts.tokens import new_token


@dataclass(frozen=True, slots=True)
class Departure:
    """``url`` is where the browser goes to sign in, ``token`` is the cookie by which it is known when it comes back."""

    url: str
    token: str


@dataclass(frozen=True, slots=True)
class Return:
    """The parameters that a browser comes back with, and its cookie's token."""

    token: str
    state: str
    code: str
    issuer: str = ""


def depart(accounts: Accounts, provider: str) -> Departure:
    """Begin to sign in by a provider; raises ``UsageError`` for an unknown one, ``ProviderError``."""
    client, token = _client(accounts, provider), new_token("dsl")
    begun = client.begin(_state(token))
    links.open_link(accounts.people.store, "oidc", {"provider": provider, **begun.secrets_}, token=token)
    return Departure(begun.url, token)


def arrive(accounts: Accounts, provider: str, came: Return) -> Person:
    """The person whom the provider's answer stands for; raises ``UsageError``, ``ProviderError``.

    The answer counts once, in the browser that left, for the provider that it left to.
    """
    client = _client(accounts, provider)
    begun = links.use_link(accounts.people.store, "oidc", came.token)
    if begun is None or begun["provider"] != provider:
        raise ProviderError("this browser is not expected back, or no longer.")
    if not hmac.compare_digest(came.state.encode(), _state(came.token).encode()):
        raise ProviderError("the answer belongs to another sign-in.")
    if not came.code:
        raise ProviderError("the provider refused, or the person did.")
    return _person_of(accounts, provider, client.finish(came.code, came.issuer, begun))


def _person_of(accounts: Accounts, provider: str, claims: Claims) -> Person:
    people, name = accounts.people, f"{provider} {claims.subject}"
    if (known := persons.identity(people, "oidc", name)) is not None:
        person = persons.by_id(people, known.person_id)
    else:
        person = _linked(accounts, provider, name, claims.email)
    if person is None or not person.is_active:
        raise ProviderError("this account cannot sign in.")
    return person


def _linked(accounts: Accounts, provider: str, name: str, email: str) -> Person | None:
    """Link the subject to the person of a confirmed address, who is created where there is none."""
    if not email:
        raise ProviderError("the provider has not confirmed an e-mail address.", remedy="Confirm it there first.")
    try:
        address = normalised(email)
    except UsageError:
        raise ProviderError("the provider's e-mail address cannot be used here.") from None
    person = persons.by_email(accounts.people, address) or persons.create(accounts.people, address)
    person = person or persons.by_email(accounts.people, address)  # created by another request meanwhile
    is_linked = person is not None and persons.claim(
        accounts.people, "oidc", name, person.person_id, {"provider": provider}
    )
    return person if is_linked else None


def _client(accounts: Accounts, provider: str) -> Client:
    if provider not in accounts.providers:
        raise UsageError(f"there is no provider {provider[:40]!r}.", remedy="See GET /v1/accounts/session.")
    return accounts.providers[provider]


def _state(token: str) -> str:
    """What the provider sends back: it belongs to the cookie, and tells nothing of it."""
    return hashlib.sha256(b"deepstyle state " + token.encode()).hexdigest()
