"""An item as the values of its fields, as the stores write and read them."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any, Final

from deepstyle.catalogue.item import FIELDS, MEASURED_FIELDS, SEEN_CATEGORY, Item
from deepstyle.errors import ItemChangedError, UsageError
from deepstyle.store.base import Entry
from deepstyle.store.check import damaged
from deepstyle.store.digests import row_digest
from deepstyle.store.pictures import MAX_PICTURES

ITEM_FIELDS: Final = tuple(field.name for field in fields(Item))
"""The names of an item's fields, in its order: its id is the first."""

_ATTRIBUTES_AT: Final = ITEM_FIELDS.index("attributes")
_NUMBERS: Final = tuple(field.name for field in FIELDS if field.kind == "number")
_NUMBERS_AT: Final = tuple(map(ITEM_FIELDS.index, _NUMBERS))
_MEASURED: Final = dict.fromkeys((*SEEN_CATEGORY, *(field.name for field in MEASURED_FIELDS)))
MEASURED_AT: Final = {name: ITEM_FIELDS.index(name) for name in _MEASURED}
"""Where the fields that ``encode`` may write are among an item's."""
_OF_THE_PICTURE: Final = tuple(name for name in MEASURED_AT if name not in SEEN_CATEGORY)
_MEASURED_ONLY: Final = frozenset(ITEM_FIELDS.index(field.name) for field in MEASURED_FIELDS)
_values = attrgetter(*ITEM_FIELDS)
_texts = attrgetter("item_id", *(field.name for field in FIELDS if field.kind == "text"))
_numbers = attrgetter(*_NUMBERS)
_TEXT_ONLY: Final = frozenset({str})


def check_item(item: Item) -> None:
    """Refuse what a store would not return: an id that is empty or has a NUL, lone surrogates, an infinite price."""
    if not item.item_id or "\0" in item.item_id:
        raise UsageError(f"the item id {item.item_id!r} is empty or contains a NUL character.")
    texts = (*_texts(item), *item.attributes, *item.attributes.values())
    try:
        "".join(text for text in texts if isinstance(text, str)).encode()
    except UnicodeEncodeError:
        raise UsageError(f"item {item.item_id!r} has text that is not valid Unicode (a lone surrogate).") from None
    for name in _NUMBERS:
        value = getattr(item, name)
        if value is not None and not math.isfinite(value):
            raise UsageError(f"item {item.item_id!r} has {name} {value}.", remedy=f"Omit the {name} if unknown.")


def check_entry(entry: Entry) -> None:
    """Refuse an entry with an item that ``check_item`` refuses, or with too many pictures."""
    check_item(entry.item)
    if len(entry.more_images or ()) >= MAX_PICTURES:
        raise UsageError(f"item {entry.item.item_id!r} has over {MAX_PICTURES} pictures.")


def kept_values(new: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """What an item keeps of its ``old`` values where the ``new`` ones come with the same picture.

    The category that the encoder saw is kept for as long as the catalogue gives none.
    """
    kept = {name: old[name] for name in _OF_THE_PICTURE if old.get(name) and not new[name]}
    if old.get("category_source") and not new["semantic_category"]:
        kept |= {name: old[name] for name in SEEN_CATEGORY}
    return kept


def allowed_values(measured: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """The ``measured`` values that may replace the ``old`` ones: the catalogue's own category is never replaced."""
    has_own = old["semantic_category"] and not old.get("category_source")
    return {name: value for name, value in measured.items() if not (has_own and name in SEEN_CATEGORY)}


def item_values(item: Item) -> list[Any]:
    """The values of ``ITEM_FIELDS``: numbers as floats, the attributes as JSON text."""
    values = list(_values(item))
    for at in _NUMBERS_AT:
        values[at] = None if values[at] is None else float(values[at])
    values[_ATTRIBUTES_AT] = json.dumps(dict(item.attributes), sort_keys=True)
    return values


def item_version(item: Item, image_sha256s: Sequence[str]) -> str:
    """A name of what the catalogue says of the item, and of its pictures, the first one, or ``""``, first.

    Measured fields are no part of it.
    """
    own = replace(item, semantic_category="") if item.category_source else item
    values = [value for at, value in enumerate(item_values(own)) if at not in _MEASURED_ONLY]
    return row_digest(*values, *image_sha256s).hex()


def check_given(given: Mapping[str, str], current: Mapping[str, str]) -> None:
    """Raise ``ItemChangedError`` where an item's version is not the ``given`` one, ``""`` where it does not exist."""
    for item_id, version in given.items():
        if current.get(item_id, "") != version:
            raise ItemChangedError(
                f"the item {item_id!r} has changed.", remedy="Read it again, then repeat the change."
            )


def stored_item(values: Sequence[Any]) -> Item:
    """The item that ``item_values`` was given; raises ``StoreError`` where it cannot be read."""
    read = list(values)
    try:
        text = read[_ATTRIBUTES_AT]
        read[_ATTRIBUTES_AT] = {} if text == "{}" else json.loads(text)  # most have none
    except (TypeError, ValueError) as error:
        raise damaged(f"item {values[0]!r}") from error
    return sound_item(Item(*read))


def sound_item(item: Item) -> Item:
    """``item`` as it was read; raises ``StoreError`` where a field is of another type than it was written with."""
    attributes = item.attributes
    sound = (
        isinstance(attributes, dict)
        and _TEXT_ONLY.issuperset(map(type, (*_texts(item), *attributes, *attributes.values())))
        and all(map(_is_number, _numbers(item)))
    )
    if not sound:
        raise damaged(f"item {item.item_id!r}")
    return item


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isfinite(value))
