"""Google Merchant's and Meta's catalogues."""

import json
from pathlib import Path

from deepstyle.catalogue.feeds.layouts.google import GOOGLE
from deepstyle.catalogue.feeds.raw import RawRow
from deepstyle.catalogue.feeds.table import TableSource
from deepstyle.catalogue.rows import Record
from deepstyle.catalogue.source import open_source
from tests.catalogue.feeds.layouts.feeds import items, kinds, pictures, write_feed

ROW = {
    "id": "J1", "title": "Rain jacket", "description": "Dry", "link": "https://shop.example/j1",
    "image_link": "https://cdn.example/a.jpg?w=800",
    "additional_image_link": "https://cdn.example/b.jpg,https://cdn.example/c.jpg", "availability": "in_stock",
    "price": "120.00 EUR", "sale_price": "99.00 EUR", "product_type": "Women > Jackets",
    "google_product_category": "Apparel & Accessories > Clothing > Outerwear", "color": "Navy", "size": "M",
    "gender": "female", "age_group": "adult", "item_group_id": "J",
}  # fmt: skip
IMAGES = ("a.jpg", "b.jpg", "c.jpg")


def test_a_feed_beside_its_pictures_is_no_folder_of_pictures(tmp_path: Path) -> None:
    source = write_feed(tmp_path, "feed.txt", [ROW], IMAGES, delimiter="\t")
    assert source.layout == "google"
    item = items(source)["J1"]
    assert (item.category, item.semantic_category, item.model_id, item.gender) == (
        "Jackets",
        "outerwear",
        "J",
        "female",
    )
    assert (item.price, item.currency, item.url) == (99.0, "EUR", "https://shop.example/j1")
    assert item.attributes["age_group"] == "adult"
    assert pictures(source) == {"J1": ["a.jpg", "b.jpg", "c.jpg"]}


def test_a_note_beside_pictures_is_no_feed(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("The pictures of 2024, by hand, as agreed.\nid, of course, is the name.\n")
    (tmp_path / "a.jpg").write_bytes(b"picture")
    assert open_source(tmp_path).layout == "folder"


def test_meta_s_columns(tmp_path: Path) -> None:
    row = {"id": "M1", "title": "Clutch", "availability": "in stock", "condition": "new", "price": "30.00 USD",
           "link": "https://shop.example/m1", "image[0].url": "https://cdn.example/a.jpg",
           "image[1].url": "https://cdn.example/b.jpg", "brand": "Nord",
           "fb_product_category": "Bags > Clutches"}  # fmt: skip
    source = write_feed(tmp_path, "catalog_products.csv", [row], IMAGES)
    assert (source.layout, items(source)["M1"].category) == ("google", "Clutches")
    assert pictures(source) == {"M1": ["a.jpg", "b.jpg"]}


def test_json_lines_with_lists(tmp_path: Path) -> None:
    row = {**ROW, "additional_image_link": ["https://cdn.example/b.jpg", "https://cdn.example/c.jpg"]}
    (tmp_path / "items.jsonl").write_text(json.dumps(row))
    write_feed(tmp_path / "images", "x.csv", [{"id": "1"}], ["a.jpg", "b.jpg", "c.jpg"])
    assert pictures(open_source(tmp_path / "items.jsonl")) == {"J1": ["a.jpg", "b.jpg", "c.jpg"]}


class Rss:
    """A table as XML gives it: each row names its columns, with and without a prefix."""

    name, header, delimiter = "feed.xml", (), ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def rows(self):
        yield RawRow(3, {f"g:{name}": value for name, value in ROW.items() if name != "title"} | {"title": "Rain"})
        yield RawRow(9, {"{http://base.google.com/ns/1.0}id": "J2", "g:image_link": "", "title": "Sun"})


def test_names_with_a_prefix(tmp_path: Path) -> None:
    first, second = TableSource(tmp_path, Rss(tmp_path), GOOGLE).records()
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.item.title, first.item.price, first.item.model_id) == ("Rain", 99.0, "J")
    assert (second.item.item_id, second.line) == ("J2", 9)


def test_quotes_between_tabs_are_letters(tmp_path: Path) -> None:
    header = "id\ttitle\tprice\timage link"
    rows = ['1\t5" heel pump\t49.99 USD\ta.jpg', '2\t"Boots\t""6"""\t20 USD\tb.jpg', '3\t"Bag\t9 USD\tb.jpg']
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).touch()
    (tmp_path / "feed.txt").write_text("\n".join([header, *rows]), encoding="utf-8")
    source = open_source(tmp_path)
    assert kinds(source) == ["1", "2", "Rejection: bad-row"]
    assert [item.title for item in items(source).values()] == ['5" heel pump', 'Boots "6"']
