"""Tables that a program gives: an iterable of mappings, or a data frame of pandas or Polars."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from deepstyle.catalogue.feeds.nested import flat_rows
from deepstyle.catalogue.feeds.raw import RawRow
from deepstyle.catalogue.feeds.values import plain_value
from deepstyle.catalogue.rows import RowError
from deepstyle.errors import DataError

NAME: Final = "rows"
"""What messages call such a table."""
HEAD_ROWS: Final = 1_000


class Replayed:
    """The rows of an iterable; the first 1,000 of an iterator can be read again, the others once."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._rows = rows
        self._head = tuple(islice(rows, HEAD_ROWS)) if isinstance(rows, Iterator) else ()
        self._is_spent = False

    def __iter__(self) -> Iterator[Any]:
        yield from self._head
        if self._is_spent:
            raise DataError("An iterator's rows can be read only once.", remedy="Give a list.")
        for row in self._rows:
            self._is_spent = isinstance(self._rows, Iterator)
            yield row


@dataclass(frozen=True)
class GivenTable:
    """A ``Table`` of mappings or, with a ``header``, of the cells of each row; pictures lie in ``folder``."""

    given: Iterable[Any]
    folder: Path
    header: tuple[str, ...] = ()
    name: str = NAME
    delimiter: str = ""

    def rows(self) -> Iterator[RawRow]:
        """Each row, numbered from 1; a mapping with variants is several. Raises ``DataError`` where it was read."""
        for number, row in enumerate(self.given, 1):
            values = dict(zip(self.header, row, strict=False)) if self.header else row
            if isinstance(values, Mapping):
                plain = {str(name): plain_value(value) for name, value in values.items()}
                yield from (RawRow(number, flat) for flat in ([plain] if self.header else flat_rows(plain)))
            else:
                why = f"The row is of the type {type(row).__name__}, not a mapping."
                yield RawRow(number, fault=RowError("bad-row", why, "Give dicts: {'sku': 'A1', 'title': 'Boots'}."))


class _PolarsRows:
    """The rows of a Polars data frame, again and again."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def __iter__(self) -> Iterator[Any]:
        return iter(self._frame.iter_rows())


class _PandasRows:
    """The rows of a pandas data frame, again and again."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def __iter__(self) -> Iterator[Any]:
        return iter(self._frame.itertuples(index=False, name=None))


def frame_table(frame: Any, folder: Path) -> GivenTable | None:
    """The table of a data frame of pandas or Polars, known by its methods; ``None`` where it is something else.

    A named index of pandas is a column too.
    """
    if hasattr(frame, "collect") and hasattr(frame, "collect_schema") and not hasattr(frame, "iter_rows"):
        frame = frame.collect()  # a lazy frame
    if hasattr(frame, "iter_rows") and hasattr(frame, "columns"):
        return GivenTable(_PolarsRows(frame), folder, _names(frame))
    if hasattr(frame, "itertuples") and hasattr(frame, "reset_index"):
        if any(name is not None for name in frame.index.names):
            frame = frame.reset_index()
        return GivenTable(_PandasRows(frame), folder, _names(frame))
    return None


def _names(frame: Any) -> tuple[str, ...]:
    return tuple(map(str, frame.columns))
