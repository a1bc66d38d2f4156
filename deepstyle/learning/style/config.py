"""What a training of the style embedding is told: a TOML file, read into frozen dataclasses, kept in the checkpoint."""

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

from deepstyle.errors import UsageError
from deepstyle.files import read_toml
from deepstyle.images.distort import DISTORTIONS

Part = Literal["head", "last-stage", "whole"]
Start = Literal["discriminant", "untrained"]
MAX_NUMBER: Final = 2**31 - 1
SECTIONS: Final = ("model", "data", "batch", "optimiser", "losses", "stop")


@dataclass(frozen=True, slots=True)
class ModelPart:
    """Which weights to start from and which ``part`` of the network learns.

    ``head``: the 512-D projection, on cached features. ``last-stage``: the backbone's last stage too, on its cached
    input. ``whole``: everything, from pictures; ``unfreeze_epochs[i]`` is the epoch from which the i-th stage from
    the top learns, and stages that it does not name stay as they are.
    The head starts from discriminants of the training items' features (``discriminant.py``), with this
    ``shrinkage`` and ``category_gain``, or from the head that serves untrained.
    """

    weights: str = "packaged"
    architecture: str = ""
    part: Part = "head"
    start: Start = "discriminant"
    shrinkage: float = 1.0
    category_gain: float = 2.0
    unfreeze_epochs: tuple[int, ...] = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Data:
    """How items are split, by model id, and seen.

    ``views`` names the distortions of ``deepstyle.images.distort`` that are cached beside each whole picture (``head``
    and ``last-stage``); under the other two an item finds itself untrained. ``whole`` draws its own
    (``deepstyle.learning.style.augment``).
    """

    valid_share: float = 0.15
    test_share: float = 0.25
    views: tuple[str, ...] = ("cropped to 80 %", "JPEG quality 30", "20 % brighter")


@dataclass(frozen=True, slots=True)
class Batch:
    """``categories`` x ``garments`` x ``pictures`` a batch; ``accumulate`` batches make one step."""

    categories: int = 16
    garments: int = 4
    pictures: int = 2
    accumulate: int = 1

    @property
    def size(self) -> int:
        """Pictures in one batch."""
        return self.categories * self.garments * self.pictures


@dataclass(frozen=True, slots=True)
class Optimiser:
    """AdamW, warmed up over ``warmup_steps`` and then on a cosine down to zero.

    ``backbone_learning_rate`` is for the pretrained layers, ``ema_decay`` for the average that is validated and
    exported, ``amp`` for bfloat16 where the GPU has it.
    """

    epochs: int = 30
    steps_per_epoch: int = 0
    learning_rate: float = 1e-3
    backbone_learning_rate: float = 1e-4
    weight_decay: float = 1e-2
    warmup_steps: int = 50
    ema_decay: float = 0.99
    amp: bool = True
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Losses:
    """The weight of each loss (0 leaves it out) and its constants; the papers are named in ``losses.py``.

    ``garment`` and ``category`` contrast embeddings by model id and by fine category, ``proxy`` pulls them to one
    proxy a fine category, ``triplet`` orders garments; the rest are classifiers on the embedding.
    """

    garment: float = 1.0
    category: float = 0.3
    proxy: float = 0.0
    triplet: float = 0.0
    semantic_head: float = 0.1
    category_head: float = 0.1
    colour_head: float = 0.0
    brand_head: float = 0.0
    temperature: float = 0.1
    margin: float = 0.1


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop after ``patience`` epochs without a better validation recall; save every ``checkpoint_steps`` steps."""

    patience: int = 8
    checkpoint_steps: int = 100


@dataclass(frozen=True, slots=True)
class StyleConfig:
    """One training of the style embedding; each section is a table of the TOML file."""

    model: ModelPart = field(default_factory=ModelPart)
    data: Data = field(default_factory=Data)
    batch: Batch = field(default_factory=Batch)
    optimiser: Optimiser = field(default_factory=Optimiser)
    losses: Losses = field(default_factory=Losses)
    stop: Stop = field(default_factory=Stop)


def read_config(path: Path) -> StyleConfig:
    """Read a TOML file; raises ``UsageError`` naming the file, the table and the key that is wrong."""
    try:
        fields = read_toml(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", remedy="Check the path.") from error
    except ValueError as error:
        raise UsageError(f"{path} is not TOML: {error}.", remedy="See docs/training.md.") from error
    return parse_config(fields, str(path))


def parse_config(told: dict[str, Any], where: str) -> StyleConfig:
    """The configuration that ``told`` holds, checked; what it leaves out has the default."""
    if unknown := sorted(set(told) - set(SECTIONS)):
        raise UsageError(f"{where}: [{unknown[0]}] is unknown.", remedy=f"Tables are {', '.join(SECTIONS)}.")
    sections: dict[str, Any] = {}
    for kind in dataclasses.fields(StyleConfig):
        section = told.get(kind.name, {})
        if not isinstance(section, dict):
            raise UsageError(f"{where}: {kind.name} is no table.", remedy=f"Write [{kind.name}].")
        sections[kind.name] = _parse_section(kind.default_factory(), section, f"{where} [{kind.name}]")  # type: ignore[operator]
    config = StyleConfig(**sections)
    _check(config, where)
    return config


def _parse_section(default: Any, told: dict[str, Any], where: str) -> Any:
    """A section with the values that are told, each of the type that its default has."""
    known = {one.name: getattr(default, one.name) for one in dataclasses.fields(default)}
    values: dict[str, Any] = {}
    for key, value in told.items():
        if key not in known:
            raise UsageError(f"{where}: {key} is unknown.", remedy=f"Keys are {', '.join(known)}.")
        want = type(known[key])
        if isinstance(value, int | float) and not abs(value) <= MAX_NUMBER:
            raise UsageError(f"{where}: {key} is no number of a training.", remedy="See docs/training.md.")
        if want is float and type(value) is int:
            value = float(value)
        if want is tuple and isinstance(value, list):
            value = tuple(value)
        if type(value) is not want:
            raise UsageError(f"{where}: {key} is {type(value).__name__}, not {want.__name__}.")
        values[key] = value
    return dataclasses.replace(default, **values)


def _check(config: StyleConfig, where: str) -> None:
    """Raise ``UsageError`` for values that make no sense."""
    batch, optimiser, stop = config.batch, config.optimiser, config.stop
    losses = dataclasses.astuple(config.losses)
    shares = config.data.valid_share, config.data.test_share
    problems = {
        "[model] part": config.model.part not in get_args(Part),
        "[model] start": config.model.start not in get_args(Start)
        or min(config.model.shrinkage, config.model.category_gain) <= 0,
        "[model] unfreeze_epochs": not all(type(epoch) is int and epoch >= 0 for epoch in config.model.unfreeze_epochs),
        "[data] valid_share and test_share": min(shares) < 0 or shares[0] <= 0 or sum(shares) >= 1,
        "[data] views": not all(isinstance(view, str) and view in DISTORTIONS for view in config.data.views),
        "[batch] categories, garments and accumulate": min(batch.categories, batch.garments, batch.accumulate) < 1,
        "[batch] pictures": batch.pictures < 2,
        "[optimiser] epochs": optimiser.epochs < 1 or optimiser.steps_per_epoch < 0 or optimiser.warmup_steps < 0,
        "[optimiser] ema_decay": not 0 <= optimiser.ema_decay < 1,
        "[optimiser] learning_rate": min(optimiser.learning_rate, optimiser.backbone_learning_rate) <= 0,
        "[losses]": min(losses) < 0 or max(losses[:-2]) == 0 or config.losses.temperature <= 0,
        "[stop]": min(dataclasses.astuple(stop)) < 1,
    }
    for name, is_wrong in problems.items():
        if is_wrong:
            raise UsageError(f"{where}: {name} makes no sense.", remedy="See docs/training.md for what it means.")
