"""Parse XML that is not trusted, as a stream: no DTD and so no entities, nothing external, bounded depth and tags."""

from collections.abc import Iterator
from typing import Any, BinaryIO, Final, TypeVar
from xml.parsers import expat

from deepstyle.catalogue.feeds.limits import MAX_XML_DEPTH, MAX_XML_TOKEN_BYTES
from deepstyle.errors import DataError

_YML: Final = ("yml_catalog", "shops.dtd", None, 0)
"""The declaration that Yandex' format prescribes: a name, which is not read, and no declarations of its own."""
_CHUNK_BYTES: Final = 1 << 16

Row = TypeVar("Row")


class XmlHandler:
    """What is called for each element and text; ``path`` are the elements around, ``line`` is where they start."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.line = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """The element ``path[-1]`` starts."""

    def end(self) -> None:
        """The element ``path[-1]`` ends."""

    def text(self, text: str) -> None:
        """A text in the element ``path[-1]``, which may arrive in parts."""


def local_name(name: str) -> str:
    """``name`` without the prefix of its namespace."""
    return name.rpartition(":")[2] if not name.startswith("xml:") else name


def parse_xml(file: BinaryIO, name: str, handler: XmlHandler) -> Iterator[int]:
    """Feed ``file`` to ``handler``, piece by piece; yields the number of bytes read so far.

    Raises ``DataError`` where the XML is malformed, has a DTD, is nested over 64 deep, or has a tag, a comment or an
    attribute of over 8 MiB.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(element: str, attributes: dict[str, str]) -> None:
        if len(handler.path) >= MAX_XML_DEPTH:
            raise _refused(name, handler.line, f"elements are nested over {MAX_XML_DEPTH} deep")
        handler.line = parser.CurrentLineNumber
        handler.path.append(element)
        handler.start(element, attributes)

    def end(_: str) -> None:
        handler.end()
        handler.path.pop()

    def doctype(*declared: Any) -> None:
        if declared != _YML:
            raise _refused(name, parser.CurrentLineNumber, "it has a DTD (<!DOCTYPE …>)")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda text: handler.text(text)
    parser.StartDoctypeDeclHandler = doctype
    read = 0
    try:
        while data := file.read(_CHUNK_BYTES):
            parser.Parse(data, False)
            read += len(data)
            if read - max(parser.CurrentByteIndex, 0) > MAX_XML_TOKEN_BYTES:
                raise _refused(name, parser.CurrentLineNumber, f"a tag has over {MAX_XML_TOKEN_BYTES:,} bytes")
            yield read
        parser.Parse(b"", True)
        yield read
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise DataError(
            f"{name}, line {parser.CurrentLineNumber}: malformed XML: {error}.",
            remedy="Fetch the file again: it may be cut off. What was read before this line is kept.",
        ) from error


def parsed_rows(file: BinaryIO, name: str, handler: XmlHandler, done: list[Row]) -> Iterator[Row]:
    """Feed ``file`` to ``handler`` and yield the rows that it adds to ``done``, also those before malformed XML."""
    try:
        for _ in parse_xml(file, name, handler):
            yield from done
            done.clear()
    except DataError:
        yield from done
        raise


def _refused(name: str, line: int, why: str) -> DataError:
    return DataError(
        f"{name}, line {line}: {why}, which no feed needs.", remedy="Save the feed as plain XML or as CSV."
    )
