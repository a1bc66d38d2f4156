import base64
import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from deepstyle.errors import ErasedError, StoreError, UsageError
from deepstyle.people.base import Record
from deepstyle.people.opened import People
from deepstyle.people.sealed import fields_of, put_sealed
from deepstyle.people.vault import SEALED, Vault

PERSONAL = {"email": "ada@shop.example", "sizes": {"shoes": "38"}, "é\0": [1, None]}


def record(people: People, table: str = "people", key: str = "p1") -> Record:
    found = people.store.get(table, key)
    assert found is not None
    return found


def test_a_sealed_record_comes_back(people: People) -> None:
    assert put_sealed(people, "people", "p1", "p1", PERSONAL, plain={"role": "shopper"}, version=0)
    stored = record(people)
    assert set(stored.fields) == {"role", SEALED}
    assert "ada" not in str(stored.fields)
    assert fields_of(people, "people", stored) == {"role": "shopper", **PERSONAL}
    assert not put_sealed(people, "people", "p1", "p1", PERSONAL, version=0)
    assert people.vault.unseal("people", Record("k", {"a": 1}, "p1")) == {}


def test_the_same_text_is_never_encrypted_alike(people: People) -> None:
    sealed = {people.vault.seal("people", "p1", "p1", PERSONAL) for _ in range(50)}
    assert len(sealed) == 50


@pytest.mark.parametrize("change", ["table", "key", "owner", "bit", "short", "text"])
def test_a_record_that_was_moved_or_altered_is_refused(people: People, change: str) -> None:
    for owner in ("p1", "p2"):
        put_sealed(people, "people", owner, owner, PERSONAL)
    stored = record(people)
    sealed = str(stored.fields[SEALED])
    data = bytearray(base64.urlsafe_b64decode(sealed[2:]))
    data[len(data) // 2] ^= 1
    table, moved = {
        "table": ("wishlist", stored),
        "key": ("people", Record("p3", stored.fields, "p1")),
        "owner": ("people", Record("p1", stored.fields, "p2")),
        "bit": ("people", Record("p1", {SEALED: "1." + base64.urlsafe_b64encode(data).decode()}, "p1")),
        "short": ("people", Record("p1", {SEALED: "1.AAAA"}, "p1")),
        "text": ("people", Record("p1", {SEALED: "{}"}, "p1")),
    }[change]
    with pytest.raises(StoreError, match="altered"):
        people.vault.unseal(table, moved)


def test_a_destroyed_key_opens_and_seals_nothing(people: People) -> None:
    put_sealed(people, "people", "p1", "p1", PERSONAL)
    put_sealed(people, "people", "p2", "p2", PERSONAL)
    people.vault.destroy("p1")
    with pytest.raises(ErasedError):
        fields_of(people, "people", record(people))
    with pytest.raises(ErasedError):
        put_sealed(people, "people", "p1", "p1", PERSONAL)
    assert fields_of(people, "people", record(people, key="p2")) == PERSONAL


def test_what_cannot_be_sealed(people: People) -> None:
    with pytest.raises(UsageError, match="nobody"):
        people.vault.seal("people", "p1", "", PERSONAL)
    with pytest.raises(UsageError, match="Unicode"):
        people.vault.seal("people", "p1", "p1", {"a": "\ud800"})


def test_digests_are_keyed_and_apart(people: People, tmp_path: Path) -> None:
    vault = people.vault
    other = Vault.open(f"sqlite:///{tmp_path}/other.db")
    try:
        names = ("Ada@Shop.example ", "ada@shop.example")
        assert len({vault.email_digest(name) for name in names}) == 1
        distinct = [
            vault.email_digest("a"),
            vault.digest("email", "b"),
            vault.owner_digest("a"),
            other.email_digest("a"),
        ]
        assert all(a != b for a, b in itertools.combinations(distinct, 2))
        assert all(len(digest) == 64 for digest in distinct)
        assert vault.fingerprint != other.fingerprint
    finally:
        other.close()


def test_many_keys_leave_no_copy_of_a_destroyed_one(tmp_path: Path) -> None:
    """Pages that split and fill again hold stale copies of what moved, unless the file is written anew."""
    vault = Vault.open(f"sqlite:///{tmp_path}/keys.db")
    owners = [f"p{number}" for number in range(250)]
    for owner in owners:
        vault.seal("people", owner, owner, {})
    keys = {owner: vault.keys.get(vault.owner_digest(owner)) or b"" for owner in owners}
    before = _content(tmp_path)
    assert all(key in before for key in keys.values())
    for owner in owners[::3]:
        vault.destroy(owner)
    vault.keys.purge()
    after = _content(tmp_path)
    assert not any(keys[owner] in after for owner in owners[::3])
    assert all(keys[owner] in after for owner in owners[1::3])
    vault.close()


def _content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_without_the_extra_there_is_a_clear_error(tmp_path: Path) -> None:
    code = f"""
import sys
sys.modules["cryptography"] = None
from deepstyle.errors import MissingDependencyError
from deepstyle.people.opened import People
from deepstyle.settings import Settings
try:
    People.open(Settings(people_store="sqlite:///{tmp_path}/p.db", people_keys="sqlite:///{tmp_path}/k.db"))
except MissingDependencyError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "deepstyle[people]" in done.stdout
