"""Published models as their own libraries build them: timm, open_clip and transformers, with weights of safetensors.

Only conversion uses them, and nothing here connects to a hub: networks are built from the configuration files of a
repository, without pretrained weights, and then loaded.
"""

import importlib
from collections.abc import Callable, Mapping
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

    def __init__(self, pool: Callable[[Tensor], Tensor], project: Callable[[Tensor], Tensor] | None, owner: nn.Module):
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
    network = build_network(model, files)
    weights = next(path for file, path in files.items() if file.endswith(".safetensors"))
    _load(network, weights, model)
    return _TOWERS[model.library](network.eval())


def build_network(model: PublishedModel, files: Mapping[str, Path]) -> nn.Module:
    """The untrained network of ``model``, as its library builds it from its architecture or its configuration files."""
    network: nn.Module = _BUILDERS[model.library](model, files)
    return network


def import_library(name: Library) -> ModuleType:
    """Import a library of models; raises ``MissingDependencyError``."""
    try:
        if name != "transformers":
            _import_torchvision()
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingDependencyError(
            f"{name} cannot be imported: {error}.",
            remedy="Install what converts published models: pip install 'deepstyle[models]'.",
        ) from error


def _import_torchvision() -> None:
    """Import torchvision, also where its compiled part is for another build of torch than the one installed.

    Then two of its operators are unknown, and registering their shapes fails. They are declared, never computed: nothing
    here detects objects.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError:
        library = torch.library.Library("torchvision", "DEF")
        for operator in ("nms", "qnms"):
            library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _DECLARED.append(library)
        importlib.import_module("torchvision")


_DECLARED: Final[list[Any]] = []
"""The declarations, which end with their object."""


def _load(network: nn.Module, path: Path, model: PublishedModel) -> None:
    """Load a safetensors file; raises ``ModelError`` naming the tensors that do not fit."""
    try:
        state = load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path} is not a safetensors file: {error}.", remedy="Pull the weights again.") from error
    expected = network.state_dict()
    if not expected.keys() & state.keys():
        state = {key.removeprefix(WRAPPER_PREFIX): tensor for key, tensor in state.items()}
    missing = [key for key in expected.keys() - state.keys() if not key.endswith(COUNTERS)]
    unknown = [key for key in state.keys() - expected.keys() if not _is_left_out(key, network)]
    shapes = [key for key in expected.keys() & state.keys() if expected[key].shape != state[key].shape]
    problems = [*(f"{key} is missing" for key in missing), *(f"{key} is unknown" for key in unknown)]
    problems += [f"{key} is {tuple(state[key].shape)}, not {tuple(expected[key].shape)}" for key in shapes]
    if problems:
        shown = "; ".join(sorted(problems)[:8]) + (f"; and {len(problems) - 8} more" if len(problems) > 8 else "")
        raise ModelError(
            f"{path.name} of {model.repository} does not fit {model.architecture}: {shown}.",
            remedy="Report it: the repository has other weights than deepstyle knows.",
        )
    network.load_state_dict(state, strict=False)


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
    library = import_library("transformers")
    config = library.AutoConfig.from_pretrained(files["config.json"].parent, local_files_only=True)
    if config.model_type != model.architecture:
        raise ModelError(f"{files['config.json']} describes a {config.model_type}, not a {model.architecture}.")
    return library.AutoModel.from_config(config)


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
_TOWERS: Final[Mapping[Library, Callable[[Any], Towers]]] = {
    "timm": _timm_towers,
    "open_clip": _open_clip_towers,
    "transformers": _transformers_towers,
}
