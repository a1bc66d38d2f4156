"""WooCommerce's product CSV: simple products, variable ones, and variations that name their ``Parent``.

A variation takes categories, description and, where it has none, pictures from its parent. The columns' names are
those of the shop's language: English, German, French, Spanish, Italian and Dutch ones are known.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from deepstyle.catalogue.feeds.layouts.columns import normal
from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place, is_yes, options
from deepstyle.catalogue.feeds.layouts.sales import sale_dates

_PARENT: Final = (
    "parent",
    "ubergeordnetes_produkt",
    "superior",
    "genitore",
    "hoofdproduct",
    "hoofd",
    "nadrzedny",
    "pai",
)
_TYPE: Final = ("type", "typ", "tipo")
_SKU: Final = ("sku", "artikelnummer", "ugs", "cod")
_PUBLISHED: Final = (
    "published",
    "veroffentlicht",
    "publie",
    "publicado",
    "pubblicato",
    "gepubliceerd",
    "opublikowano",
    "opublikowane",
)
_ATTRIBUTE: Final = r"(?=.*\d).*(?:attribu|atribut|atrybut|eigenschap)"
_VALUE: Final = "value|wert|valeur|valor|valore|waarde|wartosc"
_VARIABLE: Final = ("variable", "grouped")


def place(cells: Cells, above: str) -> Place:
    """A variation belongs to its parent; a variable product is called by its SKU and by ``id:`` and its number."""
    item_id, sku = cells["id"], cells.first(*_SKU)
    kinds = {kind.strip() for kind in cells.first(*_TYPE).lower().split(",")}
    if "variation" in kinds:
        return Place(product=cells.first(*_PARENT).replace("id: ", "id:"))
    names = tuple(name for name in (item_id and f"id:{item_id}", sku) if name)
    return Place(names=names if kinds.intersection(_VARIABLE) else (), group=sku or item_id)


def compute(cells: Cells) -> dict[str, str]:
    """Colour, size and other attributes; the dates of the sale price."""
    columns = _attributes(tuple(cells.values))
    return options((cells[name], cells[value]) for name, value in columns) | sale_dates(cells)


@lru_cache(maxsize=64)
def _attributes(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The columns with the name and the value of each attribute, normalised: "Attribute 1 name", "Wert(e) …"."""
    numbered = [name for name in map(normal, names) if re.fullmatch(f"{_ATTRIBUTE}.*", name)]
    called, valued = (
        {
            re.sub(r"\D", "", name): name
            for name in reversed(numbered)
            if re.fullmatch(rf"(?:.*_)?(?:{word})(?:_.*)?", name)
        }
        for word in ("name|nom|nombre|nome|naam|nazwa", _VALUE)
    )
    return tuple((name, valued[number]) for number, name in called.items() if number in valued)


def is_published(cells: Cells) -> bool:
    """Whether the product is neither a draft (-1) nor private (0)."""
    flag = cells.first(*_PUBLISHED)
    return flag != "-1" and is_yes(flag)


WOOCOMMERCE: Final = Layout(
    name="woocommerce",
    title="WooCommerce product export (CSV)",
    clue="Type, SKU and Regular price, beside Parent, Images or Published",
    example=("ID", "Type", "SKU", "Name", "Published", "Sale price", "Regular price", "Categories", "Images",
             "Parent"),
    needs=(
        _TYPE, (*_SKU, "id"), (*_PARENT, *_PUBLISHED),
        ("regular_price", "sale_price", "regularer_preis", "tarif_regulier", "tarif_promo", "precio_normal",
         "prezzo_di_listino", "reguliere_prijs", "preco_normal", "preco_regular", "cena_regularna",
         "cena_katalogowa"),
    ),
    lacks=("handle", "product_online"),
    columns={
        "item_id": (*_SKU, "id"),
        "title": ("name", "nom", "nombre", "nome", "naam", "nazwa"),
        "description": ("description", "short_description", "opis", "krotki_opis", "descricao", "beschreibung",
                        "kurzbeschreibung", "descripcion",
                        "descripcion_corta", "description_courte", "descrizione", "breve_descrizione", "beschrijving",
                        "korte_beschrijving"),
        "category": ("categories", "kategorien", "kategorie", "categorias", "categorie", "categorieen"),
        "brand": ("brands", "marken", "brand", "marques", "marcas"),
        "price": ("regular_price", "regularer_preis", "tarif_regulier", "precio_normal", "prezzo_di_listino",
                  "reguliere_prijs", "preco_normal", "preco_regular", "cena_regularna", "cena_katalogowa"),
        "sale_price": ("sale_price", "angebotspreis", "tarif_promo", "precio_rebajado", "prezzo_in_offerta",
                       "actieprijs", "preco_promocional", "preco_de_saldo", "cena_promocyjna"),
        "regular_price": (),
        "images": ("images", "bilder", "imagenes", "immagini", "afbeeldingen", "imagens", "obrazki", "obrazy"),
        "availability": ("in_stock", "vorratig", "en_stock", "existencias", "op_voorraad", "em_stock", "em_estoque",
                         "na_stanie"),
        "quantity": ("stock", "lager", "inventario", "magazzino", "voorraad", "estoque", "stan_magazynowy",
                     "magazyn"),
        "model_id": (),
        "url": (),
    },
    plain=frozenset((*_TYPE, "external_url", "tags", "position")),
    fallbacks=frozenset(("item_id", "description")),
    separator=r"\s*,\s*(?=https?://)|(?<!\\),\s*",
    paths=r"(?<!\\),\s*",
    compute=compute,
    computed=re.compile(
        rf"{_ATTRIBUTE}.*|date_sale_price_.*|" + "|".join((*_PARENT, *_PUBLISHED))
    ),
    place=place,
    own=re.compile(
        r"id|position|weight|.*price.*|.*preis.*|.*tarif.*|.*precio.*|.*prezzo.*|.*prijs.*|.*preco.*|cena_.*|em_stock|em_estoque|na_stanie|"
        r"estoque|stan_magazynowy|magazyn|in_stock|vorratig|en_stock|"
        r"existencias|op_voorraad|stock|lager|inventario|magazzino|voorraad|gtin.*|meta_.*|"
        rf"(?=.*(?:{_VALUE})){_ATTRIBUTE}.*|images|bilder|imagenes|immagini|afbeeldingen|imagens|obrazki|obrazy|"
        + "|".join((*_SKU, *_TYPE, *_PARENT, *_PUBLISHED))
    ),
    is_published=is_published,
)  # fmt: skip
