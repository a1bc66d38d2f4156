"""Every table in a file, an archive or a folder, whatever its format."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from deepstyle.catalogue.feeds.archive import member_file, member_path, open_archive
from deepstyle.catalogue.feeds.feed_file import FeedFile
from deepstyle.catalogue.feeds.json_table import JSON_SUFFIXES, JsonTable, has_json_lines, has_rows
from deepstyle.catalogue.feeds.layouts.registry import names_columns
from deepstyle.catalogue.feeds.limits import MAX_CONTAINERS
from deepstyle.catalogue.feeds.parquet_table import PARQUET_SUFFIXES, ParquetTable
from deepstyle.catalogue.feeds.raw import Table
from deepstyle.catalogue.feeds.text_table import CSV_SUFFIXES, LINES_SUFFIXES, TEXT_SUFFIXES, TextTable
from deepstyle.catalogue.feeds.xlsx_table import XLSX_SUFFIXES, xlsx_tables
from deepstyle.catalogue.feeds.xml_table import XML_SUFFIXES, XmlTable
from deepstyle.errors import DataError

TABLE_SUFFIXES: Final = (*TEXT_SUFFIXES, *JSON_SUFFIXES, *XLSX_SUFFIXES, *PARQUET_SUFFIXES, *XML_SUFFIXES)
GZIP_SUFFIXES: Final = (".gz",)
ARCHIVE_SUFFIXES: Final = (".zip",)
FEED_SUFFIXES: Final = (*TABLE_SUFFIXES, *GZIP_SUFFIXES, *ARCHIVE_SUFFIXES)

# A text of rows, unlike a note, has at least so many columns.
_LEAST_COLUMNS: Final = 2


def open_tables(path: Path, *, encoding: str = "utf-8") -> list[Table]:
    """The tables at ``path``: a file's, those of an archive, or those of the files directly in a folder, by name.

    No picture is read. Empty where there is no table. Of an archive only the files in as few folders as possible count.
    ``encoding`` is that of texts without a byte order mark. Raises ``DataError`` where a file cannot be read or exceeds
    a limit.
    """
    if path.is_dir():
        files = (FeedFile.on_disk(file) for file in sorted(path.iterdir()) if file.is_file())
        return [table for file in files if not file.name.startswith(".") for table in _tables(file, encoding)]
    return _tables(FeedFile.on_disk(path), encoding)


def _tables(file: FeedFile, encoding: str, containers: int = 0) -> list[Table]:
    """The tables in ``file``, which lies in ``containers`` others."""
    if file.suffix in GZIP_SUFFIXES + ARCHIVE_SUFFIXES:
        if containers == MAX_CONTAINERS:
            raise DataError(
                f"{file.name}: archives are nested over {MAX_CONTAINERS} deep.", remedy="Unpack the inner ones."
            )
        inner = [file.expanded()] if file.suffix in GZIP_SUFFIXES else list(_members(file))
        return [table for one in inner for table in _tables(one, encoding, containers + 1)]
    if file.suffix in XLSX_SUFFIXES:
        return list(xlsx_tables(file))
    table = _table(file, encoding)
    return [] if table is None else [table]


def _table(file: FeedFile, encoding: str) -> Table | None:
    if file.suffix in LINES_SUFFIXES or (file.suffix in JSON_SUFFIXES and has_json_lines(file)):
        return TextTable(file, encoding, is_lines=True)
    if file.suffix in CSV_SUFFIXES:
        table = TextTable(file, encoding)
        return table if file.suffix != ".txt" or _is_table(table) else None
    if file.suffix in JSON_SUFFIXES:
        return JsonTable(file, encoding) if has_rows(file) else None
    if file.suffix in PARQUET_SUFFIXES:
        return ParquetTable(file)
    if file.suffix in XML_SUFFIXES:
        xml = XmlTable(file)
        return xml if xml.row_path else None
    return None


def _is_table(table: TextTable) -> bool:
    """Whether a ``.txt`` file is a table and no note: it names items' columns, or its first row is as wide as these."""
    try:
        row = next(table.rows(), None)
        is_wide = row is None or not (row.fault or row.missing)
        return len(table.header) >= _LEAST_COLUMNS and (is_wide or names_columns(table.header))
    except DataError:
        return False


def _members(packed: FeedFile) -> Iterator[FeedFile]:
    """The members of the archive ``packed`` that may be tables, in as few folders as possible, by name."""
    with packed.open_seekable() as data, open_archive(data, packed.name) as archive:
        found = [(parts, member) for member in archive.infolist() if (parts := member_path(member))]
    found = [(parts, member) for parts, member in found if parts[-1].lower().endswith(FEED_SUFFIXES)]
    depth = min((len(parts) for parts, _ in found), default=0)
    for parts, member in sorted(found, key=lambda one: one[0]):
        if len(parts) == depth:
            yield member_file(packed, member, parts)
