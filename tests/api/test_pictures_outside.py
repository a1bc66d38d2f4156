"""A server whose store has its pictures outside: caching, missing objects, another setting."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.api.routes.images import CACHE_CONTROL, FOR_GOOD
from deepstyle.settings import Settings
from deepstyle.store import open_store
from deepstyle.store.external.folder import FolderObjects
from deepstyle.store.external.move import move_pictures
from tests.api.conftest import problem_of
from tests.conftest import Shop


@pytest.fixture
def folder(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DEEPSTYLE_PICTURES", raising=False)
    with open_store(shop.store_url) as store:
        move_pictures(store, (tmp_path / "pictures").as_uri())
    return tmp_path / "pictures"


@pytest.fixture
def outside(folder: Path, settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as opened:
        yield opened


def sha256_of(shop: Shop, item_id: str) -> str:
    with open_store(shop.store_url) as store:
        return store.image_sha256s([item_id])[item_id]


def test_an_address_with_the_hash_is_cached_for_good(outside: TestClient, shop: Shop) -> None:
    sha256 = sha256_of(shop, "item-001")
    for parameters in ({"v": sha256}, {"v": sha256[:16], "w": 160}, {"v": sha256[:16], "w": 160, "fit": "card"}):
        answer = outside.get("/image/item-001", params=parameters)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOR_GOOD)
        again = outside.get("/image/item-001", params=parameters, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content, again.headers["cache-control"]) == (304, b"", FOR_GOOD)
        assert not answer.headers["etag"].startswith("W/")


def test_another_address_is_revalidated(outside: TestClient, shop: Shop) -> None:
    for parameters in ({}, {"v": sha256_of(shop, "item-002")}):
        assert outside.get("/image/item-001", params=parameters).headers["cache-control"] == CACHE_CONTROL
    problem_of(outside.get("/image/item-001", params={"v": "../x"}), 422, "invalid-parameter")


def test_a_missing_object_and_a_missing_place_are_a_503(outside: TestClient, shop: Shop, folder: Path) -> None:
    FolderObjects(folder.as_uri(), folder).delete(sha256_of(shop, "item-001"))
    problem_of(outside.get("/image/item-001", params={"w": 160}), 503, "not-ready")
    assert outside.get("/image/item-002", params={"w": 160}).status_code == 200
    folder.rename(folder.with_name("unmounted"))
    problem_of(outside.get("/image/item-003", params={"w": 160}), 503, "not-ready")
    assert outside.get("/image/item-002", params={"w": 160}).status_code == 200, "made before"


def test_another_setting_is_not_served(folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSTYLE_PICTURES", "database")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        problem_of(client.get("/image/item-001"), 503, "not-ready")
        assert client.get("/readyz").status_code == 503
