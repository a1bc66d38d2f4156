"""The built website beside the API: a small folder stands in for what the build writes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.api.website import POLICY
from deepstyle.settings import Settings
from tests.api.conftest import problem_of

PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
INDEX = b"<!doctype html><title>shop</title><div id=root></div>"
SCRIPT = b"console.log(1);" * 50


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(INDEX)
    (folder / "favicon.svg").write_bytes(b"<svg/>")
    (folder / "assets" / "index-B1x9.js").write_bytes(SCRIPT)
    (folder / "assets" / "index-B1x9.js.br").write_bytes(b"brotli")
    (folder / "assets" / "index-B1x9.js.gz").write_bytes(b"gzip")
    (tmp_path / "secret.txt").write_text("treasure")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
def client(settings: Settings, built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(settings, web_folder=built)) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/", "/studio", "/look", "/map?category=shoes"])
def test_pages_are_index_html(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=PAGE)
    assert (answer.status_code, answer.content) == (200, INDEX)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"] == f"{POLICY}; frame-ancestors 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_policy_lets_no_inline_code_in() -> None:
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


def test_hashed_assets_are_kept_for_good(client: TestClient) -> None:
    answer = client.get("/assets/index-B1x9.js", headers={"accept-encoding": "identity"})
    assert answer.content == SCRIPT
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/favicon.svg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.0, gzip; q=0", None),
        ("", None),
    ],
)
def test_compressed_twins(client: TestClient, accepted: str, sent: str | None) -> None:
    with client.stream("GET", "/assets/index-B1x9.js", headers={"accept-encoding": accepted}) as answer:
        body = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding") == sent
    assert body == {"br": b"brotli", "gzip": b"gzip", None: SCRIPT}[sent]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/assets/index-OLD.js", "/assets/index-B1x9.js.br", "/nowhere.png", "/link.txt"])
def test_missing_files_are_problems(client: TestClient, path: str) -> None:
    problem_of(client.get(path, headers={"accept": "*/*"}), 404, "not-found")


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/a%00b"])
def test_nothing_outside_the_folder(client: TestClient, path: str) -> None:
    assert "treasure" not in client.get(path).text
    assert client.get(path, headers={"accept": "*/*"}).status_code == 404


@pytest.mark.parametrize("path", ["/v1/nothing", "/image/a/b", "/docs/nothing", "/problems/a/b", "/similar/a/b"])
def test_the_api_s_addresses_get_no_page(client: TestClient, path: str) -> None:
    problem_of(client.get(path, headers=PAGE), 404, "not-found")


def test_the_api_goes_first(client: TestClient) -> None:
    assert client.get("/healthz", headers=PAGE).json()["status"] == "ok"
    problem_of(client.get("/search_image", headers=PAGE), 405, "method-not-allowed")
    problem_of(client.post("/studio"), 404, "not-found")
    assert client.head("/studio", headers=PAGE).status_code == 200
