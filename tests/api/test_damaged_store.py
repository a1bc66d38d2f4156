"""A server on a damaged store answers with a problem that says what to do, and never with 500."""

import sqlite3
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.settings import Settings
from tests.api.conftest import bearer
from tests.compatibility.shop import map_shop
from tests.conftest import Shop

JPEG = Shop.picture(3)
OF_ITEM = "item_key = (SELECT item_key FROM items WHERE item_id = 'item-003')"
DAMAGES = {
    "short vector": f"UPDATE vectors SET vector = x'0000803f' WHERE {OF_ITEM}",
    "empty vector": f"UPDATE vectors SET vector = x'' WHERE {OF_ITEM}",
    "vector of zeros": f"UPDATE vectors SET vector = zeroblob(length(vector)) WHERE {OF_ITEM}",
    "attributes": f"UPDATE items SET attributes = '{{' WHERE {OF_ITEM}",
    "infinite price": f"UPDATE items SET price = 9e999 WHERE {OF_ITEM}",
    "picture": f"UPDATE image_bytes SET data = x'00' WHERE {OF_ITEM}",
    "no picture": f"DELETE FROM image_bytes WHERE {OF_ITEM}",
    "mapping": f"UPDATE compatible SET item_ids = '{{' WHERE {OF_ITEM}",
    "dimension": "UPDATE spaces SET dimension = 3",
    "facts": "UPDATE meta SET value = '{' WHERE key != 'style_space' AND key NOT LIKE '%space%'",
    "revision": "DELETE FROM revision",
}


@pytest.mark.parametrize("statement", DAMAGES.values(), ids=DAMAGES)
def test_no_500(shop: Shop, tmp_path: Path, statement: str) -> None:
    head = map_shop(shop, tmp_path / "head")
    settings = Settings(store=shop.store_url, model=str(shop.model), compat=str(head))
    headers = bearer(settings, "admin")
    connection = sqlite3.connect(shop.store_url.removeprefix("sqlite:///"))
    connection.execute(statement)
    connection.commit()
    connection.close()
    with TestClient(create_app(settings), headers=headers, raise_server_exceptions=False) as client:
        files = {"image": JPEG}
        answers = [
            client.get("/readyz"),
            client.get("/v1/info"),
            client.get("/v1/items"),
            client.get("/v1/items/item-003"),
            client.get("/v1/items/item-003/image?w=160"),
            client.get("/image/item-003?w=160"),
            client.get("/v1/items/item-003/similar?k=40"),
            client.post("/similar/item-003"),
            client.post("/search_image", files=files),
            client.post("/v1/search", files=files, data={"k": "40"}),
            client.post("/compatible/item-003"),
            client.get("/v1/items/item-003/compatible"),
            client.get("/v1/map"),
            client.get("/v1/examples"),
        ]
    for answer in answers:
        assert answer.status_code != 500, (answer.url, answer.text)
