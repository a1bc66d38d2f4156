"""What shops call the columns of a table, in eight languages, and how a name is found in a header."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from deepstyle.catalogue.currencies import CODES
from deepstyle.catalogue.item import CATALOGUE_FIELDS

PRICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "regular_price": (
            "regular_price", "compare_at_price", "list_price", "msrp", "rrp", "uvp", "old_price", "price_old",
            "original_price", "oldprice", "initial_price", "was_price", "retail_price", "retailprice",
            "streichpreis", "prix_barre", "precio_anterior", "pseudoprice", "strikethrough_price", "mrp", "full_price",
            "actual_price", "price_before_discount",
        ),
        "sale_price": (
            "sale_price", "special_price", "offer_price", "discounted_price", "promo_price", "angebotspreis",
            "aktionspreis", "discount_price", "prix_promo", "precio_oferta", "prezzo_scontato",
            "preco_promocional", "aanbiedingsprijs", "cena_promocyjna",
        ),
        "sale_dates": ("sale_price_effective_date",),
    }
)  # fmt: skip
"""The prices beside ``price``, which is the one that the shop asks for where there is no ``sale_price``."""

_OTHER_LANGUAGES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "item_id": (
            "artikelnummer", "artikelnr", "artikel_nr", "art_nr", "bestellnummer", "produktnummer", "product_code",
            "product_number", "reference", "ref", "ugs", "referencia",
            "codigo", "codice", "codice_articolo", "kod", "kod_produktu", "indeks", "itemid", "productid", "ean",
            "gtin", "sku_id", "variant_id", "variation_id", "style_color_id", "p_id", "pid",
            "internal_reference", "external_id",
            "offer_id", "merchant_product_id", "parent_asin", "object_id", "artikelnummer_in_ihrem_shop",
            "merchant_product_simple_id", "custom_label", "custom_label_sku", "item_number", "ordernumber", "aid",
            "custom_sku", "system_id", "retailer_id", "uniq_id",
        ),
        "title": (
            "titel", "produktname", "produktbezeichnung", "artikelbezeichnung", "artikelname", "bezeichnung", "nom",
            "nom_du_produit", "titre", "designation", "nombre", "titulo", "nome", "titolo", "nome_prodotto",
            "nome_do_produto", "naam", "productnaam", "nazwa", "nazwa_produktu", "tytul", "display_name",
            "article_name", "model_name", "title_long", "title_short", "item",
        ),
        "description": (
            "beschreibung", "produktbeschreibung", "langbeschreibung", "kurzbeschreibung", "descripcion", "descrizione",
            "descricao", "omschrijving", "beschrijving", "opis", "body_html", "short_description",
            "plain_description", "item_description", "summary",
        ),
        "category": (
            "categories", "category_name", "category_path", "google_product_category", "kategorie", "kategorien",
            "warengruppe", "produktgruppe", "categorie", "categoria", "categorias", "kategoria", "kategorie_produktu",
            "collection", "item_type", "feed_product_type", "productgroup", "product_category", "categorytext", "cat",
            "produktkategorie_im_shop", "produktkategorie", "categoryid1", "categoryid2", "categoryid3",
            "category_#", "product_category_tree", "shop_cat", "advertiser_category", "product_type_name", "silhouette",
        ),
        "brand": (
            "manufacturer_name", "marke", "hersteller", "marque", "fabricant", "marca", "merk", "marka", "producent",
            "producer", "hersteller_markenname", "product_brand",
        ),
        "colour": ("farbe", "couleur", "colore", "cor", "kleur", "kolor", "colors", "colours", "primary_color",
                   "color_description", "barva", "farba", "цвет"),
        "pattern": ("muster", "motif", "estampado", "fantasia", "patroon", "wzor"),
        "price": (
            "preis", "verkaufspreis", "prix", "prix_ttc", "precio", "prezzo", "preco", "prijs", "cena", "cena_brutto",
            "selling_price", "current_price", "final_price", "price_gross", "standard_price", "price_incl_tax",
            "sales_price", "price_vat", "price_with_vat", "vk_preis", "preis_brutto",
            "vk_brutto", "bruttopreis", "price_eur", "price_usd", "price_gbp", "price_chf", "price_pln", "price_sek",
            "price_amount", "formatted_price", "start_price", "your_price", "item_price", "product_price",
        ),
        "currency": ("currency_id", "wahrung", "waehrung", "devise", "moneda", "valuta", "moeda", "waluta"),
        "url": ("produkt_url", "lien", "enlace", "collegamento", "product_link", "deep_link", "deeplink", "producturl",
                "product_page", "permalink", "buy_url", "item_url"),
        "model_id": (
            "parent", "parent_product", "group_id", "product_group", "itemgroup_id", "modell", "modellnummer",
            "style_number", "style_code", "ubergeordnetes_produkt", "product_group_id", "variation_group_code",
            "variant_group_code", "merchant_product_model_id", "internal_id",
        ),
        "gender": ("geschlecht", "genre", "sexe", "genero", "genere", "geslacht", "plec", "department_name",
                   "target_genders", "pohlavi",
                   "пол"),
        "size": ("grosse", "groesse", "taille", "talla", "taglia", "tamanho", "maat", "rozmiar", "sizes", "size_code",
                 "available_sizes", "velikost", "velkost", "размер"),
        "material": ("matiere", "materiau", "materiale", "materiaal", "tessuto", "tecido", "stoff", "materials"),
        "availability": (
            "verfugbarkeit", "verfuegbarkeit", "disponibilite", "disponibilidad", "disponibilita", "disponibilidade",
            "beschikbaarheid", "dostepnosc", "in_stock", "is_in_stock", "instock", "available", "avail",
            "available_for_sale", "stock_state", "availability_status", "existencias",
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
    "picture1", "photo_1", "photo1", "bild_1", "bild1", "foto_1", "foto1", "product_image", "product_images",
    "product_image_url",
    "detailed_image", "pic_url", "picture_link", "featured_image", "large_image_url", "medium_image_url", "media_1",
)  # fmt: skip
_MORE_IMAGES: Final = (
    "additional_image_link", "additional_image_link_#", "additional_image_links", "additional_images",
    "additional_image_urls", "additional_image", "other_image_url", "other_image_url#", "other_images", "gallery",
    "gallery_images", "extra_images", "more_images", "image_#", "image#", "image_url_#", "image_url#",
    "image_link_#", "image_#_url", "media_urls", "imgurl_alternative",
    "media_#", "additional_image_#", "alternate_image_#", "picture_#", "picture#", "picture_url_#", "photo_#",
    "photo#", "bild_#", "bild#", "foto_#", "foto#", "images",
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
        "item_id": (
            "item_id",
            "id",
            "sku",
            "variant_sku",
            "seller_sku",
            "item_sku",
            "product_sku",
            "product_id",
            "article_id",
            "article",
            "article_number",
            "code",
            "asin",
        ),
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

_LANGUAGES: Final = "en|de|fr|es|it|nl|pl|sv|da|fi|pt|cs"
_LOCALE: Final = re.compile(rf"(.+?)_(?:{_LANGUAGES})(?:_[a-z]{{2}})?(?:_(?:ecommerce|print|mobile|web|default))?")
_LANGUAGE_FIRST: Final = re.compile(rf"(?:{_LANGUAGES}|us|uk)_(.+)")
_NOTE: Final = re.compile(r"(.*\w)\W*?[(\[]([^()\[\]]*)[)\]]\s*")
_PATH: Final = re.compile(r"\w\.\w")
_WITH_CURRENCY: Final = re.compile(r"(.+?)(?:_in)?_([a-z]{3})")
_TAX: Final = re.compile(
    r"(?:.*_)?(?:vat|tax|taxes|mwst|mw_st|zzgl|ust|ttc|ht|brutto|netto|gross|net|in[ck]l|inc|ex[ck]l|iva|btw|tasse|imp|tva|moms)(?:_.*)?"
)
_NET: Final = re.compile(r"(?:.*_)?(?:ex[ck]l|escl|ohne|netto|net|ht|hors|sin|bez|zonder)(?:_.*)?")
"""Words in the name of a price without tax."""

_FIELD_OF: Final = {
    alias.replace("#", number): field
    for field, names in COLUMNS.items()
    for alias in names
    for number in ("123456789" if "#" in alias else "1")
}
_SQUEEZED: Final = {name.replace("_", ""): name for name in reversed(_FIELD_OF)}


@lru_cache(maxsize=65_536)
def normal(name: str) -> str:
    """``Product-Name``, ``productName`` and ``g:product name`` alike as ``product_name``, ``Größe`` as ``grosse``."""
    bare = re.sub(r"^\*?(?:\{[^}]*\}|[gGcC]:)", "", name.strip())
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", bare).casefold().replace("ł", "l").replace("ø", "o")
    plain = "".join(part for part in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(part))
    return re.sub(r"[\W_]+", "_", plain).strip("_")


def field_of(name: str) -> str:
    """The field that an option called ``name`` ("Color", "Größe", "SALEPRICE") is, ``""`` where none."""
    plain = normal(name)
    return _FIELD_OF.get(plain) or _FIELD_OF.get(_SQUEEZED.get(plain.replace("_", ""), ""), "")


def currency_in(name: str) -> str:
    """The currency that the name of a column of prices ends with ("price-EUR", "Price (INR)"), ``""`` where none."""
    return _priced_in(name)[1]


@lru_cache(maxsize=4096)
def _priced_in(name: str) -> tuple[str, str]:
    """The name of a column of prices, normalised, before the currency that it ends with, and that; else both ``""``."""
    found = _WITH_CURRENCY.fullmatch(normal(name))
    is_price = found and found[2].upper() in CODES and field_of(found[1]) in PRICE_COLUMNS
    return (found[1], found[2].upper()) if found and is_price else ("", "")


def find_columns(names: Sequence[str], aliases: Iterable[str]) -> tuple[str, ...]:
    """The columns among ``names`` that ``aliases`` mean, best first, numbered ones by their numbers.

    Columns whose names are aliases come before those of which only a part is one (see ``_derived``).
    """
    exact = {normal(name): name for name in reversed(names)}
    derived = {alias: name for alias, name in _derived(tuple(names)).items() if alias not in exact}
    found: dict[str, None] = {}
    for by_name in (exact, derived):
        for alias in aliases:
            if "#" in alias:
                found |= dict.fromkeys(by_name[name] for name in _numbered(alias, by_name))
            elif alias in by_name:
                found[by_name[alias]] = None
    return tuple(found)


@lru_cache(maxsize=256)
def _derived(names: tuple[str, ...]) -> Mapping[str, str]:
    """What columns are called in other words → column, the first of several; of prices, the one with tax.

    ``name-en_US``, ``name(en-gb)`` and ``NL_name`` are ``name``, ``Price (incl. VAT)`` and ``Price EUR`` are ``price``,
    ``price.currency`` is ``currency``, ``images.large`` ``images``, and ``SALEPRICE`` ``sale_price``.
    """
    found: dict[str, str] = {}
    for name in sorted(names, key=lambda one: bool(_NET.fullmatch(normal(one)))):
        if normal(name) not in _FIELD_OF:
            for other in _other_names(name):
                found.setdefault(other, name)
    return found


def _other_names(name: str) -> Iterator[str]:
    """The names that ``name`` may stand for, normalised."""
    plain, bare = normal(name), _without_note(name)
    yield _SQUEEZED.get(plain.replace("_", ""), plain)
    if _PATH.search(bare):
        parts = [normal(part.split()[-1]) for part in bare.split(".") if part.strip()]
        yield parts[0] if field_of(parts[0]) in PICTURES else parts[-1]
    elif bare != name:
        yield normal(bare)
    if match := _LOCALE.fullmatch(plain) or _LANGUAGE_FIRST.fullmatch(plain):
        yield match[1]
    if priced := _priced_in(name)[0]:
        yield priced


def _without_note(name: str) -> str:
    """``name`` without what stands in brackets behind it; a price's note may only be a currency or of the tax."""
    found = _NOTE.fullmatch(name.strip())
    if not found:
        return name
    note = normal(found[2])
    is_price = field_of(found[1]) in PRICE_COLUMNS and note.upper() not in CODES and not _TAX.fullmatch(note)
    return name if is_price else found[1]


def _numbered(alias: str, names: Iterable[str]) -> list[str]:
    pattern = re.compile(re.escape(alias).replace(r"\#", r"(\d{1,3})"))
    found = ((pattern.fullmatch(name), name) for name in names)
    return [name for match, name in sorted(((match, name) for match, name in found if match), key=_number)]


def _number(found: tuple[re.Match[str], str]) -> int:
    return int(found[0][1])
