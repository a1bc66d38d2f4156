"""Trials of a head on a catalogue's own outfits: scores of good and of broken outfits, and of pieces that it chose.

Broken outfits have the good ones' categories and genders: every piece is replaced by one of another outfit. Pieces are
chosen as in serving: an outfit loses some of its pieces, and the best look takes their places. The choice is right if
it is the stylist's own, among ``CHOICES`` of its kind for each piece; where the catalogue's rules are known, the choice
is from everything, and it is right if the whole look keeps the rules.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.beam import best_looks
from deepstyle.compatibility.gender import wearers
from deepstyle.compatibility.pairs import (
    Matrix,
    breaks_rule,
    candidate_scores,
    conflict_matrix,
    has_conflict,
    pair_scores,
)
from deepstyle.compatibility.scoring import Rows, look_score

CHOICES: Final = 4
"""As in the published fill-in-the-blank test."""
CANDIDATES: Final = 24
"""How many items a slot is filled from, those that go best with the given pieces."""

_MOST_ADDED: Final = 3
_TRIES: Final = 20
Trial = tuple[float, bool, bool, int]
"""A row of ``Trials``."""
KeepsRules = Callable[[Sequence[Item]], bool]
"""Whether items together keep the catalogue's known rules."""


@dataclass(frozen=True, slots=True)
class Trials:
    """Scores (Q,), which have a known conflict (Q,), which are right (Q,), and the outfit that each is about (Q,)."""

    scores: NDArray[np.float64]
    has_conflict: NDArray[np.bool_]
    right: NDArray[np.bool_]
    groups: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Wardrobe:
    """Items with their vectors (N, D), and outfits as rows of them."""

    items: Sequence[Item]
    vectors: Matrix
    outfits: Sequence[Rows]
    worn: dict[tuple[str, int], list[int]] = field(init=False, default_factory=dict)
    """The rows in outfits, as often as they occur, by category and wearers."""

    def __post_init__(self) -> None:
        for row in (int(row) for outfit in self.outfits for row in outfit):
            self.worn.setdefault(self.kind(row), []).append(row)

    def kind(self, row: int) -> tuple[str, int]:
        """The category and the wearers of an item: what takes its place is of the same kind."""
        return self.items[row].semantic_category, wearers(self.items[row].gender)

    def between(self, rows: Rows) -> Matrix:
        """The scores of all pairs of one outfit."""
        return pair_scores([self.items[row] for row in rows], self.vectors[rows])

    def candidates(self, rows: Rows) -> Matrix:
        """The scores of all pairs of given pieces and candidates."""
        return candidate_scores([self.items[row] for row in rows], self.vectors[rows])

    def nearest(self, given: Rows, kind: tuple[str, int]) -> Rows:
        """The rows that serving would fill a slot from."""
        rows = np.array([row for row in range(len(self.items)) if self.kind(row) == kind and row not in given])
        scores = self.vectors[rows] @ self.vectors[given].sum(0)
        return np.asarray(rows[np.argsort(-scores, kind="stable")[:CANDIDATES]], np.int64)


def outfit_trials(wardrobe: Wardrobe, rng: np.random.Generator) -> tuple[Trials, Trials]:
    """Every outfit beside a broken one: the scores of the outfits, and of all their pairs.

    Outfits that break a rule are left out: their scores are not the head's.
    """
    looks: list[Trial] = []
    pairs: list[Trial] = []
    for number, outfit in enumerate(wardrobe.outfits):
        for rows, good in ((outfit, True), (_broken(wardrobe, outfit, rng), False)):
            between = wardrobe.between(rows)
            if breaks_rule(between):
                continue
            clashing = conflict_matrix([wardrobe.items[row] for row in rows])
            looks.append((look_score(between), bool(clashing.any()), good, number))
            places = combinations(range(len(rows)), 2)
            pairs += [(float(between[pair]), bool(clashing[pair]), good, number) for pair in places]
    return _trials(looks), _trials(pairs)


def choice_trials(
    wardrobe: Wardrobe, rng: np.random.Generator, *, most_added: int = _MOST_ADDED, keeps: KeepsRules | None = None
) -> Trials:
    """One trial for each outfit; with ``most_added`` 1 a single piece is given and a single one is added."""
    found: list[Trial] = []
    for number, outfit in enumerate(wardrobe.outfits):
        order = rng.permutation(outfit)
        added = int(rng.integers(1, min(most_added, len(order) - 1) + 1))
        given = order[added : added + 1] if most_added == 1 else order[added:]
        slots = [_choices(wardrobe, outfit, given, int(own), rng, from_all=keeps is not None) for own in order[:added]]
        rows, places = _places(given, slots)
        looks, scores = best_looks(wardrobe.candidates(rows), len(given), places)
        chosen = rows[looks[0]]
        items = [wardrobe.items[row] for row in chosen]
        right = keeps(items) if keeps else set(chosen.tolist()) <= set(outfit.tolist())
        if not breaks_rule(wardrobe.between(chosen)):
            found.append((float(scores[0]), has_conflict(items), right, number))
    return _trials(found)


def _choices(
    wardrobe: Wardrobe, outfit: Rows, given: Rows, own: int, rng: np.random.Generator, *, from_all: bool
) -> Rows:
    """The rows that one piece is chosen from."""
    if from_all:
        return wardrobe.nearest(given, wardrobe.kind(own))
    others = sorted(set(wardrobe.worn[wardrobe.kind(own)]) - set(outfit.tolist()))
    return np.append(rng.permutation(others)[: CHOICES - 1], own).astype(np.int64)


def _places(given: Rows, slots: Sequence[Rows]) -> tuple[Rows, list[Rows]]:
    """All rows one after the other, and where each slot's are among them."""
    ends = np.cumsum([len(given), *map(len, slots)])
    return np.concatenate([given, *slots]), [np.arange(*ends[at : at + 2]) for at in range(len(slots))]


def _broken(wardrobe: Wardrobe, outfit: Rows, rng: np.random.Generator) -> Rows:
    """Another piece of the same kind for each, none twice as far as possible."""
    rows = outfit
    for _ in range(_TRIES):
        rows = np.array([rng.choice(wardrobe.worn[wardrobe.kind(row)]) for row in outfit.tolist()], np.int64)
        if len(set(rows.tolist())) == len(rows) and not set(rows.tolist()) & set(outfit.tolist()):
            break
    return rows


def _trials(found: Sequence[Trial]) -> Trials:
    scores, clashing, right, groups = zip(*found, strict=True)
    return Trials(
        np.array(scores, np.float64), np.array(clashing, bool), np.array(right, bool), np.array(groups, np.int64)
    )
