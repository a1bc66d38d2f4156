"""The parts of a spreadsheet (Office Open XML, ECMA-376) that its sheets refer to: sheets, texts, number formats."""

import posixpath
import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from zipfile import ZipFile

from deepstyle.catalogue.feeds.archive import open_member
from deepstyle.catalogue.feeds.feed_file import too_large
from deepstyle.catalogue.feeds.limits import MAX_SHARED_TEXT_BYTES, MAX_SHEETS
from deepstyle.catalogue.feeds.xml_parse import XmlHandler, local_name, parse_xml
from deepstyle.errors import DataError

_PACKAGE: Final = "_rels/.rels"
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
# ECMA-376 part 1, 18.8.30: the numbers of the formats for dates and times.
_DATES: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)

Attributes = dict[str, str]


class Sheet(NamedTuple):
    """A sheet's title, and the archive's part with its cells."""

    title: str
    part: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """What is in a spreadsheet; ``counts_from_1904`` is the calendar of its dates."""

    sheets: tuple[Sheet, ...]
    texts: str
    styles: str
    counts_from_1904: bool


@dataclass(frozen=True, slots=True)
class Format:
    """How a style shows a number: as a date, or with at least ``digits`` digits."""

    is_date: bool = False
    digits: int = 0


class Texts:
    """The texts that cells refer to by number, in the memory that their UTF-8 takes."""

    def __init__(self) -> None:
        self._data, self._ends = bytearray(), array("Q", [0])

    def append(self, text: str) -> None:
        """Add the next text."""
        self._data += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._data))

    def __getitem__(self, at: int) -> str:
        if not 0 <= at < len(self._ends) - 1:
            raise IndexError(at)
        return self._data[self._ends[at] : self._ends[at + 1]].decode("utf-8", "surrogatepass")


def read_workbook(archive: ZipFile, name: str) -> Workbook:
    """The sheets (the hidden ones only where all are), and where texts and styles are. Raises ``DataError``."""
    main = next((part for kind, part in _links(archive, name, "").values() if kind == "officeDocument"), "")
    if not main:
        raise DataError(f"{name} is not a spreadsheet.", remedy="Save it as .xlsx or .csv.")
    links = _links(archive, name, main)
    found: list[tuple[bool, Sheet]] = []
    properties: Attributes = {}

    def element(path: list[str], attributes: Attributes) -> None:
        if path[-1] == "workbookPr":
            properties.update(attributes)
        elif path[-1] == "sheet" and path[-2] == "sheets":
            kind, part = links.get(attributes.get("id", ""), ("", ""))
            if kind == "worksheet":
                found.append((attributes.get("state", "visible") == "visible", Sheet(attributes.get("name", ""), part)))
        if len(found) > MAX_SHEETS:
            raise DataError(f"{name} has over {MAX_SHEETS} sheets.", remedy="Save the one with the items.")

    _read(archive, name, main, element)
    parts = dict(links.values())
    visible = [sheet for is_visible, sheet in found if is_visible] or [sheet for _, sheet in found]
    is_1904 = properties.get("date1904", "0") in ("1", "true")
    return Workbook(tuple(visible), parts.get("sharedStrings", ""), parts.get("styles", ""), is_1904)


def read_texts(archive: ZipFile, name: str, part: str) -> Texts:
    """The texts that cells refer to; none where ``part`` is empty. Raises ``DataError``."""
    texts = Texts()
    pieces: list[str] = []

    def text(path: list[str], piece: str) -> None:
        if path[-1] == "t" and "rPh" not in path:
            pieces.append(piece)

    def end(path: list[str]) -> None:
        if path[-1] == "si":
            texts.append(unescaped("".join(pieces)))
            pieces.clear()

    _read(archive, name, part, on_text=text, on_end=end)
    return texts


def read_formats(archive: ZipFile, name: str, part: str) -> Sequence[Format]:
    """The format of each style by its number; none where ``part`` is empty. Raises ``DataError``."""
    codes: dict[str, str] = {}
    formats: list[Format] = []

    def element(path: list[str], attributes: Attributes) -> None:
        if path[-1] == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif path[-2:] == ["cellXfs", "xf"]:
            number = attributes.get("numFmtId", "0")
            formats.append(_format(number, codes.get(number, "")))

    _read(archive, name, part, element)
    return formats


def unescaped(text: str) -> str:
    """``text`` with the characters that XML cannot have, which are written as ``_x000D_``."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _format(number: str, code: str) -> Format:
    bare = _LITERAL.sub("", code.split(";")[0]).lower()
    is_date = (number.isdigit() and int(number) in _DATES) or any(mark in bare for mark in "dmyhs")
    return Format(is_date, len(code) if code and not code.strip("0") else 0)


def _links(archive: ZipFile, name: str, part: str) -> dict[str, tuple[str, str]]:
    """The relationships of ``part`` (of the whole archive where empty): id → kind and part."""
    folder, file = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}

    def element(path: list[str], attributes: Attributes) -> None:
        if path[-1] == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            found[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], target

    _read(archive, name, posixpath.join(folder, "_rels", f"{file}.rels") if part else _PACKAGE, element)
    return found


def _read(
    archive: ZipFile,
    name: str,
    part: str,
    on_start: Callable[[list[str], Attributes], None] | None = None,
    on_text: Callable[[list[str], str], None] | None = None,
    on_end: Callable[[list[str]], None] | None = None,
) -> None:
    """Read one part as a whole; nothing where the archive has no such part."""
    if part not in archive.NameToInfo:
        return
    if archive.getinfo(part).file_size > MAX_SHARED_TEXT_BYTES:
        raise too_large(f"{name}/{part}", MAX_SHARED_TEXT_BYTES)
    with open_member(archive, part) as file:
        for _ in parse_xml(file, f"{name}/{part}", _Calls(on_start, on_text, on_end)):
            pass


class _Calls(XmlHandler):
    """Calls functions with local names."""

    def __init__(
        self,
        on_start: Callable[[list[str], Attributes], None] | None,
        on_text: Callable[[list[str], str], None] | None,
        on_end: Callable[[list[str]], None] | None,
    ) -> None:
        super().__init__()
        self._on_start, self._on_text, self._on_end = on_start, on_text, on_end

    def start(self, name: str, attributes: Attributes) -> None:
        self.path[-1] = local_name(name)
        if self._on_start:
            self._on_start(self.path, {local_name(key): value for key, value in attributes.items()})

    def text(self, text: str) -> None:
        if self._on_text:
            self._on_text(self.path, text)

    def end(self) -> None:
        if self._on_end:
            self._on_end(self.path)
