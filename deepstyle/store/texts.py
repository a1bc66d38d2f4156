"""Many short texts in little memory: the first ones as one block of UTF-8, which may be a mapped file, then a list."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

SEPARATOR: Final = b"\n"
"""Between two texts of the block, so that no word is found across them."""


class Texts:
    """Texts by place; only added to, by one thread at a time, so that any number of others may read."""

    def __init__(self, block: NDArray[np.uint8], starts: NDArray[np.int64]) -> None:
        """``starts`` (N + 1) are where each text begins in ``block``, and its end."""
        self.block, self.starts = block, starts
        self._bytes = block.data
        self._rest: list[str] = []

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """All of ``texts`` in one block."""
        encoded = [text.encode() for text in texts]
        starts = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(one) + len(SEPARATOR) for one in encoded], out=starts[1:])
        return cls(np.frombuffer(b"".join(one + SEPARATOR for one in encoded), np.uint8), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1 + len(self._rest)

    def __getitem__(self, place: int) -> str:
        packed = len(self.starts) - 1
        if place >= packed:
            return self._rest[place - packed]
        return str(self._bytes[self.starts[place] : self.starts[place + 1] - len(SEPARATOR)], "utf-8")

    def extend(self, texts: Iterable[str]) -> None:
        """Add ``texts`` at the end."""
        self._rest.extend(texts)

    def at(self, places: NDArray[np.int64]) -> list[str]:
        """The texts at ``places`` (M,); together they cost a third of one by one."""
        packed, block, rest = len(self.starts) - 1, self._bytes, self._rest
        begins = self.starts[np.minimum(places, packed)].tolist()
        ends = (self.starts[np.minimum(places + 1, packed)] - len(SEPARATOR)).tolist()
        return [
            str(block[begin:end], "utf-8") if place < packed else rest[place - packed]
            for place, begin, end in zip(places.tolist(), begins, ends, strict=True)
        ]

    def containing(self, part: str, count: int) -> NDArray[np.int64]:
        """The places, ascending, of those among the first ``count`` that contain ``part``, which has no white space."""
        packed = len(self.starts) - 1
        found = [match.start() for match in re.finditer(re.escape(part.encode()), self._bytes)]
        places = np.unique(np.searchsorted(self.starts, found, "right") - 1) if found else np.zeros(0, np.int64)
        rest = [packed + place for place, text in enumerate(self._rest[: max(0, count - packed)]) if part in text]
        return np.concatenate([places[places < count], np.array(rest, np.int64)])

    def find_sorted(self, text: str, count: int) -> int | None:
        """The place of ``text`` among the first ``count``, which are sorted; ``None`` where it is not there."""
        place = bisect_left(range(count), text, key=self.__getitem__)
        return place if place < count and self[place] == text else None
