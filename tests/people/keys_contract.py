"""The contract that every database of keys passes; a subclass defines the fixture ``url`` of a new, empty one."""

import secrets

import pytest

from deepstyle.errors import StoreError
from deepstyle.people.keys import open_keys
from tests.people.contract import THREADS, at_once


class KeysContract:
    @pytest.fixture
    def url(self) -> str:
        raise NotImplementedError

    def test_a_key_is_made_once(self, url: str) -> None:
        with open_keys(url) as keys, open_keys(url, create=False) as other:
            assert keys.get("a") is None
            assert keys.create("a", b"first") == b"first"
            assert other.create("a", b"second") == b"first"
            assert other.get("a") == b"first"

    def test_one_of_many_keys_wins(self, url: str) -> None:
        with open_keys(url) as keys, open_keys(url) as other:
            made = at_once(lambda each: (keys, other)[each % 2].create("a", bytes([each])))
            assert set(made) == {keys.get("a")}

    def test_a_destroyed_key_never_comes_back(self, url: str) -> None:
        with open_keys(url) as keys, open_keys(url) as other:
            keys.create("a", secrets.token_bytes(32))
            keys.create("b", b"b")
            keys.destroy("a")
            keys.destroy("unknown")
            keys.destroy("a")
            for name in ("a", "unknown"):
                assert other.get(name) is None
                assert other.create(name, b"again") is None
            assert list(other.destroyed()) == ["a", "unknown"]
            keys.purge()
            assert other.get("b") == b"b"
            assert list(other.destroyed()) == ["a", "unknown"]

    def test_many_open_new_keys_at_once(self, url: str) -> None:
        def create(each: int) -> bytes | None:
            with open_keys(url) as keys:
                return keys.create(f"n{each}", bytes([each]))

        assert at_once(create) == [bytes([each]) for each in range(THREADS)]

    def test_a_key_of_another_size_is_found(self, url: str) -> None:
        with open_keys(url) as keys:
            keys.create("right", secrets.token_bytes(32))
            keys.destroy("gone")
            assert list(keys.check()) == []
            keys.create("short", b"a")
            assert len(keys.check()) == 1

    def test_keys_that_are_not_to_be_created(self, url: str) -> None:
        with pytest.raises(StoreError):
            open_keys(url, create=False)
