"""The configuration of a compatibility training: one frozen dataclass, one ``name = value`` a line of the TOML file."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from deepstyle.learning.config import CONFIG, Count, CountOrZero, Positive, PositiveOrZero, Share

Loss = Literal["infonce", "triplet", "contrastive"]
Negatives = Literal["all", "category"]


@dataclass(frozen=True, slots=True, config=CONFIG)
class TrainConfig:
    """The defaults are the published recipe; ``configs/`` has those that won on validation (research/README.md).

    ``loss``: InfoNCE with ``temperature``, or triplet or contrastive with ``margin``. ``negatives``: every item of the
    batch that was never worn with the anchor, or only those of the positive's category. ``members`` networks of
    ``hidden_dim`` and ``embedding_dim`` are trained side by side, and their cosines are averaged. ``input_dropout``
    drops features, ``hidden_dropout`` hidden units. ``average`` is the decay per step of the exponential moving average
    of the weights; 0 disables it.
    """

    loss: Loss = "infonce"
    temperature: Positive = 0.07
    margin: PositiveOrZero = 0.2
    negatives: Negatives = "all"
    members: Count = 2
    hidden_dim: Count = 256
    embedding_dim: Count = 64
    input_dropout: Share = 0.3
    hidden_dropout: Share = 0.2
    batch_size: Annotated[Count, Field(ge=2)] = 128
    epochs: Count = 10
    learning_rate: Positive = 1e-3
    weight_decay: PositiveOrZero = 0.0
    average: Share = 0.0
    seed: CountOrZero = 0
