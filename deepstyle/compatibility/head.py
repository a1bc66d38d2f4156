"""The compatibility head for serving, in NumPy: backbone features in, unit vectors out.

A head has one or more *members*: small networks of the same shape (standardise, linear, ReLU, linear, unit norm).
Their vectors are concatenated and divided by √members. The cosine of two such vectors is the mean of the members'
cosines, so that an ensemble needs one space of the store only.

A head folder holds ``head.safetensors``, ``spec.json`` and, if it was trained on outfits, ``outfits.json``.
"""

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from deepstyle.compatibility.calibration import Calibration
from deepstyle.errors import FingerprintMismatchError, ModelError
from deepstyle.files import open_regular, read_json, read_text, write_together

WEIGHTS_FILE: Final = "head.safetensors"
SPEC_FILE: Final = "spec.json"
OUTFITS_FILE: Final = "outfits.json"
MAX_SPEC_BYTES: Final = 1024 * 1024
MAX_OUTFITS_BYTES: Final = 512 * 1024 * 1024
PACKAGED: Final = Path(__file__).with_name("packaged")
"""The heads that ship with the package, a folder for each packaged model whose features they read."""

CLIP: Final = 6.0
"""Standardised features are clipped here, so that a feature that was constant in training cannot dominate."""

_TENSORS: Final = MappingProxyType({"std": "deviation"})
"""Tensors whose name in the file differs from the field's."""

_BLOCK: Final = 4096
_REMEDY: Final = "Train the head again with `deepstyle train compat`."


@dataclass(frozen=True, slots=True)
class HeadWeights:
    """``mean`` and ``std`` (F,); ``hidden`` (M, H, F) with ``hidden_bias`` (M, H); ``out`` (M, D, H), its bias."""

    mean: NDArray[np.float32]
    std: NDArray[np.float32]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class HeadSpec:
    """The backbone whose features a head reads, the calibration of its scores, and how it was trained.

    ``backbone`` is the ``features_fingerprint`` of the style model. ``outfit`` calibrates the mean cosine of an outfit,
    ``pair`` the cosine of two items. ``training`` is the configuration, ``metrics`` are the figures on ``valid``.
    """

    backbone: str
    features_dim: int
    embedding_dim: int
    weights_sha256: str
    outfit: Calibration
    pair: Calibration
    metrics: dict[str, float] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    data: str = ""
    version: int = 1

    @property
    def fingerprint(self) -> str:
        """16 hex digits that identify the head and the space of its vectors."""
        identity = [self.version, self.backbone, self.weights_sha256]
        return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16]


_SPEC: Final = TypeAdapter(HeadSpec)


class Head:
    """A verified head; safe to call from several threads at once."""

    def __init__(self, spec: HeadSpec, weights: HeadWeights, outfits: tuple[tuple[str, ...], ...] = ()) -> None:
        self.spec = spec
        self.fingerprint = spec.fingerprint
        self.outfits = outfits
        members, width, _ = weights.hidden.shape
        self._mean, self._std = weights.mean, weights.std
        # All members in one matrix product.
        self._hidden = np.ascontiguousarray(weights.hidden.reshape(members * width, -1).T)
        self._hidden_bias = weights.hidden_bias.reshape(-1)
        self._out = weights.out
        self._out_bias = weights.out_bias

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read a head folder; raises ``ModelError`` if a file is missing, altered, or unlike the spec."""
        spec = read_head_spec(folder)
        return cls(spec, _read_weights(folder, spec), _read_outfits(folder))

    def check_backbone(self, features_fingerprint: str) -> None:
        """Raise ``FingerprintMismatchError`` if the features come from another backbone than in training."""
        if features_fingerprint != self.spec.backbone:
            raise FingerprintMismatchError(
                f"the compatibility head needs features of the backbone {self.spec.backbone}, "
                f"but this model computes {features_fingerprint}.",
                remedy=_REMEDY,
            )

    def project(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """Backbone features (N, F) → (N, D) float32 of unit norm; D counts all members."""
        vectors = np.empty((len(features), self.spec.embedding_dim), np.float32)
        for start in range(0, len(features), _BLOCK):
            vectors[start : start + _BLOCK] = self._project(features[start : start + _BLOCK])
        return vectors

    def _project(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        inputs = np.asarray(features, np.float32) - self._mean
        inputs /= self._std
        np.clip(inputs, -CLIP, CLIP, out=inputs)
        hidden = inputs @ self._hidden
        hidden += self._hidden_bias
        np.maximum(hidden, 0, out=hidden)
        members, _, width = self._out.shape
        parts = np.einsum("nmh,mdh->nmd", hidden.reshape(len(hidden), members, width), self._out, optimize=True)
        parts += self._out_bias
        norms = np.linalg.norm(parts, axis=2, keepdims=True)
        if not np.all(np.isfinite(norms) & (norms > 0)):
            raise ModelError("the compatibility head computed a vector that is zero or not finite.", remedy=_REMEDY)
        unit: NDArray[np.float32] = (parts / (norms * np.float32(members) ** 0.5)).reshape(len(parts), -1)
        return unit


def head_folder(name: str, backbone: str) -> Path:
    """The folder of a head: ``packaged`` is the packaged head that reads features of ``backbone``, else it is a path.

    Where no packaged head reads them, it is one whose ``check_backbone`` says so.
    """
    if name != "packaged":
        return Path(name)
    folders = packaged_heads()
    return next((folder for folder in folders if read_head_spec(folder).backbone == backbone), folders[0])


def packaged_heads() -> list[Path]:
    """The folders of the heads that ship with the package."""
    return sorted(path.parent for path in PACKAGED.glob(f"*/{SPEC_FILE}"))


def write_head(
    folder: Path, weights: HeadWeights, spec: HeadSpec, outfits: tuple[tuple[str, ...], ...] = ()
) -> HeadSpec:
    """Write a head folder, the spec last, and return the spec with the digest of the written weights.

    Matrices are rounded to float16; measure and calibrate the ``rounded`` weights.
    """
    data = _format_weights(weights)
    spec = dataclasses.replace(spec, weights_sha256=hashlib.sha256(data).hexdigest())
    files = {
        WEIGHTS_FILE: data,
        OUTFITS_FILE: (json.dumps(outfits) + "\n").encode(),
        SPEC_FILE: (json.dumps(dataclasses.asdict(spec), indent=2) + "\n").encode(),
    }
    write_together(folder, files)
    return spec


def rounded(weights: HeadWeights) -> HeadWeights:
    """The weights as ``Head.open`` reads them after ``write_head``."""
    return _parse_weights(_format_weights(weights))


def _format_weights(weights: HeadWeights) -> bytes:
    return save(
        {
            _TENSORS.get(name, name): value if value.ndim == 1 else value.astype(np.float16)
            for name, value in _as_dict(weights).items()
        }
    )


def _parse_weights(data: bytes) -> HeadWeights:
    fields = {tensor: name for name, tensor in _TENSORS.items()}
    return HeadWeights(**{fields.get(name, name): np.asarray(value, np.float32) for name, value in load(data).items()})


def read_head_spec(folder: Path) -> HeadSpec:
    """Read ``spec.json``; raises ``ModelError``, which names the file, if it is missing or malformed."""
    path = folder / SPEC_FILE
    try:
        text = read_text(path, MAX_SPEC_BYTES)
        _SPEC.validate_json(text, strict=True)
        fields: dict[str, Any] = json.loads(text)
        outfit, pair = Calibration(**fields.pop("outfit")), Calibration(**fields.pop("pair"))
        return HeadSpec(**fields, outfit=outfit, pair=pair)
    except FileNotFoundError:
        raise ModelError(f"{folder} is not a compatibility head: {SPEC_FILE} is missing.", remedy=_REMEDY) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ModelError(f"{path} cannot be read: {where}: {first['msg']}.", remedy=_REMEDY) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", remedy=_REMEDY) from error


def _read_weights(folder: Path, spec: HeadSpec) -> HeadWeights:
    path = folder / WEIGHTS_FILE
    try:
        with open_regular(path) as file:
            data = file.read()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", remedy=_REMEDY) from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != spec.weights_sha256:
        message = f"{path} was altered: its SHA-256 is {digest[:16]}…, spec.json says {spec.weights_sha256[:16]}…."
        raise ModelError(message, remedy=_REMEDY)
    try:
        weights = _parse_weights(data)
        members, width, features_dim = weights.hidden.shape
        dims = (features_dim, members * weights.out.shape[1])
        fits = weights.out.shape[::2] == (members, width) and weights.mean.shape == (features_dim,)
    except (SafetensorError, TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
        raise ModelError(f"{path} is not a head: {error}.", remedy=_REMEDY) from error
    if not fits or dims != (spec.features_dim, spec.embedding_dim):
        raise ModelError(f"{path} has tensors of other shapes than spec.json says.", remedy=_REMEDY)
    return weights


def _read_outfits(folder: Path) -> tuple[tuple[str, ...], ...]:
    path = folder / OUTFITS_FILE
    try:
        return tuple(tuple(str(item_id) for item_id in outfit) for outfit in read_json(path, MAX_OUTFITS_BYTES))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", remedy=_REMEDY) from error


def _as_dict(weights: HeadWeights) -> dict[str, NDArray[np.float32]]:
    return {entry.name: getattr(weights, entry.name) for entry in dataclasses.fields(weights)}
