"""From a trained network to the serving head: calibrated on ``valid``, written, and read back."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.calibration import Calibration, fit_calibration
from deepstyle.compatibility.head import Head, HeadSpec, rounded, write_head
from deepstyle.compatibility.scoring import cosine_pairs, outfit_scores
from deepstyle.evaluation.compatibility import evaluate_pairs
from deepstyle.evaluation.questions import Questions
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.data import Trained, TrainingData, data_digest


def export_head(
    folder: Path,
    trained: Trained,
    data: TrainingData,
    config: TrainConfig,
    *,
    backbone: str,
    name: str,
    outfits: Sequence[Sequence[str]],
    extra: Mapping[str, Any] = MappingProxyType({}),
) -> Head:
    """Write the head folder, once all of its content is computed, and open it.

    ``backbone`` is the features' fingerprint, ``name`` describes the training data, ``outfits`` are the training
    outfits as item ids, for the reason "seen together"; ``extra`` joins the configuration in the spec. Metrics and
    calibration are those of the rounded weights.
    """
    weights = rounded(trained.weights)
    members, _, features_dim = weights.hidden.shape
    spec = HeadSpec(
        backbone=backbone,
        features_dim=features_dim,
        embedding_dim=members * weights.out.shape[1],
        weights_sha256="",
        outfit=Calibration(),
        pair=Calibration(),
        training={
            **dataclasses.asdict(config),
            "best_epoch": trained.best.number,
            "data_sha256": data_digest(data),
            **extra,
        },
        data=name,
    )
    measured = _measured_spec(Head(spec, weights), data)
    write_head(folder, weights, measured, tuple(tuple(outfit) for outfit in outfits))
    return Head.open(folder)


def _measured_spec(head: Head, data: TrainingData) -> HeadSpec:
    """The spec of ``head`` with its metrics and calibration on ``valid``."""
    pairs = cosine_pairs(head.project(data.features))
    scores = evaluate_pairs("head", pairs, data.valid, data.categories)
    outfits = outfit_scores(pairs, data.valid.outfits)
    cosines, compatible = _pairs_of(data.valid, [pairs(outfit, outfit) for outfit in data.valid.outfits])
    return dataclasses.replace(
        head.spec,
        outfit=fit_calibration(outfits, data.valid.compatible),
        pair=fit_calibration(cosines, compatible),
        metrics={
            "valid_auc": scores.auc,
            "valid_fill_in_blank": scores.fill_in_blank,
            "valid_outfits": float(scores.outfits),
            "valid_blanks": float(scores.blanks),
        }
        | {f"valid_recall_at_{depth}": share for depth, share in scores.recalls.items()},
    )


def _pairs_of(
    valid: Questions, between: Sequence[NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The score of every pair of every outfit, and whether a stylist composed the outfit."""
    pairs = [matrix[np.triu_indices(len(matrix), 1)] for matrix in between]
    labels = [np.full(len(scores), good) for scores, good in zip(pairs, valid.compatible, strict=True)]
    return np.concatenate(pairs), np.concatenate(labels)
