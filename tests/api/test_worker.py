"""The address of the service worker, and where a shared photo arrives without one."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.settings import Settings
from tests.api.test_admission import JPEG


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<!doctype html><title>shop</title>")
    (tmp_path / "sw.js").write_text("// the shop's")
    (tmp_path / "sw.js.br").write_bytes(b"brotli")
    return tmp_path


def test_the_worker_is_revalidated_each_time(settings: Settings, built: Path) -> None:
    with TestClient(create_app(settings, web_folder=built)) as client:
        answer = client.get("/sw.js")
        assert answer.text == "// the shop's"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "no-cache"
        (built / "sw.js").unlink()
        assert "registration.unregister()" in client.get("/sw.js").text


def test_without_a_website_the_worker_removes_itself(settings: Settings, tmp_path: Path) -> None:
    with TestClient(create_app(settings, web_folder=tmp_path)) as client:
        answer = client.get("/sw.js")
    assert "registration.unregister()" in answer.text
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"


def test_a_shared_photo_that_no_worker_takes_leads_to_the_start_page(settings: Settings, built: Path) -> None:
    chosen = settings.model_copy(update={"root_path": "/shop"})
    with TestClient(create_app(chosen, web_folder=built), follow_redirects=False) as client:
        for path in ("/shared-photo", "/shop/shared-photo"):
            answer = client.post(path, files={"photo": JPEG})
            assert (answer.status_code, answer.headers["location"]) == (303, "./#shared")
            assert answer.content == b""
