"""The Polyvore Outfits layout: items with their images, outfits, and the two tests built from outfits.

::

    images/<item_id>.jpg
    polyvore_item_metadata.json      {item_id: {title, url_name, description, catgeories, semantic_category, …}}
    polyvore_outfit_titles.json      {set_id: {url_name, title}}
    categories.csv                   category_id, name, semantic category; no header
    disjoint/, nondisjoint/          {train,valid,test}.json, compatibility_*.txt, fill_in_blank_*.json

File names vary from copy to copy (``validation.json``, ``fill_in_the_blank_test.json``,
``compatibility_test_new.txt``); each reader takes any of them. The outfits' readers are written in
``deepstyle.catalogue.feeds.outfits`` and can be imported from here too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from deepstyle.catalogue.categories import semantic_category
from deepstyle.catalogue.characters import without_controls
from deepstyle.catalogue.feeds.csv_records import CsvReader
from deepstyle.catalogue.feeds.jsonstream import Unreadable, iter_pairs
from deepstyle.catalogue.feeds.outfits import (
    BlankQuestion,
    CompatibilityQuestion,
    read_compatibility,
    read_fill_in_blank,
    read_outfits,
)
from deepstyle.catalogue.item import CATALOGUE_FIELDS, SEMANTIC_CATEGORIES, Item
from deepstyle.catalogue.prices import read_prices
from deepstyle.catalogue.rows import (
    IMAGE_SUFFIXES,
    Record,
    Rejection,
    RowError,
    check_item_id,
    find_image,
)
from deepstyle.catalogue.text import DEFAULT_LIMIT_CHARS, clean_attributes, clean_text, kept_url

__all__ = [
    "METADATA_FILE",
    "BlankQuestion",
    "CompatibilityQuestion",
    "PolyvoreSource",
    "model_of",
    "read_categories",
    "read_compatibility",
    "read_fill_in_blank",
    "read_items",
    "read_outfits",
]

METADATA_FILE: Final = "polyvore_item_metadata.json"

_MODEL: Final = re.compile(r"(\d+)-[0-9A-Z]+")

_OTHER_NAMES: Final = ("url_name", "category_id", "color")
_TEXTS: Final = (*(field.name for field in CATALOGUE_FIELDS if field.kind == "text"), *_OTHER_NAMES)
_NO_ATTRIBUTES: Final = frozenset((*_TEXTS, "catgeories", "categories", "related", "price", "regular_price"))


@dataclass(frozen=True, slots=True)
class PolyvoreSource:
    """Items of a folder in the Polyvore Outfits layout."""

    path: Path
    layout: str = "polyvore"

    @staticmethod
    def recognises(path: Path) -> bool:
        """Whether ``path`` is such a folder."""
        return (path / METADATA_FILE).is_file()

    def total(self) -> int:
        """Number of items in the metadata."""
        return sum(1 for _ in iter_pairs(self.path / METADATA_FILE))

    def records(self) -> Iterator[Record | Rejection]:
        """Each item, with the path of its image where there is one."""
        return read_items(self.path)


def read_items(root: Path, *, with_images: bool = True) -> Iterator[Record | Rejection]:
    """Each item of ``root``'s metadata, in the file's order and in bounded memory (the ids are remembered).

    ``with_images=False`` looks for no image files. Raises ``DataError`` where the metadata cannot be read on.
    """
    categories = read_categories(root / "categories.csv")
    seen: set[str] = set()
    for item_id, fields, line in iter_pairs(root / METADATA_FILE):
        may_name: tuple[str, ...] = ()
        try:
            may_name = (check_item_id(item_id),)
            item, problems = _item(item_id, fields, categories)
            if item_id in seen:
                raise RowError("duplicate-id", f"Item {item_id} is there twice.", "Give each item an id of its own.")
            candidates = [root / "images" / f"{item_id}{suffix}" for suffix in IMAGE_SUFFIXES] if with_images else []
            warnings = tuple(problem.as_warning(METADATA_FILE, line, item_id) for problem in problems)
            record = Record(item, find_image(root, candidates), METADATA_FILE, line, warnings=warnings)
        except RowError as error:
            yield error.at(METADATA_FILE, line, item_id, may_name)
            continue
        seen.add(item_id)
        yield record


def read_categories(path: Path) -> dict[str, tuple[str, str]]:
    """Fine name and semantic category by category id; empty where the file is missing.

    The file has no header. Where an id occurs more than once, the first row with a semantic category counts. Rows that
    are not valid CSV are ignored, since the items' metadata takes precedence over this file.
    """
    if not path.is_file():
        return {}
    found: dict[str, tuple[str, str]] = {}
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for _, cells, fault in CsvReader(file, ",", width=3):
            category_id, name, semantic = (*(without_controls(cell) for cell in cells), "", "", "")[:3]
            if not fault and category_id and not found.get(category_id, ("", ""))[1]:
                found[category_id] = (name[:DEFAULT_LIMIT_CHARS], semantic)
    return found


def _item(item_id: str, fields: Any, categories: Mapping[str, tuple[str, str]]) -> tuple[Item, tuple[RowError, ...]]:
    """The item, and what of it could not be used. Raises ``RowError``."""
    if isinstance(fields, Unreadable):
        raise RowError("bad-row", f"Item {item_id} cannot be read: {fields.why}.", "Shorten the entry.")
    if not isinstance(fields, dict):
        raise RowError("bad-row", f"Item {item_id} is not an object.", 'Write {"item_id": {"title": …}}.')
    text: dict[str, Any] = {key: clean_text(fields.get(key), key) for key in _TEXTS}
    fine, semantic = categories.get(text["category_id"], ("", ""))
    fine = fine or _last(fields.get("catgeories") or fields.get("categories")) or text["category"]
    prices = read_prices(fields.get("regular_price"), fields.get("price"), currency=text["currency"])
    url, problems = kept_url(text["url"])
    item = Item(
        item_id,
        **{
            **{name: value for name, value in text.items() if name not in _OTHER_NAMES},
            "title": text["title"] or text["url_name"],
            "semantic_category": _semantic(text["semantic_category"], semantic, fine),
            "category": fine,
            "colour": text["colour"] or text["color"],
            "currency": prices.currency,
            "url": url,
            "model_id": text["model_id"] or model_of(item_id),
        },
        price=prices.price,
        regular_price=prices.regular_price,
        attributes=clean_attributes((key, value) for key, value in fields.items() if key not in _NO_ATTRIBUTES),
    )
    return item, (*problems, *prices.warnings)


def model_of(item_id: str) -> str:
    """The model in an id such as ``41085800-02`` or ``43063724-OR`` (model, hyphen, colour), else ``""``.

    Only in this layout does the shape of an id say that.
    """
    shape = _MODEL.fullmatch(item_id)
    return shape[1] if shape else ""


def _last(names: Any) -> str:
    return clean_text(names[-1] if isinstance(names, list) and names else names, "catgeories")


def _semantic(own: str, by_id: str, fine: str) -> str:
    """The metadata's word first, then the table's, then what the fine category's name says."""
    for name in (own, by_id):
        if name.lower() in SEMANTIC_CATEGORIES:
            return name.lower()
    return semantic_category(own, by_id, fine)
