"""Backbones: small torch modules with timm's key names, so that timm's weights load into them by name.

Train-time only; what serves reads the exported ONNX graph.
"""

from torch import nn

from deepstyle.errors import UnknownModelError
from deepstyle.learning.style.backbones.efficientnet_lite import EfficientNetLite, efficientnet_lite
from deepstyle.learning.style.backbones.resnet import ResNet, resnet50
from deepstyle.style.weights import ARCHITECTURES

Backbone = ResNet | EfficientNetLite
"""A backbone has ``forward_features`` (B, 3, H, W) → (B, features_dim, h, w), and a ``classifier_weight``."""

__all__ = ["Backbone", "create_backbone", "init_random"]


def create_backbone(architecture: str) -> Backbone:
    """The untrained backbone of this name, in eval mode; raises ``UnknownModelError`` for a name not known."""
    if architecture == "resnet50":
        return resnet50().eval()
    if architecture.startswith("tf_efficientnet_lite") and architecture in ARCHITECTURES:
        return efficientnet_lite(architecture).eval()
    raise UnknownModelError(
        f"no architecture is called {architecture!r}.", remedy=f"Use one of {', '.join(ARCHITECTURES)}."
    )


def init_random(backbone: Backbone, seed: int) -> None:
    """Fill ``backbone`` with He-normal convolutions (He et al. 2015) that depend on nothing but ``seed``."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    for module in backbone.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu", generator=generator)
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.01, generator=generator)
            nn.init.zeros_(module.bias)
