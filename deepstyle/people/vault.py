"""Encrypt what is personal by a key per person, which is kept apart and destroyed when she is erased.

AES-256-GCM with a random nonce of 96 bits; the table, key and owner of a record are authenticated with it, so that no
record can stand for another. Source: NIST SP 800-38D. What people are found by, such as an e-mail address, is stored as
an HMAC-SHA-256 under a key of the server's, which is in the same database as the keys.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from deepstyle.errors import ErasedError, MissingDependencyError, StoreError, UsageError
from deepstyle.people.base import Record
from deepstyle.people.keys import KEY_BYTES, Keys, open_keys

SEALED: Final = "sealed"
"""The field of a record that holds what is encrypted."""
NONCE_BYTES: Final = 12
_FORMAT: Final = "1."
_SERVER: Final = "server"
_REMEDY: Final = "Check DEEPSTYLE_PEOPLE_KEYS, then run `deepstyle people check`."


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens personal fields; safe to use from several threads and processes."""

    keys: Keys
    server_key: bytes

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """Open the keys at a URL, with a key of the server's, made once.

        Raises ``MissingDependencyError`` without the extra ``people``, and what ``open_keys`` raises.
        """
        _require_cryptography()
        keys = open_keys(url, create=create)
        server_key = keys.create(_SERVER, secrets.token_bytes(KEY_BYTES))
        if server_key is None or len(server_key) != KEY_BYTES:
            keys.close()
            raise StoreError("the server's key was destroyed.", remedy="Restore the database of people's keys.")
        return cls(keys, server_key)

    @property
    def fingerprint(self) -> str:
        """What distinguishes this vault from others, without disclosing a key."""
        return self.digest("fingerprint", "")[:16]

    def digest(self, purpose: str, text: str) -> str:
        """A keyed digest of ``text`` to find a record by, 64 hexadecimal digits; other purposes have other digests."""
        message = f"{purpose}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self.server_key, message, hashlib.sha256).hexdigest()

    def email_digest(self, email: str) -> str:
        """The digest that a person is found by; upper and lower case are the same, as every large provider has it."""
        return self.digest("email", unicodedata.normalize("NFC", email.strip()).casefold())

    def owner_digest(self, owner: str) -> str:
        """What an erased owner is remembered by, and the name of her key."""
        return self.digest("owner", owner)

    def seal(self, table: str, key: str, owner: str, personal: Mapping[str, Any]) -> str:
        """Encrypt JSON for the record of ``table``, ``key`` and ``owner``; makes the owner's key where she has none.

        Raises ``ErasedError`` where she was erased, ``UsageError`` for the owner "".
        """
        if not owner:
            raise UsageError("what belongs to nobody cannot be encrypted.")
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        person_key = self.keys.create(self.owner_digest(owner), secrets.token_bytes(KEY_BYTES))
        if person_key is None:
            raise ErasedError("this person was erased.", remedy="Sign up anew.")
        nonce = secrets.token_bytes(NONCE_BYTES)
        text = json.dumps(personal, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        data = nonce + AESGCM(person_key).encrypt(nonce, _encoded(text), _bound_to(table, key, owner))
        return _FORMAT + base64.urlsafe_b64encode(data).decode()

    def unseal(self, table: str, record: Record) -> dict[str, Any]:
        """What ``seal`` encrypted for this record, ``{}`` where it has nothing sealed.

        Raises ``ErasedError`` where the key was destroyed or lost, ``StoreError`` where the record was altered.
        """
        sealed = record.fields.get(SEALED)
        if sealed is None:
            return {}
        person_key = self.keys.get(self.owner_digest(record.owner))
        if person_key is None:
            raise ErasedError(f"{table}: the key of a record is gone.", remedy=_REMEDY)
        return _opened(str(sealed), person_key, table, record)

    def destroy(self, owner: str) -> None:
        """Destroy the owner's key: what it encrypted is unreadable, wherever copies are."""
        self.keys.destroy(self.owner_digest(owner))

    def close(self) -> None:
        """Close the keys."""
        self.keys.close()


def _require_cryptography() -> None:
    """The package is optional, so it is imported where it is used: what serves without people never needs it."""
    try:
        import cryptography  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            "people need cryptography, which is not installed.", remedy="Run `pip install 'deepstyle[people]'`."
        ) from error


def _opened(sealed: str, person_key: bytes, table: str, record: Record) -> dict[str, Any]:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        data = base64.urlsafe_b64decode(sealed.removeprefix(_FORMAT))
        bound = _bound_to(table, record.key, record.owner)
        fields = json.loads(AESGCM(person_key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], bound))
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise StoreError(f"{table}: what a record holds was altered.", remedy=_REMEDY) from error
    return dict(fields)


def _bound_to(table: str, key: str, owner: str) -> bytes:
    return json.dumps([table, key, owner]).encode()


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise UsageError("a text holds half of a surrogate pair, and is no valid Unicode.") from error
