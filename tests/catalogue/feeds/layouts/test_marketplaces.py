"""Exports of marketplaces, wholesalers and affiliate networks whose cells say more than one thing."""

from pathlib import Path

import pytest

from tests.catalogue.feeds.layouts.feeds import items, kinds, pictures, write_feed
from tests.catalogue.feeds.layouts.test_other_shops import CDN, Case, said_of

CASES = [
    Case(
        "ebay",
        "ebay",
        [
            {"*Action(SiteID=Germany)": "Add", "CustomLabel": "BL", "*Title": "Bluse", "*C:Marke": "Nord",
             "*C:Abteilung": "Damen", "PicURL": f"{CDN}/a.jpg|{CDN}/b.jpg", "*StartPrice": "39.90", "*Quantity": "",
             "Relationship": "", "RelationshipDetails": "Größe=S;M"},
            {"CustomLabel": "BL-S", "*StartPrice": "39.90", "*Quantity": "0", "Relationship": "Variation",
             "RelationshipDetails": "Größe=S|Farbe=Rot"},
        ],
        ["BL", "BL-S"],
        {"BL": {"size": "", "gender": "Damen"},
         "BL-S": {"title": "Bluse", "brand": "Nord", "size": "S", "colour": "Rot", "price": 39.9, "model_id": "BL",
                  "availability": "out of stock"}},
        {"BL": ["a.jpg", "b.jpg"], "BL-S": ["a.jpg", "b.jpg"]},
    ),
    Case(
        "lightspeed",
        "table",
        [
            {"Internal_ID": "70", "Internal_Variant_ID": "80", "Brand": "Nord", "NL_Title_Long": "Wollen jas",
             "NL_Variant_Title": "Maat: 38, Kleur: Zwart", "NL_Category_1": "Dames", "NL_Category_2": "Jassen",
             "Price": "199,95", "Price_Old": "249,95", "Price_Cost": "80,00", "SKU": "JAS-38", "Stock_Level": "2",
             "Images": f"{CDN}/a.jpg,{CDN}/b.jpg"},
        ],
        ["JAS-38"],
        {"JAS-38": {"title": "Wollen jas", "category": "Jassen", "size": "38", "colour": "Zwart", "model_id": "70",
                    "regular_price": 249.95,
                    "attributes": {"Internal_Variant_ID": "80", "NL_Variant_Title": "Maat: 38, Kleur: Zwart",
                                   "NL_Category_1": "Dames > Jassen", "NL_Category_2": "Jassen", "Stock_Level": "2"}}},
        {"JAS-38": ["a.jpg", "b.jpg"]},
        delimiter=";",
    ),
    Case(
        "shopware 5",
        "variants",
        [
            {"ordernumber": "SW1.1", "mainnumber": "SW1.1", "name": "Boots", "instock": "4", "price": "119,95",
             "pseudoprice": "149,95", "active": "1", "image": "a.jpg", "configuratorOptions": "Größe:42"},
            {"ordernumber": "SW1.2", "mainnumber": "SW1.1", "name": "Boots", "instock": "0", "price": "119,95",
             "active": "1", "configuratorOptions": "Größe:43"},
        ],
        ["SW1.1", "SW1.2"],
        {"SW1.1": {"size": "42", "availability": "in stock", "regular_price": 149.95, "model_id": "SW1.1"},
         "SW1.2": {"size": "43", "availability": "out of stock", "model_id": "SW1.1"}},
        {"SW1.1": ["a.jpg"], "SW1.2": ["a.jpg"]},
        delimiter=";",
    ),
    Case(
        "a product of bigcommerce with its pictures below",
        "bigcommerce",
        [
            {"Item": "Product", "ID": "12", "Name": "Trail shoe", "SKU": "TS", "Inventory Tracking": "none",
             "Price": "80", "Categories": "Shop/Shoes", "Brand ID": "3"},
            {"Item": "Image", "Image URL (Import)": f"{CDN}/a.jpg", "Image Sort Order": "0"},
        ],
        ["TS", "Omission: merged"],
        {"TS": {"title": "Trail shoe", "brand": "", "model_id": ""}},
        {"TS": ["a.jpg"]},
    ),
    Case(
        "an id in another column, what is off, words for a stock, lists as text",
        "table",
        [
            {"sku": "", "product_id": "7", "name": "Polo", "category": "Men/Polos", "sizes": "['S', 'M']",
             "stock": "IN_STOCK", "Price (INR)": "1,299", "status": "1", "image": f'<img src="{CDN}/a.jpg">',
             "Cost per item": "3"},
            {"sku": "B", "product_id": "8", "name": "Bag", "category": "Home | Women | Bags", "stock": "2+",
             "sizes": '["one size"]', "status": "Active", "image": f"['{CDN}/b.jpg', '{CDN}/c.jpg']"},
            {"sku": "C", "product_id": "9", "name": "Cap", "status": "Inactive"},
        ],
        ["7", "B", "Omission: not-published"],
        {"7": {"category": "Polos", "size": "S, M", "availability": "in stock", "price": 1299.0, "currency": "INR",
               "attributes": {"category": "Men/Polos", "stock": "IN_STOCK", "status": "1"}},
         "B": {"category": "Bags", "size": "one size", "availability": "in stock"}},
        {"7": ["a.jpg"], "B": ["b.jpg", "c.jpg"]},
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_export_goes_in_as_it_is(case: Case, tmp_path: Path) -> None:
    source = write_feed(tmp_path, case.file, case.rows, case.images, case.delimiter)
    found = items(source)
    assert (source.layout, kinds(source)) == (case.layout, case.kinds)
    assert {item_id: said_of(found[item_id], fields) for item_id, fields in case.fields.items()} == case.fields
    assert pictures(source) == case.pictures
