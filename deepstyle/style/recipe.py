"""What is built from weights that were not trained further: which head, and a key that names the result."""

import dataclasses
import hashlib
import json
from typing import Final

from deepstyle.style.weights import Weights

VERSION: Final = 3
"""Raise it whenever the same weights would build another graph: head, pooling or export."""

CLOTHING_HEAD: Final = "clothing-512"
RANDOM_HEAD: Final = "random-512"


def head_kind(weights: Weights) -> str:
    """The untrained head that goes with ``weights``; a random classifier has no directions worth keeping."""
    return RANDOM_HEAD if weights.name == "none" else CLOTHING_HEAD


def recipe_key(weights: Weights) -> str:
    """16 hex digits that change whenever the built model would."""
    fed = dataclasses.asdict(weights.preprocessing)
    told = [VERSION, weights.architecture, weights.sha256, head_kind(weights), fed]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
