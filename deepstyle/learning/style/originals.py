"""Published models as their own libraries build them: timm, open_clip and transformers, with weights of safetensors.

Only conversion uses them, and nothing here connects to a hub: networks are built from the configuration files of a
repository, without pretrained weights, and then loaded.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from deepstyle.errors import MissingDependencyError, ModelError
from deepstyle.style.published import Library, PublishedModel

WRAPPER_PREFIX: Final = "model."
"""Some repositories save a network inside a wrapper, which puts this before the names of all tensors."""
COUNTERS: Final = ("num_batches_tracked", "position_ids")
"""Buffers that inference never reads or that are constant; a file may have them or not."""


@dataclass(frozen=True, slots=True)
class Towers:
    """``image``: pixels (B, 3, H, W) → features (B, F), embedding (B, D). ``text``: tokens (B, L) int64 → (B, D)."""

    image: nn.Module
    text: nn.Module | None


class ImageTower(nn.Module):
    """Pooled features, and what ``project`` makes of them: the embedding. Without it, the features of unit norm."""

    def __init__(
        self, pool: Callable[[Tensor], Tensor], project: Callable[[Tensor], Tensor] | None, owner: nn.Module
    ) -> None:
        super().__init__()
        self.owner, self._pool, self._project = owner, pool, project

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, H, W) float32, normalised → (B, F), (B, D)."""
        features = self._pool(pixels)
        # The graph needs two outputs that differ, and the encoder normalises anyway.
        return features, self._project(features) if self._project else F.normalize(features, dim=-1)


class TextTower(nn.Module):
    """The embedding of tokens."""

    def __init__(self, embed: Callable[[Tensor], Tensor], owner: nn.Module) -> None:
        super().__init__()
        self.owner, self._embed = owner, embed

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, L) int64 → (B, D)."""
        return self._embed(tokens)


def load_original(model: PublishedModel, files: Mapping[str, Path]) -> Towers:
    """The network of ``model`` with the weights of ``files``, its repository's files by name, in eval mode.

    Raises ``ModelError`` where the weights are not those of this network, ``MissingDependencyError`` where its library
    is not installed.
    """
    network = _LOADERS[model.library](model, files)
    return _TOWERS[model.library](network.eval())


def build_network(model: PublishedModel, files: Mapping[str, Path]) -> nn.Module:
    """The network of ``model`` as its library builds it from its architecture or its configuration, untrained."""
    network: nn.Module = _BUILDERS[model.library](model, files)
    return network


def import_library(name: Library) -> ModuleType:
    """Import a library of models; raises ``MissingDependencyError``."""
    try:
        _import_torchvision()
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingDependencyError(
            f"{name} cannot be imported: {error}.",
            remedy="Install what converts published models: pip install 'deepstyle[models]'.",
        ) from error


def _import_torchvision() -> None:
    """Import torchvision, also where its compiled part is for another build of torch than the one installed.

    Then two of its operators are unknown, and registering their shapes fails. They are declared, never computed:
    nothing here detects objects.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError:
        library = _Library("torchvision", "DEF")
        for operator in ("nms", "qnms"):
            library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _DECLARED.append(library)
        importlib.import_module("torchvision")


_Library: Final[Any] = torch.library.Library
_DECLARED: Final[list[Any]] = []
"""The declarations, which end with their object."""


def _load_by_name(model: PublishedModel, files: Mapping[str, Path]) -> Any:
    """The network with its safetensors file; raises ``ModelError`` naming the tensors that do not fit."""
    network, path = build_network(model, files), _weights_file(files)
    try:
        state = load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path} is not a safetensors file: {error}.", remedy="Pull the weights again.") from error
    expected = network.state_dict()
    if not expected.keys() & state.keys():
        state = {key.removeprefix(WRAPPER_PREFIX): tensor for key, tensor in state.items()}
    both = expected.keys() & state.keys()
    shapes = {key: (state[key].shape, expected[key].shape) for key in both if state[key].shape != expected[key].shape}
    missing = [key for key in expected.keys() - state.keys() if not key.endswith(COUNTERS)]
    unknown = [key for key in state.keys() - expected.keys() if not _is_left_out(key, network)]
    _check_fit(model, missing, unknown, shapes)
    network.load_state_dict(state, strict=False)
    return network


def _load_transformers(model: PublishedModel, files: Mapping[str, Path]) -> Any:
    """As ``_load_by_name``, by the library itself, which knows the names that its older versions wrote."""
    library, folder = import_library("transformers"), files["config.json"].parent
    _transformers_config(model, files)
    network, report = library.AutoModel.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, output_loading_info=True, ignore_mismatched_sizes=True
    )
    shapes = {key: (found, expected) for key, found, expected in report["mismatched_keys"]}
    unknown = [key for key in report["unexpected_keys"] if not key.endswith(COUNTERS)]
    _check_fit(model, list(report["missing_keys"]), unknown, shapes)
    return network


def _check_fit(
    model: PublishedModel, missing: Sequence[str], unknown: Sequence[str], shapes: Mapping[str, tuple[Any, Any]]
) -> None:
    problems = [*(f"{key} is missing" for key in missing), *(f"{key} is unknown" for key in unknown)]
    problems += [f"{key} is {tuple(found)}, not {tuple(expected)}" for key, (found, expected) in shapes.items()]
    if problems:
        shown = "; ".join(sorted(problems)[:8]) + (f"; and {len(problems) - 8} more" if len(problems) > 8 else "")
        raise ModelError(
            f"the weights of {model.repository} do not fit {model.architecture}: {shown}.",
            remedy="Report it: the repository has other weights than deepstyle knows.",
        )


def _weights_file(files: Mapping[str, Path]) -> Path:
    return next(path for file, path in files.items() if file.endswith(".safetensors"))


def _is_left_out(key: str, network: nn.Module) -> bool:
    """Whether a tensor of the file belongs to what is not built: a classifier, or a constant."""
    classifier = getattr(network, "default_cfg", {}).get("classifier") or ()
    names = (classifier,) if isinstance(classifier, str) else tuple(classifier)
    return key.endswith(COUNTERS) or key.startswith(tuple(f"{name}." for name in names))


def _build_timm(model: PublishedModel, files: Mapping[str, Path]) -> Any:
    return import_library("timm").create_model(model.architecture, pretrained=False, num_classes=0)


def _build_open_clip(model: PublishedModel, files: Mapping[str, Path]) -> Any:
    library = import_library("open_clip")
    folder = files["open_clip_config.json"].parent
    return library.create_model(f"local-dir:{folder}", load_weights=False, pretrained_text=False)


def _build_transformers(model: PublishedModel, files: Mapping[str, Path]) -> Any:
    return import_library("transformers").AutoModel.from_config(_transformers_config(model, files))


def _transformers_config(model: PublishedModel, files: Mapping[str, Path]) -> Any:
    folder = files["config.json"].parent
    config = import_library("transformers").AutoConfig.from_pretrained(folder, local_files_only=True)
    if config.model_type != model.architecture:
        raise ModelError(f"{files['config.json']} describes a {config.model_type}, not a {model.architecture}.")
    return config


def _timm_towers(network: Any) -> Towers:
    return Towers(ImageTower(network, None, network), None)


def _open_clip_towers(network: Any) -> Towers:
    visual = network.visual
    text = TextTower(network.encode_text, network)
    if hasattr(visual, "trunk"):  # a network of timm, and layers on top of it, if any
        head = visual.head if len(visual.head) else None
        return Towers(ImageTower(visual.trunk, head, visual), text)
    projection = visual.proj
    visual.proj = None
    return Towers(ImageTower(visual, lambda features: features @ projection, visual), text)


def _transformers_towers(network: Any) -> Towers:
    if not hasattr(network, "visual_projection"):
        return Towers(ImageTower(lambda pixels: network(pixels).pooler_output, None, network), None)

    def pool(pixels: Tensor) -> Tensor:
        pooled: Tensor = network.vision_model(pixel_values=pixels).pooler_output
        return pooled

    def embed(tokens: Tensor) -> Tensor:
        embedding: Tensor = network.text_projection(network.text_model(input_ids=tokens).pooler_output)
        return embedding

    image = ImageTower(pool, network.visual_projection, network)
    return Towers(image, TextTower(embed, network))


_BUILDERS: Final[Mapping[Library, Callable[[PublishedModel, Mapping[str, Path]], Any]]] = {
    "timm": _build_timm,
    "open_clip": _build_open_clip,
    "transformers": _build_transformers,
}
_LOADERS: Final[Mapping[Library, Callable[[PublishedModel, Mapping[str, Path]], Any]]] = {
    "timm": _load_by_name,
    "open_clip": _load_by_name,
    "transformers": _load_transformers,
}
_TOWERS: Final[Mapping[Library, Callable[[Any], Towers]]] = {
    "timm": _timm_towers,
    "open_clip": _open_clip_towers,
    "transformers": _transformers_towers,
}
