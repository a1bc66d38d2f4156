"""Shopify's product CSV."""

from pathlib import Path

from tests.catalogue.feeds.layouts.feeds import items, kinds, pictures, write_feed

CDN = "https://cdn.example/files"
FIRST = {
    "Handle": "cord-trousers", "Title": "Cord trousers", "Body (HTML)": "Soft cord", "Vendor": "Fjell",
    "Type": "Trousers", "Status": "active", "Published": "true", "Option1 Name": "Color", "Option1 Value": "Olive",
    "Option2 Name": "Size", "Option2 Value": "48", "Variant SKU": "CT-OL-48", "Variant Price": "89.00",
    "Variant Compare At Price": "119.00", "Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "3",
    "Image Src": f"{CDN}/front.jpg?v=3", "Image Position": "1", "Variant Image": f"{CDN}/olive.jpg",
}  # fmt: skip
SECOND = {
    "Handle": "cord-trousers", "Option1 Value": "Rust", "Option2 Value": "50", "Variant SKU": "CT-RU-50",
    "Variant Price": "89.00", "Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "0",
    "Variant Inventory Policy": "deny", "Variant Image": f"{CDN}/rust.jpg",
}  # fmt: skip
PICTURE = {"Handle": "cord-trousers", "Image Src": f"{CDN}/back.jpg", "Image Position": "2"}
IMAGES = ("front.jpg", "back.jpg", "olive.jpg", "rust.jpg")


def test_variants_inherit_their_product_and_differ_in_their_options(tmp_path: Path) -> None:
    source = write_feed(tmp_path, "export.csv", [FIRST, SECOND, PICTURE], IMAGES)
    assert source.layout == "shopify"
    assert kinds(source) == ["CT-OL-48", "CT-RU-50", "Omission: merged"]
    olive, rust = items(source).values()
    assert (rust.title, rust.brand, rust.category, rust.semantic_category) == (
        "Cord trousers", "Fjell", "Trousers", "bottoms",
    )  # fmt: skip
    assert (olive.colour, olive.size, olive.model_id) == ("Olive", "48", "cord-trousers")
    assert (rust.colour, rust.size, rust.model_id) == ("Rust", "50", "cord-trousers")
    assert (olive.availability, rust.availability) == ("in stock", "out of stock")
    assert olive.price == 89.0


def test_a_variant_has_its_own_picture_and_the_product_s_but_no_other_variant_s(tmp_path: Path) -> None:
    gallery = [{"Handle": "cord-trousers", "Image Src": f"{CDN}/rust.jpg", "Image Position": "3"}]
    source = write_feed(tmp_path, "export.csv", [FIRST, SECOND, PICTURE, *gallery], IMAGES)
    assert pictures(source) == {
        "CT-OL-48": ["olive.jpg", "front.jpg", "back.jpg"],
        "CT-RU-50": ["rust.jpg", "front.jpg", "back.jpg"],
    }


def test_rows_need_not_be_in_order(tmp_path: Path) -> None:
    other = FIRST | {"Handle": "scarf", "Title": "Scarf", "Variant SKU": "SC", "Type": "Scarves"}
    source = write_feed(tmp_path, "export.csv", [PICTURE, SECOND, other, FIRST], IMAGES)
    assert kinds(source) == ["Omission: merged", "CT-RU-50", "SC", "CT-OL-48"]
    assert items(source)["CT-RU-50"].title == "Cord trousers"


def test_a_row_without_sku_has_a_stable_id(tmp_path: Path) -> None:
    bare = {"Variant SKU": "", "Option2 Value": "48 / L"}
    tote = {"Handle": "tote", "Title": "Tote", "Option1 Name": "Title", "Option1 Value": "Default Title"}
    rows = [FIRST | bare, SECOND | {"Variant SKU": ""}, tote]
    source = write_feed(tmp_path, "export.csv", rows, IMAGES)
    assert kinds(source) == ["cord-trousers-Olive-48-L", "cord-trousers-Rust-50", "tote"]
    assert items(source)["tote"].attributes == {}
    again = write_feed(tmp_path / "again", "export.csv", [*reversed(rows)], IMAGES)
    assert set(kinds(again)) == set(kinds(source))


def test_what_is_not_published_is_left_out_with_its_variants(tmp_path: Path) -> None:
    rows = [FIRST | {"Status": "draft"}, SECOND, {**FIRST, "Handle": "b", "Variant SKU": "B", "Published": "FALSE"}]
    assert kinds(write_feed(tmp_path, "export.csv", rows)) == ["Omission: not-published"] * 3


def test_a_picture_of_no_product_is_rejected(tmp_path: Path) -> None:
    lost = PICTURE | {"Handle": "gone"}
    assert kinds(write_feed(tmp_path, "export.csv", [FIRST, lost], IMAGES)) == ["CT-OL-48", "Rejection: no-product"]


def test_the_columns_of_the_newer_export(tmp_path: Path) -> None:
    rows = [
        {"Title": "Beanie", "URL handle": "beanie", "Description": "Warm", "Vendor": "Fjell", "Type": "Hats",
         "Status": "Active", "SKU": "BE-1", "Option1 name": "Color", "Option1 value": "Red", "Price": "25",
         "Compare-at price": "", "Product image URL": f"{CDN}/beanie.jpg", "Image position": "1"},
        {"URL handle": "beanie", "SKU": "BE-2", "Option1 value": "Blue", "Price": "25"},
    ]  # fmt: skip
    source = write_feed(tmp_path, "export.csv", rows, ["beanie.jpg"])
    assert [(item.title, item.colour, item.price) for item in items(source).values()] == [
        ("Beanie", "Red", 25.0),
        ("Beanie", "Blue", 25.0),
    ]
    assert pictures(source) == {"BE-1": ["beanie.jpg"], "BE-2": ["beanie.jpg"]}
