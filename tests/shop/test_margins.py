"""A margin that a feed has is stored apart from the item, and is in nothing that shows the item."""

import json
from pathlib import Path

import pytest

from deepstyle.people.open import open_people
from deepstyle.settings import Settings
from deepstyle.shop import Shop
from deepstyle.store import open_store
from deepstyle.store.copy import copy_store
from tests.conftest import Shop as MadeShop

CSV = """item_id,title,category,price,Margin,Colour family,Cost per item,image
a1,Boots,Shoes,90,"42,75 %",brown,51.53,photo.jpg
a2,Bag,Bags,50,,black,,photo.jpg
a3,Hat,Hats,20,secret 42.75,black,,photo.jpg
a4,Cap,Hats,20,42.75,black,,missing.jpg
"""
ROWS = [
    {
        "item_id": "a1",
        "title": "Boots",
        "margin": 42.75,
        "g:cost_of_goods_sold": "51.53 EUR",
        "fit": "wide",
        "image": "photo.jpg",
    },
    {"item_id": "a2", "title": "Bag", "image": "photo.jpg"},
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=f"sqlite:///{tmp_path}/shop.db", people_store=f"sqlite:///{tmp_path}/people.db")


@pytest.mark.parametrize("name", ["feed.csv", "feed.jsonl"])
def test_a_column_of_margins(settings: Settings, tmp_path: Path, name: str) -> None:
    feed = tmp_path / name
    (tmp_path / "photo.jpg").write_bytes(MadeShop.picture(1))
    feed.write_text(CSV if name == "feed.csv" else "".join(json.dumps(row) + "\n" for row in ROWS))
    with Shop.open(settings=settings) as shop:
        shop.import_catalogue(feed)
        shop.put("a2", encode=False, attributes={"gross margin": "42.75", "Einkaufspreis": "51.53", "fit": "wide"})
        assert shop.live.margins(["a1", "a2", "a3"]) == {"a1": 42.75}
        assert shop.item("a2").attributes == {"fit": "wide"}
        assert shop.item("a1").attributes
        with open_store(f"sqlite:///{tmp_path}/copy.db") as copy:
            copy_store(shop.store, copy)
    with open_people(settings.people_store) as people:
        assert people.count("margins") == 1
    for file in [*tmp_path.glob("shop.db*"), *tmp_path.glob("copy.db*")]:
        stored = file.read_bytes().lower()
        assert b"42.75" not in stored and b"42,75" not in stored and b"margin" not in stored, file
        assert b"51.53" not in stored, file
