"""Categories that an XML feed lists once, before the rows that name them by their ids (YML of Yandex and others)."""

from collections.abc import Mapping
from typing import Any, Final

from deepstyle.catalogue.feeds.xml_parse import local_name

MAX_CATEGORIES: Final = 100_000
MAX_NAME_CHARS: Final = 256
_MAX_LEVELS: Final = 10
_LISTED: Final = "category"
_ID: Final = "categoryId"


class Categories:
    """The names by id, collected from the elements outside of rows."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._parents: dict[str, str] = {}
        self._reading = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        is_new = local_name(name) == _LISTED and attributes.get("id") and len(self._names) < MAX_CATEGORIES
        self._reading = attributes["id"] if is_new else ""
        if is_new:
            self._names[self._reading] = ""
            self._parents[self._reading] = attributes.get("parentId", "")

    def text(self, text: str) -> None:
        """Text of the element that began last."""
        if self._reading:
            self._names[self._reading] = (self._names[self._reading] + text)[:MAX_NAME_CHARS]

    def end(self) -> None:
        """The element ends."""
        self._reading = ""

    def named(self, row: dict[str, Any]) -> dict[str, Any]:
        """``row`` with its category's path where it has the id alone."""
        path: list[str] = []
        at = str(row.get(_ID, ""))
        while at in self._names and len(path) < _MAX_LEVELS:
            path.insert(0, self._names[at].strip())
            at = self._parents[at]
        return {**row, _LISTED: " > ".join(path)} if path and _LISTED not in row else row
