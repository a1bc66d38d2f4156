"""PrestaShop: the product list that its back office exports, and the columns of its product import."""

import re
from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, is_yes, options


def compute(cells: Cells) -> dict[str, str]:
    """Features (``Colour:Black:1``) as fields and attributes; the dates of a discount."""
    text = cells.first("feature_name_value_position", "feature_name_value_position_customized")
    parts = [part.split(":") for part in text.split(",")]
    return options((part[0].strip(), part[1].strip()) for part in parts if len(part) > 1)


def is_published(cells: Cells) -> bool:
    """Whether the product is active."""
    return is_yes(cells.first("active_0_1", "active", "actif_0_1", "status", "etat", "estado", "stato"))


_WITH_TAX: Final = (
    "price_tax_incl", "price_tax_included", "price_tax_included_or_price_tax_excluded", "prix_ttc",
    "price_tax_excluded_or_price_tax_included", "preis_inkl_mw_st", "preis_inkl_ust", "precio_imp_incl",
    "precio_impuestos_incl", "precio_iva_incl", "prezzo_tasse_incl", "prezzo_iva_incl", "prijs_incl_btw", "cena_brutto",
    "preco_c_iva", "preco_imposto_incl", "preco_com_iva",
)  # fmt: skip
_WITHOUT_TAX: Final = (
    "price_tax_excl", "price_tax_excluded", "prix_ht", "preis_ohne_mw_st", "preis_zzgl_mw_st", "preis_exkl_mw_st",
    "preis_exkl_ust", "preis_zzgl_ust", "precio_imp_excl", "precio_impuestos_excl", "precio_iva_excl",
    "prezzo_tasse_escl", "prezzo_iva_escl", "prijs_excl_btw", "cena_netto", "preco_s_iva", "preco_imposto_excl",
    "preco_sem_iva",
)  # fmt: skip
_NAME: Final = ("name", "nom", "nombre", "nome", "naam", "nazwa")
_REFERENCE: Final = (
    "reference", "artikelnummer", "artikel_nr", "referencia", "riferimento", "referentie", "indeks", "kod_referencyjny",
)  # fmt: skip


PRESTASHOP: Final = Layout(
    name="prestashop",
    title="PrestaShop product list or import file (CSV)",
    clue="Product ID or Reference, beside Price (tax excl.), Price tax excluded or Image URLs (x,y,z...)",
    example=("Product ID", "Image", "Name", "Reference", "Category", "Price (tax excl.)", "Price (tax incl.)",
             "Quantity", "Status"),
    needs=(
        ("product_id", "id", "reference"), _NAME, (*_WITH_TAX, *_WITHOUT_TAX, "image_urls_x_y_z"),
    ),
    columns={
        "item_id": (*_REFERENCE, "product_id", "id"),
        "title": _NAME,
        "description": ("description", "short_description", "summary", "description_short"),
        "category": ("category", "categories_x_y_z", "categorie", "category_default", "kategorie",
                     "categoria", "kategoria"),
        "brand": ("manufacturer", "brand", "marque"),
        "price": (*_WITH_TAX, *_WITHOUT_TAX),
        "image": ("image_urls_x_y_z", "image", "image_urls", "photo", "bild", "imagen", "immagine", "afbeelding",
                  "zdjecie", "imagem"),
        "quantity": ("quantity", "quantite", "menge", "cantidad", "quantita", "hoeveelheid", "ilosc", "quantidade"),
        "regular_price": (),
    },
    plain=frozenset(("url", "status", "etat", "estado", "stato", "ean13")),
    fallbacks=frozenset(("item_id", "description", "price")),
    separator=r"\s*,\s*",
    paths=r",\s*",
    compute=compute,
    computed=re.compile(r"feature_name_value_position(_customized)?"),
    is_published=is_published,
)  # fmt: skip
