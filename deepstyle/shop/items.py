"""One item at a time: add it, change it, and say all that is known of it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Literal

from deepstyle.catalogue.categories import semantic_category
from deepstyle.catalogue.item import MEASURED_FIELDS, SEMANTIC_CATEGORIES, Item
from deepstyle.catalogue.kept import KEPT
from deepstyle.catalogue.rows import RowError, check_item_id, read_file
from deepstyle.catalogue.text import clean_attributes, clean_text
from deepstyle.errors import DataError, FileError, UnknownItemError, UsageError
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import Entry, PutReport, Store
from deepstyle.store.ingest import stored_sources
from deepstyle.store.ingest_pictures import normalised, with_pictures
from deepstyle.store.pictures import MAX_PICTURES

UNMEASURED: Final[dict[str, Any]] = {field.name: field.empty for field in MEASURED_FIELDS}
"""The measured fields of an item whose picture was not read yet."""
FIELDS: Final = tuple(field.name for field in fields(Item) if field.name not in {"item_id", *UNMEASURED})
"""The fields of an item that ``put`` sets."""


@dataclass(frozen=True, slots=True)
class PutResult:
    """What ``Shop.put`` did to ``item``, and how many pictures were encoded now."""

    item: Item
    change: Literal["added", "changed", "unchanged"]
    encoded: int = 0


@dataclass(frozen=True, slots=True)
class ItemDetails:
    """An item, its first picture (``None`` where it has none) and the spaces in which it has a vector.

    ``images`` is the number of its pictures.
    """

    item: Item
    image: ItemImage | None
    spaces: tuple[str, ...]
    images: int = 1


def put_item(store: Store, item: Item | str, photos: Sequence[bytes | Path], values: dict[str, Any]) -> PutResult:
    """Add an item or change the given fields of one; see ``Shop.put``. Encodes nothing."""
    item_id, values = (item, values) if isinstance(item, str) else (item.item_id, {**_values_of(item), **values})
    old = store.get([_checked_id(item_id)]).get(item_id)
    if old is None and not photos:
        raise UsageError(f"{item_id} is new, so it needs a picture.", remedy="Give its photo (--image FILE).")
    new = with_values(old or Item(item_id), values)
    report = store.put([_with_pictures(store, replace(new, **UNMEASURED), photos) if photos else Entry(new)])
    return PutResult(new, _change(report))


def describe_item(store: Store, item_id: str) -> ItemDetails:
    """All that the store holds of an item; raises ``UnknownItemError``."""
    spaces = tuple(space for space in store.spaces() if store.vectors(space, [item_id]).item_ids)
    return ItemDetails(find_item(store, item_id), store.image(item_id), spaces, count_images(store, item_id))


def count_images(store: Store, item_id: str) -> int:
    """How many pictures the item has."""
    return len(store.image_sources([item_id])) + len(store.more_image_sources([item_id]).get(item_id, ()))


def find_item(store: Store, item_id: str) -> Item:
    """The item; raises ``UnknownItemError``."""
    item = store.get([item_id]).get(item_id)
    if item is None:
        raise UnknownItemError(f"no item has the id {item_id!r}.", remedy="`deepstyle import` adds items.")
    return item


def _change(report: PutReport) -> Literal["added", "changed", "unchanged"]:
    return "added" if report.added else "changed" if report.changed else "unchanged"


def _values_of(item: Item) -> dict[str, Any]:
    """The fields of a whole item, which replaces the one that is stored."""
    return {name: getattr(item.catalogued, name) for name in FIELDS}


def with_values(item: Item, values: Mapping[str, Any]) -> Item:
    """``item`` with the checked ``values``; a missing semantic category follows from the category or the title."""
    changed = replace(item.catalogued, **{name: _checked(name, value) for name, value in values.items()})
    guess = semantic_category(changed.category, changed.title)
    return replace(changed, semantic_category=changed.semantic_category or guess)


def _checked(name: str, value: Any) -> Any:
    """A field's value as an import would store it; raises ``UsageError`` where an import would reject it."""
    if name not in FIELDS:
        raise UsageError(f"an item has no field {name!r}.", remedy=f"Use one of {', '.join(FIELDS)}.")
    if name in ("price", "regular_price"):
        return _checked_price(value)
    try:
        if name == "attributes":
            return clean_attributes(_pairs(value))
        text = clean_text(value, name)
    except RowError as error:
        raise UsageError(error.message, remedy=error.remedy) from error
    if name == "semantic_category" and text and text not in SEMANTIC_CATEGORIES:
        known = ", ".join(SEMANTIC_CATEGORIES)
        raise UsageError(f"{text!r} is not a semantic category.", remedy=f"Use one of {known}.")
    if name not in KEPT:
        return text
    kept, problems = KEPT[name](text)
    for problem in problems:
        raise UsageError(problem.message, remedy=problem.remedy)
    return kept


def _pairs(attributes: Any) -> Iterable[tuple[str, Any]]:
    if not isinstance(attributes, Mapping):
        raise UsageError("attributes are not pairs of a name and a value.", remedy="Give a mapping of names to texts.")
    return attributes.items()


def _checked_price(price: Any) -> float | None:
    is_number = isinstance(price, int | float) and not isinstance(price, bool)
    if price is not None and not (is_number and math.isfinite(price) and price >= 0):
        raise UsageError(f"{price!r} is no price.", remedy="Give a number of at least 0, or None.")
    return None if price is None else float(price)


def _checked_id(item_id: str) -> str:
    try:
        return check_item_id(item_id)
    except RowError as error:
        raise UsageError(error.message, remedy=error.remedy) from error


def _with_pictures(store: Store, item: Item, photos: Sequence[bytes | Path]) -> Entry:
    """The item with ``photos``, which replace all its pictures; raises ``DataError`` and ``FileError``."""
    paths = {_data_of(photo): f"{photo}: " if isinstance(photo, Path) else "" for photo in photos}

    def normalise(data: bytes) -> ItemImage:
        try:
            return normalised(data)
        except RowError as error:
            raise DataError(f"{paths[data] or 'the picture: '}{error.message}", remedy=error.remedy) from error

    if len(photos) > MAX_PICTURES:
        problem = f"{item.item_id} has {len(photos)} pictures."
        raise UsageError(problem, remedy=f"Give at most {MAX_PICTURES}, the most telling ones.")
    stored = stored_sources(store, [item.item_id])[item.item_id]
    return with_pictures(item, [*paths], stored, store, normalise)


def _data_of(photo: bytes | Path) -> bytes:
    if isinstance(photo, bytes):
        return photo
    try:
        return read_file(photo)
    except RowError as error:
        raise DataError(f"{photo}: {error.message}", remedy=error.remedy) from error
    except OSError as error:
        raise FileError.of(error) from error
