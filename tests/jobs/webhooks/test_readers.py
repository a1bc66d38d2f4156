"""What a payload says of a product."""

import pytest

from deepstyle.jobs.webhooks import shopify, woocommerce
from deepstyle.jobs.webhooks.change import ProductChange, seconds_of, text_of
from tests.jobs.webhooks.payloads import shopify_product, woocommerce_product

NOW_S = 2_000_000_000.0


def test_a_product_of_shopify_is_its_variants() -> None:
    change = shopify.read_change("products/update", shopify_product(), NOW_S)
    assert (change.product_id, change.updated_s, change.is_complete) == (
        "77",
        seconds_of("2026-03-02T15:00:00Z", 0),
        True,
    )
    small, medium, sand = change.items
    assert [item.item_id for item in change.items] == ["LS-NAVY-S", "LS-NAVY-M", "503"]
    assert small.values == {
        "colour": "Navy",
        "size": "S",
        "title": "Linen Shirt",
        "description": "Cut wide & light.",
        "category": "Shirts",
        "brand": "Nordlicht",
        "model_id": "linen-shirt",
        "price": 59.0,
        "regular_price": None,
        "availability": "in stock",
    }
    assert (sand.values["price"], sand.values["regular_price"]) == (49.0, 59.0)
    assert medium.values["availability"] == "out of stock"
    front, navy = "https://cdn.example/front.jpg?v=1", "https://cdn.example/navy.jpg?v=1"
    assert (small.pictures, medium.pictures) == ((navy, front), (front, navy))


def test_what_is_not_for_sale_has_no_items() -> None:
    for status in ("draft", "archived"):
        assert shopify.read_change("products/update", shopify_product(status=status), NOW_S).items == ()
    assert woocommerce.read_change("product.updated", woocommerce_product(status="private"), NOW_S).items == ()
    assert shopify.read_change("products/delete", {"id": 77}, NOW_S) == ProductChange("77", NOW_S)
    assert woocommerce.read_change("product.deleted", {"id": 31}, NOW_S) == ProductChange("31", NOW_S)


def test_of_many_variants_only_some_are_sent() -> None:
    gids = [{"admin_graphql_api_id": f"gid://shopify/ProductVariant/{number}"} for number in range(4)]
    assert not shopify.read_change("products/update", shopify_product(variant_gids=gids), NOW_S).is_complete


def test_a_product_without_options_and_stock() -> None:
    plain = {"id": 9, "sku": "A/B", "option1": "Default Title", "price": None, "inventory_management": None}
    options = [{"name": "Title", "position": 1}]
    change = shopify.read_change(
        "products/create", shopify_product(variants=[plain], options=options, images=None), NOW_S
    )
    (item,) = change.items
    assert (item.item_id, item.values["price"], item.values["availability"]) == ("9", None, "in stock")
    assert (item.attributes, item.pictures, "size" in item.values) == ({}, (), False)


def test_a_product_of_woocommerce() -> None:
    change = woocommerce.read_change("product.updated", woocommerce_product(), NOW_S)
    assert change.updated_s == seconds_of("2026-03-02T15:00:00Z", 0)
    (item,) = change.items
    assert (item.item_id, item.attributes) == ("HAT-1", {"Brim": "wide, soft"})
    assert item.values["title"] == "Felt Hat – Wide"  # noqa: RUF001
    expected = {
        "category": "Hats",
        "colour": "Grau",
        "price": 39.9,
        "availability": "in stock",
        "description": "Of wool.",
        "added_at": "2026-02-01T10:00:00",
    }
    assert expected.items() <= item.values.items()
    assert item.pictures == ("https://shop.example/hat.jpg",)


def test_a_variation_names_its_parent() -> None:
    variation = woocommerce_product(
        id=32, type="variation", parent_id=31, sku="", attributes=[{"name": "Größe", "option": "57"}], images=[]
    )
    change = woocommerce.read_change(
        "product.updated", {**variation, "image": {"src": "https://shop.example/57.jpg"}}, NOW_S
    )
    (item,) = change.items
    assert (change.parent_id, item.item_id, item.values["size"]) == ("31", "32", "57")
    assert item.pictures == ("https://shop.example/57.jpg",)


@pytest.mark.parametrize(
    ("read", "topic", "payload"),
    [
        (shopify.read_change, "products/delete", shopify_product()),  # the topic is not signed
        (shopify.read_change, "products/update", {"id": 77}),
        (woocommerce.read_change, "product.deleted", woocommerce_product()),
        (woocommerce.read_change, "product.updated", {"id": 31}),
    ],
)
def test_a_topic_that_is_not_the_bodys(read, topic: str, payload: dict) -> None:
    with pytest.raises(ValueError, match="product"):
        read(topic, payload, NOW_S)


def test_odd_times_and_texts() -> None:
    assert seconds_of(None, 5.0) == seconds_of("soon", 5.0) == 5.0
    assert text_of(None) == ""
    assert text_of("a < b &lt; c") == "a < b < c"
