"""The head of a catalogue's own outfits: NumPy, a fixed recipe, and nothing to do where it was trained before."""

from pathlib import Path
from typing import Final

from deepstyle.compatibility.head import Head
from deepstyle.errors import ModelError
from deepstyle.evaluation.outfit_data import OutfitData
from deepstyle.evaluation.questions import load_outfits, load_questions
from deepstyle.learning.checkpoint import can_resume
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.data import OnStep, TrainingData, data_digest, identity_of
from deepstyle.learning.compatibility.run import train_head

RECIPE: Final = TrainConfig(loss="triplet", margin=0.3, epochs=8)
"""A minute for some thousand items: AUC as with the eight members of ``configs/compat-nondisjoint.toml``."""


def head_of_own_outfits(
    outfit_data: OutfitData, variant: str, folder: Path, *, on_step: OnStep = lambda done, total: None
) -> Head:
    """The head in ``folder`` where it was trained on the same data, else a new one; a killed training resumes,
    and one on other data starts again.

    Raises ``DataError`` where there is nothing to learn from.
    """
    root, rows = outfit_data.root, outfit_data.rows
    data = TrainingData(
        outfit_data.features,
        outfit_data.categories,
        load_outfits(root, variant, "train", rows),
        load_questions(root, variant, "valid", rows),
    )
    try:
        head = Head.open(folder)
    except ModelError:
        head = None
    if head and head.spec.training.get("data_sha256") == data_digest(data):
        return head
    restart = not can_resume(folder, identity_of(data, RECIPE))
    return train_head(outfit_data, variant, RECIPE, folder, engine="numpy", restart=restart, on_step=on_step)
