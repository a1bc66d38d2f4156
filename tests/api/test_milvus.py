"""A server whose searches go to Milvus: it follows its store, says how far the index is, and answers as without it."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

pytest.importorskip("pymilvus", reason="pymilvus is not installed: pip install 'deepstyle[milvus]'")

from deepstyle.api.app import create_app
from deepstyle.settings import Settings
from deepstyle.store import open_store
from deepstyle.store.copy import copy_store
from tests.conftest import Shop
from tests.index.milvus_server import MilvusServer, milvus_server, wait_until
from tests.store.mongod import replica_set

ITEM = "item-003"
FOLLOWED = {"answers": True, "built": True, "behind_s": 0.0}


@pytest.fixture(scope="module")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with milvus_server(tmp_path_factory.mktemp("milvus")) as running:
        yield running


@contextlib.contextmanager
def copied(shop: Shop, kind: str, folder: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the shop's store, or of its copy in MongoDB."""
    if kind == "sqlite":
        yield shop.store_url
        return
    with replica_set(folder.mktemp("mongod")) as server:
        url = server.url("shop")
        with open_store(shop.store_url, read_only=True) as source, open_store(url) as target:
            copy_store(source, target)
        yield url


def similar(client: TestClient) -> list[dict[str, Any]]:
    answer = client.get(f"/v1/items/{ITEM}/similar", params={"brand": "Nord", "k": 5})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


@pytest.mark.parametrize("kind", ["sqlite", "mongodb"])
def test_a_server_follows_its_store_and_answers_as_without_the_index(
    shop: Shop, settings: Settings, milvus: MilvusServer, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with TestClient(create_app(settings)) as client:
        expected = similar(client)
    with copied(shop, kind, tmp_path_factory) as url:
        index = f"milvus://127.0.0.1:{milvus.port}/{kind}"
        followed = settings.model_copy(update={"store": url, "vector_index": index})
        with TestClient(create_app(followed)) as client:
            wait_until(
                lambda: client.get("/readyz").json().get("index") == FOLLOWED, 60, "an index that has everything"
            )
            assert similar(client) == expected
            assert "deepstyle_index_followed_timestamp_seconds" in client.get("/metrics").text
