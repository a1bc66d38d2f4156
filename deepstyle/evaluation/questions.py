"""Outfits and questions of one split, with item ids turned into rows of a feature table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.feeds.outfits import read_compatibility, read_fill_in_blank, read_outfits
from deepstyle.compatibility.scoring import PairScores, Rows
from deepstyle.errors import DataError


@dataclass(frozen=True, slots=True)
class Blank:
    """Fill in the blank: ``answers[right]`` completes ``items``; all are rows."""

    items: Rows
    answers: Rows
    right: int


@dataclass(frozen=True, slots=True)
class Questions:
    """One split's questions in the order of its files: each outfit as rows, ``compatible`` (Q,) bool."""

    outfits: tuple[Rows, ...]
    compatible: NDArray[np.bool_]
    blanks: tuple[Blank, ...]

    def unseen(self, seen: Rows) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which outfits (Q,) and which blanks (B,) have none of their items, wrong answers too, in ``seen``."""
        known = set(seen.tolist())
        outfits = [known.isdisjoint(outfit.tolist()) for outfit in self.outfits]
        blanks = [known.isdisjoint([*blank.items.tolist(), *blank.answers.tolist()]) for blank in self.blanks]
        return np.array(outfits, bool), np.array(blanks, bool)

    def only(self, outfits: NDArray[np.bool_], blanks: NDArray[np.bool_]) -> "Questions":
        """The questions that these masks select."""
        return Questions(
            tuple(compress(self.outfits, outfits)), self.compatible[outfits], tuple(compress(self.blanks, blanks))
        )

    @property
    def answerable(self) -> bool:
        """Whether there are outfits of both kinds and a blank: without them the metrics are undefined."""
        return bool(self.blanks) and len(set(self.compatible.tolist())) == 2


def load_outfits(root: Path, variant: str, split: str, rows: Mapping[str, int]) -> list[Rows]:
    """The outfits of a split as rows; an item may occur once only. Raises ``DataError`` for an item without a row."""
    return [_rows(outfit.item_ids, rows) for outfit in read_outfits(root, variant, split)]


def load_questions(root: Path, variant: str, split: str, rows: Mapping[str, int]) -> Questions:
    """The questions of ``valid`` or ``test``; a repeated item counts once. Raises as ``load_outfits``."""
    questions = read_compatibility(root, variant, split)
    blanks = [
        Blank(_rows(question.item_ids, rows), _answers(question.answers, rows), question.right)
        for question in read_fill_in_blank(root, variant, split)
    ]
    return Questions(
        tuple(_rows(question.item_ids, rows) for question in questions),
        np.array([question.compatible for question in questions], bool),
        tuple(blanks),
    )


def pairs_of(outfits: Iterable[Rows]) -> NDArray[np.int64]:
    """Every pair of items that occurs in an outfit, once for each outfit: (P, 2)."""
    pairs = [pair for outfit in outfits for pair in combinations(outfit.tolist(), 2)]
    return np.array(pairs, np.int64).reshape(-1, 2)


def _rows(item_ids: Sequence[str], rows: Mapping[str, int]) -> Rows:
    return _answers(tuple(dict.fromkeys(item_ids)), rows)


def _answers(item_ids: Sequence[str], rows: Mapping[str, int]) -> Rows:
    missing = [item_id for item_id in item_ids if item_id not in rows]
    if missing:
        raise DataError(f"item {missing[0]!r} has no features.", remedy="Compute the features of the whole catalogue.")
    return np.array([rows[item_id] for item_id in item_ids], np.int64)


def blank_scores(pairs: PairScores, blanks: Sequence[Blank]) -> NDArray[np.float64]:
    """How well each answer goes with the outfit's other items, on average: (Q, A)."""
    return np.array([pairs(blank.items, blank.answers).mean(0) for blank in blanks], np.float64)
