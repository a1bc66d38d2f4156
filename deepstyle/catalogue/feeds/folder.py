"""A folder of images and nothing else: each picture is an item, its file name the id."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import (
    IMAGE_SUFFIXES,
    Record,
    Rejection,
    RowError,
    check_item_id,
    find_image,
)


@dataclass(frozen=True, slots=True)
class FolderSource:
    """The images of a folder, or of its subfolder ``images``, by file name."""

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
        """Each image as an item with nothing but an id."""
        seen: set[str] = set()
        for path in _pictures(self.path):
            file = str(path.relative_to(self.path))
            may_name: tuple[str, ...] = ()
            try:
                item_id = check_item_id(path.stem)
                may_name = (item_id,)
                if item_id in seen:
                    raise RowError("duplicate-id", f"Two images are named {item_id}.", "Rename one of them.")
                record = Record(Item(item_id), find_image(self.path, [path]), file, line=0)
            except RowError as error:
                yield error.at(file, 0, path.stem, may_name)
                continue
            seen.add(item_id)
            yield record


def _pictures(folder: Path) -> list[Path]:
    """The image files of ``folder``, or where it has none of ``folder/images``, by name."""
    for place in (folder, folder / "images"):
        found = [path for path in place.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES] if place.is_dir() else []
        if found:
            return sorted(found)
    return []
