"""One-time links: a token in a mail or in a browser that is good once, for a while, for one purpose.

The store has the token's SHA-256, and what belongs to the link encrypted by a key derived from the token: whoever reads
the store can neither use a link nor read the address in it.
"""

import base64
import json
import os
import time
from collections.abc import Mapping
from typing import Any, Final, Literal

from deepstyle.errors import StoreError
from deepstyle.people.accounts.tokens import digest_of, is_token, new_token
from deepstyle.people.base import PeopleStore

Purpose = Literal["confirm", "email", "reset", "oidc", "passkey", "new-passkey"]
LIFE_S: Final[Mapping[Purpose, int]] = {
    "confirm": 24 * 3600,
    "email": 24 * 3600,
    "reset": 3600,
    "oidc": 600,
    "passkey": 300,
    "new-passkey": 300,
}
"""How long a link is good, in seconds."""
_NONCE_BYTES: Final = 12


def open_link(
    store: PeopleStore,
    purpose: Purpose,
    content: Mapping[str, Any],
    *,
    owner: str = "",
    life_s: int | None = None,
    token: str = "",
) -> str:
    """Begin a link and return its token, by default a new one; the link belongs to ``owner``, if she is known."""
    token = token or new_token("dsl")
    sealed = base64.b64encode(_seal(token, json.dumps(content).encode())).decode()
    expires_s = time.time() + (LIFE_S[purpose] if life_s is None else life_s)
    store.add("links", digest_of(token), {"purpose": purpose, "content": sealed}, owner=owner, expires_s=expires_s)
    return token


def read_link(store: PeopleStore, purpose: Purpose, token: str) -> Mapping[str, Any] | None:
    """The content of a link; ``None`` where it was used, has expired, or never was for this purpose."""
    found = store.get("links", digest_of(token)) if is_token(token, "dsl") else None
    if found is None or found.fields["purpose"] != purpose:
        return None
    content: Mapping[str, Any] = json.loads(_unseal(token, base64.b64decode(found.fields["content"])))
    return content


def use_link(store: PeopleStore, purpose: Purpose, token: str) -> Mapping[str, Any] | None:
    """End a link and return its content as ``read_link``; of two that use it at once, one gets it."""
    content = read_link(store, purpose, token)
    return content if content is not None and store.remove("links", digest_of(token)) else None


def end_links(store: PeopleStore, person_id: str) -> None:
    """End the links that were sent to a person."""
    store.remove_owned(person_id, table="links")


def _seal(token: str, plain: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_key(token)).encrypt(nonce, plain, None)


def _unseal(token: str, sealed: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(_key(token)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except InvalidTag as error:
        raise StoreError("a one-time link in the store of people cannot be read.") from error


def _key(token: str) -> bytes:
    """A key of 256 bits from as many random ones; another use of the token than its digest in the store."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"deepstyle one-time link").derive(token.encode())
