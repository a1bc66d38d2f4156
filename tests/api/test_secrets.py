"""No response names the store: its URL, its password, its folder; whatever state it is in, for every route."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pymongo import MongoClient
from starlette.routing import Route

from deepstyle.api.app import create_app
from deepstyle.settings import Settings
from deepstyle.store import Entry, open_store
from deepstyle.store.copy import copy_store
from deepstyle.style.encode import STYLE_SPACE
from tests.compatibility.shop import map_shop
from tests.conftest import Shop
from tests.store.mongod import replica_set
from tests.style.tiny import write_tiny_model

FOLDER = "zq7-private (1)"
WORD = "zq9word"
PASSWORD = f"p@ss:{WORD}/%"
USER = f"shop:{quote(PASSWORD, safe='')}"
UNREACHABLE = f"mongodb://{USER}@127.0.0.1:1/catalogue?timeoutMS=300&serverSelectionTimeoutMS=100&connectTimeoutMS=50"
JPEG = Shop.picture(3)


def requests(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A request for every route and kind of body, and one with a parameter that cannot be read."""
    described = app.openapi()["paths"]
    for path, operations in described.items():
        for method, operation in operations.items():
            address = path.replace("{item_id}", "item-003").replace("{name}", "search").replace("{file}", "map.png")
            kinds = operation.get("requestBody", {}).get("content", {})
            if "multipart/form-data" in kinds:
                form = {"item_id": ["item-001", "item-002"]} if ":" in path else {}
                yield method, address, {"files": {"image": JPEG}, "data": form}
                yield method, address, {"files": {"image": b"no picture"}}
            if "application/json" in kinds:
                yield method, address, {"json": {"item_id": ["item-001", "item-002"]}}
            if not kinds:
                yield method, address, {}
                yield method, f"{address}?k=x&limit=x&w=x", {}
    pages = {route.path for route in app.routes if isinstance(route, Route)} - set(described)
    for page in sorted(pages):
        yield "get", page.replace("{code}", "not-ready"), {}
    yield "get", "/nowhere/zq", {}


def answers(settings: Settings) -> list[httpx2.Response]:
    app = create_app(settings)
    with TestClient(app, raise_server_exceptions=False) as client:
        return [client.request(method, address, **options) for method, address, options in requests(app)]


def check(settings: Settings, *secrets: str) -> list[httpx2.Response]:
    """No secret in a body or a header of any route, nor a path of this machine."""
    found = answers(settings)
    forbidden = {form(secret) for secret in secrets for form in (str, quote, lambda text: json.dumps(text)[1:-1])}
    for answer in found:
        text = f"{answer.headers!r}\n{answer.text}"
        assert [secret for secret in forbidden if secret in text] == [], (answer.request.url, answer.text)
        assert not re.search(r"sqlite:|mongodb(\+srv)?:/|/tmp/|\.db\b|127\.0\.0\.1", text), (answer.request.url, text)
    return found


def statuses(found: list[httpx2.Response]) -> set[int]:
    return {answer.status_code for answer in found}


@pytest.fixture
def private(shop: Shop, tmp_path: Path) -> Settings:
    """The encoded store in a folder whose name is nobody's business, as is the model's and the reports'."""
    folder = tmp_path / FOLDER
    folder.mkdir()
    shutil.copy(tmp_path / "shop.db", folder / "shop.db")
    shutil.copytree(shop.model, folder / "model")
    head = map_shop(Shop(f"sqlite:///{folder}/shop.db", shop.model), folder / "head")
    return Settings(
        store=f"sqlite:///{folder}/shop.db",
        model=str(folder / "model"),
        compat=str(head),
        reports_dir=folder / "reports",
        cache_dir=folder / "cache",
    )


def changed(settings: Settings, **values: object) -> Settings:
    return settings.model_copy(update=values)


def test_a_store_that_serves(private: Settings) -> None:
    assert 200 in statuses(check(private, FOLDER))


def test_a_store_that_is_not_there(private: Settings) -> None:
    missing = private.store.replace("shop.db", "missing.db")
    assert 503 in statuses(check(changed(private, store=missing), FOLDER, "missing.db"))


def test_a_store_that_is_imported_and_not_encoded(private: Settings, shop: Shop) -> None:
    url = private.store.replace("shop.db", "new.db")
    with open_store(shop.store_url) as source, open_store(url) as target:
        target.put([Entry(item, source.image(item.item_id)) for item in source.iter_items()])
    assert 503 in statuses(check(changed(private, store=url), FOLDER, "new.db"))


def test_a_store_that_is_encoded_and_not_mapped(private: Settings, shop: Shop, tmp_path: Path) -> None:
    url = private.store.replace("shop.db", "unmapped.db")
    shutil.copy(tmp_path / "shop.db", tmp_path / FOLDER / "unmapped.db")
    assert {200, 503} <= statuses(check(changed(private, store=url), FOLDER, "unmapped.db"))


def test_a_store_of_another_model(private: Settings, tmp_path: Path) -> None:
    write_tiny_model(tmp_path / FOLDER / "other", seed=5)
    assert 503 in statuses(check(changed(private, model=str(tmp_path / FOLDER / "other")), FOLDER))


def test_a_model_or_a_head_that_cannot_be_read(private: Settings, tmp_path: Path) -> None:
    (tmp_path / FOLDER / "head" / "spec.json").write_text("{")
    assert 503 in statuses(check(private, FOLDER))
    (tmp_path / FOLDER / "model" / "model.onnx").write_bytes(b"")
    assert 503 in statuses(check(private, FOLDER))
    for name in ("zq8model", "zq8model.safetensors"):
        assert 503 in statuses(check(changed(private, model=str(tmp_path / FOLDER / name)), FOLDER, "zq8model"))


@pytest.mark.parametrize("at", [0, 200, 5000])
def test_a_store_that_is_damaged(private: Settings, tmp_path: Path, at: int) -> None:
    path = tmp_path / FOLDER / "shop.db"
    data = bytearray(path.read_bytes())
    data[at:] = b"\xff" * (len(data) - at)
    path.write_bytes(data)
    for beside in ("shop.db-wal", "shop.db-shm"):
        (tmp_path / FOLDER / beside).unlink(missing_ok=True)
    shutil.rmtree(tmp_path / FOLDER / "shop.db.index", ignore_errors=True)
    check(private, FOLDER)


def test_a_database_that_does_not_answer(shop: Shop) -> None:
    assert 503 in statuses(check(Settings(store=UNREACHABLE, model=str(shop.model)), PASSWORD, WORD))


@pytest.mark.parametrize(
    "url", [f"mongodb://shop:{PASSWORD}@host/db", f"nosql://shop:{WORD}@host", f"shop:{WORD}@host"]
)
def test_a_url_that_is_none(shop: Shop, url: str) -> None:
    assert 503 in statuses(check(Settings(store=url, model=str(shop.model)), PASSWORD, WORD))


def test_a_database_with_a_password_in_every_state(shop: Shop, tmp_path: Path) -> None:
    with replica_set(tmp_path / "mongod") as server:
        with MongoClient(server.url("admin")) as admin:
            for name, password in (("shop", PASSWORD), ("other", "x")):
                admin.admin.command("createUser", name, pwd=password, roles=["root"])
        plain = server.url("catalogue")
        url = plain.replace("mongodb://", f"mongodb://{USER}@") + "&authSource=admin"
        settings = Settings(store=url, model=str(shop.model))
        assert 503 in statuses(check(settings, PASSWORD, WORD))  # nothing was imported
        with open_store(shop.store_url) as source, open_store(url) as target:
            copy_store(source, target)
        assert 200 in statuses(check(settings, PASSWORD, WORD))  # encoded, not mapped
        with open_store(url) as target:
            target.set_meta(STYLE_SPACE, "another-model")
        assert 503 in statuses(check(settings, PASSWORD, WORD))
        wrong = changed(settings, store=url.replace(WORD, "zq9wrong"))
        assert 503 in statuses(check(wrong, "zq9wrong"))
