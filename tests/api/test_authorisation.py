"""Who may send which request: every route, every key."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from deepstyle.api import keys as keys_module
from deepstyle.api.app import all_routes, create_app
from deepstyle.api.authorisation import NOWHERE, PAGES, ROUTES, Rows, without_row
from deepstyle.api.limits import LIMITS
from deepstyle.api.routes import items
from deepstyle.api.sessions import COOKIE, csrf_token
from deepstyle.api.site_pages import ADMIN_PAGES
from deepstyle.settings import Settings
from deepstyle.store import keys as store_keys
from deepstyle.store import open_store
from deepstyle.store.keys import KEYS, create_key, digest_of, new_token, read_keys, revoke_key, rotate_key
from deepstyle.store.sessions import SESSION_LIFE, open_link, open_session
from tests.api.conftest import problem_of

WRONG = ("none", "malformed", "misspelt", "unknown", "revoked", "expired", "basic")
NO_SESSION = ("forged session", "session of a revoked key", "expired session", "link as a session")
KINDS = (*WRONG, *NO_SESSION, "read", "write", "admin", "session of write", "session")
REACHED = {"read": 1, "write": 2, "admin": 3, "session of write": 2, "session": 3}
SESSION_OF = {"session": "admin", "session of write": "write"}
NOW = datetime.now(UTC)
NEEDED = {"open": 0, "read": 1, "write": 2, "merchandiser": 3, "admin": 3}
OF_PEOPLE = ("person", "shopper")


@pytest.fixture
def tokens(settings: Settings) -> dict[str, str]:
    """The header ``Authorization`` of each kind of key, or the cookie; ``""`` where none is sent."""
    with open_store(settings.store) as store:
        made = {scope: create_key(store, scope, scope)[1] for scope in ("read", "write", "admin")}  # type: ignore[arg-type]
        sessions = {kind: open_session(store, digest_of(made[scope]), NOW)[0] for kind, scope in SESSION_OF.items()}
        revoked = create_key(store, "gone", "admin")[1]
        sessions["session of a revoked key"] = open_session(store, digest_of(revoked), NOW)[0]
        sessions["expired session"] = open_session(store, digest_of(made["admin"]), NOW - SESSION_LIFE)[0]
        sessions["link as a session"] = open_link(store, read_keys(store)[0], NOW)
        sessions["forged session"] = f"dss_{digest_of(made['admin'])}"
        revoke_key(store, "gone")
        expired = create_key(store, "old", "admin", expires=datetime.now(UTC) + timedelta(days=1))[1]
        past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        stored = json.loads(store.meta(KEYS) or "")
        store.set_meta(KEYS, json.dumps([key | ({"expires": past} if key["name"] == "old" else {}) for key in stored]))
    misspelt = made["admin"][:-1] + ("0" if made["admin"][-1] != "0" else "1")
    sent = {**made, "revoked": revoked, "expired": expired, "unknown": new_token(), "misspelt": misspelt}
    headers = {kind: f"Bearer {token}" for kind, token in sent.items()}
    return {**headers, **sessions, "none": "", "malformed": "Bearer", "basic": "Basic YTpi"}


async def secret() -> None:
    return None


def requests() -> Iterator[tuple[str, str, str]]:
    """Every route; signing out comes last, because it works."""
    for (method, path), access in sorted(ROUTES.items(), key=lambda row: row[0] == ("DELETE", "/v1/session")):
        names = {"item_id": "item-001", "look_id": "l1", "name": "search", "file": "map.png", "code": "not-found"}
        names |= {"session_id": "0" * 16, "passkey_id": "0" * 16, "provider": "nobody"}
        names |= {"key": "k1", "entry_id": "e1", "report": "days"}
        address = path.replace(":path}", "}").format(**names, job_id="0" * 32, number=1, page="x")
        yield method, address, access


def asked(client: TestClient, method: str, address: str, authorization: str) -> httpx2.Response:
    headers = {"Authorization": authorization} if authorization else {}
    if authorization.startswith("dss_"):
        headers = {"Cookie": f"{COOKIE}={authorization}", "Sec-Fetch-Site": "same-origin"}
        headers["X-CSRF-Token"] = csrf_token(authorization)
    return client.request(method, address, headers=headers)


def is_let_in(answer: httpx2.Response) -> bool:
    """Whether no key was missing; a webhook without its secret, and a sign-in without a page, lack something else."""
    if answer.status_code not in (401, 403) or answer.request.method != "POST":
        return answer.status_code not in (401, 403)
    return answer.json()["code"] in ("webhooks-disabled", "cross-origin")


@pytest.mark.parametrize("required", [False, True])
def test_every_route_and_every_key(settings: Settings, tokens: dict[str, str], required: bool) -> None:
    app = create_app(settings.model_copy(update={"require_read_key": required}))
    with TestClient(app, raise_server_exceptions=False) as client:
        for method, address, access in requests():
            is_open = access == "open" or (access == "read" and not required)
            for kind in KINDS:
                answer = asked(client, method, address, tokens[kind])
                if access in OF_PEOPLE:
                    problem_of(answer, 404, "accounts-off")
                    continue
                expected = is_open or REACHED.get(kind, 0) >= NEEDED[access]
                assert is_let_in(answer) == expected, (method, address, kind, answer.text)
                if not expected:
                    check_refusal(answer, kind, is_page=address.startswith("/admin"))


def test_no_address_is_routed_past_its_row(settings: Settings) -> None:
    """The pattern of a route fits a line break after it: an address that a dictionary does not have."""
    rows = Rows()
    for method, address, access in requests():
        assert rows.find(method, f"{address}\n").access == access, address
    with open_store(settings.store) as store:
        create_key(store, "boss", "admin")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        for method, address, access in requests():
            if access not in ("open", "read") and not address.startswith("/admin"):
                answer = client.request(method, f"{address}%0A")
                assert answer.status_code == (404 if access in OF_PEOPLE else 401), (method, address, answer.text)


def check_refusal(answer: httpx2.Response, kind: str, *, is_page: bool) -> None:
    if is_page:
        assert answer.status_code == (403 if kind in REACHED else 401)
        assert answer.headers["content-type"].startswith("text/html")
        return
    if kind in REACHED:
        problem_of(answer, 403, "insufficient-scope")
        return
    code = "missing-key" if kind == "none" else "invalid-session" if kind in NO_SESSION else "invalid-key"
    problem = problem_of(answer, 401, code)
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert kind not in problem["detail"] or kind in ("malformed", "unknown", "revoked", "expired")


def test_every_route_has_a_row_and_every_row_a_route(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(settings)
    assert list(without_row(all_routes(app))) == []
    found = {(method, route.path) for route in all_routes(app) for method in (route.methods or ()) if method != "HEAD"}  # type: ignore[attr-defined]
    assert set(ROUTES) - found <= {("GET", "/")}  # there where the website was not built
    router = APIRouter()
    router.add_api_route("/v1/secrets", secret, methods=["GET"])
    monkeypatch.setattr(items, "router", router)
    with pytest.raises(RuntimeError, match="/v1/secrets"):
        create_app(settings)


def test_every_route_that_writes_asks_for_a_key_in_the_document(client: TestClient) -> None:
    document = client.app.openapi()  # type: ignore[attr-defined]
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for (method, path), access in ROUTES.items():
        operation = document["paths"].get(path, {}).get(method.lower())
        if operation:
            either: list[Any] = [{"key": []}, {"session": []}, {"person": []}]
            expected = {"open": None, "read": [{}, *either]}.get(access, either)
            expected = [{"person": []}] if access in OF_PEOPLE else expected
            assert operation.get("security") == expected, path


def test_a_row_is_found_as_the_request_is_routed() -> None:
    rows = Rows()
    assert rows.find("HEAD", "/v1/items").path == "/v1/items"
    assert rows.find("PUT", "/v1/items/a b").access == "write"
    assert rows.find("POST", "/v1/items:batch").access == "write"
    assert rows.find("GET", "/v1/items/a/similar").path == "/v1/items/{item_id}/similar"
    assert rows.find("GET", "/v1/items/a/b") is NOWHERE
    assert rows.find("BREW", "/v1/items") is NOWHERE
    assert rows.find("GET", "/admin/imports/").access == "admin"
    assert rows.find("GET", "/admin").access == "merchandiser"
    assert rows.find("GET", "/admin/nowhere").access == "admin"
    assert rows.methods("/v1/items/a") == ["DELETE", "GET", "PATCH", "PUT"]
    assert rows.methods("/v1/items:batch") == ["POST"]


def test_every_admin_page_has_a_row_of_its_own() -> None:
    assert set(PAGES) == ADMIN_PAGES


def test_without_a_key_nothing_is_written(client: TestClient) -> None:
    for method, address, access in requests():
        if access == "write":
            for authorization in ("", f"Bearer {new_token()}"):
                problem = problem_of(asked(client, method, address, authorization), 403, "writes-disabled")
                assert "deepstyle keys create" in problem["remedy"]
    assert client.get("/v1/items/item-001").status_code == 200


def test_the_website_and_the_probes_stay_open(settings: Settings, tmp_path: Any) -> None:
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "map-canvas.html").write_text("<!doctype html>")
    app = create_app(settings.model_copy(update={"require_read_key": True}), web_folder=tmp_path)
    with TestClient(app) as client:
        for address in ("/", "/studio", "/item/nobody", "/healthz", "/readyz"):
            assert client.get(address, headers={"accept": "text/html"}).status_code == 200, address
        for address in ("/v1/info", "/docs", "/openapi.json", "/metrics", "/image/item-001", "/problems/not-found"):
            problem_of(client.get(address), 401, "missing-key")


def test_two_headers_are_no_key(writer: TestClient, settings: Settings) -> None:
    token = writer.headers["authorization"]
    answer = writer.delete("/v1/items/a", headers=[("authorization", token), ("authorization", token)])  # type: ignore[arg-type]
    problem_of(answer, 401, "invalid-key")


def test_a_revoked_key_is_refused_within_seconds(
    writer: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keys_module.AGE_S <= 2
    assert writer.delete("/v1/items/nobody").status_code == 204
    with open_store(settings.store) as store:
        revoke_key(store, "shop-system")
    assert writer.delete("/v1/items/nobody").status_code == 204  # as read before
    monkeypatch.setattr(keys_module, "AGE_S", 0.0)
    assert writer.delete("/v1/items/nobody").status_code == 403  # it was the only one
    with open_store(settings.store) as store:
        create_key(store, "another", "read")
    assert writer.delete("/v1/items/nobody").status_code == 401


def test_a_rotated_key_has_two_tokens_for_a_while(
    writer: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "AGE_S", 0.0)
    with open_store(settings.store) as store:
        token = rotate_key(store, "shop-system")[1]
        assert writer.delete("/v1/items/nobody").status_code == 204
        new = {"Authorization": f"Bearer {token}"}
        assert writer.delete("/v1/items/nobody", headers=new).status_code == 204
        rotate_key(store, "shop-system", grace=timedelta())
        assert writer.delete("/v1/items/nobody").status_code == 401
        assert writer.delete("/v1/items/nobody", headers=new).status_code == 401


def test_the_day_of_use_is_written_once(
    settings: Settings, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(
        keys_module, "note_use", lambda store, name: written.append(name) or store_keys.note_use(store, name)
    )
    with TestClient(create_app(settings)) as client:
        for _ in range(3):
            assert asked(client, "DELETE", "/v1/items/nobody", tokens["write"]).status_code == 204
    with open_store(settings.store, read_only=True) as store:
        used = {key.name: key.last_used for key in read_keys(store)}
    assert written == ["write"]
    assert used["write"] == datetime.now(UTC).date().isoformat()
    assert used["admin"] == ""


def test_failures_are_counted_and_a_success_is_not(settings: Settings, tokens: dict[str, str]) -> None:
    limit = int(LIMITS["failed_keys_per_minute"].value)
    with TestClient(create_app(settings), client=("203.0.113.9", 1)) as client:
        for _ in range(limit + 5):
            assert asked(client, "DELETE", "/v1/items/nobody", tokens["write"]).status_code == 204
        for _ in range(limit):
            problem_of(asked(client, "DELETE", "/v1/items/nobody", tokens["unknown"]), 401, "invalid-key")
        answer = asked(client, "DELETE", "/v1/items/nobody", tokens["write"])
        problem_of(answer, 429, "rate-limited")
        assert int(answer.headers["retry-after"]) >= 1
        assert client.get("/v1/items/item-001").status_code == 200


def test_a_token_is_in_no_log(settings: Settings, tokens: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with TestClient(create_app(settings)) as client:
        for kind in KINDS:
            asked(client, "DELETE", "/v1/items/nobody", tokens[kind])
            client.get("/v1/items", params={"text": tokens[kind].removeprefix("Bearer ")})
    logged = "\n".join(str(record.__dict__) for record in caplog.records if record.name.startswith("deepstyle"))
    assert "deepstyle.access" in logged
    assert "'key': 'write'" in logged
    secrets = [token.removeprefix("Bearer ") for token in tokens.values() if "dsk_" in token]
    assert not [secret for secret in secrets if secret in logged]


def test_keys_that_cannot_be_read_let_nobody_in(settings: Settings, tokens: dict[str, str]) -> None:
    with open_store(settings.store) as store:
        store.set_meta(KEYS, "{")
    with TestClient(create_app(settings)) as client:
        problem_of(asked(client, "DELETE", "/v1/items/nobody", tokens["admin"]), 503, "not-ready")
        assert client.get("/v1/items/item-001").status_code == 200
