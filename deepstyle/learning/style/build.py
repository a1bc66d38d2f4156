"""Build a model folder from weights: load, add the head, export. The only way from torch to what serves.

``python -m deepstyle.learning.style.build NAME FOLDER ARCHITECTURE`` is what ``ensure_model`` starts, so that torch
never enters a process that serves.
"""

import hashlib
import json
import sys
from pathlib import Path

import torch

from deepstyle.errors import DeepstyleError, FileError, MissingDependencyError, ModelError
from deepstyle.learning.style.backbones import Backbone, create_backbone, init_random
from deepstyle.learning.style.export import export_onnx
from deepstyle.learning.style.head import EMBEDDING_DIM, RANDOM_SEED, EmbeddingNetwork, untrained_head
from deepstyle.style.recipe import head_kind
from deepstyle.style.spec import ModelSpec, write_model
from deepstyle.style.weights import TRAIN_REMEDY, Weights, file_sha256, locate_weights


def build_model(weights: Weights, folder: Path, kind: str = "") -> ModelSpec:
    """Write ``model.onnx`` and ``spec.json`` into ``folder``; raises ``ModelError`` where ``weights`` do not fit.

    ``kind`` is the head's where it is not the one that serves (``recipe.head_kind``).
    """
    kind = kind or head_kind(weights)
    backbone = load_backbone(weights)
    fed = weights.preprocessing
    graph = export_onnx(EmbeddingNetwork(backbone, untrained_head(backbone, kind)), fed.height_px, fed.width_px)
    spec = ModelSpec(
        architecture=weights.architecture,
        weights=weights.name,
        weights_sha256=weights.sha256,
        head=kind,
        precision="fp32",
        features_dim=backbone.features_dim,
        embedding_dim=EMBEDDING_DIM,
        preprocessing=fed,
        onnx_sha256=hashlib.sha256(graph).hexdigest(),
    )
    write_model(folder, graph, spec)
    return spec


def load_backbone(weights: Weights) -> Backbone:
    """The backbone with ``weights`` in it, in eval mode; raises ``ModelError`` naming what does not fit."""
    backbone = create_backbone(weights.architecture)
    if weights.name == "none":
        init_random(backbone, RANDOM_SEED)
        return backbone
    state = _read_state(weights)
    if weights.name.startswith("packaged:"):
        # Another code base's names for the same layers in the same order.
        state = dict(zip(backbone.state_dict(), state.values(), strict=True))
    _check_fit(weights, backbone.state_dict(), state)
    backbone.load_state_dict(state)
    return backbone


def _read_state(weights: Weights) -> dict[str, torch.Tensor]:
    """The tensors of a ``.pth`` of known digest, or of a safetensors file."""
    if weights.path is None or not weights.path.is_file():
        raise MissingDependencyError(f"the package that carries {weights.name} is not installed.", remedy=TRAIN_REMEDY)
    if (found := file_sha256(weights.path)) != weights.sha256:
        raise ModelError(f"{weights.path} is altered: its SHA-256 is {found}, not {weights.sha256}.")
    if weights.path.suffix == ".pth":
        pickled: dict[str, torch.Tensor] = torch.load(weights.path, map_location="cpu", weights_only=True)
        return pickled
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(weights.path)
    except SafetensorError as error:
        raise ModelError(f"{weights.path} is not a safetensors file: {error}.") from error


def _check_fit(weights: Weights, want: dict[str, torch.Tensor], have: dict[str, torch.Tensor]) -> None:
    """Raise ``ModelError`` naming the keys that are missing, unknown or of another shape."""
    # A file may leave out the counter of batch norms: inference never reads it.
    for key in want.keys() - have.keys():
        if key.endswith("num_batches_tracked"):
            have[key] = want[key]
    problems = [f"{key} is missing" for key in want.keys() - have.keys()]
    problems += [f"{key} is unknown" for key in have.keys() - want.keys()]
    problems += [
        f"{key} is {tuple(have[key].shape)}, not {tuple(want[key].shape)}"
        for key in want.keys() & have.keys()
        if have[key].shape != want[key].shape
    ]
    if problems:
        shown = "; ".join(sorted(problems)[:8]) + (f"; and {len(problems) - 8} more" if len(problems) > 8 else "")
        raise ModelError(
            f"{weights.name} does not fit {weights.architecture}: {shown}.",
            remedy="Name the architecture that these weights are for, with timm's key names.",
        )


def _main() -> int:
    """Build for ``ensure_model``; an expected error goes to stdout as JSON."""
    name, folder, architecture = sys.argv[1:]
    try:
        build_model(locate_weights(name, architecture=architecture), Path(folder))
    except (DeepstyleError, OSError) as error:
        problem = FileError.of(error) if isinstance(error, OSError) else error
        json.dump({"kind": type(problem).__name__, "message": problem.message, "remedy": problem.remedy}, sys.stdout)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(_main())
