"""Build a model folder from weights: load them, add a head, export. Nothing else leads from torch to what serves.

``ensure_model`` runs ``python -m deepstyle.learning.style.build NAME FOLDER ARCHITECTURE``, so that a process that
serves never loads torch.
"""

import hashlib
import sys
from pathlib import Path

import torch

from deepstyle.errors import MissingDependencyError, ModelError
from deepstyle.learning.style.backbones import Backbone, create_backbone, init_random
from deepstyle.learning.style.export import export_onnx
from deepstyle.learning.style.head import EMBEDDING_DIM, RANDOM_SEED, EmbeddingNetwork, linear_head, untrained_head
from deepstyle.learning.style.reported import reported
from deepstyle.style.recipe import head_kind
from deepstyle.style.spec import ModelSpec, write_model
from deepstyle.style.weights import TRAIN_REMEDY, Weights, file_sha256, locate_weights


def build_model(weights: Weights, folder: Path, kind: str = "") -> ModelSpec:
    """Write ``model.onnx`` and ``spec.json`` into ``folder``; raises ``ModelError`` where ``weights`` do not fit.

    ``kind`` is the head's, where it is not the default of these weights (``recipe.head_kind``).
    """
    graph, spec = export_model(weights, kind or head_kind(weights))
    write_model(folder, graph, spec)
    return spec


def export_model(weights: Weights, kind: str, projection: torch.Tensor | None = None) -> tuple[bytes, ModelSpec]:
    """The ONNX graph of ``weights`` with an untrained head of this kind, and its spec.

    ``projection`` (D, F) is the head's matrix where ``untrained_head`` shall not choose it.
    """
    backbone, preprocessing = load_backbone(weights), weights.preprocessing
    head = untrained_head(backbone, kind) if projection is None else linear_head(projection)
    graph = export_onnx(EmbeddingNetwork(backbone, head), preprocessing.height_px, preprocessing.width_px)
    spec = ModelSpec(
        architecture=weights.architecture,
        weights=weights.name,
        weights_sha256=weights.sha256,
        head=kind,
        precision="fp32",
        features_dim=backbone.features_dim,
        embedding_dim=EMBEDDING_DIM,
        preprocessing=preprocessing,
        onnx_sha256=hashlib.sha256(graph).hexdigest(),
    )
    return graph, spec


def load_backbone(weights: Weights) -> Backbone:
    """The backbone with ``weights`` loaded, in eval mode; raises ``ModelError`` naming what does not fit."""
    backbone = create_backbone(weights.architecture)
    if weights.name == "none":
        init_random(backbone, RANDOM_SEED)
        return backbone
    state = _read_state(weights)
    if weights.name.startswith("packaged:"):
        # The package names the same layers differently, in the same order.
        state = dict(zip(backbone.state_dict(), state.values(), strict=True))
    _check_fit(weights, backbone.state_dict(), state)
    backbone.load_state_dict(state)
    return backbone


def _read_state(weights: Weights) -> dict[str, torch.Tensor]:
    """The tensors of a ``.pth`` file of known digest, or of a safetensors file."""
    if weights.path is None or not weights.path.is_file():
        raise MissingDependencyError(f"the package that carries {weights.name} is not installed.", remedy=TRAIN_REMEDY)
    if (found := file_sha256(weights.path)) != weights.sha256:
        raise ModelError(f"{weights.path} was altered: its SHA-256 is {found}, not {weights.sha256}.")
    if weights.path.suffix == ".pth":
        tensors: dict[str, torch.Tensor] = torch.load(weights.path, map_location="cpu", weights_only=True)
        return tensors
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(weights.path)
    except SafetensorError as error:
        raise ModelError(f"{weights.path} is not a safetensors file: {error}.") from error


def _check_fit(weights: Weights, expected: dict[str, torch.Tensor], found: dict[str, torch.Tensor]) -> None:
    """Raise ``ModelError`` naming the keys that are missing, unknown or of another shape."""
    # A file may omit the counters of batch norms, which inference never reads.
    for key in expected.keys() - found.keys():
        if key.endswith("num_batches_tracked"):
            found[key] = expected[key]
    problems = [f"{key} is missing" for key in expected.keys() - found.keys()]
    problems += [f"{key} is unknown" for key in found.keys() - expected.keys()]
    problems += [
        f"{key} is {tuple(found[key].shape)}, not {tuple(expected[key].shape)}"
        for key in expected.keys() & found.keys()
        if found[key].shape != expected[key].shape
    ]
    if problems:
        shown = "; ".join(sorted(problems)[:8]) + (f"; and {len(problems) - 8} more" if len(problems) > 8 else "")
        raise ModelError(
            f"{weights.name} does not fit {weights.architecture}: {shown}.",
            remedy="Name the architecture that these weights are for, with timm's key names.",
        )


def _main() -> int:
    """Build for ``ensure_model``; an expected error is written to stdout as JSON."""
    name, folder, architecture = sys.argv[1:]
    return reported(lambda: build_model(locate_weights(name, architecture=architecture), Path(folder)))


if __name__ == "__main__":
    sys.exit(_main())
