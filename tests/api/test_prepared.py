"""A server with two models: both are open before a switch, and each request keeps the model that it began with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deepstyle.api import prepared
from deepstyle.api.app import create_app
from deepstyle.api.resources import Resources
from deepstyle.settings import Settings
from deepstyle.shop import Shop
from tests.cli.test_serve_operations import wait_for
from tests.conftest import Shop as Files
from tests.style.tiny import write_tiny_model


@pytest.fixture
def new(shop: Files, tmp_path: Path) -> Iterator[Shop]:
    """A job with a second model."""
    write_tiny_model(tmp_path / "new", seed=4)
    with Shop.open(shop.store_url, model=str(tmp_path / "new")) as opened:
        yield opened


@pytest.fixture
def client(shop: Files, new: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(prepared, "CHECK_S", 0.05)
    settings = Settings(
        store=shop.store_url, model=new.settings.model, former_model=str(shop.model), cache_dir=tmp_path / "cache"
    )
    with TestClient(create_app(settings)) as opened:
        yield opened


def ready(client: TestClient) -> tuple[str, list[str]]:
    answer = client.get("/readyz").json()
    return answer["fingerprint"], answer["prepared"]


def found(client: TestClient) -> str:
    files = {"image": ("a.jpg", Files.picture(3), "image/jpeg")}
    answer = client.post("/search_image", files=files)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["results"][0]["item"]["item_id"])


def test_the_store_decides_which_of_two_prepared_models_serves(client: TestClient, new: Shop) -> None:
    old = new.store.meta("style_space") or ""
    assert ready(client) == (old, [old])
    space = new.encode(switch=False).space
    wait_for(lambda: ready(client) == (old, sorted([old, space])))
    assert found(client) == "item-003"
    new.switch_model(space)
    assert ready(client) == (space, sorted([old, space]))
    assert found(client) == "item-003"
    new.roll_back_model()
    assert ready(client) == (old, sorted([old, space]))
    assert found(client) == "item-003"


def test_a_request_that_began_before_the_switch_ends_with_its_model(client: TestClient, new: Shop) -> None:
    resources: Resources = client.app.state.resources  # type: ignore[attr-defined]  # an ASGI app, to Starlette
    new.encode(switch=False)
    began = resources.for_request()
    encoded = began.encode_photo(Files.picture(3))
    old = began.shop.space
    now = new.switch_model("new").now
    assert resources.for_request().shop.space == now
    assert began.shop.space == old
    assert began.shop.search_embedding(encoded.embeddings[0], k=1).matches[0].item.item_id == "item-003"
    assert began.shop.similar("item-003", k=1).matches


def test_a_server_that_is_to_stop_is_not_ready_and_answers(client: TestClient) -> None:
    client.app.state.resources.stopping.set()  # type: ignore[attr-defined]  # an ASGI app, to Starlette
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "not-ready")
    assert client.get("/healthz").status_code == 200
    assert found(client) == "item-003"
