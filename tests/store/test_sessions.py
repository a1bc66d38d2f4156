"""Sessions and links: how long they live, and where they are kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deepstyle.errors import StoreError
from deepstyle.store import Store, open_store
from deepstyle.store.keys import create_key, digest_of, revoke_key, rotate_key
from deepstyle.store.sessions import (
    LINK_LIFE,
    MAX_SESSIONS,
    SESSION_LIFE,
    SESSIONS,
    SignedIn,
    end_session,
    find_session,
    open_link,
    open_session,
    use_link,
)
from tests.store.mongod import replica_set

NOW = datetime.now(UTC)


@pytest.fixture(params=["sqlite", "mongodb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        with open_store(f"sqlite:///{tmp_path}/a.db") as opened:
            yield opened
        return
    with replica_set(tmp_path) as server, open_store(server.url("sessions")) as opened:
        yield opened


def test_a_session_lives(store: Store) -> None:
    key, key_token = create_key(store, "jo", "admin")
    session, expires = open_session(store, digest_of(key_token), NOW)
    assert find_session(store, session, NOW) == SignedIn(key, expires)
    assert find_session(store, session, NOW + SESSION_LIFE) is None
    assert session not in (store.meta(SESSIONS) or "")
    assert SESSIONS not in store.facts()
    for forged in ("", "dss_", key_token, digest_of(session), f"dss_{digest_of(session)}", session.upper()):
        assert find_session(store, forged, NOW) is None
    newer, _ = open_session(store, digest_of(key_token), NOW, replaces=session)
    assert find_session(store, session, NOW) is None
    end_session(store, newer)
    end_session(store, newer)
    assert find_session(store, newer, NOW) is None


def test_a_link_is_good_once(store: Store) -> None:
    key, key_token = create_key(store, "jo", "admin")
    code = open_link(store, key, NOW)
    assert find_session(store, code, NOW) is None
    assert use_link(store, code, NOW + LINK_LIFE) is None
    assert use_link(store, code, NOW) == digest_of(key_token)
    assert use_link(store, code, NOW) is None
    session, _ = open_session(store, key.digest, NOW)
    assert use_link(store, session, NOW) is None


def test_a_session_ends_with_its_token(tmp_path: Path) -> None:
    now = datetime.now(UTC)  # a key is rotated now, and not when the tests began
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        key, token = create_key(store, "jo", "admin", expires=now + timedelta(hours=2))
        first, _ = open_session(store, digest_of(token), now)
        assert find_session(store, first, now + timedelta(hours=2)) is None  # the key has expired
        _, newer = rotate_key(store, "jo", grace=timedelta(hours=1))
        assert find_session(store, first, now)
        assert find_session(store, first, now + timedelta(hours=1, minutes=30)) is None
        second, _ = open_session(store, digest_of(newer), now)
        revoke_key(store, "jo")
        create_key(store, "jo", "admin")
        assert find_session(store, second, now) is None
        link = open_link(store, key, now)
        assert find_session(store, open_session(store, use_link(store, link, now) or "", now)[0], now) is None


def test_there_are_only_so_many(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        digest = digest_of(create_key(store, "jo", "admin")[1])
        sessions = [open_session(store, digest, NOW)[0] for _ in range(MAX_SESSIONS + 1)]
        assert [bool(find_session(store, one, NOW)) for one in sessions] == [False] + [True] * MAX_SESSIONS
        store.set_meta(SESSIONS, "[{}]")
        with pytest.raises(StoreError, match="sessions"):
            find_session(store, sessions[-1], NOW)
