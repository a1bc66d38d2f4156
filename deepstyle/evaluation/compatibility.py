"""The Polyvore protocol, applied to any model in the same way.

Compatibility AUC, fill-in-the-blank accuracy, and complementary item retrieval: the missing item of a fill-in-the-blank
question is ranked among all items of its semantic category in the split.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.scoring import PairScores, outfit_scores
from deepstyle.errors import DataError
from deepstyle.evaluation.outfit_metrics import blank_accuracy, compatibility_auc, rank_among
from deepstyle.evaluation.questions import Questions, blank_scores
from deepstyle.files import read_json

DEPTHS: Final = (10, 30, 50)
MAX_SCORES_BYTES: Final = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CompatScores:
    """One model on one set of questions; shares in 0..1. ``recalls`` by depth, empty where items cannot be ranked."""

    model: str
    outfits: int
    blanks: int
    auc: float
    fill_in_blank: float
    recalls: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Answers:
    """A model's scores as read from a file: (Q,) for the outfits and (B, A) for the answers of each blank."""

    outfits: NDArray[np.float64]
    blanks: NDArray[np.float64]

    def only(self, outfits: NDArray[np.bool_], blanks: NDArray[np.bool_]) -> "Answers":
        """The scores of the questions that these masks select."""
        return Answers(self.outfits[outfits], self.blanks[blanks])


def evaluate_pairs(model: str, pairs: PairScores, questions: Questions, categories: NDArray[np.int64]) -> CompatScores:
    """Evaluate a model of pairs; ``categories`` (N,) are the items' semantic categories, as numbers."""
    answers = Answers(outfit_scores(pairs, questions.outfits), blank_scores(pairs, questions.blanks))
    return replace(evaluate_answers(model, answers, questions), recalls=_recalls(pairs, questions, categories))


def evaluate_answers(model: str, answers: Answers, questions: Questions) -> CompatScores:
    """Evaluate scores that were computed elsewhere, in the order of the question files."""
    right = np.array([blank.right for blank in questions.blanks], np.int64)
    return CompatScores(
        model,
        len(questions.outfits),
        len(questions.blanks),
        compatibility_auc(answers.outfits, questions.compatible),
        blank_accuracy(answers.blanks, right),
        {},
    )


def read_answers(path: Path, questions: Questions) -> Answers:
    """Read ``{"compatibility": [score, …], "fill_in_blank": [[score, score, score, score], …]}``.

    One score per line of ``compatibility_*.txt``, one list per question of ``fill_in_blank_*.json``, in their order;
    ``null`` is a missing answer, which is wrong. Raises ``DataError`` naming what does not match the questions.
    """
    try:
        values = read_json(path, MAX_SCORES_BYTES)
        outfits = [_number(score) for score in values["compatibility"]]
        blanks = [[_number(score) for score in scores] for scores in values["fill_in_blank"]]
    except (OSError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise DataError(
            f"{path} holds no scores: {error!r}.",
            remedy='Write {"compatibility": [score, …], "fill_in_blank": [[score, score, score, score], …]}.',
        ) from error
    if len(outfits) != len(questions.outfits):
        raise DataError(f"{path} scores {len(outfits)} outfits, the split has {len(questions.outfits)}.")
    if len(blanks) != len(questions.blanks):
        raise DataError(f"{path} scores {len(blanks)} blanks, the split has {len(questions.blanks)}.")
    for at, (scores, blank) in enumerate(zip(blanks, questions.blanks, strict=True), 1):
        if len(scores) != len(blank.answers):
            raise DataError(f"{path}: blank {at} has {len(scores)} scores, but {len(blank.answers)} answers.")
    return Answers(np.array(outfits, np.float64), np.array(blanks, np.float64))


def category_numbers(semantic_categories: Sequence[str]) -> NDArray[np.int64]:
    """Each name as a number; equal names have equal numbers."""
    return np.unique(np.array(semantic_categories, str), return_inverse=True)[1].astype(np.int64)


def _recalls(pairs: PairScores, questions: Questions, categories: NDArray[np.int64]) -> dict[int, float]:
    """R@k of complementary item retrieval (Vasileva et al. 2018; Lin et al. 2020, §4.2), within the category."""
    pool = np.unique(np.concatenate([*questions.outfits, *(blank.items for blank in questions.blanks)]))
    found = []
    for blank in questions.blanks:
        missing = blank.answers[blank.right]
        candidates = np.union1d(pool[categories[pool] == categories[missing]], missing)
        candidates = candidates[~np.isin(candidates, blank.items)]
        scores = pairs(blank.items, candidates).mean(0)
        found.append(rank_among(scores, int(np.searchsorted(candidates, missing))))
    ranks = np.array(found)
    return {depth: float(np.mean(ranks <= depth)) for depth in DEPTHS}


def _number(score: Any) -> float:
    return math.nan if score is None else float(score)
