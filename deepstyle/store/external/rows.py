"""What a store's adapter offers of the rows of its pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One picture's row: its key in the database, its hash, and its bytes, ``b""`` where they are outside."""

    key: Any
    sha256: str
    data: bytes


class PictureRows(Protocol):
    """The rows of all pictures of a store; several rows may name one hash."""

    def count(self) -> int:
        """Number of rows."""
        ...

    def pages(self) -> Iterator[list[PictureRow]]:
        """All rows with their bytes, a few megabytes at a time."""
        ...

    def replace(self, rows: Sequence[PictureRow]) -> None:
        """Write the bytes of ``rows`` where the row is still there and of the same picture, in one write."""
        ...

    def hashes(self, *, outside_alone: bool = False) -> Iterator[str]:
        """The SHA-256 that each row names, or each one whose bytes are outside."""
        ...
