"""Rows out of XML: one element is one row, its children are the columns. A DTD is refused, so there are no entities.

A column's name is its element's local name, so ``g:image_link`` is ``image_link``; of two elements with the same local
name but other namespaces, the second keeps its prefix. Repeated elements become a list, elements in elements an object,
and ``<images><image>a</image><image>b</image></images>`` the list ``images``.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from deepstyle.catalogue.feeds.limits import MAX_COLUMNS, MAX_XML_ROW_CHARS
from deepstyle.catalogue.feeds.nested import flat_rows
from deepstyle.catalogue.feeds.raw import RawRow
from deepstyle.catalogue.feeds.xml_categories import Categories
from deepstyle.catalogue.feeds.xml_parse import XmlHandler, local_name, parse_xml, parsed_rows
from deepstyle.catalogue.rows import RowError
from deepstyle.errors import DataError

_SEEN_BYTES: Final = 1 << 20
# What an element counts for beside its texts: it takes memory even if it is empty.
_ELEMENT_CHARS: Final = 64
_ROW_NAMES: Final = ("item", "entry", "product", "offer", "shopitem", "article", "row", "record")
_ADDRESSES: Final = ("href", "url", "src", "value")
_LABELS: Final = ("name", "key", "code")

Steps = tuple[str, ...]


def iter_xml_rows(file: BinaryIO, name: str, row_path: Steps) -> Iterator[RawRow]:
    """Each element at ``row_path`` as a row. Raises ``DataError`` where the XML is malformed or has a DTD."""
    rows = _Rows(row_path)
    yield from parsed_rows(file, name, rows, rows.done)


def find_row_path(file: BinaryIO, name: str) -> Steps:
    """Where the rows are: the elements that feeds call ``item``, ``entry`` or ``product``, else the most frequent ones.

    Looks at the first mebibyte. Empty where no element has children. Raises ``DataError``.
    """
    paths = _Paths()
    try:
        for read in parse_xml(file, name, paths):
            if read >= _SEEN_BYTES:
                break
    except DataError:
        if not paths.parents:
            raise
    found = paths.parents or paths.leaves
    named = [path for row in _ROW_NAMES for path in found if local_name(path[-1]).lower() == row]
    inner = [path for path in found if len(path) > 1]
    return min(named or inner, key=lambda path: (found[path] == 1, len(path), -found[path]), default=())


class _Paths(XmlHandler):
    """How often each path occurs, of elements with children and of those below the root without any."""

    def __init__(self) -> None:
        super().__init__()
        self.parents: Counter[Steps] = Counter()
        self.leaves: Counter[Steps] = Counter()
        self._has_children: list[bool] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._has_children:
            self._has_children[-1] = True
        self._has_children.append(False)

    def end(self) -> None:
        kind = self.parents if self._has_children.pop() else self.leaves
        if len(self.path) > 1:
            kind[tuple(self.path)] += 1


@dataclass(slots=True)
class _Element:
    """An element that is being read."""

    name: str
    attributes: dict[str, str]
    line: int
    texts: list[str] = field(default_factory=list)
    children: list[tuple[str, Any]] = field(default_factory=list)


class _Rows(XmlHandler):
    """The elements at ``row_path`` as rows in ``done``."""

    def __init__(self, row_path: Steps) -> None:
        super().__init__()
        self.done: list[RawRow] = []
        self._row_path = list(row_path)
        self._open: list[_Element] = []
        self._chars = 0
        self._categories = Categories()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._open:
            self._categories.start(name, attributes)
        if self._open or self.path == self._row_path:
            self._open.append(_Element(name, attributes, self.line))
            self._chars += _ELEMENT_CHARS + sum(len(value) + _ELEMENT_CHARS for value in attributes.values())

    def text(self, text: str) -> None:
        if not self._open:
            self._categories.text(text)
        else:
            self._chars += len(text)
            if self._chars <= MAX_XML_ROW_CHARS:
                self._open[-1].texts.append(text)

    def end(self) -> None:
        if not self._open:
            self._categories.end()
            return
        element = self._open.pop()
        if self._open:
            if self._chars <= MAX_XML_ROW_CHARS:
                self._open[-1].children.extend(_columns_of(element))
        else:
            self.done.extend(self._flat(_row_of(element, self._chars)))
            self._chars = 0

    def _flat(self, row: RawRow) -> Iterator[RawRow]:
        if row.fault:
            yield row
            return
        for values in flat_rows(row.values):
            yield RawRow(row.line, self._categories.named(values))


def _row_of(element: _Element, chars: int) -> RawRow:
    if chars > MAX_XML_ROW_CHARS:
        why = f"The element has over {MAX_XML_ROW_CHARS:,} characters."
        return RawRow(element.line, fault=RowError("bad-row", why, "Shorten its texts."))
    pairs = [*((local_name(key), value) for key, value in element.attributes.items()), *element.children]
    values = _joined(pairs or [(local_name(element.name), "".join(element.texts).strip())])
    if len(values) > MAX_COLUMNS:
        why = f"The element has {len(values):,} columns; the limit is {MAX_COLUMNS:,}."
        return RawRow(element.line, fault=RowError("bad-row", why, "Remove some of its elements."))
    return RawRow(element.line, values)


def _columns_of(element: _Element) -> Iterator[tuple[str, Any]]:
    """The column that an element in a row is: its name and value, and one more for each further attribute."""
    attributes = {local_name(key): value for key, value in element.attributes.items()}
    text = "".join(element.texts).strip()
    name = element.name
    if element.children:
        names = {child for child, _ in element.children}
        is_list = len(names) == 1 and (len(element.children) > 1 or _is_of(local_name(names.pop()), local_name(name)))
        value: Any = [value for _, value in element.children] if is_list else _joined(element.children)
    else:
        address = next((attributes.pop(key) for key in _ADDRESSES if not text and key in attributes), "")
        label = next((attributes.pop(key) for key in _LABELS if key in attributes), "")
        name, value = label or name, text or address
    yield name, value
    if not element.children:
        yield from ((f"{local_name(name)} {key}", value) for key, value in attributes.items())


def _is_of(one: str, many: str) -> bool:
    """Whether ``one`` is what a list called ``many`` contains: ``category`` of ``categories``."""
    return one.lower().rstrip("y") in many.lower()


def _joined(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The values by local name, those of a repeated name as a list; another namespace's has its prefix."""
    owners: dict[str, str] = {}
    values: dict[str, list[Any]] = {}
    for name, value in pairs:
        key = name if owners.setdefault(local_name(name), name) != name else local_name(name)
        values.setdefault(key, []).append(value)
    return {key: found[0] if len(found) == 1 else found for key, found in values.items()}
