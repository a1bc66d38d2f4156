"""The exports of further shop systems, marketplaces and affiliate networks, rebuilt from their documented columns."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deepstyle.catalogue.item import Item
from tests.catalogue.feeds.layouts.feeds import Row, items, kinds, pictures, write_feed

CDN = "https://cdn.example"


@dataclass(frozen=True)
class Case:
    """A feed, what becomes of its rows, and what is said of its items: fields and ``pictures``."""

    name: str
    layout: str
    rows: list[Row]
    kinds: list[str]
    fields: dict[str, dict[str, object]]
    pictures: dict[str, list[str]]
    file: str = "export.csv"
    delimiter: str = ","
    images: tuple[str, ...] = field(default=("a.jpg", "b.jpg", "c.jpg"))


CASES = [
    Case(
        "squarespace",
        "squarespace",
        [
            {"Product ID [Non Editable]": "p1", "Variant ID [Non Editable]": "v1", "Product Type": "PHYSICAL",
             "Product URL": "linen-dress", "Title": "Linen dress", "Description": "Airy", "SKU": "LD-S",
             "Option Name 1": "Size", "Option Value 1": "S", "Price": "90.00", "Sale Price": "70.00",
             "On Sale": "Yes", "Stock": "2", "Categories": "/dresses", "Visible": "Yes",
             "Hosted Image URLs": f"{CDN}/a.jpg {CDN}/b.jpg"},
            {"Variant ID [Non Editable]": "v2", "SKU": "", "Option Value 1": "M", "Price": "90.00",
             "Sale Price": "70.00", "On Sale": "No", "Stock": "0"},
        ],
        ["LD-S", "v2"],
        {"LD-S": {"title": "Linen dress", "size": "S", "price": 70.0, "semantic_category": "all-body"},
         "v2": {"title": "Linen dress", "size": "M", "price": 90.0, "model_id": "p1", "availability": "out of stock"}},
        {"LD-S": ["a.jpg", "b.jpg"], "v2": ["a.jpg", "b.jpg"]},
    ),
    Case(
        "wix",
        "wix",
        [
            {"handleId": "tee", "fieldType": "Product", "name": "Tee", "description": "Soft",
             "productImageUrl": f"{CDN}/a.jpg;{CDN}/b.jpg", "collection": "Tops", "sku": "", "price": "20",
             "surcharge": "", "visible": "true", "inventory": "InStock", "productOptionName1": "Size",
             "productOptionDescription1": "S;L", "brand": "Nord"},
            {"handleId": "tee", "fieldType": "Variant", "sku": "TEE-L", "surcharge": "4",
             "productOptionDescription1": "L", "inventory": "0"},
        ],
        ["tee", "TEE-L"],
        {"TEE-L": {"title": "Tee", "size": "L", "price": 24.0, "brand": "Nord", "model_id": "tee",
                   "availability": "out of stock"},
         "tee": {"size": "", "model_id": "tee"}},
        {"tee": ["a.jpg", "b.jpg"], "TEE-L": ["a.jpg", "b.jpg"]},
    ),
    Case(
        "bigcommerce",
        "bigcommerce",
        [
            {"Item": "Product", "ID": "31", "Name": "Cap", "Type": "physical", "SKU": "CAP", "Options": "",
             "Inventory Tracking": "variant", "Current Stock": "9", "Price": "20", "Retail Price": "25",
             "Sale Price": "15", "Categories": "Shop/Hats", "Is Visible": "TRUE"},
            {"Item": "Variant", "SKU": "CAP-R", "Price": "20",
             "Options": "Type=Swatch|Name=Color|Value=Red[#f00]Type=Rectangles|Name=Size|Value=M"},
            {"Item": "Image", "Image URL (Import)": f"{CDN}/b.jpg", "Image Sort Order": "2"},
            {"Item": "Image", "Image URL (Import)": f"{CDN}/a.jpg", "Image Sort Order": "1"},
        ],
        ["Omission: merged", "CAP-R", "Omission: merged", "Omission: merged"],
        {"CAP-R": {"title": "Cap", "category": "Hats", "colour": "Red", "size": "M", "price": 15.0, "model_id": "31"}},
        {"CAP-R": ["a.jpg", "b.jpg"]},
    ),
    Case(
        "bigcommerce-legacy",
        "bigcommerce",
        [
            {"Item Type": "Product", "Product ID": "5", "Product Name": "Belt", "Product Code/SKU": "BE",
             "Brand Name": "Nord", "Price": "30", "Product Visible?": "Y", "Category": "Accessories/Belts",
             "Product Image File - 1": "a.jpg", "Product Image File - 2": "b.jpg"},
            {"Item Type": "  SKU", "Product Name": "[S]Size=85,[CS]Colour=Tan", "Product Code/SKU": "BE-85"},
            {"Item Type": "  Rule", "Product Code/SKU": "BE-85", "Price": "[FIXED]33"},
        ],
        ["BE", "BE-85", "Omission: merged"],
        {"BE-85": {"colour": "Tan", "size": "85", "brand": "Nord", "price": 30.0, "model_id": "5"}},
        {"BE": ["a.jpg", "b.jpg"], "BE-85": ["a.jpg", "b.jpg"]},
    ),
    Case(
        "ecwid",
        "ecwid",
        [
            {"type": "product", "product_internal_id": "77", "product_sku": "SK", "product_name": "Skirt",
             "product_price": "45", "product_compare_to_price": "60", "product_is_available": "true",
             "product_category_1": "Women / Skirts", "product_media_main_image_url": f"{CDN}/a.jpg",
             "product_media_gallery_image_url_1": f"{CDN}/b.jpg"},
            {"type": "product_option", "product_internal_id": "77"},
            {"type": "product_variation", "product_internal_id": "77", "product_variation_sku": "SK-38",
             "product_variation_option_{Size}": "38"},
        ],
        ["SK", "Omission: merged", "SK-38"],
        {"SK-38": {"title": "Skirt", "category": "Skirts", "size": "38", "price": 45.0, "model_id": "77"}},
        {"SK": ["a.jpg", "b.jpg"], "SK-38": ["a.jpg", "b.jpg"]},
    ),
    Case(
        "etsy",
        "etsy",
        [
            {"TITLE": "Silver ring", "DESCRIPTION": "Handmade", "PRICE": "35.50", "CURRENCY_CODE": "GBP",
             "QUANTITY": "1", "TAGS": "ring", "MATERIALS": "Silver", "IMAGE1": f"{CDN}/a.jpg",
             "IMAGE2": f"{CDN}/b.jpg", "VARIATION 1 NAME": "Size", "VARIATION 1 VALUES": "6,7", "SKU": "R-1"},
            {"TITLE": "Silver ring", "PRICE": "35.50", "CURRENCY_CODE": "GBP", "QUANTITY": "0",
             "IMAGE1": f"{CDN}/c.jpg"},
        ],
        ["R-1", "Silver-ring-7121aabf"],
        {"R-1": {"currency": "GBP", "price": 35.5, "material": "Silver", "size": "6,7",
                 "semantic_category": "jewellery"}},
        {"R-1": ["a.jpg", "b.jpg"], "Silver-ring-7121aabf": ["c.jpg"]},
    ),
    Case(
        "awin",
        "awin",
        [
            {"aw_deep_link": "https://go.example/1", "product_name": "Trench coat", "aw_product_id": "900",
             "merchant_product_id": "T-1", "merchant_image_url": f"{CDN}/a.jpg", "alternate_image": f"{CDN}/b.jpg",
             "search_price": "99.00", "rrp_price": "149.00", "currency": "GBP", "brand_name": "Nord",
             "merchant_product_category_path": "Women > Coats", "colour": "Sand", "Fashion:size": "12",
             "Fashion:suitable_for": "Female", "in_stock": "1"},
        ],
        ["T-1"],
        {"T-1": {"category": "Coats", "price": 99.0, "currency": "GBP", "colour": "Sand", "size": "12",
                 "gender": "Female", "availability": "in stock", "url": "https://go.example/1"}},
        {"T-1": ["a.jpg", "b.jpg"]},
    ),
    Case(
        "amazon",
        "variants",
        [
            {"TemplateType=fptcustom": "SKU", "Version=2024.0": "Product name", "": "Parent SKU", "Images": "Main",
             " ": "Other", "Variation": "Colour", "  ": "Size", "Offer": "Price"},
            {"TemplateType=fptcustom": "item_sku", "Version=2024.0": "item_name", "": "parent_sku",
             "Images": "main_image_url", " ": "other_image_url1", "Variation": "color_name", "  ": "size_name",
             "Offer": "standard_price"},
            {"TemplateType=fptcustom": "VEST", "Version=2024.0": "Quilted vest"},
            {"TemplateType=fptcustom": "VEST-M", "": "VEST", "Images": f"{CDN}/a.jpg", " ": f"{CDN}/b.jpg",
             "Variation": "Green", "  ": "M", "Offer": "59.90"},
        ],
        ["Omission: merged", "VEST-M"],
        {"VEST-M": {"title": "Quilted vest", "colour": "Green", "size": "M", "price": 59.9, "model_id": "VEST"}},
        {"VEST-M": ["a.jpg", "b.jpg"]},
        file="flat_file.txt",
        delimiter="\t",
    ),
    Case(
        "shopware",
        "variants",
        [
            {"id": "0a", "parent_id": "", "product_number": "SW1", "active": "1", "stock": "3", "name": "Boots",
             "price_gross": "150", "manufacturer_name": "Nord", "cover_media_url": f"{CDN}/a.jpg"},
            {"id": "0b", "parent_id": "0a", "product_number": "SW1.1", "active": "1", "stock": "0"},
            {"id": "0c", "parent_id": "", "product_number": "SW2", "active": "0", "stock": "1", "name": "Old boots"},
        ],
        ["SW1", "SW1.1", "Omission: not-published"],
        {"SW1": {"model_id": "SW1"},
         "SW1.1": {"title": "Boots", "brand": "Nord", "price": 150.0, "model_id": "SW1",
                   "availability": "out of stock"}},
        {"SW1": ["a.jpg"], "SW1.1": ["a.jpg"]},
        delimiter=";",
    ),
    Case(
        "akeneo",
        "variants",
        [
            {"sku": "AK-1", "categories": "womens_tops", "enabled": "1", "family": "clothing", "parent": "AK",
             "name-en_US": "Blouse", "description-en_US-ecommerce": "Silky", "price-EUR": "79.00",
             "picture": "files/a.jpg", "color": "ivory", "size": "m"},
        ],
        ["AK-1"],
        {"AK-1": {"title": "Blouse", "description": "Silky", "price": 79.0, "currency": "EUR", "colour": "ivory",
                  "model_id": "AK"}},
        {"AK-1": ["a.jpg"]},
        delimiter=";",
        images=("../files/a.jpg",),
    ),
    Case(
        "opencart",
        "table",
        [
            {"product_id": "50", "name(en-gb)": "Clutch", "categories": "20", "sku": "CL", "quantity": "7",
             "model": "M-50", "manufacturer": "Nord", "image_name": "catalog/a.jpg", "price": "39.0000",
             "status": "true", "description(en-gb)": "Small"},
        ],
        ["CL"],
        {"CL": {"title": "Clutch", "description": "Small", "brand": "Nord", "model_id": "M-50", "price": 39.0,
                "semantic_category": "bags", "availability": "in stock"}},
        {"CL": ["a.jpg"]},
        images=("catalog/a.jpg",),
    ),
    Case(
        "medusa",
        "table",
        [
            {"Product Handle": "sweat", "Product Title": "Sweatshirt", "Variant SKU": "SW-S", "Option 1 Name": "Size",
             "Option 1 Value": "S", "Price EUR": "35", "Image 1 Url": f"{CDN}/a.jpg", "Image 2 Url": f"{CDN}/b.jpg"},
        ],
        ["SW-S"],
        {"SW-S": {"title": "Sweatshirt", "size": "S", "price": 35.0, "currency": "EUR"}},
        {"SW-S": ["a.jpg", "b.jpg"]},
    ),
    Case(
        "tiktok",
        "google",
        [
            {"sku_id": "TT-1", "title": "Sandals", "description": "Flat", "availability": "in stock",
             "price": "40.00 USD", "link": "https://shop.example/tt", "image_link": f"{CDN}/a.jpg", "brand": "Nord"},
        ],
        ["TT-1"],
        {"TT-1": {"semantic_category": "shoes", "price": 40.0, "currency": "USD"}},
        {"TT-1": ["a.jpg"]},
    ),
    Case(
        "cj",
        "google",
        [
            {"PROGRAM_NAME": "Nord", "ID": "CJ-1", "TITLE": "Aviators", "LINK": "https://go.example/cj",
             "IMAGE_LINK": f"{CDN}/a.jpg", "AVAILABILITY": "in stock", "PRICE": "150.00 USD",
             "SALE_PRICE": "120.00 USD", "GOOGLE_PRODUCT_CATEGORY_NAME": "Apparel & Accessories > Sunglasses"},
        ],
        ["CJ-1"],
        {"CJ-1": {"category": "Sunglasses", "semantic_category": "sunglasses", "price": 120.0}},
        {"CJ-1": ["a.jpg"]},
    ),
    Case(
        "german wholesale list",
        "table",
        [
            {"Artikelnummer": "007", "Bezeichnung": "Wollschal", "Warengruppe": "Damen > Scarves", "Marke": "Nord",
             "Farbe": "rot", "Größe": "one size", "Verkaufspreis": "29,90 €", "Bestand": "12", "Bild1": "a.jpg",
             "Bild2": "b.jpg", "Pflege": "Handwäsche"},
        ],
        ["007"],
        {"007": {"title": "Wollschal", "brand": "Nord", "colour": "rot", "size": "one size", "price": 29.9,
                 "currency": "EUR", "availability": "in stock", "category": "Scarves"}},
        {"007": ["a.jpg", "b.jpg"]},
        delimiter=";",
    ),
    Case(
        "French list",
        "table",
        [
            {"Référence": "F-1", "Désignation": "Robe", "Catégorie": "dress", "Marque": "Nord", "Couleur": "bleu",
             "Taille": "38", "Prix TTC": "59,00 €", "Matière": "lin", "Photo": "a.jpg"},
        ],
        ["F-1"],
        {"F-1": {"title": "Robe", "brand": "Nord", "colour": "bleu", "size": "38", "price": 59.0, "material": "lin"}},
        {"F-1": ["a.jpg"]},
        delimiter=";",
    ),
    Case(
        "Polish list",
        "table",
        [
            {"Kod produktu": "PL-1", "Nazwa": "Torebka", "Kategoria": "bag", "Marka": "Nord", "Kolor": "czarny",
             "Rozmiar": "M", "Cena": "199,00 PLN", "Zdjęcie": "a.jpg"},
        ],
        ["PL-1"],
        {"PL-1": {"title": "Torebka", "colour": "czarny", "size": "M", "price": 199.0, "currency": "PLN"}},
        {"PL-1": ["a.jpg"]},
        delimiter=";",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_export_goes_in_as_it_is(case: Case, tmp_path: Path) -> None:
    source = write_feed(tmp_path, case.file, case.rows, case.images, case.delimiter)
    assert source.layout == case.layout
    assert kinds(source) == case.kinds
    found = items(source)
    assert {item_id: said_of(found[item_id], fields) for item_id, fields in case.fields.items()} == case.fields
    assert pictures(source) == case.pictures


def said_of(item: Item, fields: dict[str, object]) -> dict[str, object]:
    return {name: getattr(item, name) for name in fields}
