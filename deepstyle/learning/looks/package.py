"""The packaged garment detector: trained, exported as ONNX with float16 weights, with a notice of where it is from."""

import hashlib
import json
from collections.abc import Mapping
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

PRESENCE_SHARE = 0.5
"""How much the log-probability that a garment is there adds to the logits of its pixels (research/garments.md)."""


class ServedDetector(nn.Module):
    """The network as it is served: from (B, 3, H, W) to classes (B, H, W) uint8 and presence (B, G)."""

    def __init__(self, network: GarmentNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """The most probable class of each pixel, and the probability of each garment."""
        logits, presence = self.network(pixels)
        there = F.logsigmoid(presence) * PRESENCE_SHARE
        background, garments = logits[:, :1], logits[:, 1:] + there[:, :, None, None]
        logits = F.interpolate(
            torch.cat([background, garments], 1), scale_factor=4.0, mode="bilinear", align_corners=False
        )
        return logits.argmax(1).to(torch.uint8), presence.sigmoid()


def write_detector(
    network: GarmentNetwork, folder: Path, size: tuple[int, int], least_scores: Mapping[str, float], **facts: object
) -> None:
    """Write the detector for photos of ``size`` (height, width) px with the ``facts`` of its training."""
    graph = export_graph(ServedDetector(network), torch.zeros(2, 3, *size), "pixels", ("classes", "presence"))
    data = compress(graph)
    spec = {
        "height_px": size[0],
        "width_px": size[1],
        "garments": list(GARMENTS),
        "least_scores": dict(least_scores),
        "onnx_sha256": hashlib.sha256(data).hexdigest(),
        **facts,
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder / MODEL_FILE, data)
    write_atomic(folder / SPEC_FILE, (json.dumps(spec, indent=2) + "\n").encode())
