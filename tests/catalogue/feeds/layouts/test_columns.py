"""What columns are called in exports and data sets, and which column is a field's where several may be."""

import pytest

from deepstyle.catalogue.feeds.layouts.columns import COLUMNS, currency_in, field_of, find_columns


@pytest.mark.parametrize(
    ("header", "field", "column"),
    [
        ("Preis (ohne MwSt.)|Preis (inkl. MwSt.)", "price", "Preis (inkl. MwSt.)"),
        ("Prijs (excl. btw)", "price", "Prijs (excl. btw)"),
        ("Price (cost)|Name", "price", ""),
        ("ProductID|Price (INR)", "price", "Price (INR)"),
        ("sku|Price in EUR", "price", "Price in EUR"),
        ("NL_Title_Long|Brand", "title", "NL_Title_Long"),
        ("SALEPRICE|PRICE", "sale_price", "SALEPRICE"),
        ("IMAGEURL|BUYURL", "url", "BUYURL"),
        ("video[0].url|link", "url", "link"),
        ("Manufact. SKU|Custom SKU", "item_id", "Custom SKU"),
        ("Metafield: custom.gender [single_line_text_field]", "gender",
         "Metafield: custom.gender [single_line_text_field]"),
        ("Size (UK)|Title", "size", "Size (UK)"),
        ("media.2|media.1", "images", "media.1"),
        ("product_id|variant_sku", "item_id", "variant_sku"),
        ("category_2|category_1", "category", "category_1"),
    ],
)  # fmt: skip
def test_the_column_of_a_field(header: str, field: str, column: str) -> None:
    found = find_columns(header.split("|"), COLUMNS[field])
    assert next(iter(found), "") == column


def test_what_a_name_means_by_itself() -> None:
    assert [field_of(name) for name in ("PRODUCTNAME", "Größe", "image_7", "Shipping")] == [
        "title", "size", "images", "",
    ]  # fmt: skip
    assert [currency_in(name) for name in ("price-EUR", "Sale Price (CAD)", "Price (old)", "time_usd")] == [
        "EUR", "CAD", "", "",
    ]  # fmt: skip
