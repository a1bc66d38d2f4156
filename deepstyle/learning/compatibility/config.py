"""How a compatibility head is trained: a TOML file, checked field by field."""

import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from deepstyle.errors import DataError, UsageError
from deepstyle.files import read_toml

Loss = Literal["infonce", "triplet", "contrastive"]
Negatives = Literal["all", "category"]
MAX_INTEGER: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """The defaults are the published recipe; ``configs/`` has those that won on validation (research/README.md).

    ``loss``: InfoNCE with ``temperature``, or triplet or contrastive with ``margin``. ``negatives``: every item of the
    batch that was never styled with the anchor, or only those of the positive's category. ``members`` networks of
    ``hidden_dim`` and ``embedding_dim`` are trained side by side, and their cosines averaged. ``input_dropout`` drops
    features, ``hidden_dropout`` hidden units. ``average`` is the decay of the weights' running mean, a step; 0: none.
    """

    loss: Loss = "infonce"
    temperature: float = 0.07
    margin: float = 0.2
    negatives: Negatives = "all"
    members: int = 2
    hidden_dim: int = 256
    embedding_dim: int = 64
    input_dropout: float = 0.3
    hidden_dropout: float = 0.2
    batch_size: int = 128
    epochs: int = 10
    learning_rate: float = 1e-3
    weight_decay: float = 0.0
    average: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        whole = ("members", "hidden_dim", "embedding_dim", "epochs")
        shares = ("input_dropout", "hidden_dropout", "average")
        for name, good in (
            *((name, getattr(self, name) >= 1) for name in whole),
            *((name, 0 <= getattr(self, name) < 1) for name in shares),
            *((name, getattr(self, name) > 0) for name in ("temperature", "learning_rate")),
            *((name, getattr(self, name) >= 0) for name in ("margin", "weight_decay")),
            ("batch_size", self.batch_size >= 2),
        ):
            if not good:
                raise UsageError(f"{name} cannot be {getattr(self, name)}.", remedy="See docs/compatibility.md.")


def load_config(path: Path) -> TrainConfig:
    """Read a TOML file of ``TrainConfig``'s fields; raises ``DataError`` naming the field that is unknown or wrong."""
    try:
        told = read_toml(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}.", remedy="Write one `name = value` a line.") from error
    fields = {field.name: field for field in dataclasses.fields(TrainConfig)}
    for name, value in told.items():
        if name not in fields:
            raise DataError(f"{path}: unknown field {name!r}.", remedy=f"Fields are {', '.join(fields)}.")
        if not _fits(value, fields[name].type):
            raise DataError(f"{path}: {name} cannot be {value!r}.", remedy=f"Write {_shown(fields[name].type)}.")
    given: dict[str, Any] = {name: float(v) if fields[name].type is float else v for name, v in told.items()}
    return TrainConfig(**given)


def _fits(value: Any, kind: Any) -> bool:
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return abs(value) <= MAX_INTEGER
    return kind is float and isinstance(value, float) and math.isfinite(value)


def _shown(kind: Any) -> str:
    return " or ".join(map(repr, get_args(kind))) or f"a number ({kind.__name__})"
