"""The page that draws the map is the only one with a policy of its own."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.api.website import CANVAS, CANVAS_POLICY, POLICY
from deepstyle.settings import Settings


@pytest.fixture
def client(settings: Settings, tmp_path: Path) -> TestClient:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "a-1.js").write_text("1;")
    for name in ("index.html", CANVAS):
        (tmp_path / name).write_text("<!doctype html>")
    return TestClient(create_app(settings, web_folder=tmp_path))


def test_frame_has_no_origin_and_no_request_but_its_scripts(client: TestClient) -> None:
    headers = client.get(f"/{CANVAS}", headers={"accept": "text/html"}).headers
    assert headers["content-security-policy"] == f"{CANVAS_POLICY}; frame-ancestors 'self'"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    rules = dict(rule.strip().partition(" ")[::2] for rule in CANVAS_POLICY.split(";"))
    assert rules["sandbox"] == "allow-scripts"  # no allow-same-origin: it could take the site's part
    assert rules["default-src"] == "'none'"
    assert "connect-src" not in rules


def test_pages_may_neither_compile_text_nor_be_framed(client: TestClient) -> None:
    headers = client.get("/", headers={"accept": "text/html"}).headers
    assert headers["content-security-policy"] == f"{POLICY}; frame-ancestors 'none'"
    assert headers["x-frame-options"] == "DENY"
    assert "access-control-allow-origin" not in headers


def test_scripts_may_be_loaded_by_the_frame(client: TestClient) -> None:
    assert client.get("/assets/a-1.js").headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in client.get("/v1/items").headers
