"""The job of a compatibility training: from outfits to the folder of a head that serves."""

import dataclasses
import shutil
from functools import partial
from pathlib import Path
from typing import Final, Literal, Protocol

import numpy as np

from deepstyle.catalogue.feeds.outfits import read_outfits
from deepstyle.compatibility.head import Head, HeadWeights
from deepstyle.evaluation.outfit_data import OutfitData, check_variant
from deepstyle.evaluation.questions import load_outfits, load_questions
from deepstyle.learning.checkpoint import discard_checkpoint
from deepstyle.learning.compatibility import numpy_train
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.data import OnEpoch, OnStep, Trained, TrainingData
from deepstyle.learning.compatibility.export import export_head

Engine = Literal["torch", "numpy"]
"""What computes a training: torch is faster and has every loss, NumPy is always there."""
MAX_ENSEMBLE: Final = 16


class Train(Protocol):
    """``train.train`` and ``numpy_train.train``."""

    def __call__(
        self, data: TrainingData, config: TrainConfig, *, folder: Path | None, on_epoch: OnEpoch, on_step: OnStep
    ) -> Trained:
        """Train, with checkpoints in ``folder``."""


def train_head(
    outfit_data: OutfitData,
    variant: str,
    config: TrainConfig,
    folder: Path,
    *,
    engine: Engine = "torch",
    ensemble: int = 1,
    threads: int = 0,
    restart: bool = False,
    on_epoch: OnEpoch = lambda epoch: None,
    on_step: OnStep = lambda done, total: None,
) -> Head:
    """Train on the outfits of ``variant``, calibrate on its validation questions, and write the head to ``folder``.

    An ``ensemble`` is so many heads of successive seeds, joined into one, so that their cosines are averaged. Goes on
    from the checkpoint in ``folder``, unless ``restart``; it is deleted when the head is written. ``threads`` 0 uses
    all cores (torch only). Raises ``UsageError`` for an unknown variant, or where ``folder`` holds another training,
    and ``DataError`` where there is nothing to learn from.
    """
    check_variant(variant)
    if restart:
        _discard(folder)
    root, rows = outfit_data.root, outfit_data.rows
    data = TrainingData(
        outfit_data.features,
        outfit_data.categories,
        load_outfits(root, variant, "train", rows),
        load_questions(root, variant, "valid", rows),
    )
    trained = [
        _train(engine, threads)(
            data,
            dataclasses.replace(config, seed=config.seed + number),
            folder=folder if ensemble == 1 else _member(folder, number),
            on_epoch=on_epoch,
            on_step=partial(_of_all, on_step, number, ensemble),
        )
        for number in range(ensemble)
    ]
    head = export_head(
        folder,
        joined(trained),
        data,
        config,
        backbone=outfit_data.spec.features_fingerprint,
        name=f"{outfit_data.name}/{variant}",
        outfits=[outfit.item_ids for outfit in read_outfits(root, variant, "train")],
        extra={"engine": engine, "ensemble": ensemble},
    )
    _discard(folder)
    return head


def joined(trained: list[Trained]) -> Trained:
    """One head with the members of all, which were trained on the same features; the epochs are the first one's."""
    first = trained[0].weights
    members = {
        name: np.concatenate([getattr(one.weights, name) for one in trained])
        for name in ("hidden", "hidden_bias", "out", "out_bias")
    }
    return Trained(HeadWeights(first.mean, first.std, **members), trained[0].epochs)


def _train(engine: Engine, threads: int) -> Train:
    if engine == "numpy":
        return numpy_train.train
    import torch

    from deepstyle.learning.compatibility.train import train

    if threads:
        torch.set_num_threads(threads)
    return train


def _of_all(on_step: OnStep, number: int, ensemble: int, done: int, total: int) -> None:
    on_step(number * total + done, ensemble * total)


def _member(folder: Path, number: int) -> Path:
    place = folder / f"member-{number}"
    place.mkdir(parents=True, exist_ok=True)
    return place


def _discard(folder: Path) -> None:
    """Delete the checkpoints in ``folder``."""
    for number in range(MAX_ENSEMBLE):
        shutil.rmtree(folder / f"member-{number}", ignore_errors=True)
    discard_checkpoint(folder)
