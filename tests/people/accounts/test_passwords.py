"""Passwords: what is stored, what is compared, and how many are computed at a time."""

import threading

import pytest

from deepstyle.errors import UsageError
from deepstyle.people.accounts import passwords as module
from deepstyle.people.accounts.passwords import (
    MAX_PASSWORD_CHARS,
    MIN_PASSWORD_CHARS,
    PARALLEL_HASHES,
    Passwords,
    require_strength,
)
from tests.people.accounts.conftest import CHEAP


def test_a_hash_belongs_to_its_password() -> None:
    stored = CHEAP.hash("correct horse battery")
    assert stored.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert stored != CHEAP.hash("correct horse battery")
    assert CHEAP.verify("correct horse battery", stored)
    assert not CHEAP.verify("Correct horse battery", stored)
    assert CHEAP.verify("ﬁnger Ångström", CHEAP.hash("finger A\u030angstro\u0308m"))


def test_nobody_has_a_password_which_takes_as_much_work(monkeypatch: pytest.MonkeyPatch) -> None:
    computed = []
    hasher = type(CHEAP._hasher)
    verify = hasher.verify
    monkeypatch.setattr(hasher, "verify", lambda self, *given: computed.append(given[1]) or verify(self, *given))
    assert not CHEAP.verify("the password of nobody", None)
    assert not CHEAP.verify("anything", "no hash")
    assert [one.startswith("$argon2id$v=19$m=8,t=1,p=1$") for one in computed] == [True, False]


def test_the_default_cost_is_a_recommended_one() -> None:
    cost = Passwords()
    assert (cost.passes, cost.memory_kib) == (3, 64 * 1024)
    assert cost.is_outdated(CHEAP.hash("anything"))
    assert not CHEAP.is_outdated(CHEAP.hash("anything"))


def test_two_are_computed_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock, both = 0, 0, threading.Lock(), threading.Barrier(PARALLEL_HASHES)

    class Hasher:
        def hash(self, password: str) -> str:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            both.wait(60)  # two are within at once
            with lock:
                running -= 1
            return password

    one = Passwords()
    object.__setattr__(one, "_hasher", Hasher())
    threads = [threading.Thread(target=one.hash, args=("x",)) for _ in range(4 * PARALLEL_HASHES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert most == PARALLEL_HASHES
    assert module._running._value == PARALLEL_HASHES


@pytest.mark.parametrize(
    "weak", ["short", "x" * MAX_PASSWORD_CHARS, "a b c d" * 30, "my name is jo.doe!", "121212121212", ""]
)
def test_weak_passwords(weak: str) -> None:
    with pytest.raises(UsageError, match="password"):
        require_strength(weak, "jo.doe@example.com")


def test_strong_passwords() -> None:
    for good in ("correct horse", "пароль из слов", "abcde" * 2, ("abcdefgh" * 16)[:MAX_PASSWORD_CHARS]):
        assert len(good) >= MIN_PASSWORD_CHARS
        require_strength(good, "jo@example.com")
