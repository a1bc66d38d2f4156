"""Parquet tables with pictures, read a group of rows at a time: the tables are larger than memory."""

import importlib
import threading
from bisect import bisect_right
from collections.abc import Sequence
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from deepstyle.errors import DataError, ImageError, MissingDependencyError
from deepstyle.evaluation.benchmarks.task import Picture
from deepstyle.images.pixels import Rgb, decode

IMAGE: Final = "image"
GROUPS_KEPT: Final = 2


class ParquetTable:
    """A table with the column ``image`` ({bytes, path}); safe to read from several threads.

    Raises ``DataError`` where the file or a column cannot be read, and ``MissingDependencyError`` without pyarrow.
    """

    def __init__(self, path: Path) -> None:
        try:
            parquet: Any = importlib.import_module("pyarrow.parquet")
        except ImportError as error:
            raise MissingDependencyError(
                f"{path} is a parquet file, which needs pyarrow.", remedy="Run: pip install 'deepstyle[parquet]'."
            ) from error
        self.path = path
        try:
            self._file = parquet.ParquetFile(path)
        except (OSError, ValueError) as error:
            raise DataError(f"{path} cannot be read: {error}.", remedy="Fetch the file again.") from error
        metadata = self._file.metadata
        sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
        self._starts: list[int] = [0, *accumulate(sizes)]
        self._groups: dict[int, Any] = {}
        self._lock = threading.Lock()
        self._require(IMAGE)

    def __len__(self) -> int:
        return self._starts[-1]

    def texts(self, columns: Sequence[str]) -> list[tuple[str, ...]]:
        """The values of ``columns`` as text, row by row; an empty text where there is none."""
        for column in columns:
            self._require(column)
        table = self._file.read(columns=list(columns))
        values = [["" if value is None else str(value) for value in table[column].to_pylist()] for column in columns]
        return list(zip(*values, strict=True))

    def pictures(self) -> list[Picture]:
        """The picture of each row, to be read when its turn comes."""
        return [Picture(f"{self.path}, row {row + 1}", partial(self._read, row)) for row in range(len(self))]

    def _read(self, row: int) -> Rgb:
        group = bisect_right(self._starts, row) - 1
        with self._lock:
            if group not in self._groups:
                while len(self._groups) >= GROUPS_KEPT:
                    self._groups.pop(min(self._groups))
                self._groups[group] = self._file.read_row_group(group, columns=[IMAGE])[IMAGE]
            image = self._groups[group][row - self._starts[group]].as_py()
        data = image.get("bytes") if isinstance(image, dict) else image
        if not isinstance(data, bytes):
            raise DataError(f"{self.path}, row {row + 1} has no picture.", remedy="Fetch the file again.")
        try:
            return decode(data)
        except ImageError as error:
            raise type(error)(f"{self.path}, row {row + 1}: {error.message}", remedy=error.remedy) from error

    def _require(self, column: str) -> None:
        if column not in self._file.schema_arrow.names:
            raise DataError(f"{self.path} has no column {column}.", remedy="Use the table as it is published.")
