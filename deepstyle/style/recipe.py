"""What is built from weights that were not trained further: which head, and a key that names the result."""

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Final

from deepstyle.style.weights import DEFAULT_PACKAGED, PACKAGED, Weights, file_sha256

VERSION: Final = 5
"""Raise it whenever the same weights would build another graph: head, pooling or export."""

DEMO_HEAD: Final = "demo-512"
CLOTHING_HEAD: Final = "clothing-512"
RANDOM_HEAD: Final = "random-512"
DEMO_HEAD_FILE: Final = Path(__file__).with_name("packaged") / "demo-512.safetensors"
"""The default's head, float16 (512, 1280): ``deepstyle.learning.style.demo_head`` made it from the demo catalogue."""


def head_kind(weights: Weights) -> str:
    """The head that serves with ``weights`` as they come: for the default, the one that comes with the project."""
    if weights.sha256 == PACKAGED[DEFAULT_PACKAGED].sha256:
        return DEMO_HEAD
    return start_kind(weights)


def start_kind(weights: Weights) -> str:
    """The head that needs no data at all; a random classifier has no directions worth keeping."""
    return RANDOM_HEAD if weights.name == "none" else CLOTHING_HEAD


def recipe_key(weights: Weights) -> str:
    """16 hex digits that change whenever the built model would."""
    fed, kind = dataclasses.asdict(weights.preprocessing), head_kind(weights)
    told = [VERSION, weights.architecture, weights.sha256, kind, fed]
    if kind == DEMO_HEAD:
        told.append(file_sha256(DEMO_HEAD_FILE))
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
