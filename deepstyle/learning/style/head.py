"""The head: backbone features → 512-D embedding, and its start values, which need no training data."""

from collections.abc import Sequence
from typing import Final, Literal

import torch
from torch import Tensor, nn

from deepstyle.learning.style.backbones import Backbone
from deepstyle.learning.style.clothing_classes import CLOTHING_CLASSES
from deepstyle.learning.style.compress import stored_weight
from deepstyle.style.model import LITE2_MODEL
from deepstyle.style.recipe import CLOTHING_HEAD, DEMO_HEAD, RANDOM_HEAD, start_kind
from deepstyle.style.spec import MODEL_FILE
from deepstyle.style.weights import Weights

Features = Literal["last", "middle"]

EMBEDDING_DIM: Final = 512
RANDOM_SEED: Final = 0
GEM_POWER: Final = 3
HEAD_WEIGHT: Final = "head.weight"
"""The name of the head's matrix in the exported graph."""
CLOTHING_WEIGHT: Final = 1.5
"""The scale of the differences between kinds of clothes (chosen with ``research/backbone.py``)."""


class EmbeddingNetwork(nn.Module):
    """A backbone, pooling and a linear head: what is exported.

    ``features`` are averages over the picture: ``last`` of the last stage, ``middle`` of the stages in the middle,
    with the standard deviations (``research/outfit_features.md``). The embedding is computed from generalised means
    (GeM; Radenović et al. 2018, equation 2, with p = 3), which weight the places where an activation is strong.
    """

    def __init__(self, backbone: Backbone, head: nn.Linear, features: Features = "last") -> None:
        super().__init__()
        self.backbone = backbone
        self.head = head
        self.features = features

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, H, W) float32, normalised → features (B, F), embedding (B, D), which has any length."""
        stages = self.backbone.forward_stages(pixels)
        maps = self.backbone.forward_last_stage(stages[-1])
        middle = self.features == "middle"
        features = statistics(stages[self.backbone.middle_stage :]) if middle else maps.mean((2, 3))
        return features, self.head(generalised_mean(maps))


def statistics(stages: Sequence[Tensor]) -> Tensor:
    """Maps (B, C, h, w) → (B, F): the mean and the standard deviation of each channel, stage by stage."""
    values: list[Tensor] = []
    for maps in stages:
        mean = maps.mean((2, 3), keepdim=True)
        values += [mean.flatten(1), (maps - mean).square().mean((2, 3)).clamp(min=1e-12).sqrt()]
    return torch.cat(values, 1)


def generalised_mean(maps: Tensor) -> Tensor:
    """(B, F, h, w), not negative → (B, F): the cube root of the mean cube."""
    return (maps * maps * maps).mean((2, 3)).clamp(min=1e-12).pow(1 / GEM_POWER)


def untrained_head(backbone: Backbone, kind: str) -> nn.Linear:
    """The head of this ``kind`` (``recipe.head_kind``) for ``backbone``, which needs no data of the shop."""
    if kind == DEMO_HEAD:
        return linear_head(packaged_head())
    if kind == CLOTHING_HEAD:
        return linear_head(clothing_projection(backbone.classifier_weight))
    assert kind == RANDOM_HEAD
    return linear_head(random_rows(EMBEDDING_DIM, torch.empty(0, backbone.features_dim, dtype=torch.float64)))


def initial_head(backbone: Backbone, weights: Weights, embedding_dim: int) -> nn.Linear:
    """The first ``embedding_dim`` directions of the head that needs no data: those of clothes come first."""
    return linear_head(untrained_head(backbone, start_kind(weights)).weight[:embedding_dim].detach())


def linear_head(projection: Tensor) -> nn.Linear:
    """A head with this matrix (D, F), rounded to five decimals.

    So the last digits of one machine's linear algebra do not change the model's digest, and the matrix can be read back
    from a graph that stores it as float16.
    """
    head = nn.Linear(projection.shape[1], projection.shape[0], bias=False)
    with torch.no_grad():
        head.weight.copy_(projection.double().round(decimals=5))
    return head


def packaged_head() -> Tensor:
    """The matrix (512, 1280) float32 of the packaged model, which the demo catalogue gave."""
    return torch.from_numpy(stored_weight((LITE2_MODEL / MODEL_FILE).read_bytes(), HEAD_WEIGHT))


def clothing_projection(classifier: Tensor) -> Tensor:
    """ImageNet classifier (1000, F) → (D, F) float64: all directions alike, those that tell clothes apart longer.

    The centred rows of the clothing classes span the directions that distinguish one kind of garment from another.
    These are preserved exactly and scaled by ``CLOTHING_WEIGHT``; a random projection preserves the lengths of the rest
    (Johnson & Lindenstrauss 1984).
    """
    rows = classifier.detach().double()[list(CLOTHING_CLASSES)]
    _, _, directions = torch.linalg.svd(rows - rows.mean(0), full_matrices=False)
    clothing = directions[:-1]  # n centred rows span n - 1 directions
    largest = clothing.gather(1, clothing.abs().argmax(1, keepdim=True))
    clothing = clothing * largest.sign()
    return torch.cat([CLOTHING_WEIGHT * clothing, random_rows(EMBEDDING_DIM - len(clothing), clothing)])


def random_rows(count: int, fixed: Tensor) -> Tensor:
    """(count, F) float64: orthogonal random rows, orthogonal to the rows of ``fixed`` (K, F).

    With ``count + K`` = ``EMBEDDING_DIM`` they preserve lengths on average, to within 5 %.
    """
    features_dim = fixed.shape[1]
    generator = torch.Generator().manual_seed(RANDOM_SEED)
    normal = torch.randn(features_dim, count, generator=generator, dtype=torch.float64)
    rows: Tensor = torch.linalg.qr(normal - fixed.T @ (fixed @ normal)).Q.T
    length: float = (features_dim / EMBEDDING_DIM) ** 0.5
    return length * rows
