"""The frozen part of the network as a model folder of its own, so that the encoder can run it.

Its ``features`` are the input of the trained part: the pooled maps for ``head``, the last stage's input, flattened, for
``last-stage``. Its ``embedding`` only fills the graph's second output.
"""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from deepstyle.files import locked
from deepstyle.learning.style.backbones import Backbone
from deepstyle.learning.style.build import load_backbone
from deepstyle.learning.style.config import Part
from deepstyle.learning.style.export import export_onnx
from deepstyle.learning.style.head import generalised_mean
from deepstyle.style.model import verifies, verify_model
from deepstyle.style.spec import ModelSpec, Preprocessing, write_model
from deepstyle.style.weights import Weights

VERSION: Final = 1
"""Increase it whenever the same weights would give other features."""


class Trunk(nn.Module):
    """The frozen layers: up to the maps, pooled by generalised mean (``head``), or up to the last stage."""

    def __init__(self, backbone: Backbone, part: Part) -> None:
        super().__init__()
        self.backbone, self.part = backbone, part

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, H, W) → features (B, F), and an arbitrary embedding (B, D)."""
        if self.part == "head":
            maps = self.backbone.forward_features(pixels)
            return generalised_mean(maps), maps.mean((2, 3))
        maps = self.backbone.forward_trunk(pixels)
        return maps.flatten(1), maps.mean((2, 3))


def trunk_shape(backbone: Backbone, preprocessing: Preprocessing) -> tuple[int, int, int]:
    """(C, h, w) of the last stage's input for pictures of this size."""
    pixels = torch.zeros(1, 3, preprocessing.height_px, preprocessing.width_px)
    with torch.no_grad():
        channels, height, width = backbone.forward_trunk(pixels).shape[1:]
    return channels, height, width


def ensure_trunk(weights: Weights, part: Part, cache_dir: Path) -> Path:
    """The verified model folder of the trunk below ``part``, exported into ``cache_dir`` if it is missing."""
    content = [VERSION, weights.architecture, weights.sha256, part, weights.preprocessing.fields()]
    key = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
    folder = cache_dir / "trunks" / f"{weights.architecture}-{part}-{key}"
    if verifies(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_suffix(".lock")):
        if not verifies(folder):  # another process was faster
            _export(weights, part, folder)
    return folder


def _export(weights: Weights, part: Part, folder: Path) -> None:
    """Write a temporary folder and move it to ``folder``, which is missing or damaged."""
    backbone = load_backbone(weights)
    size = weights.preprocessing
    graph = export_onnx(Trunk(backbone, part), size.height_px, size.width_px)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        write_model(unfinished, graph, _spec(weights, part, backbone, graph))
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    verify_model(folder)


def _spec(weights: Weights, part: Part, backbone: Backbone, graph: bytes) -> ModelSpec:
    channels, height, width = trunk_shape(backbone, weights.preprocessing)
    pooled = part == "head"
    return ModelSpec(
        architecture=weights.architecture,
        weights=weights.name,
        weights_sha256=weights.sha256,
        head=f"trunk below {part}",
        precision="fp32",
        features_dim=backbone.features_dim if pooled else channels * height * width,
        embedding_dim=backbone.features_dim if pooled else channels,
        preprocessing=weights.preprocessing,
        onnx_sha256=hashlib.sha256(graph).hexdigest(),
    )
