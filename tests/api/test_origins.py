"""Which other sites may read the API, embed pictures and show the website in a frame: none, unless they are named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from deepstyle.api.app import create_app
from deepstyle.settings import Settings

SHOP, OTHER = "https://shop.example", "https://other.example"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}


def client_of(settings: Settings, tmp_path: Path, **values: str) -> TestClient:
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "map-canvas.html").write_text("<!doctype html>")
    return TestClient(create_app(settings.model_copy(update=values), web_folder=tmp_path))


@pytest.fixture
def open_to_shop(settings: Settings, tmp_path: Path) -> Iterator[TestClient]:
    allowed = {"cors_origins": f"{SHOP}, http://localhost:3000", "frame_ancestors": SHOP}
    with client_of(settings, tmp_path, **allowed) as opened:
        yield opened


@pytest.fixture
def closed(settings: Settings, tmp_path: Path) -> Iterator[TestClient]:
    with client_of(settings, tmp_path) as opened:
        yield opened


def test_by_default_no_other_site_may_do_anything(closed: TestClient) -> None:
    answer = closed.get("/v1/info", headers={"origin": SHOP})
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert (
        "access-control-allow-origin" not in closed.options("/v1/search", headers={"origin": SHOP, **PREFLIGHT}).headers
    )
    page = closed.get("/", headers={"accept": "text/html"}).headers
    assert page["content-security-policy"].endswith("; frame-ancestors 'none'")
    assert page["x-frame-options"] == "DENY"


def test_a_named_origin_may_read_answers_and_problems(open_to_shop: TestClient) -> None:
    for path, status in (("/v1/info", 200), ("/v1/items/nothing", 404)):
        answer = open_to_shop.get(path, headers={"origin": SHOP})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, SHOP)
        assert "X-Request-ID" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers
        assert "Origin" in answer.headers["vary"].split(", ")


def test_a_named_origin_may_upload(open_to_shop: TestClient) -> None:
    answer = open_to_shop.options("/v1/search", headers={"origin": SHOP, **PREFLIGHT})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, SHOP)
    assert "POST" in answer.headers["access-control-allow-methods"]


def test_another_origin_may_not(open_to_shop: TestClient) -> None:
    for origin in (OTHER, "null", f"{SHOP}.evil.example"):
        assert "access-control-allow-origin" not in open_to_shop.get("/v1/info", headers={"origin": origin}).headers
        assert open_to_shop.options("/v1/search", headers={"origin": origin, **PREFLIGHT}).status_code == 400


def test_named_sites_may_embed_pictures_and_frames(open_to_shop: TestClient) -> None:
    picture = open_to_shop.get("/image/item-001").headers
    assert picture["cross-origin-resource-policy"] == "cross-origin"
    assert picture["vary"] == "Origin"  # else a cached one, asked for without it, would be given to a page that has one
    for path in ("/", "/map-canvas.html"):
        headers = open_to_shop.get(path, headers={"accept": "text/html"}).headers
        assert headers["content-security-policy"].endswith(f"; frame-ancestors 'self' {SHOP}")
        assert "x-frame-options" not in headers
    assert open_to_shop.get("/docs").headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("text", ["*", "https://*.shop.example", "shop.example", "https://shop.example/", "'self'; x"])
@pytest.mark.parametrize("name", ["cors_origins", "frame_ancestors"])
def test_only_exact_origins_are_accepted(name: str, text: str) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({name: text})
