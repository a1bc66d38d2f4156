"""The description of a model folder: ``spec.json`` beside ``model.onnx``.

The ONNX graph has one input ``pixels`` (B, 3, H, W) float32 and two outputs: ``features`` (B, F), the backbone's
pooled features, and ``embedding`` (B, S), the style, *not* normalised. The encoder normalises it, and appends the
colour of the picture where the spec has colour dimensions; the compatibility model reads ``features``.
"""

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from deepstyle.errors import ModelError
from deepstyle.files import read_text, write_atomic, write_together
from deepstyle.images.pixels import Fit, Interpolation, Rgb, Rounding, resize

MODEL_FILE: Final = "model.onnx"
SPEC_FILE: Final = "spec.json"
MAX_SPEC_BYTES: Final = 1024 * 1024
MAX_SIDE_PX: Final = 4096

Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


_OPTIONAL: Final[dict[str, Any]] = {"interpolation": "bicubic", "resize_px": 0, "crop_rounding": "nearest"}
"""Fields of ``Preprocessing`` that were added later, with their defaults."""


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """From a decoded RGB picture to the network's input; the same for training, batch encoding and uploads.

    ``fit`` is how a picture becomes ``height_px`` by ``width_px``: ``stretch`` (ignores the aspect ratio), ``pad``
    (white borders) or ``crop`` (centre). The resize is antialiased, as Pillow computes it, followed by
    ``(pixel / 255 - mean) / std`` per channel in RGB order.

    With ``crop``, ``resize_px`` is the length that the shorter side gets first, in pixels, as libraries of pretrained
    models do; 0: the crop is as large as fits into the picture. ``crop_rounding`` is how they round the corner of the
    crop: ``nearest`` (torchvision) or ``down`` (transformers).
    """

    height_px: Annotated[int, Field(gt=0, le=MAX_SIDE_PX)]
    width_px: Annotated[int, Field(gt=0, le=MAX_SIDE_PX)]
    mean: tuple[Finite, Finite, Finite]
    std: tuple[Positive, Positive, Positive]
    fit: Fit = "pad"
    interpolation: Interpolation = "bicubic"
    resize_px: Annotated[int, Field(ge=0, le=MAX_SIDE_PX)] = 0
    crop_rounding: Rounding = "nearest"

    def __post_init__(self) -> None:
        if 0 < self.resize_px < max(self.height_px, self.width_px):
            raise ValueError(f"resize_px is {self.resize_px}, less than the crop's longer side")

    @property
    def longest_px(self) -> int:
        """The longer side: a picture decoded with both sides this long loses nothing."""
        return max(self.height_px, self.width_px, self.resize_px)

    def apply(self, rgb: Rgb) -> Rgb:
        """Resize a picture, (H, W, 3) uint8 RGB of any size, to (height_px, width_px, 3) uint8."""
        return resize(
            rgb,
            self.height_px,
            self.width_px,
            self.fit,
            interpolation=self.interpolation,
            shorter_px=self.resize_px,
            rounding=self.crop_rounding,
        )

    def fields(self) -> dict[str, Any]:
        """The fields as JSON has them; an optional one only where it is set, so that older fingerprints hold."""
        named = ((one.name, getattr(self, one.name)) for one in dataclasses.fields(self))
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in named}
        return {name: value for name, value in values.items() if name not in _OPTIONAL or value != _OPTIONAL[name]}


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that serves: what it is, which input it expects, and where it comes from.

    ``architecture`` is a backbone's name (``tf_efficientnet_lite2``), ``weights`` the name of its weights.
    ``precision``: ``fp32``; ``fp16``, where weights are stored as float16 and computed with in float32; or ``int8``.
    ``embedding_dim`` counts all dimensions of a vector. The last ``colour_dim`` of them (0: none) are the colour
    (``deepstyle.style.colour``), which contributes ``colour_weight`` of the squared norm. ``features_dim`` counts all
    features; the graph's are followed by the colour's numbers, ``features_colours`` times.
    ``onnx_sha256`` is the digest of ``model.onnx``; ``metrics``, ``data_sha256`` and ``git_commit`` describe its
    training, or quantisation, and are empty otherwise.
    """

    architecture: str
    weights: str
    weights_sha256: str
    head: str
    precision: Literal["fp32", "fp16", "int8"]
    features_dim: Annotated[int, Field(gt=0)]
    embedding_dim: Annotated[int, Field(gt=0)]
    preprocessing: Preprocessing
    onnx_sha256: str
    metrics: dict[str, float] = field(default_factory=dict)
    data_sha256: str = ""
    git_commit: str = ""
    version: int = 1
    colour_dim: Literal[0, 64] = 0
    colour_weight: Annotated[float, Field(ge=0, lt=1)] = 0.0
    features_colours: Annotated[int, Field(ge=0, le=8)] = 0

    def __post_init__(self) -> None:
        if (self.colour_dim > 0) != (self.colour_weight > 0) or self.embedding_dim <= self.colour_dim:
            raise ValueError(
                f"colour_dim {self.colour_dim} and colour_weight {self.colour_weight} do not fit "
                f"embedding_dim {self.embedding_dim}"
            )
        if self.graph_features_dim <= 0 or (self.features_colours and not self.colour_dim):
            raise ValueError(f"features_colours {self.features_colours} does not fit features_dim {self.features_dim}")

    @property
    def style_dim(self) -> int:
        """The dimensions of the style, which are the graph's ``embedding`` and the first of a vector."""
        return self.embedding_dim - self.colour_dim

    @property
    def graph_features_dim(self) -> int:
        """The dimensions of the graph's ``features``."""
        return self.features_dim - self.features_colours * self.colour_dim

    @property
    def fingerprint(self) -> str:
        """16 hex digits that change whenever the vectors would; they name the space of this model's vectors."""
        colour = (self.colour_dim, self.colour_weight) if self.colour_dim else ()
        return _fingerprint(self.onnx_sha256, self.precision, self.embedding_dim, self.preprocessing, colour)

    @property
    def features_fingerprint(self) -> str:
        """16 hex digits that identify ``features``: the backbone and its input, whatever the head and the precision.

        A backbone that was trained further (``head`` starts with ``trained-``, not ``trained-head-``) is identified by
        its graph.
        """
        frozen = not self.head.startswith("trained-") or self.head.startswith("trained-head-")
        backbone = self.weights_sha256 if frozen else self.onnx_sha256
        values = [self.architecture, backbone, self.features_dim, self.preprocessing.fields()]
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


_SPEC: Final = TypeAdapter(ModelSpec)


@lru_cache(maxsize=64)  # each search compares it
def _fingerprint(
    graph_sha256: str, precision: str, embedding_dim: int, preprocessing: Preprocessing, colour: tuple[float, ...]
) -> str:
    values = [graph_sha256, precision, embedding_dim, preprocessing.fields(), *colour]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def write_model(folder: Path, graph: bytes, spec: ModelSpec) -> None:
    """Write ``model.onnx`` and ``spec.json`` into ``folder`` together."""
    write_together(folder, {MODEL_FILE: graph, SPEC_FILE: _format(spec)})


def write_spec(spec: ModelSpec, folder: Path) -> None:
    """Write ``spec.json`` into ``folder`` atomically."""
    write_atomic(folder / SPEC_FILE, _format(spec))


def _format(spec: ModelSpec) -> bytes:
    fields = {**dataclasses.asdict(spec), "preprocessing": spec.preprocessing.fields()}
    return (json.dumps(fields, indent=2) + "\n").encode()


def read_spec(folder: Path) -> ModelSpec:
    """Read ``spec.json``; raises ``ModelError`` naming the file and the field where it is missing or malformed."""
    path = folder / SPEC_FILE
    try:
        text = read_text(path, MAX_SPEC_BYTES)
        _SPEC.validate_json(text, strict=True)
        # Validation turns 1 into 1.0, which would change the fingerprint: the values are taken as written.
        fields: dict[str, Any] = json.loads(text)
        preprocessing: dict[str, Any] = fields.pop("preprocessing")
        mean, std = tuple(preprocessing.pop("mean")), tuple(preprocessing.pop("std"))
        return ModelSpec(**fields, preprocessing=Preprocessing(**preprocessing, mean=mean, std=std))
    except FileNotFoundError:
        raise ModelError(
            f"{folder} is not a model folder: it has no {SPEC_FILE}.",
            remedy="Give a folder that deepstyle export wrote.",
        ) from None
    except ValidationError as error:
        raise ModelError(f"{path} cannot be read: {first_problem(error)}.", remedy="Export the model again.") from error
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", remedy="Export the model again.") from error


def first_problem(error: ValidationError) -> str:
    """The first invalid field, and what is wrong with it."""
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}".removeprefix(": ")
