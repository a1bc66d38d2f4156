"""Tables that are XML: RSS and Atom, Google's and Meta's feeds, and whatever has one element for each row."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from deepstyle.catalogue.feeds.raw import FileTable, RawRow
from deepstyle.catalogue.feeds.xml_rows import Steps, find_row_path, iter_xml_rows

XML_SUFFIXES: Final = (".xml", ".rss", ".atom")


@dataclass(frozen=True)
class XmlTable(FileTable):
    """A ``Table`` in an XML document, read one element at a time; each row names its own columns."""

    header: tuple[str, ...] = ()
    delimiter: str = ""

    @cached_property
    def row_path(self) -> Steps:
        """The elements that lead to a row; empty where there is none. Raises ``DataError``."""
        with self.file.open() as file:
            return find_row_path(file, self.name)

    def rows(self) -> Iterator[RawRow]:
        """Each element that is a row. Raises ``DataError``."""
        if self.row_path:
            with self.file.open() as file:
                yield from iter_xml_rows(file, self.name, self.row_path)
