"""Random tokens: 256 bits, of which the store has only the SHA-256."""

import hashlib
import re
import secrets
from typing import Final

_SECRET_BYTES: Final = 32
_TOKEN: Final = re.compile(r"(dsp|dsl)_[0-9a-f]{64}")


def new_token(prefix: str) -> str:
    """A token; ``dsp`` is the prefix of sessions, ``dsl`` of one-time links."""
    return f"{prefix}_{secrets.token_hex(_SECRET_BYTES)}"


def is_token(text: str, prefix: str) -> bool:
    """Whether ``text`` has the form of such a token."""
    found = _TOKEN.fullmatch(text)
    return found is not None and found[1] == prefix


def digest_of(token: str) -> str:
    """The key that a token's record has in the store: SHA-256, in hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()
