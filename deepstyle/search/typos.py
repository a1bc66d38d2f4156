"""What a mistyped word was meant to be: words of the catalogue and the lexicon that are a few edits away."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

LEAST_CHARS: Final = 4
"""Shorter words are too like others to be corrected."""
MOST: Final = 3
_TWO_EDITS_FROM: Final = 8


def by_length(words: Iterable[str]) -> dict[int, tuple[str, ...]]:
    """The words that others may be corrected to, by their number of letters."""
    found: dict[int, list[str]] = {}
    for word in dict.fromkeys(words):
        found.setdefault(len(word), []).append(word)
    return {length: tuple(own) for length, own in found.items() if length > 2}


def corrections(word: str, counts: Mapping[str, int], *choices: Mapping[int, Sequence[str]]) -> dict[str, float]:
    """Up to three words that ``word`` may have been meant to be, the likeliest first, each with a weight in (0, 1].

    Optimal string alignment: one edit (a swap counts as one), from eight letters on two. ``counts`` says how many items
    have each word; ``choices``, ``by_length``, are those words unless given. Nearer words come first, of equally near
    ones those with the same first letter, then the more frequent.
    """
    if len(word) < LEAST_CHARS or any(map(str.isdigit, word)):
        return {}
    most_edits = 2 if len(word) >= _TWO_EDITS_FROM else 1
    known, letters = choices or (by_length(counts),), len(word)
    lengths = range(letters - most_edits, letters + most_edits + 1)
    near = list(dict.fromkeys(one for own in known for length in lengths for one in own.get(length, ())))
    found = process.extract(word, near, scorer=OSA.distance, score_cutoff=most_edits, limit=50)
    if not found:  # "demin": the right letters, of which two changed places
        same = sorted(word)
        found = [(one, OSA.distance(word, one), 0) for one in near if len(one) == letters and sorted(one) == same]
    ranked = sorted(found, key=lambda one: (one[1], one[0][0] != word[0], -counts.get(one[0], 0), one[0]))
    return {one: 1 / (1 + distance) for one, distance, _ in ranked[:MOST] if distance}
