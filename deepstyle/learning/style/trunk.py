"""The part of the network that does not learn, as a model folder of its own, so that the encoder can run it.

Its ``features`` are what the learning part starts from: the pooled maps for ``head``, the last stage's input,
flattened, for ``last-stage``. Its ``embedding`` only fills the graph's second output.
"""

import dataclasses
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
"""Raise it whenever the same weights would give other features."""


class Trunk(nn.Module):
    """What is computed once: maps pooled by generalised mean (``head``), or the last stage's input."""

    def __init__(self, backbone: Backbone, part: Part) -> None:
        super().__init__()
        self.backbone, self.part = backbone, part

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, H, W) → features (B, F), and something (B, D) that has a length."""
        if self.part == "head":
            maps = self.backbone.forward_features(pixels)
            return generalised_mean(maps), maps.mean((2, 3))
        maps = self.backbone.forward_trunk(pixels)
        return maps.flatten(1), maps.mean((2, 3))


def trunk_shape(backbone: Backbone, fed: Preprocessing) -> tuple[int, int, int]:
    """(C, h, w) of the last stage's input for pictures of this size."""
    with torch.no_grad():
        channels, height, width = backbone.forward_trunk(torch.zeros(1, 3, fed.height_px, fed.width_px)).shape[1:]
    return channels, height, width


def ensure_trunk(weights: Weights, part: Part, cache_dir: Path) -> Path:
    """The verified model folder of the trunk below ``part``, exported into ``cache_dir`` where it is not there."""
    told = [VERSION, weights.architecture, weights.sha256, part, dataclasses.asdict(weights.preprocessing)]
    key = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    folder = cache_dir / "trunks" / f"{weights.architecture}-{part}-{key}"
    if verifies(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_suffix(".lock")):
        if not verifies(folder):  # another process was faster
            _export(weights, part, folder)
    return folder


def _export(weights: Weights, part: Part, folder: Path) -> None:
    """Write the folder beside its place and move it there, where there is none or a damaged one."""
    backbone = load_backbone(weights)
    fed = weights.preprocessing
    graph = export_onnx(Trunk(backbone, part), fed.height_px, fed.width_px)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        write_model(unfinished, graph, _spec(weights, part, backbone, fed, graph))
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    verify_model(folder)


def _spec(weights: Weights, part: Part, backbone: Backbone, fed: Preprocessing, graph: bytes) -> ModelSpec:
    channels, height, width = trunk_shape(backbone, fed)
    pooled = part == "head"
    return ModelSpec(
        architecture=weights.architecture,
        weights=weights.name,
        weights_sha256=weights.sha256,
        head=f"trunk below {part}",
        precision="fp32",
        features_dim=backbone.features_dim if pooled else channels * height * width,
        embedding_dim=backbone.features_dim if pooled else channels,
        preprocessing=fed,
        onnx_sha256=hashlib.sha256(graph).hexdigest(),
    )
