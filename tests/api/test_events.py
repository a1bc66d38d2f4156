"""``POST /v1/events``: whose events are stored, which are only counted, and that none is lost or stored twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from starlette.types import ASGIApp

from deepstyle.api import event_intake
from deepstyle.api.app import create_app
from deepstyle.api.consent_cookie import CLIENT_COOKIE
from deepstyle.api.limits import LIMITS
from deepstyle.people.consent import client_id_of
from deepstyle.people.events.counts import anonymous_counts
from deepstyle.people.events.journal import Journal
from deepstyle.people.events.maintenance import maintain
from deepstyle.people.events.roll import roll
from deepstyle.people.events.schema import Event
from deepstyle.people.open import open_people
from deepstyle.settings import Settings
from tests.api.conftest import bearer, problem_of
from tests.api.shopping import NO, OWN, YES, put
from tests.people.events.shoppers import everywhere, stored
from tests.store.mongod import free_ports

WAIT_S = 120


def event(number: int = 1, action: str = "click", **fields: Any) -> dict[str, Any]:
    now_us = int(time.time() * 1e6)
    return {"event_id": f"event-{number:06}", "action_name": action, "timestamp_us": now_us, **fields}


def post(browser: TestClient, *events: dict[str, Any], **headers: str) -> httpx2.Response:
    return browser.post("/v1/events", json={"visit": "visit-1", "events": list(events)}, headers=OWN | headers)


def received(answer: httpx2.Response) -> tuple[int, int, int, int]:
    assert answer.status_code == 202, answer.text
    found = answer.json()
    return found["accepted"], found["duplicates"], found["counted"], found["dropped"]


def today_counts(settings: Settings) -> tuple[dict[str, int], dict[str, int]]:
    today = datetime.now(UTC).date()
    with open_people(settings.people_store) as people:
        (day,) = anonymous_counts(people, today, today)
    return dict(day.actions), dict(day.queries)


def kept(settings: Settings) -> list[Event]:
    roll(settings.events_dir)
    return stored(settings.events_dir)


def test_events_of_a_shopper_who_agreed_carry_her_pseudonym(browser: TestClient, measured: Settings) -> None:
    put(browser, YES)
    search = event(1, "search", user_query="  red\tdress ", query_id="q-1", attributes={"results": 3})
    click = event(2, object_id="item-001", ordinal=2, query_id="q-1", session_id="s-1", client_id="somebody-else")
    assert received(post(browser, search, click)) == (2, 0, 0, 0)
    first, second = kept(measured)
    assert first.client_id == second.client_id == client_id_of(browser.cookies[CLIENT_COOKIE])
    assert (first.user_query, first.attributes) == ("red dress", '{"results":3}')
    assert (second.object_id, second.ordinal, second.session_id) == ("item-001", 2, "s-1")


def test_a_repeated_delivery_is_stored_once_also_by_another_process(browser: TestClient, measured: Settings) -> None:
    put(browser, YES)
    batch = [event(1), event(2)]
    assert received(post(browser, *batch)) == (2, 0, 0, 0)
    assert received(post(browser, *batch, event(3))) == (1, 2, 0, 0)
    with TestClient(create_app(measured), cookies=dict(browser.cookies)) as other:
        assert received(post(other, *batch)) == (2, 0, 0, 0)
    assert len(kept(measured)) == 3


def strangers(app: ASGIApp) -> Iterator[tuple[TestClient, dict[str, str]]]:
    """Browsers without consent, each for another reason, and the headers that they send."""
    unasked, refused, forged, personal, private, withdrawn = (TestClient(app) for _ in range(6))
    put(refused, NO)
    forged.cookies.set(CLIENT_COOKIE, "f" * 64)
    put(personal, {**NO, "personalise": True})
    put(private, YES)
    token = put(withdrawn, YES).cookies[CLIENT_COOKIE]
    put(withdrawn, NO)
    withdrawn.cookies.set(CLIENT_COOKIE, token)
    yield from ((one, dict[str, str]()) for one in (unasked, refused, forged, personal, withdrawn))
    yield private, {"Sec-GPC": "1"}


def test_without_consent_only_the_day_is_counted(browser: TestClient, measured: Settings) -> None:
    for stranger, headers in strangers(browser.app):
        sent = [event(1, "search", user_query="rare words", session_id="marker-session"), event(2), event(3)]
        assert received(post(stranger, *sent, **headers)) == (0, 0, 3, 0)
    assert today_counts(measured) == ({"search": 6, "click": 12}, {})
    assert everywhere(measured.events_dir) == []
    written = b"".join(path.read_bytes() for path in Path(measured.people_store[10:]).parent.glob("people.db*"))
    for word in (b"rare words", b"marker-session", b"event-00", b"testclient"):
        assert word not in written


def test_withdrawing_and_erasing_leaves_nothing_of_her_in_any_file(browser: TestClient, measured: Settings) -> None:
    put(browser, YES)
    client_id = client_id_of(browser.cookies[CLIENT_COOKIE])
    post(browser, event(1, "search", user_query="marker-query"))
    roll(measured.events_dir)
    post(browser, event(2, "search", user_query="marker-query"))
    put(browser, {**NO, "erase": True})
    assert maintain(measured.events_dir, 365).erased == 2
    for path in measured.events_dir.rglob("*"):
        if path.is_file():
            assert b"marker-query" not in path.read_bytes()
            assert client_id.encode() not in path.read_bytes()


def test_the_shop_sends_purchases_with_a_key(browser: TestClient, measured: Settings) -> None:
    put(browser, YES)
    agreed = client_id_of(browser.cookies[CLIENT_COOKIE])
    shop = TestClient(browser.app, headers=bearer(measured))
    sold = {"object_id": "item-001", "attributes": {"price": 99.5, "currency": "EUR", "quantity": 2}}
    batch = [event(1, "purchase", **sold), event(2, "purchase", client_id=agreed, **sold)]
    batch += [event(3, "purchase", client_id="unknown", **sold)]
    assert received(shop.post("/v1/events", json={"events": batch})) == (2, 0, 1, 0)
    assert [one.client_id for one in kept(measured)] == ["", agreed]
    assert today_counts(measured)[0] == {"purchase": 1}


def test_whoever_guesses_the_id_of_an_order_displaces_no_purchase(browser: TestClient, measured: Settings) -> None:
    put(browser, YES)
    guessed = event(1, "click", object_id="item-001")
    assert received(post(browser, guessed)) == (1, 0, 0, 0)
    shop = TestClient(browser.app, headers=bearer(measured))
    sold = {**guessed, "action_name": "purchase"}
    assert received(shop.post("/v1/events", json={"events": [sold]})) == (1, 0, 0, 0)
    assert received(shop.post("/v1/events", json={"events": [sold]})) == (0, 1, 0, 0)
    assert sorted(one.action_name for one in kept(measured)) == ["click", "purchase"]


def test_a_key_that_may_not_write_or_none_from_elsewhere_is_refused(browser: TestClient, measured: Settings) -> None:
    reader = bearer(measured, "read", "reader")
    problem_of(browser.post("/v1/events", json={"events": [event()]}, headers=reader), 403, "insufficient-scope")
    wrong = {"Authorization": "Bearer dsk_wrong"}
    problem_of(browser.post("/v1/events", json={"events": [event()]}, headers=wrong), 401, "invalid-key")
    problem_of(browser.post("/v1/events", json={"events": [event()]}), 403, "cross-origin")
    problem_of(post(browser, event(), Origin="https://elsewhere.example"), 403, "cross-origin")


WRONG: list[dict[str, Any]] = [
    {"event_id": "short"},
    {"event_id": "no spaces in it"},
    {"action_name": "steal"},
    {"timestamp_us": -1},
    {"timestamp_us": 10**18},
    {"ordinal": -1},
    {"object_id": "x" * 201},
    {"user_query": "x" * (int(LIMITS["event_query_chars"].value) + 1)},
    {"attributes": {"email": "anna@example.com"}},
    {"attributes": {"price": -1}},
    {"session_id": "a b"},
    {"address": "192.0.2.1"},
]


def test_what_is_no_event_is_refused_whole(browser: TestClient, measured: Settings) -> None:
    put(browser, YES)
    for wrong in WRONG:
        problem_of(post(browser, event(1), {**event(2), **wrong}), 422, "invalid-parameter")
    assert everywhere(measured.events_dir) == []


def test_a_request_has_a_hundred_events_and_not_one_more(browser: TestClient) -> None:
    put(browser, YES)
    most = int(LIMITS["events_per_request"].value)
    batch = [event(number) for number in range(most + 1)]
    assert received(post(browser, *batch[:most])) == (most, 0, 0, 0)
    problem_of(post(browser, *batch), 422, "invalid-parameter")
    problem_of(post(browser), 422, "invalid-parameter")


def test_events_of_another_time_are_dropped(browser: TestClient, measured: Settings) -> None:
    put(browser, YES)
    now_us = int(time.time() * 1e6)
    old_us, ahead_us = (int(LIMITS[name].value * 1e6) for name in ("event_age_s", "event_ahead_s"))
    margin_us = 60_000_000
    sent = [
        now_us - old_us - margin_us,
        now_us - old_us + margin_us,
        now_us + ahead_us + margin_us,
        now_us + ahead_us - margin_us,
    ]
    batch = [event(number, timestamp_us=at) for number, at in enumerate(sent)]
    assert received(post(browser, *batch)) == (2, 0, 0, 2)
    shop = TestClient(browser.app, headers=bearer(measured))
    older = event(9, "purchase", timestamp_us=now_us - 30 * 86_400_000_000)
    assert received(shop.post("/v1/events", json={"events": [older]})) == (1, 0, 0, 0)


def test_where_events_are_off_there_is_no_such_route_and_no_file(client: TestClient, tmp_path: Path) -> None:
    problem_of(post(client, event()), 404, "events-off")
    assert not list(tmp_path.rglob("journal"))


def test_a_full_journal_is_said_and_nothing_is_acknowledged(
    browser: TestClient,
    measured: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(browser, YES)
    assert received(post(browser, event(1))) == (1, 0, 0, 0)
    monkeypatch.setattr(event_intake, "JOURNAL_BYTES", 10)
    assert "retry-after" in post(browser, event(2)).headers
    problem_of(post(browser, event(2)), 503, "storage-full")
    roll(measured.events_dir)
    assert received(post(browser, event(2))) == (1, 0, 0, 0)
    assert len(kept(measured)) == 2


def test_requests_that_come_together_share_one_write(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    put(browser, YES)
    entered, go_on, writes = threading.Event(), threading.Event(), list[int]()
    append = Journal.append

    def slow(journal: Journal, lines: bytes) -> None:
        writes.append(lines.count(b"\n"))
        entered.set()
        assert go_on.wait(WAIT_S)
        append(journal, lines)

    monkeypatch.setattr(Journal, "append", slow)
    answers = list[tuple[int, int, int, int]]()
    threads = [threading.Thread(target=lambda n=n: answers.append(received(post(browser, event(n))))) for n in range(6)]
    threads[0].start()
    assert entered.wait(WAIT_S)
    for thread in threads[1:]:
        thread.start()
    waiting = browser.app.state.resources.event_intake._events  # type: ignore[attr-defined]
    while len(waiting._waiting) < 5:
        time.sleep(0.005)
    go_on.set()
    for thread in threads:
        thread.join(WAIT_S)
    assert writes == [1, 5]
    assert answers == [(1, 0, 0, 0)] * 6


@pytest.fixture
def killed_server(measured: Settings) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A real server process, and where it is."""
    (port,) = free_ports(1)
    environment = {f"DEEPSTYLE_{name.upper()}": str(value) for name, value in measured.resolved().model_dump().items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "deepstyle", "serve", "--port", str(port)],
        env={**os.environ, **environment},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def test_what_was_acknowledged_survives_a_kill(
    killed_server: tuple[subprocess.Popen[bytes], str],
    measured: Settings,
) -> None:
    process, address = killed_server
    acknowledged = list[str]()
    with httpx2.Client(base_url=address, headers=bearer(measured), timeout=WAIT_S) as shop:
        until_s = time.monotonic() + WAIT_S
        while time.monotonic() < until_s:
            try:
                shop.get("/healthz")
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        for number in range(1000):
            if number == 20:
                threading.Thread(target=lambda: process.send_signal(signal.SIGKILL)).start()
            batch = [event(1000 * number + at, "purchase") for at in range(3)]
            try:
                answer = shop.post("/v1/events", json={"events": batch})
            except httpx2.TransportError:
                break
            assert received(answer) == (3, 0, 0, 0)
            acknowledged += [one["event_id"] for one in batch]
    assert len(acknowledged) >= 60
    assert process.wait() == -signal.SIGKILL
    assert set(acknowledged) <= {one.event_id for one in kept(measured)}
    assert len(everywhere(measured.events_dir)) == len(set(everywhere(measured.events_dir)))
