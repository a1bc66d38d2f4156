"""The garments in a photo: one pass of a small network that labels pixels, computed by OpenVINO on the CPU.

Nothing of a person is kept: the labels are of garments alone, and the photo is not stored.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import ModelError
from deepstyle.looks.categories import GARMENTS
from deepstyle.looks.decision import Decision
from deepstyle.looks.garment import Garments
from deepstyle.looks.letterbox import letterbox
from deepstyle.looks.parse import in_photo, read_garments
from deepstyle.platform import usable_cores
from deepstyle.style import runtime as ov

PACKAGED: Final = Path(__file__).parent / "packaged"
MODEL_FILE: Final = "garments.onnx"
SPEC_FILE: Final = "spec.json"
GARMENTS_SIDE_PX: Final = 384
"""The least length of a photo's sides after decoding."""


@dataclass(frozen=True, slots=True)
class DetectorSpec:
    """The detector's input size, how each category is read from its graph's output, and the digest of that graph."""

    height_px: int
    width_px: int
    decisions: Mapping[str, Decision]
    onnx_sha256: str


class GarmentDetector:
    """A compiled detector; safe to call from several threads at once."""

    def __init__(self, spec: DetectorSpec, compiled: Any, requests: int = 2) -> None:
        self.spec = spec
        self._requests = ov.Requests(compiled, requests, np.zeros((1, spec.height_px, spec.width_px, 3), np.uint8))

    def detect(self, rgb: NDArray[np.uint8]) -> Garments:
        """The garments of the largest person in a photo (H, W, 3) uint8 of any size, best first."""
        framed, place = letterbox(rgb, self.spec.height_px, self.spec.width_px)
        logits, presence = self.logits(framed)
        return read_garments(in_photo(logits, place), presence, self.spec.decisions)

    def logits(self, framed: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Of the pixels of a frame, (1 + G, H/2, W/2), and of the garments, (G,)."""
        with self._requests.one() as request:
            ov.run(request, framed[None])
            return request.get_tensor("logits").data[0].copy(), request.get_tensor("presence").data[0].copy()


def packaged_detector(threads: int = 0) -> GarmentDetector:
    """The detector in the package, on ``threads`` cores (0: all that may be used); raises ``ModelError``."""
    return open_detector(PACKAGED, threads)


def open_detector(folder: Path, threads: int = 0) -> GarmentDetector:
    """The detector in ``folder``; raises ``ModelError`` where it is incomplete or altered."""
    try:
        values = json.loads((folder / SPEC_FILE).read_text(encoding="utf-8"))
        spec = _spec(values)
        data = (folder / MODEL_FILE).read_bytes()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder} has no garment detector: {error}.", remedy="Install deepstyle again.") from error
    if hashlib.sha256(data).hexdigest() != spec.onnx_sha256:
        raise ModelError(f"{folder / MODEL_FILE} was altered.", remedy="Install deepstyle again.")
    return GarmentDetector(spec, _compile(data, spec, threads or usable_cores()))


def _spec(values: Mapping[str, Any]) -> DetectorSpec:
    decisions = {name: Decision(**values["decisions"][name]) for name in GARMENTS}
    return DetectorSpec(values["height_px"], values["width_px"], decisions, values["onnx_sha256"])


def _compile(data: bytes, spec: DetectorSpec, threads: int) -> Any:
    """Compile for (1, H, W, 3) uint8 input."""
    try:
        graph = ov.Core().read_model(data)
        graph.reshape({"pixels": [1, 3, spec.height_px, spec.width_px]})
    except RuntimeError as error:
        raise ModelError(f"the garment detector does not load: {error}.", remedy="Install deepstyle again.") from error
    return ov.compile_for_pictures(graph, threads=threads)
