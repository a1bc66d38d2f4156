"""What is built from weights that were not trained further: which head, and a key that identifies the result."""

import hashlib
import json
from typing import Final

from deepstyle.style.architectures import ARCHITECTURES, DEFAULT_ARCHITECTURE
from deepstyle.style.weights import Weights

VERSION: Final = 5
"""Increase it whenever the same weights would give another graph: head, pooling or export."""

DEMO_HEAD: Final = "demo-512"
CLOTHING_HEAD: Final = "clothing-512"
RANDOM_HEAD: Final = "random-512"
DEMO_HEAD_SHA256: Final = "233fc06920ec8d45142d8e2d423187aaeb90e23f3f63a6279eb5602f94321214"
"""The digest of the file that ``deepstyle.learning.style.demo_head`` wrote; the packaged model carries its matrix."""


def head_kind(weights: Weights) -> str:
    """The head that serves with weights that were not trained further: for the default's, the demo catalogue's."""
    return DEMO_HEAD if is_default(weights) else start_kind(weights)


def is_default(weights: Weights) -> bool:
    """Whether these are the weights of the packaged model."""
    package = ARCHITECTURES[DEFAULT_ARCHITECTURE].package
    return package is not None and weights.sha256 == package.sha256


def start_kind(weights: Weights) -> str:
    """The head that needs no data; the classifier of random weights has no directions worth keeping."""
    return RANDOM_HEAD if weights.name == "none" else CLOTHING_HEAD


def recipe_key(weights: Weights) -> str:
    """16 hex digits that change whenever the built model would."""
    kind = head_kind(weights)
    values = [VERSION, weights.architecture, weights.sha256, kind, weights.preprocessing.fields()]
    if kind == DEMO_HEAD:
        values.append(DEMO_HEAD_SHA256)
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]
