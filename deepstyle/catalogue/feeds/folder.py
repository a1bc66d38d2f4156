"""A folder of images and nothing else: each picture is an item.

Its file name is its id; where the pictures lie in a folder for each category (``dresses/7.jpg``, also below ``train``
or ``women``), the id has the folders' names as well (``dresses-7``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deepstyle.catalogue.categories import semantic_category
from deepstyle.catalogue.feeds.layouts.layout import slug
from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import (
    IMAGE_SUFFIXES,
    Record,
    Rejection,
    RowError,
    check_item_id,
    find_image,
)
from deepstyle.catalogue.text import clean_text

MAX_LEVELS: Final = 2
"""So many folders lie in each other at most where folders are categories."""
_OF_SYSTEMS: Final = ("thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class FolderSource:
    """The images of a folder, of its subfolder ``images``, or of its folders for each category, by path."""

    path: Path
    layout: str = "folder"

    @staticmethod
    def recognises(path: Path) -> bool:
        """Whether ``path`` is a folder with at least one image."""
        return path.is_dir() and bool(_pictures(path))

    def total(self) -> int:
        """Number of images."""
        return len(_pictures(self.path))

    def records(self) -> Iterator[Record | Rejection]:
        """Each image as an item with nothing but an id and, where its folder names one, a category."""
        seen: set[str] = set()
        for path, categories in _pictures(self.path):
            file = str(path.relative_to(self.path))
            item_id = slug(*categories, path.stem) if categories else path.stem
            may_name: tuple[str, ...] = ()
            try:
                may_name = (check_item_id(item_id),)
                if item_id in seen:
                    raise RowError("duplicate-id", f"Two images are named {item_id}.", "Rename one of them.")
                record = Record(_item(item_id, categories), find_image(self.path, [path]), file, line=0)
            except RowError as error:
                yield error.at(file, 0, item_id, may_name)
                continue
            seen.add(item_id)
            yield record


def _item(item_id: str, categories: tuple[str, ...]) -> Item:
    words = [clean_text(name.replace("_", " "), "category") for name in categories]
    category = words[-1] if words else ""
    return Item(item_id, category=category, semantic_category=semantic_category(" > ".join(words), *reversed(words)))


def _pictures(folder: Path) -> list[tuple[Path, tuple[str, ...]]]:
    """The images of ``folder``, else of ``folder/images``, else of its folders of categories, by path.

    Beside each are the names of the folders that are its categories.
    """
    for place in (folder, folder / "images"):
        if place.is_dir() and (found := [path for path in place.iterdir() if _is_picture(path)]):
            return [(path, ()) for path in sorted(found)]
    return _by_category(folder, ()) or []


def _by_category(folder: Path, categories: tuple[str, ...]) -> list[tuple[Path, tuple[str, ...]]] | None:
    """The images in the folders below ``folder``; ``None`` where there is anything else, so that it is no such tree."""
    found: list[tuple[Path, tuple[str, ...]]] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.lower() in _OF_SYSTEMS:
            continue
        if path.is_dir() and not path.is_symlink() and len(categories) < MAX_LEVELS:
            inner = _by_category(path, (*categories, path.name))
            if inner is None:
                return None
            found += inner
        elif categories and _is_picture(path):
            found.append((path, categories))
        else:
            return None
    return found


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in IMAGE_SUFFIXES
