"""Sign-ins of people at ``/admin``, stored as one fact about the store: every server process and replica sees them.

A session is 256 random bits in a browser's cookie. The store has its SHA-256, so that nobody who reads the store can
pass for it, and the digest of the API key's token that it was made with: it ends with that token. A link is the same in
an address, and is exchanged for a session once.
"""

import hmac
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from deepstyle.errors import StoreError
from deepstyle.store.base import INSTANCE_FACTS, Store
from deepstyle.store.check import CHECK_REMEDY
from deepstyle.store.facts import change_fact
from deepstyle.store.keys import ApiKey, digest_of, key_of_digest, read_keys

SESSIONS: Final = f"{INSTANCE_FACTS}sessions"
SESSION_LIFE: Final = timedelta(hours=12)
LINK_LIFE: Final = timedelta(minutes=10)
MAX_SESSIONS: Final = 50
"""Sessions and links together; where another one begins, the one that began first ends."""

Kind = Literal["session", "link"]
_TOKEN: Final = re.compile(r"dss_[0-9a-f]{64}")
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in or a link without its token; ``expires`` is in ISO 8601 and UTC."""

    digest: str
    kind: Kind
    key_digest: str
    expires: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The key that a session acts for, and when the session ends."""

    key: ApiKey
    expires: datetime


def open_session(store: Store, key_digest: str, now: datetime, *, replaces: str = "") -> tuple[str, datetime]:
    """Begin a session for a key's token; return the session's own token and its end. ``replaces`` is ended."""
    token, expires = _new_token(), now + SESSION_LIFE
    _add(store, Session(digest_of(token), "session", key_digest, expires.isoformat()), now, without=replaces)
    return token, expires


def open_link(store: Store, key: ApiKey, now: datetime) -> str:
    """A code that one person may exchange for a session, within ``LINK_LIFE``."""
    code = _new_token()
    _add(store, Session(digest_of(code), "link", key.digest, (now + LINK_LIFE).isoformat()), now)
    return code


def use_link(store: Store, code: str, now: datetime) -> str | None:
    """End the link of ``code`` and return the digest of its key's token; ``None`` where there is no such link."""
    found = _find(_read(store), "link", code, now)
    if found is None:
        return None
    used = False

    def without(stored: str | None) -> str:
        nonlocal used
        kept = [one for one in _parsed(stored) if one != found]
        used = len(kept) < len(_parsed(stored))
        return _written(kept)

    change_fact(store, SESSIONS, without)
    return found.key_digest if used else None


def find_session(store: Store, token: str, now: datetime) -> SignedIn | None:
    """Whom a session acts for, as the store has it now; ``None`` where it, or its key's token, has ended."""
    found = _find(_read(store), "session", token, now)
    key = key_of_digest(read_keys(store), found.key_digest, now) if found else None
    return SignedIn(key, datetime.fromisoformat(found.expires)) if found and key else None


def end_session(store: Store, token: str) -> None:
    """End a session, whether there is one or not."""
    digest = digest_of(token)
    change_fact(store, SESSIONS, lambda stored: _written([one for one in _parsed(stored) if one.digest != digest]))


def _add(store: Store, session: Session, now: datetime, *, without: str = "") -> None:
    """Add one, without those that are over."""
    ended = digest_of(without) if without else ""

    def added(stored: str | None) -> str:
        going_on = [one for one in _parsed(stored) if not _is_over(one, now) and one.digest != ended]
        return _written([*going_on[1 - MAX_SESSIONS :], session])

    change_fact(store, SESSIONS, added)


def _find(sessions: Sequence[Session], kind: Kind, token: str, now: datetime) -> Session | None:
    """The one of this token that goes on; all are compared, each in constant time."""
    if not _TOKEN.fullmatch(token):
        return None
    digest, found = digest_of(token), None
    for one in sessions:
        if hmac.compare_digest(one.digest, digest) and one.kind == kind and not _is_over(one, now):
            found = one
    return found


def _is_over(session: Session, now: datetime) -> bool:
    return datetime.fromisoformat(session.expires) <= now


def _new_token() -> str:
    return f"dss_{secrets.token_hex(_SECRET_BYTES)}"


def _read(store: Store) -> list[Session]:
    return _parsed(store.meta(SESSIONS))


def _parsed(text: str | None) -> list[Session]:
    try:
        sessions = [Session(**fields) for fields in json.loads(text or "[]")]
        _ = [(datetime.fromisoformat(one.expires), len(one.digest)) for one in sessions]
    except (ValueError, TypeError) as error:
        raise StoreError("the sessions of the store cannot be read.", remedy=CHECK_REMEDY) from error
    return sessions


def _written(sessions: Sequence[Session]) -> str:
    return json.dumps([asdict(one) for one in sessions])
