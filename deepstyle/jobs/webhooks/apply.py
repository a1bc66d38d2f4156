"""Apply deliveries of webhooks to the store: each change once, and never an older one over a newer one.

For each product the store keeps the time of its last change and the ids of its items, also after it is gone: a late
update of a deleted product does not bring it back.
"""

import dataclasses
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from deepstyle.catalogue.categories import semantic_category
from deepstyle.catalogue.item import CATALOGUE_FIELDS, MEASURED_FIELDS, Item
from deepstyle.catalogue.kept import KEPT
from deepstyle.catalogue.rows import RowError, read_file
from deepstyle.catalogue.text import clean_attributes, clean_text
from deepstyle.files import parse_json
from deepstyle.jobs.journal import Delivery
from deepstyle.jobs.remote import fetch_pictures
from deepstyle.jobs.webhooks import shopify, woocommerce
from deepstyle.jobs.webhooks.change import ItemChange, ProductChange
from deepstyle.shop import Shop
from deepstyle.store.base import INSTANCE_FACTS, Entry, Store
from deepstyle.store.ingest import stored_sources
from deepstyle.store.ingest_pictures import normalised, with_pictures
from deepstyle.store.pictures import MAX_PICTURES

READERS: Final = {shopify.NAME: shopify.read_change, woocommerce.NAME: woocommerce.read_change}
_TEXTS: Final = frozenset(field.name for field in CATALOGUE_FIELDS if field.kind == "text")
_NUMBERS: Final = frozenset(field.name for field in CATALOGUE_FIELDS if field.kind == "number")
_MEASURED: Final[dict[str, Any]] = {field.name: field.empty for field in MEASURED_FIELDS}
log = logging.getLogger("deepstyle.jobs")


@dataclass(frozen=True, slots=True)
class Known:
    """What the store keeps of a product: since when it is so, its items, and the products that are its variants."""

    updated_s: float = 0.0
    item_ids: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()


def apply_delivery(shop: Shop, delivery: Delivery) -> bool:
    """Apply one delivery; return whether it changed anything that is known. One that cannot be read is only logged."""
    try:
        payload = parse_json(delivery.payload.decode())
        change = READERS[delivery.system](delivery.topic, payload, delivery.occurred_s)
        return _apply(shop, delivery.system, change)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        log.warning("a delivery of %s %s cannot be used: %r", delivery.system, delivery.topic, error)
        return False


def _apply(shop: Shop, system: str, change: ProductChange) -> bool:
    key = f"{INSTANCE_FACTS}webhook:{system}:{change.product_id}"
    known = _known(shop.store, key)
    if change.updated_s < known.updated_s:
        return False
    if not change.items:
        _delete(shop, system, change, known)
        _remember(shop.store, key, Known(change.updated_s))
        return True
    group = _group(shop.store, system, change)
    entries = [_entry(shop, item, group) for item in change.items]
    shop.store.put(entries)
    item_ids = tuple(entry.item.item_id for entry in entries)
    others = tuple(item_id for item_id in known.item_ids if item_id not in item_ids)
    if change.is_complete and others:
        shop.store.delete(others)
    kept = item_ids if change.is_complete else (*item_ids, *others)
    _remember(shop.store, key, Known(change.updated_s, kept, known.variants))
    return True


def _delete(shop: Shop, system: str, change: ProductChange, known: Known) -> None:
    """Delete a product's items, and those of the products that are its variants."""
    shop.store.delete(known.item_ids or _items_of(shop.store, change.product_id))
    for variant in known.variants:
        _apply(shop, system, ProductChange(variant, change.updated_s))


def _items_of(store: Store, product_id: str) -> list[str]:
    """The items of a product that no webhook named before, where a feed has them by the same id."""
    return [item.item_id for item in store.iter_items() if product_id in (item.item_id, item.model_id)]


def _group(store: Store, system: str, change: ProductChange) -> str:
    """The ``model_id`` of a variant that is a product of its own: its parent's first item, else the parent's id."""
    if not change.parent_id:
        return ""
    key = f"{INSTANCE_FACTS}webhook:{system}:{change.parent_id}"
    parent = _known(store, key)
    if change.product_id not in parent.variants:
        _remember(store, key, replace(parent, variants=(*parent.variants, change.product_id)))
    first = store.get(parent.item_ids[:1]).get(parent.item_ids[0]) if parent.item_ids else None
    return (first.model_id or first.item_id) if first else change.parent_id


def _entry(shop: Shop, change: ItemChange, group: str) -> Entry:
    """The item to write, with its pictures where they can be fetched."""
    old = shop.store.get([change.item_id]).get(change.item_id)
    item = _merged(old or Item(change.item_id), change, group)
    urls = change.pictures[:MAX_PICTURES]
    photos = _pictures(shop, urls)
    try:
        return _with_pictures(shop.store, item, photos, is_all=len(photos) == len(urls))
    except RowError as error:
        log.warning("a picture of %s cannot be used: %s", item.item_id, error.message)
    try:
        return _with_pictures(shop.store, item, photos[:1], is_all=False)
    except RowError:
        return Entry(item)


def _with_pictures(store: Store, item: Item, photos: Sequence[bytes], *, is_all: bool) -> Entry:
    """The entry with its pictures; further ones stay where ``photos`` are not all. Raises ``RowError``."""
    if not photos:
        return Entry(item)
    stored = stored_sources(store, [item.item_id])[item.item_id]
    entry = with_pictures(item, photos, stored, store, normalised)
    unmeasured = replace(item, **_MEASURED) if entry.image else item
    return replace(entry, item=unmeasured, more_images=entry.more_images if is_all else None)


def _merged(old: Item, change: ItemChange, group: str) -> Item:
    """``old`` with what the shop system says; what it does not know stays, such as a group that a feed gave."""
    values = {name: value for name, value in change.values.items() if name in _NUMBERS}
    for name, value in change.values.items():
        if name in _TEXTS:
            values[name] = _cleaned(name, value)
    values["model_id"] = old.model_id or values.get("model_id") or group
    new = replace(old, **values, attributes={**old.attributes, **_attributes(change.attributes)})
    if old.semantic_category and (old.category, old.title) == (new.category, new.title):
        return new
    return replace(new, semantic_category=semantic_category(new.category, new.title) or old.semantic_category)


def _cleaned(name: str, value: Any) -> str:
    """A text as an import would store it; empty where an import would reject it."""
    try:
        text = clean_text(value, name)
    except RowError as error:
        log.warning("%s of a delivery is left out: %s", name, error.message)
        return ""
    return KEPT[name](text)[0] if name in KEPT else text


def _attributes(values: Mapping[str, str]) -> dict[str, str]:
    try:
        return clean_attributes(values.items())
    except RowError as error:
        log.warning("the attributes of a delivery are left out: %s", error.message)
        return {}


def _pictures(shop: Shop, urls: Sequence[str]) -> list[bytes]:
    """The pictures, where pictures may be fetched by URL: all, or the first one where another could not be fetched."""
    if not urls or not shop.settings.import_urls:
        return []
    found = fetch_pictures(list(urls), shop.settings)
    fetched = [read_file(found[url]) for url in urls if url in found]
    return fetched if len(fetched) == len(urls) else fetched[: urls[0] in found]


def _known(store: Store, key: str) -> Known:
    text = store.meta(key)
    if not text:
        return Known()
    fields = json.loads(text)
    return Known(fields["updated_s"], tuple(fields["item_ids"]), tuple(fields["variants"]))


def _remember(store: Store, key: str, known: Known) -> None:
    store.set_meta(key, json.dumps(dataclasses.asdict(known)))
