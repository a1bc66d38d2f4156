"""What a layout is: how it is recognised, which columns hold which field, and how its rows form items."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from deepstyle.catalogue.feeds.layouts.columns import COLUMNS, field_of, find_columns, normal
from deepstyle.catalogue.rows import MAX_ITEM_ID_CHARS

SEVERAL: Final = frozenset(("category", "images", "gallery"))
"""Fields of which all columns are read, not only the best."""

USUAL_SEPARATOR: Final = (
    r"[,;|\s]+(?=https?://)|(?:(?<=\.jpg)|(?<=\.png)|(?<=\.gif)|(?<=\.jpeg)|(?<=\.webp)|(?<=\.JPG))\s*[,;|]\s*"
)
"""Between pictures in a cell: a comma, semicolon or bar after a picture's name or before a URL."""

NOTHING: Final = re.compile(r"(?!)")
"""Matches no name."""

_NO: Final = ("0", "no", "false", "n", "off", "nein", "non", "falsch")


class Cells:
    """The values of a row by the normalised names of their columns."""

    __slots__ = ("_columns", "values")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self._columns = {normal(name): name for name in reversed(list(values))}

    def __getitem__(self, name: str) -> str:
        """The text of the column ``name``, without white space around it; empty where there is none."""
        value = self.values.get(self._columns.get(name, ""))
        return str(value).lower() if isinstance(value, bool) else as_text(value)

    def first(self, *names: str) -> str:
        """The first text of the columns ``names`` that is not empty."""
        return next((text for name in names if (text := self[name])), "")

    def numbered(self, name: str, last: int = 30) -> Iterator[str]:
        """The texts of the columns ``name`` with 1, 2, … in place of ``#``, up to the first column that is missing."""
        for number in range(1, last + 1):
            column = name.replace("#", str(number))
            if column not in self._columns:
                return
            yield self[column]


def as_text(value: Any) -> str:
    """A text or a number as text, anything else as ``""``."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands among the others.

    The row takes what it lacks from the row that is called ``product``. ``names`` are what others call this row, and
    ``children`` the rows that do not say themselves that they belong to it. ``group`` is the ``model_id`` of this row
    and of all that belong to it. A ``part`` is no item: it has pictures of the product.
    """

    product: str = ""
    names: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    group: str = ""
    part: bool = False


def _nothing(cells: Cells) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One layout of tables.

    A table has it where of each entry of ``needs`` at least one column is there, and none of ``lacks``. ``columns``
    (field → names, best first) comes before the usual names of ``COLUMNS``; ``plain`` names are attributes although
    they are usual ones. ``fallbacks`` are fields that take the first of their columns that is not empty. ``compute``
    gives further fields of a row, and attributes by any other name, from the columns that ``computed`` matches;
    ``derive_id`` the id of a row that has none. ``place`` (cells, product of the row above) says how rows belong
    together; the columns that match ``own`` are not taken from the product. ``separator`` stands between pictures
    in a cell, ``level`` between the levels of a category and ``paths`` between several categories.
    """

    name: str
    title: str
    clue: str
    example: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    lacks: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    fallbacks: frozenset[str] = frozenset()
    separator: str = USUAL_SEPARATOR
    level: str = ">"
    paths: str = ""
    compute: Callable[[Cells], Mapping[str, Any]] = _nothing
    computed: re.Pattern[str] = NOTHING
    derive_id: Callable[[Cells], str] | None = None
    place: Callable[[Cells, str], Place] | None = None
    own: re.Pattern[str] = NOTHING
    is_published: Callable[[Cells], bool] = lambda cells: True
    last_takes_surplus: bool = False
    restore_id: Callable[[str], str] | None = None

    def recognises(self, names: Iterable[str]) -> bool:
        """Whether a table with the columns ``names`` has this layout."""
        found = {normal(name) for name in names}
        return not found.intersection(self.lacks) and all(found.intersection(group) for group in self.needs)

    def choose(self, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Field → the columns of ``names`` that hold it, best first."""
        usual = [name for name in names if normal(name) not in self.plain and not self.computed.fullmatch(normal(name))]
        taken: set[str] = set()
        chosen: dict[str, tuple[str, ...]] = {}
        for at, aliases in self.columns.items():
            if found := self._some(at, find_columns(names, aliases)):
                chosen[at] = found
                taken.update(found)
        for at, aliases in COLUMNS.items():
            free = [name for name in usual if name not in taken]
            if at not in self.columns and (found := self._some(at, find_columns(free, aliases))):
                chosen[at] = found
                taken.update(found)
        return chosen

    def computed_columns(self, names: Iterable[str]) -> frozenset[str]:
        """Those of the columns ``names`` that are read together, as options and stock are."""
        return frozenset(name for name in names if self.computed.fullmatch(normal(name)))

    def _some(self, at: str, found: tuple[str, ...]) -> tuple[str, ...]:
        return found if at in SEVERAL or at in self.fallbacks else found[:1]


def is_yes(text: str) -> bool:
    """Whether a flag is set; an empty one is."""
    return text.casefold() not in _NO


def slug(*parts: str) -> str:
    """An id made of ``parts``, the same in every export: without white space and slashes, at most 128 characters."""
    text = "-".join(word for part in parts if (word := re.sub(r"[\s/\\]+", "-", part).strip("-")))
    if len(text) <= MAX_ITEM_ID_CHARS:
        return text
    return f"{text[: MAX_ITEM_ID_CHARS - 13]}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def options(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Options (name, value) as fields where they are usual ones, else as attributes by their name."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name and value:
            found.setdefault(field_of(name) or name, value)
    return found


def pairs(text: str, between: str, sign: str) -> Iterator[tuple[str, str]]:
    """The pairs in a text such as ``color=Black,size=XS``."""
    for part in text.split(between):
        name, found, value = part.partition(sign)
        if found:
            yield name.strip(), value.strip()
