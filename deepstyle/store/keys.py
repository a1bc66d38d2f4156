"""API keys, stored as one fact about the store: every replica sees them, and no copy of the catalogue has them.

A token is 256 random bits, so its SHA-256 is as hard to reverse as the token is to guess, and needs no slow hash. It is
shown once; the store has the digest alone.
"""

import hashlib
import hmac
import json
import re
import secrets
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from deepstyle.errors import StoreError, UsageError
from deepstyle.store.base import INSTANCE_FACTS, Store
from deepstyle.store.check import CHECK_REMEDY
from deepstyle.store.facts import change_fact

Scope = Literal["read", "write", "admin"]
SCOPES: Final[tuple[Scope, ...]] = ("read", "write", "admin")
"""What a key may do; each scope includes those before it."""

KEYS: Final = f"{INSTANCE_FACTS}keys"
PREFIX: Final = "dsk_"
MAX_KEYS: Final = 100
MAX_NAME_CHARS: Final = 64
GRACE: Final = timedelta(days=1)
"""How long a token stays valid after its rotation."""

_TOKEN: Final = re.compile(r"dsk_[0-9a-f]{72}")
_NAME: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MAX_NAME_CHARS - 1}}}")
_SECRET_BYTES: Final = 32
_CHECKSUM_CHARS: Final = 8


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its token; times are ISO 8601 in UTC, ``""`` where there is none.

    ``last_four`` are the last characters of the token. ``last_used`` is a day, written once a day at most. ``digest``
    is the SHA-256 of the token; that of the token before the last rotation is valid until ``old_until``.
    """

    name: str
    scope: Scope
    digest: str
    last_four: str
    created: str
    expires: str = ""
    last_used: str = ""
    old_digest: str = ""
    old_until: str = ""

    def allows(self, scope: Scope) -> bool:
        """Whether the key's scope includes ``scope``."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)

    def has_expired(self, now: datetime) -> bool:
        """Whether the key is no longer valid."""
        return bool(self.expires) and _time(self.expires) <= now

    def described(self) -> dict[str, str]:
        """What people may see of it: no digest."""
        return {name: value for name, value in asdict(self).items() if not name.endswith("digest")}


def new_token() -> str:
    """A token: a prefix that scanners for secrets recognise, 256 random bits, and a checksum of both."""
    body = PREFIX + secrets.token_hex(_SECRET_BYTES)
    return body + _checksum(body)


def is_token(text: str) -> bool:
    """Whether ``text`` has the form of a token and its checksum is right: a token with a typing error has not."""
    return bool(_TOKEN.fullmatch(text)) and _checksum(text[:-_CHECKSUM_CHARS]) == text[-_CHECKSUM_CHARS:]


def find_key(keys: Sequence[ApiKey], token: str, now: datetime) -> ApiKey | None:
    """The valid key of ``token``; all are compared, each in constant time."""
    return key_of_digest(keys, digest_of(token), now)


def key_of_digest(keys: Sequence[ApiKey], digest: str, now: datetime) -> ApiKey | None:
    """The valid key of the token with this ``digest``, as ``find_key``."""
    found = None
    for key in keys:
        is_current = hmac.compare_digest(key.digest, digest)
        is_old = hmac.compare_digest(key.old_digest, digest) and bool(key.old_until) and now < _time(key.old_until)
        if (is_current or is_old) and not key.has_expired(now):
            found = key
    return found


def read_keys(store: Store) -> tuple[ApiKey, ...]:
    """The store's keys by name; raises ``StoreError`` where they cannot be read."""
    return _parsed(store.meta(KEYS))


def create_key(store: Store, name: str, scope: Scope, *, expires: datetime | None = None) -> tuple[ApiKey, str]:
    """Add a key and return it with its token; raises ``UsageError`` for a name that is taken or malformed."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name[:MAX_NAME_CHARS]!r} cannot be the name of a key.",
            remedy=f"Use 1 to {MAX_NAME_CHARS} letters, digits, dots, hyphens and underscores.",
        )
    token, now = new_token(), datetime.now(UTC)
    if expires is not None and expires <= now:
        raise UsageError("the key would have expired already.", remedy="Give a time in the future.")
    key = ApiKey(name, scope, digest_of(token), token[-4:], _written(now), _written(expires) if expires else "")

    def add(keys: tuple[ApiKey, ...]) -> tuple[ApiKey, ...]:
        if any(other.name == name for other in keys):
            raise UsageError(f"there is a key {name!r} already.", remedy="Use another name, or rotate this one.")
        if len(keys) >= MAX_KEYS:
            raise UsageError(f"the store has {MAX_KEYS} keys already.", remedy="Revoke one: `deepstyle keys revoke`.")
        return (*keys, key)

    _change(store, add)
    return key, token


def rotate_key(store: Store, name: str, *, grace: timedelta = GRACE) -> tuple[ApiKey, str]:
    """Give a key a new token and return both; the old token stays valid for ``grace``."""
    token, now = new_token(), datetime.now(UTC)

    def rotated(key: ApiKey) -> ApiKey:
        old_until = _written(now + grace) if grace else ""
        old_digest = key.digest if grace else ""
        return replace(key, digest=digest_of(token), last_four=token[-4:], old_digest=old_digest, old_until=old_until)

    return _change_one(store, name, rotated), token


def revoke_key(store: Store, name: str) -> ApiKey:
    """Remove a key with its tokens; raises ``UsageError`` where there is none of this name."""
    removed = _named(read_keys(store), name)
    _change(store, lambda keys: tuple(key for key in keys if key != _named(keys, name)))
    return removed


def note_use(store: Store, name: str) -> None:
    """Write that the key was used today, unless that is written already."""
    today = datetime.now(UTC).date().isoformat()
    if any(key.name == name and key.last_used < today for key in read_keys(store)):
        _change_one(store, name, lambda key: replace(key, last_used=max(key.last_used, today)))


def _change_one(store: Store, name: str, change: Callable[[ApiKey], ApiKey]) -> ApiKey:
    def change_named(keys: tuple[ApiKey, ...]) -> tuple[ApiKey, ...]:
        chosen = _named(keys, name)
        return tuple(change(key) if key == chosen else key for key in keys)

    return _named(_change(store, change_named), name)


def _change(store: Store, change: Callable[[tuple[ApiKey, ...]], tuple[ApiKey, ...]]) -> tuple[ApiKey, ...]:
    """Replace the keys by what ``change`` makes of them, again where another process changed them meanwhile."""

    def changed(stored: str | None) -> str:
        keys = sorted(change(_parsed(stored)), key=lambda key: key.name)
        return json.dumps([asdict(key) for key in keys])

    return _parsed(change_fact(store, KEYS, changed))


def _named(keys: Sequence[ApiKey], name: str) -> ApiKey:
    for key in keys:
        if key.name == name:
            return key
    raise UsageError(f"there is no key {name[:MAX_NAME_CHARS]!r}.", remedy="`deepstyle keys list` shows the keys.")


def _parsed(text: str | None) -> tuple[ApiKey, ...]:
    try:
        keys = tuple(ApiKey(**fields) for fields in json.loads(text or "[]"))
        _ = [(_time(key.created), key.allows("read"), len(key.digest)) for key in keys]
    except (ValueError, TypeError) as error:
        raise StoreError("the keys of the store cannot be read.", remedy=CHECK_REMEDY) from error
    return keys


def digest_of(token: str) -> str:
    """What the store has of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


def _written(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
