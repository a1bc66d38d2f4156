"""Products as shops' APIs answer them: variants are rows, and what is nested becomes plain values."""

import json
from pathlib import Path
from typing import Any

import pytest

from deepstyle.catalogue.feeds.given import given_source
from deepstyle.catalogue.feeds.nested import flat_rows
from deepstyle.catalogue.rows import Record, Rejection
from deepstyle.catalogue.source import Source, open_source
from tests.catalogue.feeds.layouts.feeds import items, pictures

SHOPIFY = {
    "id": 632,
    "title": "Cropped Hoodie",
    "handle": "cropped-hoodie",
    "body_html": "<p>soft</p>",
    "vendor": "Acme",
    "product_type": "Hoodies",
    "tags": ["new"],
    "variants": [
        {"id": 1, "title": "S / Pink", "option1": "S", "option2": "Pink", "sku": "H-S", "price": "59.00",
         "compare_at_price": "79.00", "available": True, "product_id": 632, "image_id": 6},
        {"id": 2, "title": "M / Pink", "option1": "M", "option2": "Pink", "sku": "", "price": "59.00",
         "compare_at_price": None, "available": False, "product_id": 632, "image_id": None},
    ],
    "images": [{"id": 5, "src": "https://cdn.example/a.jpg?v=1"}, {"id": 6, "src": "https://cdn.example/b.jpg?v=1"}],
    "options": [{"name": "Size", "values": ["S", "M"]}, {"name": "Color", "values": ["Pink"]}],
}  # fmt: skip
WOOCOMMERCE = {
    "id": 799,
    "name": "Logo T-Shirt",
    "permalink": "https://shop.example/product/logo/",
    "type": "variable",
    "status": "publish",
    "sku": "TS1",
    "price": "20",
    "regular_price": "25",
    "sale_price": "20",
    "stock_status": "outofstock",
    "categories": [{"id": 9, "name": "Clothing", "slug": "clothing"}, {"id": 14, "name": "T-shirts", "slug": "t-s"}],
    "images": [{"id": 1, "src": "https://shop.example/a.jpg", "name": "front"}],
    "attributes": [{"name": "Color", "options": ["Black", "Green"]}, {"name": "Fit", "option": "slim"}],
}


def source(folder: Path, content: Any, name: str = "products.json") -> Source:
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    for picture in ("a.jpg", "b.jpg"):
        (folder / picture).write_bytes(b"picture")
    return open_source(folder)


def test_products_of_shopify(tmp_path: Path) -> None:
    opened = source(tmp_path, {"products": [SHOPIFY]})
    found = items(opened)
    assert list(found) == ["H-S", "2"]
    small, medium = found.values()
    assert (small.title, small.brand, small.semantic_category) == ("Cropped Hoodie", "Acme", "tops")
    assert (small.size, small.colour, small.model_id) == ("S", "Pink", "cropped-hoodie")
    assert (small.price, small.regular_price, small.availability) == (59, 79, "in stock")
    assert (medium.size, medium.model_id, medium.availability) == ("M", "cropped-hoodie", "out of stock")
    assert pictures(opened) == {"H-S": ["b.jpg", "a.jpg"], "2": ["a.jpg", "b.jpg"]}


def test_products_that_a_program_gives(tmp_path: Path) -> None:
    given = given_source([SHOPIFY, {"sku": "X", "title": "Hat"}], folder=tmp_path)
    found = [(entry.item.item_id, entry.line) for entry in given.records() if isinstance(entry, Record)]
    assert found == [("H-S", 1), ("2", 1), ("X", 2)]


def test_products_of_woocommerce(tmp_path: Path) -> None:
    hidden = {**WOOCOMMERCE, "sku": "TS2", "status": "draft"}
    opened = source(tmp_path, [WOOCOMMERCE, hidden])
    (item,) = items(opened).values()
    assert (item.item_id, item.semantic_category, item.colour) == ("TS1", "tops", "Black, Green")
    assert (item.price, item.regular_price, item.availability) == (20, 25, "outofstock")
    assert item.attributes["Fit"] == "slim"
    assert pictures(opened) == {"TS1": ["a.jpg"]}


def test_other_nested_values(tmp_path: Path) -> None:
    first = {
        "sku": "1",
        "name": {"de": "Rotes Kleid", "en": "Red Dress"},
        "price": {"amount": "49.95", "currency": "EUR"},
        "category": {"id": 3, "name": "Dresses"},
        "attributes": {"colour": "red", "fit": {"shape": "slim"}},
        "images": [{"url": "a.jpg"}],
    }
    second = {"sku": "2", "name": {"fr": "Robe"}, "price": {"value": 1500, "currencyCode": "JPY"}, "images": ["b.jpg"]}
    opened = source(tmp_path, "\n".join(map(json.dumps, (first, second))), "items.jsonl")
    one, two = items(opened).values()
    assert (one.title, one.price, one.currency, one.category, one.colour) == (
        "Red Dress",
        49.95,
        "EUR",
        "Dresses",
        "red",
    )
    assert json.loads(one.attributes["attributes"]) == {"fit": {"shape": "slim"}}
    assert (two.title, two.price, two.currency) == ("Robe", 1500, "JPY")


def test_offers_of_schema_org_and_details() -> None:
    product = {
        "@type": "Product",
        "sku": "s",
        "name": "Linen Dress",
        "brand": {"@type": "Brand", "name": "Acme"},
        "offers": {"price": "79.00", "priceCurrency": "EUR", "availability": "https://schema.org/InStock", "url": "u"},
        "details": {"Color": "white"},
        "shipping": {"price": "4.90"},
        "params": [{"PARAM_NAME": "Fit", "VAL": "slim"}],
    }
    (row,) = flat_rows(product)
    assert row == {
        "sku": "s", "name": "Linen Dress", "brand": "Acme", "price": "79.00", "priceCurrency": "EUR",
        "availability": "https://schema.org/InStock", "url": "u", "Color": "white", "shipping": {"price": "4.90"},
        "Fit": "slim",
    }  # fmt: skip


def test_exports_of_databases_and_of_other_shops() -> None:
    exported = {"_id": {"$oid": "5f1"}, "price": {"$numberDecimal": "19.90"}, "size": "M"}
    assert list(flat_rows(exported)) == [{"_id": "5f1", "price": "19.90", "size": "M"}]
    shopware = {"id": "1", "price": [{"gross": 49.99, "net": 42, "currencyId": "b7"}], "manufacturer": {"name": "Acme"}}
    assert list(flat_rows(shopware)) == [{"id": "1", "price": 49.99, "manufacturer": "Acme"}]
    magento = {"id": 1, "custom_attributes": [{"attribute_code": "material", "value": "wool"}]}
    assert list(flat_rows(magento)) == [{"id": 1, "material": "wool"}]


def test_an_object_for_each_id(tmp_path: Path) -> None:
    opened = source(tmp_path, {"A1": {"title": "Dress", "image": "a.jpg"}, "A2": {"sku": "x", "title": "Hat"}, "A3": 1})
    found = list(opened.records())
    assert [entry.item.item_id for entry in found if isinstance(entry, Record)] == ["A1", "x"]
    assert [entry.code for entry in found if isinstance(entry, Rejection)] == ["bad-row"]
    listed = source(tmp_path, {"shop": {"name": "Acme"}, "products": [{"id": "1", "title": "Hat"}]})
    assert list(items(listed)) == ["1"]


def test_objects_that_mean_nothing_are_attributes(tmp_path: Path) -> None:
    opened = source(tmp_path, [{"id": "1", "title": "Hat", "reviews": [{"stars": 5}], "hidden": {"a": [1]}}])
    (item,) = items(opened).values()
    assert (json.loads(item.attributes["reviews"]), json.loads(item.attributes["hidden"])) == (
        [{"stars": 5}],
        {"a": [1]},
    )


@pytest.mark.parametrize(("flag", "count"), [(True, 1), (False, 0)])
def test_what_is_not_visible_is_left_out(tmp_path: Path, flag: bool, count: int) -> None:
    assert len(items(source(tmp_path, [{"id": "1", "title": "Hat", "is_visible": flag}]))) == count


def test_connections_of_graphql_are_lists() -> None:
    product = {
        "id": "p",
        "title": "Boots",
        "images": {"nodes": [{"url": "a.jpg"}]},
        "variants": {"edges": [{"node": {"sku": "b-40", "selectedOptions": [{"name": "Size", "value": "40"}]}}]},
    }
    (row,) = flat_rows(product)
    assert row == {"title": "Boots", "sku": "b-40", "Size": "40", "images": [{"url": "a.jpg"}], "model_id": "p"}


@pytest.mark.parametrize(
    "product",
    [
        {"id": "1", "title": "Hat"},
        {"id": "1", "variants": []},
        {"id": "1", "variants": "S, M"},
        {"id": "1", "odd": {"deep": [1]}},
        {"": [{}, {}]},
    ],
)
def test_anything_else_stays_one_row(product: dict[str, Any]) -> None:
    assert list(flat_rows(product)) == [product]


def test_every_variant_has_the_line_of_its_product(tmp_path: Path) -> None:
    opened = source(tmp_path, [SHOPIFY])
    assert [entry.line for entry in opened.records() if isinstance(entry, Record)] == [1, 1]


def test_variants_of_schema_org_and_of_skroutz() -> None:
    group = {"@type": "ProductGroup", "name": "Coat", "productGroupID": "G",
             "hasVariant": [{"sku": "C-S", "size": "S"}, {"sku": "C-M", "size": "M"}]}  # fmt: skip
    assert [(row["sku"], row["model_id"], row["name"]) for row in flat_rows(group)] == [
        ("C-S", "G", "Coat"), ("C-M", "G", "Coat"),
    ]  # fmt: skip
    product = {"id": "SK", "name": "Dress", "variations": [{"variationid": "SK-S", "size": "S"}]}
    (row,) = flat_rows(product)
    assert row == {"model_id": "SK", "name": "Dress", "variationid": "SK-S", "size": "S", "images": []}


def test_products_of_shopify_s_graphql() -> None:
    variant = {"id": "gid://shopify/ProductVariant/11", "title": "S", "availableForSale": False,
               "selectedOptions": [{"name": "Size", "value": "S"}]}  # fmt: skip
    product = {"id": "gid://shopify/Product/1", "handle": "d", "featuredImage": {"url": "a.jpg"},
               "variants": {"edges": [{"node": variant}]}}  # fmt: skip
    (row,) = flat_rows({"cursor": "x", "node": product})
    assert (row["id"], row["model_id"], row["Size"], row["availableForSale"]) == ("11", "d", "S", False)
    assert row["images"] == [{"url": "a.jpg"}]
