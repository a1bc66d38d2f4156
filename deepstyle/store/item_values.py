"""An item as the values of its fields, as the stores write and read them."""

import json
import math
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from deepstyle.catalogue.item import FIELDS, Item
from deepstyle.store.check import damaged

ITEM_FIELDS: Final = tuple(field.name for field in fields(Item))
"""The names of an item's fields, in its order: its id is the first."""

_ATTRIBUTES_AT: Final = ITEM_FIELDS.index("attributes")
_NUMBERS_AT: Final = tuple(ITEM_FIELDS.index(field.name) for field in FIELDS if field.kind == "number")
_TEXTS_AT: Final = tuple(at for at in range(len(ITEM_FIELDS)) if at not in (_ATTRIBUTES_AT, *_NUMBERS_AT))
_values = attrgetter(*ITEM_FIELDS)


def item_values(item: Item) -> list[Any]:
    """The values of ``ITEM_FIELDS``: numbers as floats, the attributes as JSON text."""
    values = list(_values(item))
    for at in _NUMBERS_AT:
        values[at] = None if values[at] is None else float(values[at])
    values[_ATTRIBUTES_AT] = json.dumps(dict(item.attributes), sort_keys=True)
    return values


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
    values, attributes = _values(item), item.attributes
    sound = (
        isinstance(attributes, dict)
        and all(isinstance(values[at], str) for at in _TEXTS_AT)
        and all(isinstance(text, str) for text in (*attributes, *attributes.values()))
        and all(_is_number(values[at]) for at in _NUMBERS_AT)
    )
    if not sound:
        raise damaged(f"item {item.item_id!r}")
    return item


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isfinite(value))
