"""What every answer has in common, readiness, the queue's bound, and the description of it all."""

import gc
import re
import shutil
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.api.problems import KINDS
from deepstyle.api.resources import Resources
from deepstyle.settings import Settings
from deepstyle.store import open_store
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.integrity import record_check
from deepstyle.style.model import INT8_FOLDER
from tests.api.conftest import problem_of
from tests.conftest import Shop
from tests.style.tiny import write_tiny_model

JPEG = Shop.picture(3)


def test_create_app_opens_nothing(tmp_path: Path) -> None:
    create_app(Settings(store=f"sqlite:///{tmp_path}/new.db", model=str(tmp_path / "none")))
    assert list(tmp_path.iterdir()) == []


def test_the_server_imports_no_torch() -> None:
    code = "import sys, deepstyle.api.app; sys.exit(bool({'torch', 'onnx', 'nncf'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_health_and_readiness(client: TestClient) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    body = client.get("/readyz").json()
    assert (body["status"], body["items"], body["vectors"]) == ("ready", 41, 40)


def test_readiness_counts_once_after_a_write_and_tells_the_last_check(
    client: TestClient, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").json()["last_check"] is None
    with open_store(shop.store_url) as store:
        record_check(store, store.check())
    counted = []
    monkeypatch.setattr(EmbeddedStore, "count", lambda store: counted.append(1) or 7)
    for _ in range(3):
        body = client.get("/readyz").json()
        assert (body["last_check"]["findings"], body["last_check"]["repaired"]) == (0, False)
        assert body["last_check"]["checked_at"].startswith("20")
    assert counted == []  # nothing was written to the catalogue
    with open_store(shop.store_url) as store:
        store.delete(["item-000"])
    assert [client.get("/readyz").json()["items"] for _ in range(3)] == [7, 7, 7]
    assert counted == [1]


def test_not_ready_without_a_store_until_it_is_there(tmp_path: Path, tiny_model: Path) -> None:
    url = f"sqlite:///{tmp_path}/later.db"
    with TestClient(create_app(Settings(store=url, model=str(tiny_model)))) as client:
        problem = problem_of(client.get("/readyz"), 503, "not-ready")
        assert problem["reasons"]
        assert client.get("/healthz").status_code == 200
        answer = client.post("/search_image", files={"image": JPEG})
        problem_of(answer, 503, "not-ready")
        assert answer.headers["retry-after"]


def test_not_ready_without_a_model(settings: Settings) -> None:
    lacking = settings.model_copy(update={"model": "/nowhere"})
    with TestClient(create_app(lacking)) as client:
        problem_of(client.get("/readyz"), 503, "not-ready")
        problem_of(client.post("/search_image", files={"image": JPEG}), 503, "not-ready")
        assert client.get("/v1/items").status_code == 200


def test_not_ready_without_vectors(tmp_path: Path, tiny_model: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    open_store(url).close()
    with TestClient(create_app(Settings(store=url, model=str(tiny_model)))) as client:
        assert "encode" in problem_of(client.get("/readyz"), 503, "not-ready")["remedy"]


def test_a_model_that_was_quantised_meanwhile_does_not_stop_the_shop(shop: Shop, tmp_path: Path) -> None:
    shutil.copytree(shop.model, tmp_path / "model")
    write_tiny_model(tmp_path / "model" / INT8_FOLDER, seed=1)
    settings = Settings(store=shop.store_url, model=str(tmp_path / "model"), queue_size=4)
    with TestClient(create_app(settings)) as client:
        assert client.get("/readyz").json()["status"] == "ready"
        assert client.post("/search_image", files={"image": JPEG}).json()["results"][0]["item"]["item_id"] == "item-003"
    with TestClient(create_app(settings.model_copy(update={"precision": "int8"}))) as client:
        problem_of(client.get("/readyz"), 503, "not-ready")


def test_vectors_of_another_model_are_never_searched(settings: Settings, tmp_path: Path) -> None:
    write_tiny_model(tmp_path / "other", seed=1)
    with TestClient(create_app(settings.model_copy(update={"model": str(tmp_path / "other")}))) as client:
        for answer in (
            client.get("/readyz"),
            client.post("/search_image", files={"image": JPEG}),
            client.post("/similar/item-001"),
        ):
            problem = problem_of(answer, 503, "not-ready")
            assert "model" in problem["detail"]
            assert problem["remedy"]


def test_the_queue_is_bounded_and_no_slot_is_lost(
    client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold, queue = threading.Event(), client.app.state.resources.queue  # type: ignore[attr-defined]
    encode_photo = Resources.encode_photo

    def held(*given: Any, **options: Any) -> Any:
        assert hold.wait(30)
        return encode_photo(*given, **options)

    monkeypatch.setattr(Resources, "encode_photo", held)
    statuses: list[int] = []
    askers = [
        threading.Thread(
            target=lambda: statuses.append(client.post("/search_image", files={"image": JPEG}).status_code)
        )
        for _ in range(queue.capacity)
    ]
    for asker in askers:
        asker.start()
    while queue.in_flight < queue.capacity:
        time.sleep(0.01)
    refused = client.post("/search_image", files={"image": JPEG})
    problem_of(refused, 503, "overloaded")
    assert int(refused.headers["retry-after"]) >= 1
    assert client.get("/v1/items").status_code == 200  # only the encoder is busy
    hold.set()
    for asker in askers:
        asker.join()
    assert statuses == [200] * queue.capacity
    assert queue.in_flight == 0
    for broken in (b"GIF89a", b"", JPEG[:99]):
        client.post("/search_image", files={"image": broken})
    assert queue.in_flight == 0


def test_unknown_routes_and_methods(client: TestClient) -> None:
    problem_of(client.get("/nothing/here"), 404, "not-found")
    problem_of(client.get("/../../etc/passwd"), 404, "not-found")
    answer = client.get("/search_image")
    problem_of(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "POST"


def test_an_unexpected_exception_tells_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Resources, "encode_photo", broken)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        answer = client.post("/search_image", files={"image": JPEG})
        problem_of(answer, 500, "internal-error")
        assert "secret" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/items", "/image/item-001", "/nowhere", "/docs"])
def test_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path, headers={"origin": "https://elsewhere.example"}).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "unsafe-eval" not in policy
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("given", "echoed"),
    [("order-17.a_B", True), ("x" * 64, True), ("x" * 65, False), ("two words", False), ("a\tb", False), ("é", False)],
)
def test_request_id(client: TestClient, given: str, echoed: bool) -> None:
    answered = client.get("/healthz", headers={"x-request-id": given.encode()}).headers["x-request-id"]
    assert (answered == given) is echoed
    assert answered.isascii()


def test_plain_bodies_are_capped_too(client: TestClient) -> None:
    answer = client.post("/search_image", content=bytes(70_000), headers={"content-type": "application/json"})
    problem_of(answer, 415, "unsupported-media-type")


def test_metrics(client: TestClient) -> None:
    client.post("/search_image", files={"image": JPEG})
    client.get("/v1/items/nobody")
    client.get("/v1/items/nobody-either")
    client.get("/wp-login.php")
    text = client.get("/metrics").text
    for stage in ("decode", "encode", "search"):
        assert f"deepstyle_{stage}_seconds_count 1.0" in text
    assert 'deepstyle_request_seconds_count{method="POST",route="/search_image",status="200"} 1.0' in text
    assert 'deepstyle_request_seconds_count{method="GET",route="/v1/items/{item_id}",status="404"} 2.0' in text
    assert 'route="unmatched",status="404"} 1.0' in text
    assert "nobody" not in text
    assert "wp-login" not in text
    assert "deepstyle_uploads_in_flight 0.0" in text


def test_two_apps_do_not_mix_their_metrics(client: TestClient, settings: Settings) -> None:
    client.post("/search_image", files={"image": JPEG})
    with TestClient(create_app(settings)) as other:
        assert "deepstyle_decode_seconds_count 0.0" in other.get("/metrics").text


def test_a_wrong_method_learns_all_that_are_right(client: TestClient) -> None:
    for path, methods in (
        ("/v1/imports", "GET, POST"),
        (f"/v1/imports/{'0' * 32}", "DELETE, GET"),
        ("/v1/items", "GET"),
    ):
        answer = client.patch(path)
        problem_of(answer, 405, "method-not-allowed")
        assert answer.headers["allow"] == methods


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_openapi_describes_every_route(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    ids = [operation["operationId"] for operation in operations(document)]
    assert len(set(ids)) == len(ids) == 117
    assert all("_" not in operation_id for operation_id in ids)
    for operation in operations(document):
        assert operation["summary"]
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                shown = response["content"]["application/problem+json"]
                assert shown["schema"] == {"$ref": "#/components/schemas/Problem"}
                for code, example in shown["examples"].items():
                    assert example["value"]["code"] == code
                    assert KINDS[code].status == int(status)
    assert "HTTPValidationError" not in str(document)
    form = document["paths"]["/v1/search"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert {"image", "k", "crop", "cursor", "brand"} <= set(form["properties"])


def test_an_application_that_has_ended_is_freed(settings: Settings) -> None:
    """FastAPI caches functions of routes for good; none of them may refer to the application, its store and model."""

    def used() -> "weakref.ref[FastAPI]":
        app = create_app(settings)
        with TestClient(app) as client:
            assert client.get("/docs").status_code == client.get("/healthz").status_code == 200
        return weakref.ref(app)

    gone = used()
    gc.collect()
    assert gone() is None


def test_pages_load_nothing_from_elsewhere(client: TestClient) -> None:
    for path in ("/", "/docs"):
        page = client.get(path).text
        assert "//" not in page.replace("sqlite:////srv", "")
    assert "<script" not in client.get("/docs").text


def test_the_reference_shows_every_operation_parameter_and_schema(client: TestClient) -> None:
    document, page = client.get("/openapi.json").json(), client.get("/docs").text
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
            assert f"{path}</h3>" in page
            for parameter in operation.get("parameters", []):
                assert f"<code>{parameter['name']} ({parameter['in']})</code>" in page
    for name, schema in document["components"]["schemas"].items():
        assert f'id="schema-{name}"' in page
        assert all(f"<code>{field}</code>" in page for field in schema.get("properties", ()))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))


def test_without_the_website_a_page_says_how_to_build_it(settings: Settings, tmp_path: Path) -> None:
    with TestClient(create_app(settings, web_folder=tmp_path / "missing")) as bare:
        assert "make web" in bare.get("/").text
        assert bare.get("/docs").status_code == 200


def test_every_problem_has_a_page(client: TestClient) -> None:
    for code in KINDS:
        assert client.get(f"/problems/{code}").status_code == 200
    problem_of(client.get("/problems/none"), 404, "not-found")
