"""Magento's and PrestaShop's exports."""

from pathlib import Path

import pytest

from tests.catalogue.feeds.layouts.feeds import items, kinds, pictures, write_feed

SIMPLE = {
    "sku": "WH-S", "store_view_code": "", "attribute_set_code": "Top", "product_type": "simple",
    "categories": "Default Category/Women,Default Category/Women/Tops/Hoodies", "product_websites": "base",
    "name": "Hoodie-S", "product_online": "1", "price": "60", "special_price": "48", "qty": "0",
    "base_image": "/w/h/front.jpg", "additional_images": "/w/h/front.jpg,/w/h/back.jpg",
    "additional_attributes": "color=Grey,size=S,eco_collection=Yes", "configurable_variations": "",
}  # fmt: skip
PARENT = SIMPLE | {
    "sku": "WH", "product_type": "configurable", "name": "Hoodie", "price": "", "special_price": "",
    "description": "Cosy", "qty": "", "additional_attributes": "",
    "configurable_variations": "sku=WH-S,color=Grey,size=S|sku=WH-M,color=Grey,size=M",
}  # fmt: skip
IMAGES = ("w/h/front.jpg", "w/h/back.jpg")


def test_simple_products_belong_to_the_configurable_one_that_lists_them(tmp_path: Path) -> None:
    rows = [SIMPLE, SIMPLE | {"store_view_code": "de", "name": "Kapuzenpulli"}, PARENT]
    source = write_feed(tmp_path, "catalog_product.csv", rows, IMAGES)
    assert source.layout == "magento"
    assert kinds(source) == ["WH-S", "Omission: merged", "WH"]
    item = items(source)["WH-S"]
    assert (item.title, item.category, item.semantic_category, item.model_id) == ("Hoodie-S", "Hoodies", "tops", "WH")
    assert (item.colour, item.size, item.price, item.availability) == ("Grey", "S", 48.0, "out of stock")
    assert item.attributes["eco_collection"] == "Yes"
    assert item.description == "Cosy"
    assert items(source)["WH"].model_id == "WH"
    assert pictures(source)["WH-S"] == ["front.jpg", "back.jpg"]


def test_a_disabled_product_and_a_picture_that_was_not_selected(tmp_path: Path) -> None:
    rows = [
        SIMPLE | {"product_online": "2"},
        SIMPLE | {"sku": "X", "base_image": "no_selection", "additional_images": ""},
    ]
    source = write_feed(tmp_path, "catalog_product.csv", rows, [*IMAGES, "X.jpg"])
    assert kinds(source) == ["Omission: not-published", "X"]
    assert pictures(source) == {"X": ["X.jpg"]}


def test_prestashop_s_product_list(tmp_path: Path) -> None:
    row = {"Product ID": "4", "Image": "img/p/4.jpg", "Name": "Cardigan", "Reference": "CA-4", "Category": "Women",
           "Price (tax excl.)": "40.00", "Price (tax incl.)": "48.00", "Quantity": "5", "Status": "1"}  # fmt: skip
    rows = [row, row | {"Product ID": "5", "Reference": "", "Status": "0"}, row | {"Product ID": "6", "Reference": ""}]
    source = write_feed(tmp_path, "product.csv", rows, ["img/p/4.jpg"], delimiter=";")
    assert source.layout == "prestashop"
    assert kinds(source) == ["CA-4", "Omission: not-published", "6"]
    item = items(source)["CA-4"]
    assert (item.title, item.price, item.availability, item.semantic_category) == (
        "Cardigan", 48.0, "in stock", "tops",
    )  # fmt: skip


def test_prestashop_s_import_file(tmp_path: Path) -> None:
    row = {"Product ID": "4", "Active (0/1)": "1", "Name *": "Loafers", "Categories (x,y,z...)": "Home,Shoes",
           "Price tax excluded": "90", "Reference #": "LO-4", "Manufacturer": "Nord",
           "Image URLs (x,y,z...)": "https://cdn.example/a.jpg,https://cdn.example/b.jpg",
           "Feature(Name:Value:Position)": "Colour:Brown:1,Lining:Leather:2"}  # fmt: skip
    source = write_feed(tmp_path, "products_import.csv", [row], ["a.jpg", "b.jpg"], delimiter=";")
    item = items(source)["LO-4"]
    assert (source.layout, item.brand, item.colour, item.semantic_category) == ("prestashop", "Nord", "Brown", "shoes")
    assert item.attributes["Lining"] == "Leather"
    assert pictures(source) == {"LO-4": ["a.jpg", "b.jpg"]}


def test_magento_1_s_rows_below_a_product(tmp_path: Path) -> None:
    simple = {"sku": "PA-S", "_store": "", "_attribute_set": "Clothing", "_type": "simple", "_category": "Men/Jackets",
              "name": "Parka", "price": "150.0000", "special_price": "120.0000",
              "special_to_date": "2020-02-01 00:00:00", "status": "1", "size": "S", "qty": "2.0000",
              "image": "/w/h/front.jpg", "_media_image": "/w/h/front.jpg", "_super_products_sku": ""}  # fmt: skip
    nothing = dict.fromkeys(simple, "")
    parent = simple | {"sku": "PA", "_type": "configurable", "size": "", "_super_products_sku": "PA-M"}
    rows = [simple, nothing | {"_media_image": "/w/h/back.jpg"}, parent, nothing | {"_super_products_sku": "PA-S"},
            simple | {"sku": "OLD", "status": "2"}]  # fmt: skip
    source = write_feed(tmp_path, "export_all_products.csv", rows, IMAGES)
    assert source.layout == "magento-1"
    assert kinds(source) == ["PA-S", "Omission: merged", "PA", "Omission: merged", "Omission: not-published"]
    item = items(source)["PA-S"]
    assert (item.category, item.size, item.price, item.model_id) == ("Jackets", "S", 150.0, "PA")
    assert pictures(source)["PA-S"] == ["front.jpg", "back.jpg"]


def test_dates_and_quoted_attributes(tmp_path: Path) -> None:
    row = SIMPLE | {
        "special_price_to_date": "2/1/20, 00:00", "created_at": "9/15/23, 12:29",
        "additional_attributes": 'material="Cotton, Lycra",size=S',
    }  # fmt: skip
    item = items(write_feed(tmp_path, "catalog_product.csv", [row], IMAGES))["WH-S"]
    assert (item.price, item.material, item.size, item.added_at[:10]) == (60.0, "Cotton, Lycra", "S", "2023-09-15")


@pytest.mark.parametrize(
    ("names", "status"),
    [
        ("ID|Bild|Name|Artikelnummer|Preis (ohne MwSt.)|Preis (inkl. MwSt.)", "Status"),
        ("ID|Imagen|Nombre|Referencia|Precio (imp. excl.)|Precio (imp. incl.)", "Estado"),
        ("ID|Immagine|Nome|Riferimento|Prezzo (tasse escl.)|Prezzo (tasse incl.)", "Stato"),
        ("ID|Zdjęcie|Nazwa|Indeks|Cena (netto)|Cena (brutto)", "Status"),
        ("ID|Afbeelding|Naam|Referentie|Prijs (excl. btw)|Prijs (incl. btw)", "Status"),
    ],
)
def test_prestashop_s_product_list_in_other_languages(tmp_path: Path, names: str, status: str) -> None:
    row = dict(zip(names.split("|"), ("7", "img/p/7.jpg", "Scarf", "SC-7", "10,00", "12,00"), strict=True))
    rows = [row | {status: "1"}, row | {status: "0"}]
    source = write_feed(tmp_path, "list.csv", rows, ["img/p/7.jpg"], delimiter=";")
    assert (source.layout, kinds(source)) == ("prestashop", ["SC-7", "Omission: not-published"])
    assert items(source)["SC-7"].price == 12.0
