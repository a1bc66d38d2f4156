"""What shops call the columns of a table, in eight languages, and how a name is found in a header."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from deepstyle.catalogue.item import CATALOGUE_FIELDS

PRICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "regular_price": (
            "regular_price", "compare_at_price", "list_price", "msrp", "rrp", "uvp", "old_price", "price_old",
            "original_price", "oldprice", "initial_price", "was_price", "retail_price", "retailprice",
            "streichpreis", "prix_barre", "precio_anterior",
        ),
        "sale_price": (
            "sale_price", "special_price", "offer_price", "discounted_price", "promo_price", "angebotspreis",
            "aktionspreis", "prix_promo", "precio_oferta", "prezzo_scontato", "preco_promocional", "aanbiedingsprijs",
        ),
        "sale_dates": ("sale_price_effective_date",),
    }
)  # fmt: skip
"""The prices beside ``price``, which is the one that the shop asks for where there is no ``sale_price``."""

_OTHER_LANGUAGES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "item_id": (
            "artikelnummer", "artikelnr", "artikel_nr", "art_nr", "bestellnummer", "produktnummer", "item_sku",
            "product_sku", "variant_sku", "product_code", "product_number", "reference", "ref", "ugs", "referencia",
            "codigo", "codice", "codice_articolo", "kod", "kod_produktu", "indeks", "itemid", "productid", "ean",
            "gtin", "sku_id", "variant_id", "style_color_id", "p_id", "pid", "internal_reference", "external_id",
            "offer_id", "merchant_product_id", "seller_sku", "parent_asin", "object_id",
            "artikelnummer_in_ihrem_shop",
        ),
        "title": (
            "titel", "produktname", "produktbezeichnung", "artikelbezeichnung", "artikelname", "bezeichnung", "nom",
            "nom_du_produit", "titre", "designation", "nombre", "titulo", "nome", "titolo", "nome_prodotto",
            "nome_do_produto", "naam", "productnaam", "nazwa", "nazwa_produktu", "tytul", "display_name",
            "article_name", "model_name", "title_long", "title_short",
        ),
        "description": (
            "beschreibung", "produktbeschreibung", "langbeschreibung", "kurzbeschreibung", "descripcion", "descrizione",
            "descricao", "omschrijving", "beschrijving", "opis", "body_html", "short_description",
        ),
        "category": (
            "categories", "category_name", "category_path", "google_product_category", "kategorie", "kategorien",
            "warengruppe", "produktgruppe", "categorie", "categoria", "categorias", "kategoria", "kategorie_produktu",
            "collection", "item_type", "feed_product_type", "productgroup", "product_category", "categorytext", "cat",
            "produktkategorie_im_shop", "produktkategorie", "categoryid1", "categoryid2", "categoryid3",
            "category_1", "category_2", "category_3",
        ),
        "brand": (
            "manufacturer_name", "marke", "hersteller", "marque", "fabricant", "marca", "merk", "marka", "producent",
            "producer", "hersteller_markenname",
        ),
        "colour": ("farbe", "couleur", "colore", "cor", "kleur", "kolor", "colors", "colours"),
        "pattern": ("muster", "motif", "estampado", "fantasia", "patroon", "wzor"),
        "price": (
            "preis", "verkaufspreis", "prix", "prix_ttc", "precio", "prezzo", "preco", "prijs", "cena", "cena_brutto",
            "selling_price", "current_price", "final_price", "price_gross", "standard_price", "price_incl_tax",
            "sales_price", "price_vat", "vk_preis", "preis_brutto",
            "vk_brutto", "bruttopreis", "price_eur", "price_usd", "price_gbp", "price_chf", "price_pln", "price_sek",
        ),
        "currency": ("currency_id", "wahrung", "waehrung", "devise", "moneda", "valuta", "moeda", "waluta"),
        "url": ("produkt_url", "lien", "enlace", "collegamento", "product_link", "deep_link", "deeplink", "producturl",
                "product_page", "permalink"),
        "model_id": (
            "parent", "parent_product", "group_id", "product_group", "itemgroup_id", "modell", "modellnummer",
            "style_number", "style_code", "ubergeordnetes_produkt",
        ),
        "gender": ("geschlecht", "genre", "sexe", "genero", "genere", "geslacht", "plec", "department_name"),
        "size": ("grosse", "groesse", "taille", "talla", "taglia", "tamanho", "maat", "rozmiar", "sizes"),
        "material": ("matiere", "materiau", "materiale", "materiaal", "tessuto", "tecido", "stoff"),
        "availability": (
            "verfugbarkeit", "verfuegbarkeit", "disponibilite", "disponibilidad", "disponibilita", "disponibilidade",
            "beschikbaarheid", "dostepnosc", "in_stock", "is_in_stock", "instock", "available", "avail",
        ),
        "season": ("saison", "temporada", "stagione", "seizoen", "sezon"),
    }
)  # fmt: skip

_IMAGE: Final = (
    "image", "image_path", "image_file", "image_filename", "filename", "file_name", "file", "picture", "photo",
    "image_src", "image_name", "image_url", "image_link", "img", "path", "main_image", "main_image_url", "base_image",
    "cover_media_url", "image_urls", "images", "pictures", "photos", "picture_url", "photo_url", "imageurl",
    "img_url", "bild", "bilder",
    "bild_url", "bildname", "bilddatei", "produktbild", "foto", "fotos", "imagen", "imagenes", "url_imagen", "immagine",
    "immagini", "url_immagine", "imagem", "imagens", "afbeelding", "afbeeldingen", "visuel", "zdjecie", "zdjecia",
    "obraz", "image_1", "image1", "image_url_1", "image_url1", "image_1_url", "main_picture", "thumbnail",
    "product_thumbnail", "bigimage", "imgurl", "imgs", "item_image", "cover", "media_gallery_entries", "picture_1",
    "picture1", "photo_1", "photo1", "bild_1", "bild1", "foto_1", "foto1",
)  # fmt: skip
_MORE_IMAGES: Final = (
    "additional_image_link", "additional_image_link_#", "additional_image_links", "additional_images",
    "additional_image_urls", "additional_image", "other_image_url", "other_image_url#", "other_images", "gallery",
    "gallery_images", "extra_images", "more_images", "image_#", "image#", "image_url_#", "image_url#",
    "image_link_#", "image_#_url", "media_urls", "imgurl_alternative",
    "picture_#", "picture#", "picture_url_#", "photo_#", "photo#", "bild_#", "bild#", "foto_#", "foto#", "images",
)  # fmt: skip
"""Names of further pictures; ``#`` stands for a number."""

QUANTITY: Final = (
    "quantity", "qty", "stock", "stock_quantity", "stock_level", "inventory", "inventory_quantity", "number_available",
    "bestand", "lagerbestand", "menge", "quantite", "stock_disponible", "cantidad", "quantita", "quantidade",
    "voorraad", "ilosc", "quantity_on_hand", "qty_on_hand", "stock_total", "inventory_level",
)  # fmt: skip


def _together() -> dict[str, tuple[str, ...]]:
    """Field → the names that mean it; a name means the first field that has it."""
    names = {
        "item_id": ("item_id", "id", "sku", "product_id", "article_id", "article", "article_number", "code", "asin"),
        **PRICES,
        **{field.name: field.columns for field in CATALOGUE_FIELDS},
        "image": _IMAGE,
    }
    names["regular_price"] = (*dict.fromkeys((*names["regular_price"], *PRICES["regular_price"])),)
    names = {field: (*own, *_OTHER_LANGUAGES.get(field, ())) for field, own in names.items()}
    names["price"] = tuple(name for name in names["price"] if name not in PRICES["sale_price"])
    owner = {name: field for field in reversed(names) for name in names[field]}
    return {field: tuple(name for name in own if owner[name] == field) for field, own in names.items()}


COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {**_together(), "images": _MORE_IMAGES, "quantity": QUANTITY}
)
"""Field → the column names that mean it, best first; upper case, accents, spaces and hyphens do not matter.

``images`` are further pictures. ``quantity`` says whether the item is available where no column does.
"""

PICTURES: Final = ("image", "images")
"""The fields that hold pictures."""
PRICE_COLUMNS: Final = ("price", "regular_price", "sale_price")
"""The fields that hold prices."""

_LOCALE: Final = re.compile(
    r"(.+?)_(?:en|de|fr|es|it|nl|pl|sv|da|fi|pt|cs)(?:_[a-z]{2})?(?:_(?:ecommerce|print|mobile|web|default))?"
)

_FIELD_OF: Final = {name: field for field, names in COLUMNS.items() for name in names}


@lru_cache(maxsize=65_536)
def normal(name: str) -> str:
    """``Product-Name``, ``productName`` and ``g:product name`` alike as ``product_name``, ``Größe`` as ``grosse``."""
    bare = re.sub(r"^(?:\{[^}]*\}|g:|c:)", "", name.strip())
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", bare).casefold().replace("ł", "l").replace("ø", "o")
    plain = "".join(part for part in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(part))
    return re.sub(r"[\W_]+", "_", plain).strip("_")


def field_of(name: str) -> str:
    """The field that an option called ``name`` ("Color", "Größe") is, ``""`` where none."""
    return _FIELD_OF.get(normal(name), "")


def find_columns(names: Sequence[str], aliases: Iterable[str]) -> tuple[str, ...]:
    """The columns among ``names`` that ``aliases`` mean, best first, numbered ones by their numbers."""
    by_name = _by_name(names)
    found: dict[str, None] = {}
    for alias in aliases:
        if "#" in alias:
            found |= dict.fromkeys(by_name[name] for name in _numbered(alias, by_name))
        elif alias in by_name:
            found[by_name[alias]] = None
    return tuple(found)


def _by_name(names: Sequence[str]) -> dict[str, str]:
    """Normalised name → column; ``name-en_US`` and ``name(en-gb)`` are ``name`` where no other column is.

    So is ``price.currency`` ``currency``, and ``images.large`` ``images``.
    """
    found = {normal(name): name for name in reversed(names)}
    for name in names:
        if "." in name and not field_of(name):
            first, last = normal(name.split(".")[0]), normal(name.rsplit(".")[-1])
            found.setdefault(first if field_of(first) in PICTURES else last, name)
    for name in names:
        if match := _LOCALE.fullmatch(normal(name)):
            found.setdefault(match[1], name)
    return found


def _numbered(alias: str, names: Iterable[str]) -> list[str]:
    pattern = re.compile(re.escape(alias).replace(r"\#", r"(\d{1,3})"))
    found = ((pattern.fullmatch(name), name) for name in names)
    return [name for match, name in sorted(((match, name) for match, name in found if match), key=_number)]


def _number(found: tuple[re.Match[str], str]) -> int:
    return int(found[0][1])
