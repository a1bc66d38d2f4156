"""Records whose personal fields are encrypted: written and read as one object."""

from collections.abc import Mapping
from typing import Any

from deepstyle.people.base import Record
from deepstyle.people.opened import People
from deepstyle.people.vault import SEALED


def put_sealed(
    people: People,
    table: str,
    key: str,
    owner: str,
    personal: Mapping[str, Any],
    *,
    plain: Mapping[str, Any] | None = None,
    expires_s: float | None = None,
    version: int | None = None,
) -> bool:
    """Write a record whose fields ``personal`` are encrypted and ``plain`` are not; see ``PeopleStore.put``.

    Raises ``ErasedError`` where the owner was erased.
    """
    fields = {**(plain or {}), SEALED: people.vault.seal(table, key, owner, personal)}
    return people.store.put(table, key, fields, owner=owner, expires_s=expires_s, version=version)


def fields_of(people: People, table: str, record: Record) -> dict[str, Any]:
    """All fields of a record, the encrypted ones decrypted.

    Raises ``ErasedError`` where the owner's key is gone, ``StoreError`` where the record was altered.
    """
    plain = {name: value for name, value in record.fields.items() if name != SEALED}
    return {**plain, **people.vault.unseal(table, record)}
