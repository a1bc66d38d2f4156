"""Backbones: small torch networks with timm's parameter names, so that timm's weights load into them by name.

Only learning and conversion use them; what serves reads the exported ONNX graph. Every module here defines
``BUILDERS``, the networks that it can build, by architecture; ``style.architectures`` has the preprocessing of each.
"""

import importlib
import pkgutil
from collections.abc import Callable
from functools import lru_cache

import torch
from torch import nn

from deepstyle.errors import UnknownModelError
from deepstyle.learning.style.backbones.backbone import Backbone

__all__ = ["Backbone", "create_backbone", "init_random"]


def create_backbone(architecture: str) -> Backbone:
    """The untrained backbone of this name, in eval mode; raises ``UnknownModelError`` for an unknown name."""
    builders = _builders()
    if architecture not in builders:
        raise UnknownModelError(
            f"there is no architecture named {architecture!r}.", remedy=f"Use one of {', '.join(sorted(builders))}."
        )
    return builders[architecture]().eval()


@lru_cache(maxsize=1)
def _builders() -> dict[str, Callable[[], Backbone]]:
    """The builders of all modules in this package."""
    builders: dict[str, Callable[[], Backbone]] = {}
    for module in pkgutil.iter_modules(__path__):
        builders |= getattr(importlib.import_module(f"{__name__}.{module.name}"), "BUILDERS", {})
    return builders


def init_random(backbone: Backbone, seed: int) -> None:
    """Fill ``backbone`` with He-normal convolutions (He et al. 2015) that depend only on ``seed``."""
    generator = torch.Generator().manual_seed(seed)
    for module in backbone.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu", generator=generator)
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.01, generator=generator)
            nn.init.zeros_(module.bias)
