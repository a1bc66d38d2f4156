"""The picture files that a row of a catalogue refers to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deepstyle.catalogue.rows import IMAGE_SUFFIXES, Record, find_image


@dataclass(frozen=True, slots=True)
class FoundPictures:
    """The pictures of a row, in its order and each once."""

    paths: tuple[Path, ...] = ()

    def attach(self, record: Record) -> Record:
        """``record`` with these pictures."""
        return replace(record, image_path=next(iter(self.paths), None), more_images=self.paths[1:])


@dataclass(frozen=True)
class PictureFiles:
    """The pictures below ``folder``; those of URLs may lie in ``downloads``."""

    folder: Path
    downloads: Path | None = None

    def find(self, references: Sequence[str], item_id: str) -> list[Path]:
        """The files of ``references`` in order, each once; without references those named like the item.

        Raises ``RowError`` ``image-outside``.
        """
        found = [self._find(reference) for reference in references] or [self._by_name.get(item_id.lower())]
        return list(dict.fromkeys(path for path in found if path))

    def look_up(self, references: Sequence[str], item_id: str) -> FoundPictures:
        """As ``find``."""
        return FoundPictures(tuple(self.find(references, item_id)))

    def urls(self, references: Sequence[str]) -> list[str]:
        """The references that are URLs."""
        return [reference for reference in references if "://" in reference]

    def _find(self, reference: str) -> Path | None:
        if "://" in reference:
            return self._by_name.get(Path(unquote(urlsplit(reference).path)).stem.lower())
        name = reference.replace("\\", "/")
        return find_image(self.folder, [self.folder / name, self.folder / "images" / name])

    @cached_property
    def _by_name(self) -> dict[str, Path]:
        files = sorted(self.folder.rglob("*"))
        return {file.stem.lower(): file for file in files if file.suffix.lower() in IMAGE_SUFFIXES and file.is_file()}
