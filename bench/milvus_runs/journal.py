"""What the load of one server did, in a file that outlives it: a line before each write, and one after each step.

A line is one write to the file, which a kill does not split.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class Write(NamedTuple):
    """``version`` 0: the item is deleted."""

    number: int
    version: int


@dataclass
class Journal:
    """The file at ``path``: ``versions`` of the items that are there, and a write that was ``begun`` and not ended."""

    path: Path
    versions: dict[int, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    begun: Write | None = None
    highest: int = -1
    """The highest number that any item has had."""
    _bytes: int = 0

    def read(self) -> None:
        """Take up what was added since."""
        with self.path.open("rb") as file:
            file.seek(self._bytes)
            added = file.read()
        whole = added[: added.rfind(b"\n") + 1]
        self._bytes += len(whole)
        for line in whole.decode().splitlines():
            kind, *write = line.split()
            self._take_up(kind, Write(*map(int, write)) if write else None)

    def add(self, kind: str, write: Write | None = None) -> None:
        """A step that has ended, or, of the kind ``begin``, a write that begins."""
        line = " ".join([kind, *map(str, write or ())]) + "\n"
        with self.path.open("ab") as file:
            file.write(line.encode())
        self._bytes += len(line)
        self._take_up(kind, write)

    def _take_up(self, kind: str, write: Write | None) -> None:
        self.begun = write if kind == "begin" else None if write else self.begun
        if kind == "begin":
            return
        self.counts[kind] += 1
        if write and write.version:
            self.versions[write.number] = write.version
            self.highest = max(self.highest, write.number)
        elif write:
            self.versions.pop(write.number, None)
