"""The packaged garment detector: trained, exported as ONNX with float16 weights, with a notice of where it is from."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from deepstyle.files import write_atomic
from deepstyle.learning.looks.network import GarmentNetwork
from deepstyle.learning.style.compress import compress
from deepstyle.learning.style.export import export_graph
from deepstyle.looks.categories import GARMENTS
from deepstyle.looks.detector import MODEL_FILE, SPEC_FILE
from deepstyle.looks.parse import SCALE, Decisions


class ServedDetector(nn.Module):
    """The network as it is served: (B, 3, H, W) to logits of pixels (B, 1 + G, H/2, W/2), of garments (B, G)."""

    def __init__(self, network: GarmentNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Logits at half the photo's size."""
        logits, presence = self.network(pixels)
        scale = float(4 // SCALE)
        return F.interpolate(logits, scale_factor=scale, mode="bilinear", align_corners=False), presence


def write_detector(
    network: GarmentNetwork, folder: Path, size: tuple[int, int], decisions: Decisions, **facts: object
) -> None:
    """Write the detector for photos of ``size`` (height, width) px with the ``facts`` of its training."""
    graph = export_graph(ServedDetector(network), torch.zeros(2, 3, *size), "pixels", ("logits", "presence"))
    data = compress(graph)
    spec = {
        "height_px": size[0],
        "width_px": size[1],
        "garments": list(GARMENTS),
        "decisions": _fields(decisions),
        "onnx_sha256": hashlib.sha256(data).hexdigest(),
        **facts,
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder / MODEL_FILE, data)
    _write_spec(folder, spec)


def write_decisions(folder: Path, decisions: Decisions) -> None:
    """Replace the decisions of the detector in ``folder``."""
    spec = json.loads((folder / SPEC_FILE).read_text(encoding="utf-8"))
    _write_spec(folder, spec | {"decisions": _fields(decisions)})


def _fields(decisions: Decisions) -> dict[str, dict[str, object]]:
    return {name: asdict(decision) for name, decision in decisions.items()}


def _write_spec(folder: Path, spec: dict[str, object]) -> None:
    write_atomic(folder / SPEC_FILE, (json.dumps(spec, indent=2) + "\n").encode())
