"""Tables that are Parquet files, read in small batches. Needs the extra ``parquet``.

Columns of bytes (pictures) are left out.
"""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from deepstyle.catalogue.feeds.feed_file import too_large
from deepstyle.catalogue.feeds.limits import MAX_COLUMNS, MAX_ROW_GROUP_BYTES
from deepstyle.catalogue.feeds.raw import FileTable, RawRow
from deepstyle.catalogue.feeds.values import plain_value
from deepstyle.errors import DataError, MissingDependencyError

PARQUET_SUFFIXES: Final = (".parquet", ".pq")

_ROWS_AT_ONCE: Final = 256


@dataclass(frozen=True)
class ParquetTable(FileTable):
    """A ``Table`` in a Parquet file."""

    delimiter: str = ""

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The columns' names without those of bytes. Raises ``DataError`` and ``MissingDependencyError``."""
        with self._open() as file:
            fields = list(file.schema_arrow)
            return tuple(dict.fromkeys(field.name for field in fields if not _has_bytes(field.type)))

    def rows(self) -> Iterator[RawRow]:
        """Each row, numbered from 1. Raises ``DataError`` and ``MissingDependencyError``."""
        number = 0
        with self._open() as file:
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=list(self.header)):
                for values in batch.to_pylist():
                    number += 1
                    yield RawRow(number, {name: plain_value(value) for name, value in values.items()})

    @contextmanager
    def _open(self) -> Iterator[Any]:
        parquet = _library(self.name)
        with self.file.open_seekable() as data:
            try:
                with parquet.ParquetFile(data) as file:
                    _check(file.metadata, self.name)
                    yield file
            except (OSError, ValueError, KeyError, NotImplementedError, MemoryError) as error:
                why = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
                raise DataError(f"{self.name} cannot be read: {why}.", remedy="Fetch the file again.") from error


def _library(name: str) -> Any:
    try:
        return importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingDependencyError(
            f"{name} is a Parquet file, which needs pyarrow.", remedy="Run: pip install 'deepstyle[parquet]'."
        ) from error


def _check(metadata: Any, name: str) -> None:
    """Refuse what the file itself says to be too large."""
    if metadata.num_columns > MAX_COLUMNS:
        raise DataError(
            f"{name} has {metadata.num_columns:,} columns; the limit is {MAX_COLUMNS:,}.", remedy="Remove some."
        )
    groups = (metadata.row_group(at).total_byte_size for at in range(metadata.num_row_groups))
    if max(groups, default=0) > MAX_ROW_GROUP_BYTES:
        raise too_large(f"A row group of {name}", MAX_ROW_GROUP_BYTES)


def _has_bytes(kind: Any) -> bool:
    """Whether a column of this Arrow type contains bytes, be it in a list or a struct."""
    inner = [kind.field(at).type for at in range(kind.num_fields)] if kind.num_fields else []
    return any(map(_has_bytes, inner)) if inner else "binary" in str(kind)
