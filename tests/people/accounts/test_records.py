"""Links, attempts, sessions and people, as they are stored."""

import json
import threading
from typing import Any

import pytest

from deepstyle.errors import UsageError
from deepstyle.people.accounts import links, persons, sessions, throttle
from deepstyle.people.accounts.opened import Accounts
from deepstyle.people.accounts.roles import checked_role, includes
from deepstyle.people.accounts.tokens import digest_of, is_token, new_token
from deepstyle.people.base import PeopleStore


@pytest.fixture
def store(accounts: Accounts) -> PeopleStore:
    return accounts.people.store


def at_once(count: int, work: Any) -> list[Any]:
    """What ``work`` returns in threads that begin together."""
    ready, results = threading.Barrier(count), list[Any]()

    def run() -> None:
        ready.wait(60)
        results.append(work())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_tokens() -> None:
    token = new_token("dsp")
    assert is_token(token, "dsp")
    assert len({new_token("dsp") for _ in range(100)}) == 100
    for wrong in (token[:-1], token + "0", token.upper(), f" {token}", f"{token}\n", token.replace("dsp", "dsl"), ""):
        assert not is_token(wrong, "dsp")


def test_a_link_is_good_once_for_its_purpose_and_a_while(store: PeopleStore) -> None:
    token = links.open_link(store, "confirm", {"email": "secret@example.com"})
    (stored,) = store.scan("links")
    assert token not in json.dumps([stored.key, dict(stored.fields)])
    assert "secret" not in json.dumps(dict(stored.fields))
    assert links.use_link(store, "reset", token) is None
    assert links.use_link(store, "confirm", digest_of(token)) is None
    assert links.read_link(store, "confirm", token) == {"email": "secret@example.com"}
    assert links.use_link(store, "confirm", token) == {"email": "secret@example.com"}
    assert links.use_link(store, "confirm", token) is None
    assert links.use_link(store, "reset", links.open_link(store, "reset", {}, life_s=0)) is None


def test_of_many_that_use_a_link_one_does(store: PeopleStore) -> None:
    token = links.open_link(store, "reset", {"person_id": "p"})
    used = at_once(8, lambda: links.use_link(store, "reset", token))
    assert sorted(used, key=str) == [None] * 7 + [{"person_id": "p"}]


def test_of_many_that_confirm_one_address_one_does(accounts: Accounts) -> None:
    made = at_once(8, lambda: persons.create(accounts.people, "jo@example.com"))
    assert [one for one in made if one] == [persons.by_email(accounts.people, "jo@example.com")]
    assert accounts.people.store.count("people") == 1


def test_attempts_in_a_window(store: PeopleStore, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1_800_000_000.0
    monkeypatch.setattr("time.time", lambda: now_s)
    rate = throttle.RATES["login-email"]
    waits = [throttle.attempt(store, [("login-email", "a"), ("login-network", "")]) for _ in range(rate.most + 1)]
    assert waits[:-1] == [0] * rate.most
    assert 0 < waits[-1] <= rate.window_s
    assert throttle.attempt(store, [("login-email", "b")]) == 0
    assert throttle.attempt(store, [("mail-email", "a")]) == 0
    throttle.forgive(store, "login-email", "a")
    assert throttle.attempt(store, [("login-email", "a")]) == 0
    now_s += rate.window_s
    assert throttle.attempt(store, [("login-email", "a")]) == 0
    now_s += 3 * 24 * 3600
    store.remove_expired(now_s)
    assert store.count("throttle") == 0  # the day's key, too


def test_of_many_attempts_at_once_none_is_lost(store: PeopleStore) -> None:
    most = throttle.RATES["login-email"].most
    waits = at_once(most + 6, lambda: throttle.attempt(store, [("login-email", "a")]))
    assert sum(wait == 0 for wait in waits) == most


def test_sessions_of_staff_are_shorter(store: PeopleStore, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1_800_000_000.0
    monkeypatch.setattr("time.time", lambda: now_s)
    shopper, admin = sessions.begin(store, "p1", "shopper"), sessions.begin(store, "p2", "admin")
    now_s += sessions.STAFF_IDLE_S - 1
    found = sessions.find(store, admin)
    assert found
    assert not found.is_fresh
    now_s += sessions.STAFF_IDLE_S + 1
    assert sessions.find(store, admin) is None
    assert sessions.find(store, shopper)


def test_a_session_that_ends_while_it_is_used_does_not_come_back(
    store: PeopleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 1_800_000_000.0
    monkeypatch.setattr("time.time", lambda: now_s)
    token = sessions.begin(store, "p1", "shopper")
    now_s += 3600
    get = type(store).get

    def get_then_end(self: Any, table: str, key: str) -> Any:
        record = get(self, table, key)
        monkeypatch.setattr(type(store), "get", get)
        sessions.end_all(store, "p1")
        return record

    monkeypatch.setattr(type(store), "get", get_then_end)
    sessions.find(store, token)
    assert sessions.find(store, token) is None


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Edge, Windows"),
        ("curl/8.5.0", ""),
        ("\x1b[31m<script>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_devices(user_agent: str, device: str) -> None:
    assert sessions.device_of(user_agent) == device


def test_roles() -> None:
    assert includes("admin", "merchandiser")
    assert not includes("shopper", "merchandiser")
    with pytest.raises(UsageError, match="'root' is not a role"):
        checked_role("root")


def test_nothing_personal_is_stored_in_plain(accounts: Accounts) -> None:
    people = accounts.people
    person = persons.create(people, "marker@example.com", password_hash="hash-marker")
    assert person
    persons.claim(people, "oidc", "provider subject-marker", person.person_id, {"provider": "local"})
    stored = json.dumps([[table, record.key, dict(record.fields)] for table, record in people.store.snapshot()])
    assert "marker" not in stored
