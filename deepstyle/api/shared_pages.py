"""The pages that people send each other, a product's and a look's, as ``PageMeta``: what they show, from the store."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from deepstyle.api.dependencies import MAX_ITEM_ID_CHARS
from deepstyle.api.limits import LIMITS
from deepstyle.api.page_meta import PageMeta
from deepstyle.api.site_pages import Place
from deepstyle.catalogue.characters import without_controls
from deepstyle.catalogue.currencies import CODES, currency_code
from deepstyle.catalogue.item import Item
from deepstyle.catalogue.stock import stock_state
from deepstyle.compatibility.wardrobe import MAX_PIECES
from deepstyle.errors import UnknownItemError
from deepstyle.store.base import Store

ITEM, LOOK = "/item/{item_id}", "/look"
SHARED: Final = frozenset({ITEM, LOOK})
"""The pages, as ``site_pages.PAGES`` has them."""
MAX_NAME_CHARS: Final = int(LIMITS["look_name_chars"].value)
MAX_DESCRIPTION_CHARS: Final = 200
MAX_PRODUCT_CHARS: Final = 5_000
_AVAILABILITY: Final = {
    "in stock": "InStock",
    "out of stock": "OutOfStock",
    "preorder": "PreOrder",
    "backorder": "BackOrder",
}


def meta_of(place: Place, query: QueryParams, store: Store, public_url: str) -> PageMeta | None:
    """What the page, one of ``SHARED``, says of itself; ``None`` where its address names no item.

    Raises ``UnknownItemError`` where it would show nothing that the store has.
    """
    if place.page == ITEM:
        return _item_meta(_found(store, [place.names["item_id"]])[0], store, public_url)
    if place.page == LOOK and (item_ids := asked_items(query)):
        name = without_controls(query.get("name", ""))[:MAX_NAME_CHARS].strip()
        return _look_meta(_found(store, item_ids), name, store, public_url)
    return None


def asked_items(query: QueryParams) -> list[str]:
    """The items of a look's address, each once, and as many as an outfit may have."""
    return list(dict.fromkeys(filter(None, query.getlist("item"))))[:MAX_PIECES]


def _found(store: Store, item_ids: Sequence[str]) -> list[Item]:
    found = store.get([item_id for item_id in item_ids if len(item_id) <= MAX_ITEM_ID_CHARS])
    if not found:
        raise UnknownItemError("the store has none of the page's items.")
    return [found[item_id] for item_id in item_ids if item_id in found]


def _item_meta(item: Item, store: Store, public_url: str) -> PageMeta:
    path = quote(item.item_id, safe="")
    url = f"{public_url}/item/{path}" if public_url else ""
    has_image = bool(public_url and store.image_sha256s([item.item_id]))
    price = _price(item)
    properties = {"product:price:amount": price[0], "product:price:currency": price[1]} if price else {}
    return PageMeta(
        title=_title(item),
        description=_description(item),
        kind="product",
        url=url,
        image=f"{public_url}/preview/item/{path}" if has_image else "",
        image_alt=_title(item),
        properties=properties,
        data=_product(item, url, f"{public_url}/image/{path}" if has_image else ""),
    )


def _look_meta(items: Sequence[Item], name: str, store: Store, public_url: str) -> PageMeta:
    item_ids, titles = [item.item_id for item in items], [_title(item) for item in items]
    pieces = [("item", item_id) for item_id in item_ids]
    named = [*pieces, ("name", name)] if name else pieces
    has_image = bool(public_url and store.image_sha256s(item_ids))
    return PageMeta(
        title=name or _cut(" + ".join(titles), MAX_NAME_CHARS),
        description=_cut(", ".join(titles), MAX_DESCRIPTION_CHARS),
        kind="website",
        url=f"{public_url}/look?{urlencode(named)}" if public_url else "",
        image=f"{public_url}/preview/look?{urlencode(pieces)}" if has_image else "",
        image_alt=_cut(", ".join(titles), MAX_DESCRIPTION_CHARS),
        properties={},
        data={},
    )


def _title(item: Item) -> str:
    return item.title or item.category or item.item_id


def _description(item: Item) -> str:
    facts = (item.brand, item.category, item.colour, item.material)
    return _cut(item.description or ", ".join(filter(None, facts)) or _title(item), MAX_DESCRIPTION_CHARS)


def _cut(text: str, max_chars: int) -> str:
    """``text`` on one line, cut between words where it is longer."""
    line = " ".join(text.split())
    return line if len(line) <= max_chars else line[: max_chars - 1].rsplit(" ", 1)[0] + "…"


def _price(item: Item) -> tuple[str, str] | None:
    """Amount and currency as machines read them; ``None`` where one of them is unknown."""
    currency = currency_code(item.currency)
    if item.price is None or currency not in CODES:
        return None
    return f"{item.price:.3f}".rstrip("0").rstrip("."), currency


def _product(item: Item, url: str, image: str) -> Mapping[str, Any]:
    """The item as schema.org's ``Product``, without what is unknown."""
    values = {
        "name": _title(item),
        "description": _cut(item.description, MAX_PRODUCT_CHARS),
        "sku": item.item_id,
        "url": url,
        "image": image,
        "color": item.colour,
        "material": item.material,
        "size": item.size,
        "brand": {"@type": "Brand", "name": item.brand} if item.brand else "",
        "offers": _offer(item, url),
    }
    return {"@context": "https://schema.org", "@type": "Product", **_known(values)}


def _offer(item: Item, url: str) -> Mapping[str, Any]:
    if (price := _price(item)) is None:
        return {}
    state = _AVAILABILITY.get(stock_state(item.availability), "")
    availability = f"https://schema.org/{state}" if state else ""
    offer = {"price": price[0], "priceCurrency": price[1], "availability": availability, "url": url}
    return {"@type": "Offer", **_known(offer)}


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
