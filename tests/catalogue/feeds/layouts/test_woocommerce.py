"""WooCommerce's product CSV."""

from pathlib import Path

import pytest

from tests.catalogue.feeds.layouts.feeds import items, kinds, pictures, write_feed

PARENT = {
    "ID": "7", "Type": "variable", "SKU": "PARKA", "Name": "Parka", "Published": "1", "Description": "Warm",
    "In stock?": "1", "Sale price": "", "Regular price": "", "Categories": "Sale, Women > Coats > Parkas",
    "Images": "parka-1.jpg, parka-2.jpg", "Parent": "", "Attribute 1 name": "Size", "Attribute 1 value(s)": "S, M",
}  # fmt: skip
SMALL = {
    "ID": "8", "Type": "variation", "SKU": "PARKA-S", "Name": "Parka - S", "Published": "1", "Sale price": "149",
    "Regular price": "199", "Parent": "id:7", "Attribute 1 name": "Size", "Attribute 1 value(s)": "S",
    "In stock?": "0",
}  # fmt: skip
IMAGES = ("parka-1.jpg", "parka-2.jpg", "bag.jpg")


@pytest.mark.parametrize("parent", ["id:7", "id: 7", "PARKA"])
def test_a_variation_takes_categories_and_pictures_from_its_parent(tmp_path: Path, parent: str) -> None:
    source = write_feed(tmp_path, "export.csv", [SMALL | {"Parent": parent}, PARENT], IMAGES)
    assert source.layout == "woocommerce"
    assert kinds(source) == ["PARKA-S", "PARKA"]
    small = items(source)["PARKA-S"]
    assert (small.category, small.semantic_category, small.model_id) == ("Parkas", "outerwear", "PARKA")
    assert (small.price, small.size, small.availability, small.description) == (149.0, "S", "out of stock", "Warm")
    assert items(source)["PARKA"].model_id == "PARKA"
    assert pictures(source)["PARKA-S"] == ["parka-1.jpg", "parka-2.jpg"]


def test_a_variation_with_a_picture_keeps_it(tmp_path: Path) -> None:
    source = write_feed(tmp_path, "export.csv", [PARENT, SMALL | {"Images": "parka-2.jpg"}], IMAGES)
    assert pictures(source)["PARKA-S"] == ["parka-2.jpg"]


def test_a_parent_without_pictures_is_merged_into_its_variations(tmp_path: Path) -> None:
    source = write_feed(tmp_path, "export.csv", [PARENT | {"Images": ""}, SMALL | {"Images": "parka-1.jpg"}], IMAGES)
    assert kinds(source) == ["Omission: merged", "PARKA-S"]


def test_simple_products_and_drafts(tmp_path: Path) -> None:
    simple = {"ID": "9", "Type": "simple, virtual", "SKU": "", "Name": "Bag", "Published": "1", "Regular price": "79",
              "Images": "bag.jpg", "Parent": ""}  # fmt: skip
    rows = [simple, simple | {"ID": "10", "Published": "-1"}, simple | {"ID": "11", "Published": "0"}]
    source = write_feed(tmp_path, "export.csv", rows, IMAGES)
    assert kinds(source) == ["9", "Omission: not-published", "Omission: not-published"]
    assert (items(source)["9"].model_id, items(source)["9"].price) == ("", 79.0)


def test_a_german_shop_s_columns(tmp_path: Path) -> None:
    rows = [
        {"ID": "1", "Typ": "variable", "Artikelnummer": "H", "Name": "Hemd", "Veröffentlicht": "1",
         "Regulärer Preis": "", "Angebotspreis": "", "Kategorien": "Herren > Hemden", "Bilder": "parka-1.jpg",
         "Übergeordnetes Produkt": ""},
        {"ID": "2", "Typ": "variation", "Artikelnummer": "H-M", "Name": "Hemd M", "Veröffentlicht": "1",
         "Regulärer Preis": "59", "Angebotspreis": "49", "Übergeordnetes Produkt": "id:1"},
    ]  # fmt: skip
    source = write_feed(tmp_path, "export.csv", rows, IMAGES, delimiter=";")
    found = items(source)["H-M"]
    assert (source.layout, found.category, found.price, found.model_id) == ("woocommerce", "Hemden", 49.0, "H")


@pytest.mark.parametrize(
    ("names", "attribute"),
    [
        (("Typ", "Artikelnummer", "Name", "Veröffentlicht", "Regulärer Preis", "Angebotspreis",
          "Datum, an dem Angebotspreis endet", "Übergeordnetes Produkt"), ("Attribut 1 Name", "Attribut 1 Wert(e)")),
        (("Type", "UGS", "Nom", "Publié", "Tarif régulier", "Tarif promo", "Date de fin de promo", "Parent"),
         ("Nom de l'attribut 1", "Valeur(s) de l'attribut 1")),
        (("Tipo", "SKU", "Nombre", "Publicado", "Precio normal", "Precio rebajado",
          "Día en que termina el precio rebajado", "Superior"), ("Nombre del atributo 1", "Valor(es) del atributo 1")),
        (("Type", "SKU", "Naam", "Gepubliceerd", "Reguliere prijs", "Actieprijs", "Datum wanneer actieprijs eindigt",
          "Hoofd"), ("Naam eigenschap 1", "Waarde(n) eigenschap 1")),
        (("Typ", "SKU", "Nazwa", "Opublikowano", "Cena katalogowa", "Cena promocyjna", "Cena promocyjna do",
          "Nadrzędny"), ("Nazwa atrybutu 1", "Wartość (-ci) atrybutu 1")),
        (("Tipo", "SKU", "Nome", "Publicado", "Preço normal", "Preço promocional", "Data de fim do preço promocional",
          "Superior"), ("Nome do atributo 1", "Valor(es) do atributo 1")),
        (("Tipo", "COD", "Nome", "Pubblicato", "Prezzo di listino", "Prezzo in offerta",
          "Data di fine del prezzo in offerta", "Genitore"), ("Nome dell'attributo 1", "Valore dell'attributo 1")),
    ],
)  # fmt: skip
def test_attributes_and_ended_sales_in_other_languages(
    tmp_path: Path, names: tuple[str, ...], attribute: tuple[str, str]
) -> None:
    parent = dict(zip(names, ("variable", "H", "Hat", "1", "", "", "", ""), strict=True))
    variation = dict(zip(names, ("variation", "H-M", "Hat M", "1", "59", "49", "2020-02-01", "H"), strict=True))
    sizes = dict(zip(attribute, ("Size", "M, L"), strict=True)), dict(zip(attribute, ("Size", "M"), strict=True))
    found = items(write_feed(tmp_path, "export.csv", [parent | sizes[0], variation | sizes[1]], IMAGES))["H-M"]
    assert (found.size, found.price, found.model_id) == ("M", 59.0, "H")
