"""The job of a compatibility training: from outfits to the folder of a head that serves."""

from pathlib import Path

import torch

from deepstyle.catalogue.feeds.outfits import read_outfits
from deepstyle.compatibility.head import Head
from deepstyle.evaluation.outfit_data import OutfitData, check_variant
from deepstyle.evaluation.questions import load_outfits, load_questions
from deepstyle.learning.checkpoint import discard_checkpoint
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.export import export_head
from deepstyle.learning.compatibility.train import OnEpoch, OnStep, TrainingData, train


def train_head(
    outfit_data: OutfitData,
    variant: str,
    config: TrainConfig,
    folder: Path,
    *,
    threads: int = 0,
    restart: bool = False,
    on_epoch: OnEpoch = lambda epoch: None,
    on_step: OnStep = lambda done, total: None,
) -> Head:
    """Train on the outfits of ``variant``, calibrate on its validation questions, and write the head to ``folder``.

    Goes on from the checkpoint in ``folder``, unless ``restart``; the checkpoint is deleted when the head is written.
    ``threads`` 0 uses all cores. Raises ``UsageError`` for an unknown variant, or where ``folder`` holds another
    training, and ``DataError`` where there is nothing to learn from.
    """
    check_variant(variant)
    if threads:
        torch.set_num_threads(threads)
    if restart:
        discard_checkpoint(folder)
    root, rows = outfit_data.root, outfit_data.rows
    data = TrainingData(
        outfit_data.features,
        outfit_data.categories,
        load_outfits(root, variant, "train", rows),
        load_questions(root, variant, "valid", rows),
    )
    trained = train(data, config, folder=folder, on_epoch=on_epoch, on_step=on_step)
    head = export_head(
        folder,
        trained,
        data,
        config,
        backbone=outfit_data.spec.features_fingerprint,
        name=f"{outfit_data.name}/{variant}",
        outfits=[outfit.item_ids for outfit in read_outfits(root, variant, "train")],
    )
    discard_checkpoint(folder)
    return head
