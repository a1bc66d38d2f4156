"""API keys: their tokens, their life, and where they are kept."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.errors import StoreError, UsageError
from deepstyle.store import Store, open_store
from deepstyle.store.copy import copy_store
from deepstyle.store.keys import (
    KEYS,
    MAX_KEYS,
    PREFIX,
    create_key,
    find_key,
    is_token,
    new_token,
    note_use,
    read_keys,
    revoke_key,
    rotate_key,
)
from tests.store.mongod import replica_set

NOW = datetime.now(UTC)


@pytest.fixture(params=["sqlite", "mongodb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        with open_store(f"sqlite:///{tmp_path}/a.db") as opened:
            yield opened
        return
    with replica_set(tmp_path) as server, open_store(server.url("keys")) as opened:
        yield opened


@given(st.text(max_size=90) | st.from_regex(r"dsk_[0-9a-f]{72}", fullmatch=True))
def test_no_other_text_is_a_token(text: str) -> None:
    assert not is_token(text)  # a checksum is right by chance once in 2 to the 32


def test_a_token_is_random_recognisable_and_checked() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    for token in tokens:
        assert token.startswith(PREFIX)
        assert is_token(token)
        assert len(bytes.fromhex(token[4:-8])) == 32
        assert not is_token(token[:10] + ("a" if token[10] != "a" else "b") + token[11:])


def test_a_key_lives(store: Store) -> None:
    key, token = create_key(store, "shop", "write")
    assert (key.name, key.scope, key.last_four) == ("shop", "write", token[-4:])
    assert [key.allows(scope) for scope in ("read", "write", "admin")] == [True, True, False]  # type: ignore[arg-type]
    assert find_key(read_keys(store), token, NOW) == key
    assert find_key(read_keys(store), new_token(), NOW) is None
    assert token not in (store.meta(KEYS) or "")
    rotated, newer = rotate_key(store, "shop", grace=timedelta(hours=1))
    keys = read_keys(store)
    assert find_key(keys, token, NOW) == find_key(keys, newer, NOW) == rotated
    assert find_key(keys, token, NOW + timedelta(days=1)) is None
    rotate_key(store, "shop", grace=timedelta())
    assert find_key(read_keys(store), newer, NOW) is None
    note_use(store, "shop")
    before = store.meta(KEYS)
    note_use(store, "shop")
    assert store.meta(KEYS) == before
    assert read_keys(store)[0].last_used == datetime.now(UTC).date().isoformat()
    revoke_key(store, "shop")
    assert read_keys(store) == ()
    note_use(store, "shop")
    assert read_keys(store) == ()


def test_keys_are_never_copied_with_the_catalogue(store: Store, tmp_path: Path) -> None:
    create_key(store, "shop", "admin")
    assert KEYS not in store.facts()
    with open_store(f"sqlite:///{tmp_path}/copy.db") as target:
        copy_store(store, target)
        assert read_keys(target) == ()
        own = create_key(target, "own", "read")[0]
        copy_store(store, target)
        assert read_keys(target) == (own,)


def test_an_expired_key(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        _, token = create_key(store, "brief", "read", expires=NOW + timedelta(hours=1))
        assert find_key(read_keys(store), token, NOW)
        assert find_key(read_keys(store), token, NOW + timedelta(hours=1)) is None
        with pytest.raises(UsageError, match="expired"):
            create_key(store, "late", "read", expires=NOW - timedelta(hours=1))


@pytest.mark.parametrize("name", ["", "a b", "-a", "ä", "a/b", "a" * 65, "dsk_1\n"])
def test_names_are_plain(tmp_path: Path, name: str) -> None:
    with open_store(f"sqlite:///{tmp_path}/a.db") as store, pytest.raises(UsageError, match="cannot be the name"):
        create_key(store, name, "read")


def test_what_is_refused(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        create_key(store, "a", "read")
        with pytest.raises(UsageError, match="already"):
            create_key(store, "a", "write")
        for change in (rotate_key, revoke_key):
            with pytest.raises(UsageError, match="no key 'b'"):
                change(store, "b")
        one = json.loads(store.meta(KEYS) or "")[0]
        store.set_meta(KEYS, json.dumps([{**one, "name": f"k{number}"} for number in range(MAX_KEYS)]))
        with pytest.raises(UsageError, match=f"{MAX_KEYS} keys"):
            create_key(store, "one-more", "read")


@pytest.mark.parametrize("stored", ["{", "[1]", '[{"name": "a"}]', '[{"name": 1, "scope": "x", "digest": ""}]'])
def test_keys_that_cannot_be_read(tmp_path: Path, stored: Any) -> None:
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        store.set_meta(KEYS, stored)
        with pytest.raises(StoreError, match="keys"):
            read_keys(store)


def test_two_processes_change_keys_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    with open_store(url) as store, open_store(url) as other:
        publish, others = store.publish, iter(["b", "c"])

        def late(*values: Any, **options: Any) -> bool:
            if name := next(others, ""):
                create_key(other, name, "read")
            return publish(*values, **options)

        monkeypatch.setattr(store, "publish", late)
        create_key(store, "a", "read")
        assert [key.name for key in read_keys(store)] == ["a", "b", "c"]
