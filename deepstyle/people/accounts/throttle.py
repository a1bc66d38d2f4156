"""How often somebody may try: counted in the store, so that all servers count together.

What is counted, an address of e-mail or a client's network, is stored only as a digest by a key that is random, new
each day, and deleted with the counts: nobody can find out later who it was. IP addresses are never stored.
"""

import hmac
import math
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from deepstyle.people.base import PeopleStore

_DAY_S: Final = 24 * 3600
Kind = Literal["login-email", "login-network", "mail-email", "mail-network"]


@dataclass(frozen=True, slots=True)
class Rate:
    """``most`` attempts within ``window_s``."""

    most: int
    window_s: int


RATES: Final[Mapping[Kind, Rate]] = {
    "login-email": Rate(10, 900),
    "login-network": Rate(100, 900),
    "mail-email": Rate(5, 3600),
    "mail-network": Rate(50, 3600),
}
"""Attempts to sign in, and requests that send a mail, for one address and from one network."""


def attempt(store: PeopleStore, subjects: Iterable[tuple[Kind, str]]) -> int:
    """Count one attempt for each subject; return 0, or the seconds to wait where one has had too many.

    A subject that is empty is not counted.
    """
    now_s = time.time()
    waits = [_wait_s(store, kind, subject, now_s) for kind, subject in subjects if subject]
    return max(waits, default=0)


def forgive(store: PeopleStore, kind: Kind, subject: str) -> None:
    """Forget the attempts of a subject that proved who it is."""
    store.remove("throttle", _key(store, kind, subject, time.time()))


def _wait_s(store: PeopleStore, kind: Kind, subject: str, now_s: float) -> int:
    window_s = RATES[kind].window_s
    ends_s = (now_s // window_s + 1) * window_s
    count = store.increment("throttle", _key(store, kind, subject, now_s), expires_s=ends_s)
    return math.ceil(ends_s - now_s) if count > RATES[kind].most else 0


def _key(store: PeopleStore, kind: Kind, subject: str, now_s: float) -> str:
    window = int(now_s // RATES[kind].window_s)
    digest = hmac.digest(_salt(store, int(now_s // _DAY_S)), f"{kind} {subject}".encode(), "sha256").hex()
    return f"{window}:{digest}"


def _salt(store: PeopleStore, day: int) -> bytes:
    """The day's key, the same for all servers: the first one to need it adds it."""
    name = f"salt:{day}"
    if (found := store.get("throttle", name)) is None:
        store.add("throttle", name, {"salt": secrets.token_hex(32)}, expires_s=(day + 1) * _DAY_S + _DAY_S)
        found = store.get("throttle", name)
        assert found is not None
    return bytes.fromhex(found.fields["salt"])
