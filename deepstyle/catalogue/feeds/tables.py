"""Every table in a file or a folder."""

from pathlib import Path

from deepstyle.catalogue.feeds.raw import Table
from deepstyle.catalogue.feeds.text_table import TEXT_SUFFIXES, TextTable


def open_tables(path: Path, *, encoding: str = "utf-8") -> list[Table]:
    """The table ``path``, or those in the folder ``path``, by name; no picture is read."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [TextTable(file, encoding) for file in files if file.suffix.lower() in TEXT_SUFFIXES and file.is_file()]
