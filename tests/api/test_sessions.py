"""Signing in at ``/admin``: what is refused, and what a session may do."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from deepstyle.api import keys as keys_module
from deepstyle.api.app import create_app
from deepstyle.api.limits import LIMITS
from deepstyle.api.sessions import COOKIE
from deepstyle.api.site_pages import ADMIN_PAGES
from deepstyle.api.website import POLICY
from deepstyle.jobs.state import FeedState, SyncRun, write_state
from deepstyle.settings import Settings
from deepstyle.store import open_store
from deepstyle.store.keys import create_key, new_token, read_keys, revoke_key
from deepstyle.store.sessions import LINK_LIFE, open_link
from tests.api.conftest import problem_of
from tests.api.shopping import YES

OWN = {"Origin": "http://testserver"}
JOB = "/v1/imports/" + "0" * 32


@pytest.fixture
def key(settings: Settings) -> str:
    with open_store(settings.store) as store:
        return create_key(store, "jo", "admin")[1]


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>shop</title>")
    (folder / "admin.html").write_text('<!doctype html><title>admin</title><meta name="root" content="/">')
    return folder


@pytest.fixture
def person(settings: Settings, web: Path) -> Iterator[TestClient]:
    """Somebody at a browser, which keeps cookies."""
    with TestClient(create_app(settings, web_folder=web)) as opened:
        yield opened


def sign_in(person: TestClient, key: str, headers: dict[str, str] = OWN) -> httpx2.Response:
    return person.post("/v1/session", json={"key": key}, headers=headers)


def proof(person: TestClient) -> dict[str, str]:
    """What a page of the site sends with a change."""
    return {**OWN, "X-CSRF-Token": person.get("/v1/session").json()["csrf_token"]}


def test_without_a_key_the_pages_are_off(person: TestClient) -> None:
    answer = person.get("/admin", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "<title>admin</title>" in answer.text
    state = person.get("/v1/session").json()
    assert (state["state"], state["accounts"]) == ("no-key", False)
    for path in ("/v1/overview", "/v1/map", "/v1/reports"):
        problem = problem_of(person.get(path), 403, "admin-disabled")
        assert "deepstyle keys create NAME --scope admin" in problem["remedy"]
    problem_of(sign_in(person, new_token()), 403, "admin-disabled")


def test_a_person_signs_in_looks_around_changes_something_and_leaves(person: TestClient, key: str) -> None:
    asked = person.get("/admin/map")
    assert (asked.status_code, asked.headers["www-authenticate"]) == (401, "Bearer")
    assert asked.headers["content-security-policy"] == f"{POLICY}; frame-ancestors 'none'"
    assert asked.headers["cache-control"] == "no-store"
    assert person.get("/v1/session").json()["state"] == "signed-out"

    answer = sign_in(person, key)
    given = answer.headers["set-cookie"]
    assert re.fullmatch(rf"{COOKIE}=dss_[0-9a-f]{{64}}; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict", given)
    assert answer.headers["cache-control"] == "no-store"
    state = answer.json()
    assert (state["state"], state["key"]) == ("signed-in", "jo")
    assert person.get("/v1/session").json() == state
    assert person.get("/admin/map").status_code == 200
    assert person.get("/admin/no-such-page").status_code == 404
    overview = person.get("/v1/overview").json()
    assert [(one["name"], one["scope"], one["last_four"]) for one in overview["keys"]] == [("jo", "admin", key[-4:])]
    assert "digest" not in str(overview)
    problem_of(person.delete(JOB, headers=proof(person)), 404, "unknown-import")

    token = person.cookies[COOKIE]
    answer = person.delete("/v1/session", headers=proof(person))
    assert (answer.status_code, COOKIE in person.cookies) == (204, False)
    stolen = {"Cookie": f"{COOKIE}={token}"}
    problem_of(person.get("/v1/overview", headers=stolen), 401, "invalid-session")
    assert person.get("/admin", headers=stolen).status_code == 401


def test_the_server_knows_the_pages_that_there_are() -> None:
    router = Path(__file__).parents[2] / "web" / "src" / "admin" / "router.tsx"
    assert set(re.findall(r'path: "([^"]+)"', router.read_text("utf-8"))) == ADMIN_PAGES


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://testserver:81"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "http://testserver@evil.example"}, False),
        ({"Origin": "http://["}, False),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://TESTSERVER"}, True),
    ],
)
def test_only_a_page_of_this_site_changes_something(
    person: TestClient, key: str, headers: dict[str, str], is_own: bool
) -> None:
    token = new_token()
    if is_own:
        problem_of(sign_in(person, token, headers), 401, "invalid-key")
    else:
        problem_of(sign_in(person, key, headers), 403, "cross-origin")  # else a page could sign a person in as another
    sign_in(person, key)
    csrf = proof(person)["X-CSRF-Token"]
    for given in ("", "0" * 64, csrf[:-1], "é"):
        wrong: dict[str, Any] = {**headers, "X-CSRF-Token": given.encode()}
        problem_of(person.delete(JOB, headers=wrong), 403, "cross-origin")
    answer = person.delete(JOB, headers={**headers, "X-CSRF-Token": csrf})
    problem_of(answer, *((404, "unknown-import") if is_own else (403, "cross-origin")))
    person.cookies.clear()
    assert person.delete(JOB, headers={**headers, "Authorization": f"Bearer {key}"}).status_code == 404


@pytest.mark.parametrize("scope", ["read", "write"])
def test_a_key_of_another_scope_signs_nobody_in(person: TestClient, settings: Settings, scope: Any) -> None:
    with open_store(settings.store) as store:
        token = create_key(store, "shop-system", scope)[1]
    problem = problem_of(sign_in(person, token), 403, "insufficient-scope")
    assert scope in problem["detail"]
    assert "--scope admin" in problem["remedy"]
    assert COOKIE not in person.cookies


def test_a_session_begins_anew_with_every_sign_in(person: TestClient, key: str) -> None:
    """A session that somebody planted is not taken over."""
    planted = "dss_" + "0" * 64
    person.cookies.set(COOKIE, planted)
    answer = sign_in(person, key)
    first = re.search("dss_[0-9a-f]+", answer.headers["set-cookie"])
    assert first
    assert first[0] != planted
    problem_of(person.get("/v1/overview", headers={"Cookie": f"{COOKIE}={planted}"}), 401, "invalid-session")
    person.cookies.clear()
    person.cookies.set(COOKIE, first[0])
    sign_in(person, key)
    problem_of(person.get("/v1/overview", headers={"Cookie": f"{COOKIE}={first[0]}"}), 401, "invalid-session")


def test_a_deleted_key_ends_its_sessions_at_once(
    person: TestClient, settings: Settings, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "AGE_S", 3600.0)
    sign_in(person, key)
    with open_store(settings.store) as store:
        create_key(store, "sam", "admin")
        revoke_key(store, "jo")
    problem_of(person.get("/v1/overview"), 401, "invalid-session")
    assert person.get("/v1/session").json()["state"] == "signed-out"


def test_another_server_knows_the_session_at_once(person: TestClient, settings: Settings, key: str) -> None:
    with TestClient(create_app(settings)) as other:
        assert other.get("/v1/session").json()["state"] == "signed-out"
        sign_in(person, key)
        other.cookies.set(COOKIE, person.cookies[COOKIE])
        assert other.get("/v1/overview").status_code == 200
        other.delete("/v1/session", headers=proof(other))
        assert person.get("/v1/overview").status_code == 401


def test_a_link_signs_one_person_in(person: TestClient, settings: Settings, key: str) -> None:
    with open_store(settings.store) as store:
        now = datetime.now(UTC)
        good, old = open_link(store, read_keys(store)[0], now), open_link(store, read_keys(store)[0], now - LINK_LIFE)
    for code in (old, "x", key):
        problem_of(person.post("/v1/session", json={"link": code}, headers=OWN), 401, "invalid-link")
    assert person.post("/v1/session", json={"link": good}, headers=OWN).json()["key"] == "jo"
    assert person.get("/v1/overview").status_code == 200
    problem_of(person.post("/v1/session", json={"link": good}, headers=OWN), 401, "invalid-link")


@pytest.mark.parametrize("body", [{}, {"key": "a", "link": "b"}, {"key": "a" * 201}, {"token": "a"}, [], {"key": 3}])
def test_what_signs_in_is_a_key_or_a_link(person: TestClient, key: str, body: Any) -> None:
    assert person.post("/v1/session", json=body, headers=OWN).status_code in (400, 422)
    problem_of(person.post("/v1/session", data={"key": key}, headers=OWN), 400, "malformed-request")


def test_behind_a_proxy_with_tls_and_a_prefix(settings: Settings, web: Path, key: str) -> None:
    proxied = settings.model_copy(update={"root_path": "/shop", "trusted_proxies": "10.0.0.0/8"})
    for peer, said, is_secure in (
        ("10.1.2.3", "https", True),
        ("10.1.2.3", "http, https", True),
        ("10.1.2.3", "https, http", False),
        ("203.0.113.9", "https", False),
    ):
        with TestClient(create_app(proxied, web_folder=web), client=(peer, 1)) as person:
            given = sign_in(person, key, {**OWN, "X-Forwarded-Proto": said}).headers["set-cookie"]
            assert "; Path=/shop/; " in given
            assert ("; Secure" in given) == is_secure
            moved = person.get("/shop/map?category=a%20b&page=2", follow_redirects=False)
            assert (moved.status_code, moved.headers["location"]) == (308, "/shop/admin/map?category=a%20b&page=2")
            assert 'content="/shop/"' in person.get("/shop/admin").text


def test_where_people_use_tls_each_cookie_is_secure(settings: Settings, web: Path, key: str) -> None:
    """Also behind a proxy that was not named as trusted."""
    public = settings.model_copy(update={"public_url": "https://shop.example", "events": True})
    with TestClient(create_app(public, web_folder=web)) as person:
        given = [sign_in(person, key, OWN), person.put("/v1/consent", json=YES, headers=OWN)]
        assert all("; Secure" in one for answer in given for one in answer.headers.get_list("set-cookie"))


def test_failed_sign_ins_are_limited(settings: Settings, web: Path, key: str) -> None:
    limit = int(LIMITS["failed_keys_per_minute"].value)
    with TestClient(create_app(settings, web_folder=web), client=("203.0.113.9", 1)) as person:
        for _ in range(limit // 2):
            problem_of(sign_in(person, new_token()), 401, "invalid-key")
            problem_of(person.post("/v1/session", json={"link": "dss_" + "0" * 64}, headers=OWN), 401, "invalid-link")
        problem_of(sign_in(person, key), 429, "rate-limited")
        page = person.get("/admin")
        assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
        assert int(page.headers["retry-after"]) >= 1


def test_a_proxys_read_key_does_not_hide_the_session(settings: Settings, web: Path, key: str) -> None:
    with open_store(settings.store) as store:
        read = create_key(store, "proxy", "read")[1]
    required = settings.model_copy(update={"require_read_key": True})
    with TestClient(create_app(required, web_folder=web), headers={"Authorization": f"Bearer {read}"}) as person:
        problem_of(person.get("/v1/overview"), 403, "insufficient-scope")
        sign_in(person, key)
        assert person.get("/v1/overview").status_code == 200
        del person.headers["Authorization"]
        assert person.get("/v1/items/item-001").status_code == 200  # the session's key reads, too


def test_no_secret_is_in_a_log(person: TestClient, key: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    sign_in(person, key)
    token = person.cookies[COOKIE]
    person.get("/admin", params={"key": key, "link": token})
    person.delete(JOB, headers=proof(person))
    logged = "\n".join(str(record.__dict__) for record in caplog.records if record.name.startswith("deepstyle"))
    assert "'key': 'jo'" in logged
    assert not [secret for secret in (key, token, "csrf") if secret in logged]


def test_the_feeds_in_sync_with_their_last_runs(admin: TestClient, settings: Settings) -> None:
    assert admin.get("/v1/feeds").json() == {"feeds": []}
    run = SyncRun("a", "failed", 1_700_000_000.0, 2.5, accepted=3, encode_failures=1, error="no feed.")
    with open_store(settings.store) as store:
        write_state(store, FeedState("feeds/old.csv"))
        write_state(
            store, FeedState("https://me:pw@shop.example/f.csv?key=1", failures=2, next_run_s=1e9, last_run=run)
        )
    first, second = admin.get("/v1/feeds").json()["feeds"]
    assert (first["feed"], first["failures"]) == ("https://me:***@shop.example/f.csv", 2)
    assert first["next_run"] == "2001-09-09T01:46:40Z"
    assert (first["last_run"]["outcome"], first["last_run"]["not_encoded"]) == ("failed", 1)
    assert (second["feed"], second["next_run"], second["last_run"]) == ("feeds/old.csv", None, None)
