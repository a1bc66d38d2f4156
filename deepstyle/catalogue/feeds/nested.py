"""Objects as shops' APIs answer them (Shopify, WooCommerce and others) as rows: a variant is a row, values are plain.

A translated text, an amount with its currency and an object with a name become text; pairs of a name and a value, and
fields that stand in other objects, become columns. Pictures stay: ``listing`` reads objects that have an address.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from deepstyle.catalogue.feeds.layouts.columns import PICTURES, PRICE_COLUMNS, field_of, normal

Row = dict[str, Any]

PICTURE_KEYS: Final = ("src", "url", "link", "href", "path", "large", "original", "url_standard", "file")
"""An object in a column of pictures has the address of one in one of these."""
_VARIANTS: Final = ("variants", "variations", "skus", "children", "has_variant")
_OF_PRODUCT: Final = frozenset(("title", "name", "created_at", "updated_at", "published_at", "admin_graphql_api_id"))
"""What a variant may have too, but means nothing for shoppers there."""
_NAMES: Final = ("name", "title", "label", "value")
_PAIR_NAMES: Final = ("name", "param_name", "attribute_name", "attribute_code", "key")
_PAIR_VALUES: Final = ("value", "val", "option", "options", "values", "param_value", "attribute_value")
_AMOUNTS: Final = ("amount", "value", "price", "gross")
_CURRENCIES: Final = ("currency", "currency_code", "currency_id", "price_currency")
_CODE: Final = re.compile(r"[A-Za-z]{3}")
_GID: Final = re.compile(r"gid://shopify/\w+/(\d+)")
_EXTENDED: Final = re.compile(r"\$(?:oid|date|number\w+)")
"""The keys of MongoDB's extended JSON."""
_OTHERS_PRICES: Final = ("shipping", "delivery", "tax", "installment", "subscription_cost", "seller")
"""What such an object contains is not of the product."""
_LANGUAGE: Final = re.compile(
    r"(?:en|de|fr|es|it|pt|nl|pl|cs|sk|da|sv|nb|no|fi|hu|ro|bg|el|tr|ru|uk|ja|ko|zh|ar|he|hr|sl|sr|lt|lv|et)(?:[-_]\w{2,4})?"
)
_FIRST_LANGUAGES: Final = ("en", "de")
_NO_OPTION: Final = "default title"


def flat_rows(product: Mapping[str, Any]) -> Iterator[Row]:
    """The rows of one object: its variants with what they take from it, or itself where it has none."""
    if isinstance(node := product.get("node"), dict) and product.keys() <= {"node", "cursor"}:
        product = node
    if not any(isinstance(value, dict | list) for value in product.values()):
        yield dict(product)
        return
    whole = {name: _unwrapped(value) for name, value in product.items()}
    several = [name for name in whole if normal(name) in _VARIANTS and _objects(whole[name])]
    variants = _objects(whole.pop(several[0])) if several else []
    names = [str(option.get("name", "")) for option in _objects(whole.get("options"))]
    if variants:
        whole.pop("options", None)
    parent = _flat(whole)
    if not variants:
        yield _of_woocommerce(parent)
    for variant in variants:
        yield _variant(parent, variant, names)


def _variant(parent: Row, variant: Mapping[str, Any], options: list[str]) -> Row:
    """A variant's row: its own values before those of its product, whose handle or id is its ``model_id``."""
    own = {name: _unwrapped(value) for name, value in variant.items() if name not in _OF_PRODUCT or name not in parent}
    for at, name in enumerate(options, 1):
        value = own.pop(f"option{at}", None)
        if name and value and str(value).casefold() != _NO_OPTION:
            own.setdefault(name, value)
    if own.get("inventory_management", "") is None or own.get("inventory_policy") == "continue":
        own.pop("inventory_quantity", None)
    if isinstance(own.get("available"), bool):
        own["availability"] = "in stock" if own.pop("available") else "out of stock"
    row = {name: value for name, value in _flat(own).items() if value not in (None, "", [])}
    ids = [name for name in row if field_of(name) == "item_id" and normal(name) != "product_id"]
    chosen = "sku" if "sku" in ids else next(iter(ids), "")
    dropped = {name for name in (*parent, *row) if field_of(name) == "item_id"} - {chosen} if chosen else set()
    group = next(
        (parent[name] for name in ("handle", "id", "sku", "product_id", "productGroupID") if parent.get(name)), ""
    )
    joined = {"model_id": group, **parent, **row, "images": _pictures(parent, variant)}
    return {name: value for name, value in joined.items() if name not in dropped}


def _pictures(parent: Row, variant: Mapping[str, Any]) -> list[Any]:
    """The variant's own pictures before those of its product."""
    shared = [one for name in ("images", "image", "featuredImage") for one in _listed(parent.get(name))]
    of_variant = [variant.get(name) for name in ("featured_image", "image", "images")]
    numbered = [one for one in _objects(shared) if one.get("id") is not None and one["id"] == variant.get("image_id")]
    found: list[Any] = []
    for one in (*numbered, *(part for value in of_variant for part in _listed(value)), *shared):
        if one not in found:
            found.append(one)
    return found


def _flat(row: Mapping[str, Any]) -> Row:
    """``row`` with text for what is nested, as far as that can be known."""
    flat: Row = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= _of_object(name, value, row)
        elif found := _objects(value):
            flat |= _of_objects(name, found, row)
        elif not name.startswith("@"):  # JSON-LD's own
            flat[name] = value
    return flat


def _of_object(name: str, value: Row, row: Mapping[str, Any]) -> Row:
    """An object as text, else what it contains as columns; of one in no field's column only the fields that are new."""
    if field_of(name) in PICTURES:
        return {name: value if _is_picture(value) else list(value.values())}
    if pair := _pair(value):
        return {key: inner for key, inner in pair.items() if key not in row}
    meant, text = field_of(name), _text(value)
    if meant and text is not None:
        return {name: text}
    if meant:
        return {inner: part for inner, part in value.items() if inner not in row}
    known = {inner: value[inner] for inner in value if _is_new_field(inner, row)}
    if not known or normal(name) in _OTHERS_PRICES:
        return {name: value if text is None else text}
    rest = {inner: part for inner, part in value.items() if inner not in known}
    return {**known, name: rest} if rest else known


def _is_new_field(name: str, row: Mapping[str, Any]) -> bool:
    """Whether a column ``name`` is a field that ``row`` does not have by itself."""
    meant = field_of(name)
    return bool(meant) and all(field_of(other) != meant for other in row)


def _of_objects(name: str, found: list[Row], row: Mapping[str, Any]) -> Row:
    """The list ``found`` of objects: pairs become columns, objects with a name the list of these."""
    if field_of(name) in PICTURES:
        return {name: found}
    pairs = {key: value for one in found for key, value in _pair(one).items() if key not in row}
    if pairs:
        return pairs
    texts = [text for one in found if (text := _text(one)) is not None]
    if field_of(name) in PRICE_COLUMNS and texts:
        return {name: texts[0]}
    return {name: texts} if len(texts) == len(found) else {name: found}


def _pair(value: Mapping[str, Any]) -> Row:
    """The column that an object is which has a name and a value; none where it has not."""
    by_name = {normal(name): inner for name, inner in value.items()}
    name = next((by_name[key] for key in _PAIR_NAMES if isinstance(by_name.get(key), str)), "")
    inner = next((by_name[key] for key in _PAIR_VALUES if key in by_name), None)
    if not name or inner is None:
        return {}
    return {name: ", ".join(map(str, inner)) if isinstance(inner, list) else inner}


def _text(value: Mapping[str, Any]) -> Any:
    """What an object says in one text; ``None`` where it is another one."""
    by_name = {normal(name): inner for name, inner in value.items()}
    currency = next((by_name[name] for name in _CURRENCIES if isinstance(by_name.get(name), str)), "")
    amount = next((by_name[name] for name in _AMOUNTS if isinstance(by_name.get(name), str | int | float)), None)
    if currency and amount is not None:
        return f"{amount} {currency}" if _CODE.fullmatch(currency) else amount
    if value and all(_LANGUAGE.fullmatch(name) and isinstance(inner, str) for name, inner in value.items()):
        of_language = {name[:2]: inner for name, inner in reversed(list(value.items()))}
        return next((of_language[name] for name in _FIRST_LANGUAGES if name in of_language), next(iter(value.values())))
    return next((by_name[name] for name in _NAMES if isinstance(by_name.get(name), str | int | float)), None)


def _of_woocommerce(row: Row) -> Row:
    """A product of WooCommerce's REST API as its other readers know it; any other row as it is."""
    if not {"permalink", "regular_price", "stock_status"} <= row.keys():
        return row
    unused = {"type", "status", *(["id"] if row.get("sku") else [])}
    published = {} if row.get("status", "publish") == "publish" else {"published": "0"}
    return {**{name: value for name, value in row.items() if name not in unused}, **published}


def _unwrapped(value: Any) -> Any:
    """The nodes of a GraphQL connection, with ``edges`` or ``nodes``; the number of an id of Shopify's GraphQL.

    And the value of MongoDB's extended JSON.
    """
    if isinstance(value, str) and (found := _GID.fullmatch(value)):
        return found[1]
    if isinstance(value, dict) and len(value) == 1 and _EXTENDED.fullmatch(next(iter(value))):
        return next(iter(value.values()))
    if isinstance(value, dict) and isinstance(value.get("edges"), list):
        return [edge.get("node") for edge in _objects(value["edges"])]
    if isinstance(value, dict) and isinstance(value.get("nodes"), list):
        return value["nodes"]
    return value


def _objects(value: Any) -> list[Row]:
    """``value`` where it is a list of objects, else nothing."""
    return value if isinstance(value, list) and value and all(isinstance(one, dict) for one in value) else []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _is_picture(value: Mapping[str, Any]) -> bool:
    return any(name in value for name in PICTURE_KEYS)
