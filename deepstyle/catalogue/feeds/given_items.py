"""Items that a program gives, each alone or with its pictures."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deepstyle.catalogue.categories import semantic_category
from deepstyle.catalogue.feeds.given_rows import NAME
from deepstyle.catalogue.item import CATALOGUE_FIELDS, MEASURED_FIELDS, SEMANTIC_CATEGORIES, Item
from deepstyle.catalogue.kept import KEPT
from deepstyle.catalogue.rows import Record, Rejection, RowError, check_item_id
from deepstyle.catalogue.text import clean_attributes, clean_text


@dataclass(frozen=True)
class GivenItems:
    """A ``Source`` of items: ``Item``, ``(Item, photo)`` or ``(Item, [photo, …])``, a photo being a path or bytes."""

    given: Iterable[Any]
    path: Path
    layout: str = "items"

    def total(self) -> int:
        """Number of items."""
        return sum(1 for _ in self.given)

    def records(self) -> Iterator[Record | Rejection]:
        """Each item in turn, checked as one of a feed."""
        seen: set[str] = set()
        for number, entry in enumerate(self.given, 1):
            item_id = ""
            try:
                item, photos = _parts(entry)
                item_id = check_item_id(item.item_id)
                if item_id in seen:
                    raise RowError(
                        "duplicate-id", f"Item {item_id} is there twice.", "Give each item an id of its own."
                    )
                record = _record(item, photos, number)
            except RowError as error:
                yield error.at(NAME, number, item_id, (item_id,) if item_id else ())
                continue
            seen.add(item_id)
            yield record


def is_item(entry: Any) -> bool:
    """Whether ``entry`` is an item, alone or with pictures."""
    return isinstance(entry, Item) or (isinstance(entry, tuple) and bool(entry) and isinstance(entry[0], Item))


def _parts(entry: Any) -> tuple[Item, list[Any]]:
    """The item and its photos. Raises ``RowError``."""
    if not is_item(entry) or (isinstance(entry, tuple) and len(entry) != 2):
        kind = type(entry).__name__
        raise RowError("bad-row", f"The entry is of the type {kind}.", "Give an Item, or an Item and its photo.")
    item, photo = entry if isinstance(entry, tuple) else (entry, None)
    photos = list(photo) if isinstance(photo, list | tuple) else [] if photo is None else [photo]
    return item, photos


def _record(item: Item, photos: list[Any], number: int) -> Record:
    paths = [Path(photo) for photo in photos if isinstance(photo, str | Path)]
    first = photos[0] if photos and isinstance(photos[0], bytes) else None
    if len(paths) + (first is not None) != len(photos):
        raise RowError("bad-field", "A photo is neither a path nor bytes.", "Give paths; only the first may be bytes.")
    more = paths if first is not None else paths[1:]
    path = paths[0] if first is None and paths else None
    return Record(_checked(item), path, NAME, number, image_bytes=first, more_images=tuple(more))


def _checked(item: Item) -> Item:
    """``item`` as a feed's row would give it. Raises ``RowError``."""
    values: dict[str, Any] = {field.name: field.empty for field in MEASURED_FIELDS}
    for field in CATALOGUE_FIELDS:
        value = getattr(item, field.name)
        values[field.name] = clean_text(value, field.name) if field.kind == "text" else _number(value, field.name)
    for name, keep in KEPT.items():
        values[name], problems = keep(values[name])
        for problem in problems:
            raise problem
    own = values["semantic_category"]
    if own and own not in SEMANTIC_CATEGORIES:
        known = ", ".join(SEMANTIC_CATEGORIES)
        raise RowError("bad-field", f"{own!r} is not a semantic category.", f"Use one of {known}.")
    values["semantic_category"] = own or semantic_category(values["category"], values["title"])
    return replace(item, **values, attributes=clean_attributes(item.attributes.items()))


def _number(value: Any, name: str) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    if value is not None and not is_number:
        raise RowError("bad-field", f"{name} is {value!r}, not a number of at least 0.", "Give a number, or None.")
    return None if value is None else float(value)
