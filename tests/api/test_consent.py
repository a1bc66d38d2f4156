"""``GET`` and ``PUT /v1/consent``: a pseudonym after consent alone, and the end of it at once."""

from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.api.consent_cookie import CLIENT_COOKIE, REFUSED_COOKIE
from deepstyle.people.consent import TEXT_VERSION, client_id_of
from deepstyle.people.open import open_people
from deepstyle.settings import Settings
from tests.api.conftest import problem_of
from tests.api.shopping import NO, OWN, YES, put


def state(browser: TestClient, **headers: str) -> dict[str, Any]:
    found: dict[str, Any] = browser.get("/v1/consent", headers=headers).json()
    return found


def test_nothing_is_stored_before_consent_and_the_cookie_is_out_of_reach(browser: TestClient) -> None:
    assert state(browser)["state"] == "unasked"
    assert len(browser.cookies) == 0
    answer = put(browser, YES)
    assert answer.json()["state"] == "given"
    assert answer.json()["version"] == TEXT_VERSION
    client, refused = answer.headers.get_list("set-cookie")
    assert client.startswith(f"{CLIENT_COOKIE}=")
    assert client.endswith("; HttpOnly; SameSite=Lax")
    assert refused.startswith(f"{REFUSED_COOKIE}=; Max-Age=0")
    assert answer.headers["cache-control"] == "no-store"
    assert state(browser) == answer.json()


def test_refusing_stores_nothing_that_tells_people_apart(browser: TestClient, measured: Settings) -> None:
    first, second = (put(TestClient(browser.app), NO).headers.get_list("set-cookie") for _ in range(2))
    assert first == second
    assert put(browser, NO).json()["state"] == state(browser)["state"] == "refused"
    with open_people(measured.people_store) as people:
        assert people.count("consents") == 0


def test_a_pseudonym_that_was_given_up_is_not_used_again(browser: TestClient) -> None:
    put(browser, YES)
    first = browser.cookies[CLIENT_COOKIE]
    put(browser, {"measure": True, "personalise": False})
    assert browser.cookies[CLIENT_COOKIE] == first
    put(browser, NO)
    assert CLIENT_COOKIE not in browser.cookies
    other = TestClient(browser.app, cookies={CLIENT_COOKIE: first})
    assert state(other)["state"] == "unasked"
    answer = put(other, YES).headers.get_list("set-cookie")[0]
    assert answer.startswith(f"{CLIENT_COOKIE}=")
    assert first not in answer


def test_every_process_sees_a_withdrawal_at_once(browser: TestClient, measured: Settings) -> None:
    put(browser, YES)
    with TestClient(create_app(measured), cookies=dict(browser.cookies)) as other:
        assert state(other)["state"] == "given"
        put(browser, NO)
        assert state(other)["state"] == "unasked"


def test_erasing_drops_the_record_and_requests_the_erasure(browser: TestClient, measured: Settings) -> None:
    put(browser, YES)
    client_id = client_id_of(browser.cookies[CLIENT_COOKIE])
    put(browser, {**NO, "erase": True})
    with open_people(measured.people_store) as people:
        assert people.get("consents", client_id) is None
    (request,) = (measured.events_dir / "erasures").iterdir()
    assert client_id in request.read_text()


def test_global_privacy_control_is_no_whatever_was_agreed_to(browser: TestClient) -> None:
    put(browser, YES)
    refused = state(browser, **{"Sec-GPC": "1"})
    assert (refused["state"], refused["global_privacy_control"]) == ("refused", True)
    assert put(browser, YES, **{"Sec-GPC": "1"}).json()["state"] == "refused"
    assert CLIENT_COOKIE not in browser.cookies


def test_another_site_cannot_agree_for_her(browser: TestClient) -> None:
    problem_of(put(browser, YES, Origin="https://elsewhere.example"), 403, "cross-origin")
    problem_of(browser.put("/v1/consent", json=YES), 403, "cross-origin")
    problem_of(put(browser, YES, **{"Sec-Fetch-Site": "cross-site"}), 403, "cross-origin")
    problem_of(browser.put("/v1/consent", content="{", headers=OWN), 400, "malformed-request")
    problem_of(put(browser, {"measure": True}), 422, "invalid-parameter")


def test_where_events_and_accounts_are_off_there_is_nothing_to_agree_to(client: TestClient, tmp_path: Path) -> None:
    assert state(client)["state"] == "off"
    problem_of(put(client, YES), 404, "consent-off")
    assert not list(tmp_path.rglob("people.db"))
