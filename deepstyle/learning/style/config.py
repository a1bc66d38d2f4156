"""The configuration of a style training: one frozen dataclass for each table of the TOML file."""

from dataclasses import astuple, field
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic.dataclasses import dataclass

from deepstyle.images.distort import DISTORTIONS
from deepstyle.learning.config import CONFIG, Count, CountOrZero, Positive, PositiveOrZero, Share

Part = Literal["head", "last-stage", "whole"]
Probability = Annotated[float, Field(ge=0, le=1)]
Start = Literal["discriminant", "untrained"]


@dataclass(frozen=True, slots=True, config=CONFIG)
class ModelPart:
    """The weights to start from, and which ``part`` of the network is trained.

    ``head``: the 512-D projection, on cached features. ``last-stage``: also the backbone's last stage, on its cached
    input. ``whole``: the whole network, from pictures; the i-th stage from the top is trained from epoch
    ``unfreeze_epochs[i]``, and a stage without an entry stays frozen.
    The head starts from discriminants of the training items' features (``discriminant.py``) with this ``shrinkage``
    and ``category_gain``, or from the untrained head.
    """

    weights: str = "packaged"
    architecture: str = ""
    part: Part = "head"
    start: Start = "discriminant"
    embedding_dim: Annotated[int, Field(ge=8, le=4096)] = 512
    shrinkage: Positive = 1.0
    category_gain: Positive = 2.0
    interpolate: Annotated[float, Field(gt=0, le=1)] = 1.0
    unfreeze_epochs: tuple[CountOrZero, ...] = (1, 2, 4)

    @model_validator(mode="after")
    def _interpolates_known_weights(self) -> Self:
        if self.interpolate < 1 and self.start != "untrained":
            raise ValueError('interpolate below 1 needs start = "untrained"')
        return self


@dataclass(frozen=True, slots=True, config=CONFIG)
class Data:
    """How items are split (by model id) and augmented.

    ``views`` names the distortions of ``deepstyle.images.distort`` that are cached beside each whole picture (``head``
    and ``last-stage``); the untrained model already matches a picture under the other two distortions. ``whole``
    draws its own (``deepstyle.learning.style.augment``).
    """

    valid_share: Annotated[float, Field(gt=0, lt=1)] = 0.15
    test_share: Share = 0.25
    views: tuple[str, ...] = ("cropped to 80 %", "JPEG quality 30", "20 % brighter")

    @field_validator("views")
    @classmethod
    def _known_views(cls, views: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [view for view in views if view not in DISTORTIONS]:
            raise ValueError(f"{unknown[0]!r} is unknown; known views: {', '.join(DISTORTIONS)}")
        return views

    @model_validator(mode="after")
    def _something_to_train_on(self) -> Self:
        if self.valid_share + self.test_share >= 1:
            raise ValueError("valid_share and test_share leave nothing to train on")
        return self


@dataclass(frozen=True, slots=True, config=CONFIG)
class Sources:
    """Training pictures beside or instead of a catalogue: folders below ``--data``, in the layouts of
    ``pictures.sources``. With any of them ``part`` must be ``whole``.

    ``drawn_items`` garments of the demo's wardrobe are drawn. Senders whose number, divided by 5, leaves
    ``test_remainder`` or ``valid_remainder`` are held out.
    """

    phone_photos: tuple[str, ...] = ()
    street_looks: str = ""
    drawn_items: CountOrZero = 0
    test_remainder: Annotated[int, Field(ge=0, le=4)] = 3
    valid_remainder: Annotated[int, Field(ge=0, le=4)] = 4

    @property
    def given(self) -> bool:
        """Whether training pictures come from here rather than from a catalogue."""
        return bool(self.phone_photos or self.street_looks or self.drawn_items)


@dataclass(frozen=True, slots=True, config=CONFIG)
class Augmentation:
    """How pictures of ``Sources`` are augmented; probabilities, or the largest change of each kind.

    ``cut_out``: only the garment on another background, where a mask is known. ``zoom_out``: the whole picture, small
    on a background, in a window of up to ``largest_window`` times its area; otherwise a crop of ``smallest_crop`` to
    all of it. ``turn`` is in radians; ``exposure``, ``white_balance``, ``contrast``, ``saturation`` and ``stretch`` are
    natural logarithms of factors. Batches are ``height_px`` by ``width_px`` (0: the size that serves): smaller ones are
    faster, and crops show garments larger than whole pictures do (Touvron et al. 2019, "FixRes").
    """

    height_px: CountOrZero = 0
    width_px: CountOrZero = 0
    cut_out: Probability = 0.5
    white_background: Probability = 0.6
    zoom_out: Probability = 0.35
    largest_window: Annotated[float, Field(ge=1, le=10)] = 4.0
    smallest_crop: Annotated[float, Field(gt=0, le=1)] = 0.4
    stretch: PositiveOrZero = 0.15
    turn: PositiveOrZero = 0.2
    perspective: Annotated[float, Field(ge=0, lt=0.5)] = 0.12
    exposure: PositiveOrZero = 0.35
    white_balance: PositiveOrZero = 0.12
    contrast: PositiveOrZero = 0.35
    saturation: PositiveOrZero = 0.4
    grey: Probability = 0.08
    other_hue: Probability = 0.2
    blur: Probability = 0.15
    noise: PositiveOrZero = 0.04
    cover: Probability = 0.15


@dataclass(frozen=True, slots=True, config=CONFIG)
class Batch:
    """A batch has ``categories`` x ``garments`` x ``pictures`` pictures; ``accumulate`` batches make one step."""

    categories: Count = 16
    garments: Count = 4
    pictures: Annotated[Count, Field(ge=2)] = 2
    accumulate: Count = 1

    @property
    def size(self) -> int:
        """Pictures in one batch."""
        return self.categories * self.garments * self.pictures


@dataclass(frozen=True, slots=True, config=CONFIG)
class Optimiser:
    """AdamW with a linear warm-up over ``warmup_steps`` and a cosine decay to zero.

    ``backbone_learning_rate`` applies to the pretrained layers, ``ema_decay`` to the average that is validated and
    exported, ``amp`` enables bfloat16 where the GPU supports it. ``steps_per_epoch`` 0: one pass over the items.
    """

    epochs: Count = 30
    steps_per_epoch: CountOrZero = 0
    learning_rate: Positive = 1e-3
    backbone_learning_rate: Positive = 1e-4
    weight_decay: PositiveOrZero = 1e-2
    warmup_steps: CountOrZero = 50
    ema_decay: Share = 0.99
    amp: bool = True
    seed: CountOrZero = 0


@dataclass(frozen=True, slots=True, config=CONFIG)
class Losses:
    """The weight of each loss (0 disables it) and its constants; ``losses.py`` cites the papers.

    ``garment`` and ``category`` contrast embeddings by model id and by fine category, ``proxy`` pulls them to one
    proxy per fine category, ``triplet`` orders garments, ``teacher`` retains the similarities that the initial backbone
    sees between the pictures of a batch; the others are classifiers on the embedding.
    """

    garment: PositiveOrZero = 1.0
    category: PositiveOrZero = 0.3
    proxy: PositiveOrZero = 0.0
    triplet: PositiveOrZero = 0.0
    semantic_head: PositiveOrZero = 0.1
    category_head: PositiveOrZero = 0.1
    colour_head: PositiveOrZero = 0.0
    brand_head: PositiveOrZero = 0.0
    subtype_head: PositiveOrZero = 0.0
    teacher: PositiveOrZero = 0.0
    temperature: Positive = 0.1
    margin: PositiveOrZero = 0.1

    @model_validator(mode="after")
    def _at_least_one(self) -> Self:
        if not any(astuple(self)[:-2]):
            raise ValueError("every loss has the weight 0")
        return self


@dataclass(frozen=True, slots=True, config=CONFIG)
class Stop:
    """Stop after ``patience`` epochs without a better validation score; save every ``checkpoint_steps`` steps."""

    patience: Count = 8
    checkpoint_steps: Count = 100


@dataclass(frozen=True, slots=True, config=CONFIG)
class StyleConfig:
    """One training of the style embedding; each field is a table of the TOML file."""

    model: ModelPart = field(default_factory=ModelPart)
    data: Data = field(default_factory=Data)
    sources: Sources = field(default_factory=Sources)
    augmentation: Augmentation = field(default_factory=Augmentation)
    batch: Batch = field(default_factory=Batch)
    optimiser: Optimiser = field(default_factory=Optimiser)
    losses: Losses = field(default_factory=Losses)
    stop: Stop = field(default_factory=Stop)
