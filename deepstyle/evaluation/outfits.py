"""The Polyvore protocol on a catalogue: compatibility heads beside baselines that know nothing of style."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.feeds.outfits import SPLITS
from deepstyle.catalogue.feeds.polyvore import read_items
from deepstyle.catalogue.rows import Record, read_picture
from deepstyle.compatibility.head import Head, head_folder
from deepstyle.compatibility.scoring import PairScores, cosine_pairs
from deepstyle.errors import UsageError
from deepstyle.evaluation.baselines import BACKGROUND_DIM, background, distance_pairs, popularity_pairs
from deepstyle.evaluation.compatibility import (
    DEPTHS,
    Answers,
    CompatScores,
    evaluate_answers,
    evaluate_pairs,
    read_answers,
)
from deepstyle.evaluation.outfit_data import OnStage, OutfitData, check_variant
from deepstyle.evaluation.questions import Questions, load_outfits, load_questions
from deepstyle.images.pixels import decode

AS_SHIPPED = "as shipped"
PURGED = "purged"


@dataclass(frozen=True, slots=True)
class OutfitReport:
    """The scores of every model, ``AS_SHIPPED`` and, for a disjoint split that leaks, ``PURGED``.

    ``purged_is_empty``: every question has an item of the training outfits, so that no purged question is left.
    """

    scores: Mapping[str, Sequence[CompatScores]]
    purged_is_empty: bool


def evaluate_outfits(
    outfit_data: OutfitData,
    heads: Sequence[str],
    *,
    variant: str = "nondisjoint",
    split: str = "test",
    answers: Path | None = None,
    on_stage: OnStage = lambda what, done, total: None,
) -> OutfitReport:
    """Evaluate the ``heads`` (folders, or ``packaged``), the baselines, and the scores in the file ``answers``.

    Raises ``UsageError`` for an unknown variant or split, ``FingerprintMismatchError`` for another backbone's head.
    """
    check_variant(variant)
    if split not in SPLITS[1:]:
        raise UsageError(f"{split!r} has no questions.", remedy="Use --split valid or --split test.")
    questions = load_questions(outfit_data.root, variant, split, outfit_data.rows)
    given = read_answers(answers, questions) if answers else None
    models = _models(outfit_data, variant, heads, on_stage)
    name = answers.name if answers else ""
    scores = {AS_SHIPPED: _evaluate(outfit_data, models, questions, given, name)}
    unseen = questions.unseen(_training_rows(outfit_data, variant))
    if variant != "disjoint" or all(mask.all() for mask in unseen):
        return OutfitReport(scores, purged_is_empty=False)
    purged = questions.only(*unseen)
    if purged.answerable:
        scores[PURGED] = _evaluate(outfit_data, models, purged, given and given.only(*unseen), name)
    return OutfitReport(scores, purged_is_empty=not purged.answerable)


def backgrounds(outfit_data: OutfitData, on_stage: OnStage = lambda what, done, total: None) -> NDArray[np.float32]:
    """The corners of each item's picture (``baselines.background``): (N, 24); zero where there is no picture."""
    rows = outfit_data.rows
    values = np.zeros((len(rows), BACKGROUND_DIM), np.float32)
    for number, record in enumerate(read_items(outfit_data.root), 1):
        if isinstance(record, Record) and record.item.item_id in rows:
            values[rows[record.item.item_id]] = background(decode(read_picture(record), min_side_px=64))
        on_stage("corners", number, len(rows))
    return values


def _training_rows(outfit_data: OutfitData, variant: str) -> NDArray[np.int64]:
    """The rows of the items that occur in training outfits."""
    return np.unique(np.concatenate(load_outfits(outfit_data.root, variant, "train", outfit_data.rows)))


def _models(outfit_data: OutfitData, variant: str, heads: Sequence[str], on_stage: OnStage) -> dict[str, PairScores]:
    """The heads and the baselines, by the name in the table."""
    models: dict[str, PairScores] = {}
    for name in heads:
        head = Head.open(head_folder(name, outfit_data.spec.features_fingerprint))
        head.check_backbone(outfit_data.spec.features_fingerprint)
        models[f"head {name}"] = cosine_pairs(head.project(outfit_data.features))
    outfits = [o for split in SPLITS for o in load_outfits(outfit_data.root, variant, split, outfit_data.rows)]
    models["raw feature cosine"] = cosine_pairs(outfit_data.features)
    models["background only"] = distance_pairs(backgrounds(outfit_data, on_stage))
    models["popularity"] = popularity_pairs(outfits, len(outfit_data.rows))
    return models


def _evaluate(
    outfit_data: OutfitData,
    models: Mapping[str, PairScores],
    questions: Questions,
    answers: Answers | None,
    answers_name: str,
) -> list[CompatScores]:
    rows = [evaluate_pairs(name, pairs, questions, outfit_data.categories) for name, pairs in models.items()]
    heads = [row for row in rows if row.model.startswith("head ")]
    if len(heads) > 1:
        rows.insert(len(heads), _mean(heads))
    if answers:
        rows.insert(0, evaluate_answers(answers_name, answers, questions))
    return rows


def _mean(rows: Sequence[CompatScores]) -> CompatScores:
    recalls = {depth: float(np.mean([row.recalls[depth] for row in rows])) for depth in DEPTHS}
    auc, blanks = float(np.mean([row.auc for row in rows])), float(np.mean([row.fill_in_blank for row in rows]))
    return CompatScores(f"mean of {len(rows)} heads", rows[0].outfits, rows[0].blanks, auc, blanks, recalls)
