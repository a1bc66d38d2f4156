"""A shop's own words for semantic categories, which take precedence over everything else that names one."""

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from deepstyle.catalogue.category_terms import Words, fold, words_of
from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.catalogue.rows import Record, Rejection
from deepstyle.errors import DataError, FileError

NO_CATEGORY: Final = "none"
"""What a file writes for things that have no semantic category."""
_HEADER: Final = ("category", "semantic_category", "semantic category")
_SEPARATORS: Final = ";\t,"


@dataclass(frozen=True, slots=True)
class CategoryMap:
    """Semantic categories (``""``: none) by the words of a name, folded; see ``read_category_map``."""

    by_words: Mapping[Words, str]

    def category(self, *texts: str) -> str | None:
        """The category of the longest mapped name in the first of ``texts`` that has one, ``None`` where none has.

        A name stands in a text as whole words, whatever their case and accents; of two as long, the last one counts.
        """
        for text in texts:
            words = words_of(fold(text))
            for length in range(min(len(words), max(map(len, self.by_words), default=0)), 0, -1):
                for start in range(len(words) - length, -1, -1):
                    if (found := self.by_words.get(tuple(words[start : start + length]))) is not None:
                        return found
        return None

    def mapped(self, item: Item) -> Item:
        """``item`` with the category that its own category, or else its title, is mapped to."""
        found = self.category(item.category, item.title)
        return item if found is None else replace(item, semantic_category=found)

    def applied(self, rows: Iterable[Record | Rejection]) -> Iterator[Record | Rejection]:
        """``rows`` with their items mapped."""
        for row in rows:
            yield replace(row, item=self.mapped(row.item)) if isinstance(row, Record) and self.by_words else row


NO_MAP: Final = CategoryMap({})
"""Maps nothing."""


def read_category_map(path: Path | str) -> CategoryMap:
    """Read a file of names and semantic categories.

    A CSV file has two columns, with or without a header; a TOML file has lines ``"Freizeit" = "shoes"``. ``none``, or
    nothing, says that a thing has no semantic category. Raises ``DataError`` naming the file and the line.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not UTF-8.", remedy="Save it as UTF-8.") from error
    except OSError as error:
        raise FileError.of(error) from error
    pairs = _toml_pairs(file, text) if file.suffix.lower() == ".toml" else _csv_pairs(file, text)
    return CategoryMap({_words(file, line, name): _category(file, line, target) for line, name, target in pairs})


def _csv_pairs(file: Path, text: str) -> Iterator[tuple[int, str, str]]:
    first = text.partition("\n")[0]
    rows = csv.reader(text.splitlines(), delimiter=max(_SEPARATORS, key=first.count))
    for cells in rows:
        cleaned = [cell.strip() for cell in cells]
        if rows.line_num == 1 and len(cleaned) == 2 and cleaned[1].lower() in _HEADER:
            continue
        if any(cleaned):
            if len(cleaned) != 2:
                raise _wrong(file, rows.line_num, f"has {len(cleaned)} cells, not a name and a category")
            yield rows.line_num, cleaned[0], cleaned[1]


def _toml_pairs(file: Path, text: str) -> Iterator[tuple[int, str, Any]]:
    try:
        pairs = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(
            f"{file} cannot be read: {error}.", remedy='Write lines such as "Freizeit" = "shoes".'
        ) from error
    lines = text.splitlines()
    for name, target in pairs.items():
        yield next((at for at, line in enumerate(lines, 1) if line.lstrip(" \t\"'").startswith(name)), 0), name, target


def _words(file: Path, line: int, name: str) -> Words:
    if words := tuple(words_of(fold(name))):
        return words
    raise _wrong(file, line, "names nothing")


def _category(file: Path, line: int, target: Any) -> str:
    name = target.strip().lower() if isinstance(target, str) else repr(target)
    if name in ("", NO_CATEGORY):
        return ""
    if name not in SEMANTIC_CATEGORIES:
        raise _wrong(file, line, f"gives the category {name[:40]!r}, which does not exist")
    return name


def _wrong(file: Path, line: int, what: str) -> DataError:
    return DataError(
        f"{file}, line {line}, {what}.",
        remedy=f"Write a name and one of {', '.join(SEMANTIC_CATEGORIES)} or {NO_CATEGORY}.",
    )
