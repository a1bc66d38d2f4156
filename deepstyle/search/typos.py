"""What a mistyped word was meant to be: words of the catalogue and the lexicon that are a few edits away."""

from collections.abc import Iterable, Mapping
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

LEAST_CHARS: Final = 4
"""Shorter words are too like others to be corrected."""
MOST: Final = 3
_TWO_EDITS_FROM: Final = 8


def corrections(word: str, counts: Mapping[str, int], others: Iterable[str] = ()) -> dict[str, float]:
    """Up to three words that ``word`` may have been meant to be, the likeliest first, each with a weight in (0, 1].

    Optimal string alignment: one edit (a swap counts as one), from eight letters on two. ``counts`` says how many items
    have each word; ``others`` are words that mean something although no item has them. Nearer words come first, of
    equally near ones those with the same first letter, then the more frequent.
    """
    if len(word) < LEAST_CHARS or any(map(str.isdigit, word)):
        return {}
    most_edits = 2 if len(word) >= _TWO_EDITS_FROM else 1
    choices = [one for one in {*counts, *others} if abs(len(one) - len(word)) <= most_edits and len(one) > 2]
    found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=most_edits, limit=50)
    if not found:  # "demin": the right letters, of which two changed places
        letters = sorted(word)
        found = [
            (one, OSA.distance(word, one), 0) for one in choices if len(one) == len(word) and sorted(one) == letters
        ]
    ranked = sorted(found, key=lambda one: (one[1], one[0][0] != word[0], -counts.get(one[0], 0), one[0]))
    return {one: 1 / (1 + distance) for one, distance, _ in ranked[:MOST] if distance}
