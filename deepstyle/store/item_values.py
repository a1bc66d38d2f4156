"""An item as the values of its fields, as the stores write and read them."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from deepstyle.catalogue.item import FIELDS, MEASURED_FIELDS, Item
from deepstyle.errors import ItemChangedError, UsageError
from deepstyle.store.check import damaged
from deepstyle.store.digests import row_digest

ITEM_FIELDS: Final = tuple(field.name for field in fields(Item))
"""The names of an item's fields, in its order: its id is the first."""

_ATTRIBUTES_AT: Final = ITEM_FIELDS.index("attributes")
_NUMBERS: Final = tuple(field.name for field in FIELDS if field.kind == "number")
_NUMBERS_AT: Final = tuple(map(ITEM_FIELDS.index, _NUMBERS))
MEASURED_AT: Final = {field.name: ITEM_FIELDS.index(field.name) for field in MEASURED_FIELDS}
"""Where the measured fields are among an item's."""
_MEASURED: Final = frozenset(MEASURED_AT.values())
_values = attrgetter(*ITEM_FIELDS)
_texts = attrgetter("item_id", *(field.name for field in FIELDS if field.kind == "text"))
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


def item_values(item: Item) -> list[Any]:
    """The values of ``ITEM_FIELDS``: numbers as floats, the attributes as JSON text."""
    values = list(_values(item))
    for at in _NUMBERS_AT:
        values[at] = None if values[at] is None else float(values[at])
    values[_ATTRIBUTES_AT] = json.dumps(dict(item.attributes), sort_keys=True)
    return values


def item_version(item: Item, image_sha256: str) -> str:
    """A name of what the catalogue says of the item, and of its picture; measured fields are no part of it."""
    values = [value for at, value in enumerate(item_values(item)) if at not in _MEASURED]
    return row_digest(*values, image_sha256).hex()


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
        read[_ATTRIBUTES_AT] = json.loads(read[_ATTRIBUTES_AT])
    except (TypeError, ValueError) as error:
        raise damaged(f"item {values[0]!r}") from error
    return sound_item(Item(*read))


def sound_item(item: Item) -> Item:
    """``item`` as it was read; raises ``StoreError`` where a field is of another type than it was written with."""
    attributes = item.attributes
    sound = (
        isinstance(attributes, dict)
        and _TEXT_ONLY.issuperset(map(type, (*_texts(item), *attributes, *attributes.values())))
        and all(_is_number(getattr(item, name)) for name in _NUMBERS)
    )
    if not sound:
        raise damaged(f"item {item.item_id!r}")
    return item


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isfinite(value))
