"""Webhooks: nothing is parsed before its signature is right, and nothing is queued twice."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.jobs import journal as module
from deepstyle.jobs.journal import Journal
from deepstyle.settings import Settings
from tests.api.conftest import problem_of
from tests.jobs.webhooks.payloads import shopify_product, woocommerce_product

SECRET = "shpss_Zwiebel-ünsichtbar"
SHOPIFY, WOOCOMMERCE = "/v1/webhooks/shopify", "/v1/webhooks/woocommerce"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A server without a store, which deliveries do not need."""
    folders = {"cache_dir": tmp_path / "cache", "imports_dir": tmp_path / "imports"}
    secrets = {"shopify_secret": SECRET, "woocommerce_secret": SECRET}
    return Settings(store=f"sqlite:///{tmp_path}/none.db", **folders, **secrets)


@pytest.fixture
def journal(settings: Settings) -> Journal:
    return Journal.of(settings.resolved())


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as opened:
        yield opened


def signature(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def shopify(body: bytes, topic: str = "products/update", delivery: str = "d1", **changes: str) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Webhook-Id": delivery,
        "X-Shopify-Hmac-Sha256": signature(body),
        "X-Shopify-Triggered-At": "2026-03-02T15:00:01.123456789Z",
        **changes,
    }


def woocommerce(body: bytes, topic: str = "product.updated", delivery: str = "d1") -> dict[str, str]:
    names = {"Topic": topic, "Delivery-ID": delivery, "Signature": signature(body)}
    return {"content-type": "application/json", **{f"X-WC-Webhook-{name}": value for name, value in names.items()}}


def test_deliveries_are_queued_once(client: TestClient, journal: Journal) -> None:
    bodies = json.dumps(shopify_product()).encode(), json.dumps(woocommerce_product()).encode()
    for path, body, sign in zip((SHOPIFY, WOOCOMMERCE), bodies, (shopify, woocommerce), strict=True):
        answers = [client.post(path, content=body, headers=sign(body)) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert [answer.json()["queued"] for answer in answers] == [True, False]
        assert client.post(path, content=body, headers=sign(body, delivery="d2")).json() == {"queued": True}
    queued = journal.deliveries(10)
    assert [one.system for one in queued] == ["shopify", "shopify", "woocommerce", "woocommerce"]
    assert queued[0].payload == bodies[0]
    assert queued[0].occurred_s == pytest.approx(1_772_463_601.123, abs=0.001)


def test_a_delivery_without_an_id_is_known_by_its_content(client: TestClient, journal: Journal) -> None:
    body = json.dumps(shopify_product()).encode()
    for expected in (True, False):
        assert client.post(SHOPIFY, content=body, headers=shopify(body, delivery="")).json()["queued"] is expected


def test_other_topics_and_pings_are_acknowledged(client: TestClient, journal: Journal) -> None:
    body = b'{"inventory_item_id": 271878346596884015, "location_id": 1, "available": 6}'
    headers = shopify(body, topic="inventory_levels/update")
    assert client.post(SHOPIFY, content=body, headers=headers).json() == {"queued": False}
    ping = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post(WOOCOMMERCE, content=b"webhook_id=7", headers=ping).json() == {"queued": False}
    assert not journal.exists


def test_a_wrong_signature_is_refused_before_the_body_is_parsed(client: TestClient, journal: Journal) -> None:
    body = b'{"id": 1, "title": "x"'  # no JSON either
    wrong = ["", "AAAA", signature(body, "other"), signature(body + b" "), signature(body).swapcase(), "ü" * 44]
    for given in wrong:
        headers = shopify(body) | {"X-Shopify-Hmac-Sha256": given.encode("latin-1")}  # type: ignore[dict-item]
        problem_of(client.post(SHOPIFY, content=body, headers=headers), 401, "bad-signature")
    headers = woocommerce(body) | {"X-WC-Webhook-Signature": "AAAA"}
    problem_of(client.post(WOOCOMMERCE, content=body, headers=headers), 401, "bad-signature")
    problem_of(client.post(WOOCOMMERCE, content=b"webhook_id=7&x=1"), 401, "bad-signature")
    assert not journal.exists


def test_a_signed_body_that_is_no_product(client: TestClient, journal: Journal) -> None:
    for body in (b"{", b"[]", b'{"id": "1"}', b"\xff", b"[" * 100_000):
        problem_of(client.post(SHOPIFY, content=body, headers=shopify(body)), 400, "malformed-request")
    large = b'{"id": 1}'.ljust(2 * 1024 * 1024)
    assert client.post(SHOPIFY, content=large, headers=shopify(large)).status_code == 200
    over = large + b" "
    problem_of(client.post(SHOPIFY, content=over, headers=shopify(over)), 413, "body-too-large")


def test_without_a_secret_nothing_is_accepted(settings: Settings, journal: Journal) -> None:
    body = json.dumps(shopify_product()).encode()
    with TestClient(create_app(settings.model_copy(update={"shopify_secret": "", "woocommerce_secret": ""}))) as client:
        headers = shopify(body) | {"X-Shopify-Hmac-Sha256": signature(body, "")}
        problem = problem_of(client.post(SHOPIFY, content=body, headers=headers), 403, "webhooks-disabled")
        assert "DEEPSTYLE_SHOPIFY_SECRET" in problem["remedy"]
        problem_of(client.post(WOOCOMMERCE, content=b"webhook_id=7"), 403, "webhooks-disabled")
    assert not journal.exists


def test_a_full_queue_asks_the_shop_to_come_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITING_DELIVERIES", 1)
    body = json.dumps(shopify_product()).encode()
    assert client.post(SHOPIFY, content=body, headers=shopify(body)).status_code == 200
    full = client.post(SHOPIFY, content=body, headers=shopify(body, delivery="d2"))
    problem_of(full, 503, "overloaded")


def test_no_secret_is_shown(settings: Settings) -> None:
    assert SECRET not in repr(settings)
