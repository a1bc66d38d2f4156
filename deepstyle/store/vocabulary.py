"""The distinct values of one column as small integers."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.fields import Field


class Vocabulary:
    """Values of one column as small integers; it only grows, so snapshots share it."""

    def __init__(self, declared: Field, values: Sequence[str] = ()) -> None:
        self._declared = declared
        self.values: list[str] = []
        self._folded: list[frozenset[str]] = []
        self._code_of: dict[str, int] = {}
        self._codes_of_folded: dict[str, list[int]] = {}
        for value in values:
            self.code(value)

    def code(self, value: str) -> int:
        """The value's code, a new one where it is new."""
        known = self._code_of.get(value)
        if known is None:
            folded = frozenset(map(self._declared.fold, self._declared.values(value)))
            known = len(self.values)
            self.values.append(value)
            self._folded.append(folded)
            for one in folded:
                self._codes_of_folded.setdefault(one, []).append(known)
            self._code_of[value] = known
        return known

    def codes(self, folded: frozenset[str]) -> list[int]:
        """The codes whose value, folded, is one of ``folded``, ascending; one that names several may be any of them."""
        return sorted({code for one in folded for code in self._codes_of_folded.get(one, ())})

    @property
    def many(self) -> bool:
        """Whether a text may name several values."""
        return self._declared.many

    def names(self, code: int) -> tuple[str, ...]:
        """The values that the text of ``code`` names."""
        return self._declared.values(self.values[code])

    def folded_codes(self) -> NDArray[np.int64]:
        """(V,) for each code the first one whose value folds to the same."""
        first: dict[frozenset[str], int] = {}
        return np.array([first.setdefault(values, code) for code, values in enumerate(list(self._folded))], np.int64)

    def named(self, numbers: NDArray[np.int64]) -> dict[str, int]:
        """How many name each value, where ``numbers`` (≤ V) have each code; see ``most_frequent_first``."""
        used = np.flatnonzero(numbers)
        found = zip(used.tolist(), numbers[used].tolist(), strict=True)
        counts: Counter[str] = Counter()
        if not self.many:  # no two codes name the same value
            counts = Counter({self.values[code]: number for code, number in found})
        else:
            for code, number in found:
                counts.update(dict.fromkeys(self.names(code), number))
        return most_frequent_first(counts)


def most_frequent_first(counts: Counter[str]) -> dict[str, int]:
    """The counts without the empty value and those that are 0, most frequent first, equal ones by value."""
    pairs = sorted([(-n, value) for value, n in counts.items() if n and value])
    return {value: -n for n, value in pairs}


def most_frequent(counts: Mapping[str, int]) -> str:
    """The value with the highest of ``counts``, where those that differ in case alone are one; "" where there is none.

    Of several, the first by its text; of its spellings the most frequent.
    """
    totals: Counter[str] = Counter()
    for value, count in counts.items():
        totals[value.casefold()] += count
    best = min(totals, key=lambda folded: (-totals[folded], folded), default="")
    spellings = [value for value in counts if value.casefold() == best]
    return min(spellings, key=lambda value: (-counts[value], value), default="")
