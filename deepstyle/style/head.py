"""The head: backbone features → 512-D embedding, and its start values, which need no training data."""

from typing import Final

import torch
from torch import Tensor, nn

from deepstyle.style.backbones import Backbone

EMBEDDING_DIM: Final = 512
RANDOM_SEED: Final = 0
CLASSIFIER_SVD: Final = "classifier-svd-512"
RANDOM_ORTHONORMAL: Final = "random-orthonormal-512"


class EmbeddingNetwork(nn.Module):
    """A backbone, average pooling and a linear head: what is exported.

    ``forward`` maps pixels (B, 3, H, W) float32, normalised, to ``features`` (B, F) and ``embedding`` (B, D), which is
    not normalised.
    """

    def __init__(self, backbone: Backbone, head: nn.Linear) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = head

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, H, W) → features (B, F), embedding (B, D)."""
        features = self.backbone.forward_features(pixels).mean((2, 3))
        return features, self.head(features)


def untrained_head(backbone: Backbone, kind: str) -> nn.Linear:
    """The head of this ``kind`` for ``backbone``, without any data: ``CLASSIFIER_SVD`` or ``RANDOM_ORTHONORMAL``."""
    projection = classifier_svd(backbone.classifier_weight) if kind == CLASSIFIER_SVD else random_orthonormal(backbone)
    head = nn.Linear(backbone.features_dim, EMBEDDING_DIM, bias=False)
    with torch.no_grad():
        head.weight.copy_(projection)
    return head


def classifier_svd(classifier: Tensor) -> Tensor:
    """(classes, F) → (D, F): the classifier's first right singular vectors, the directions that tell classes apart.

    In float64, with a fixed sign and rounded, so that every machine computes the same digits.
    """
    _, _, directions = torch.linalg.svd(classifier.detach().double(), full_matrices=False)
    directions = directions[:EMBEDDING_DIM]
    largest = directions.gather(1, directions.abs().argmax(1, keepdim=True))
    canonical: Tensor = directions * largest.sign()
    return canonical.round(decimals=5).float()


def random_orthonormal(backbone: Backbone) -> Tensor:
    """(D, F): the first rows of a random rotation that depends on nothing but ``RANDOM_SEED``."""
    generator = torch.Generator().manual_seed(RANDOM_SEED)
    normal = torch.randn(backbone.features_dim, EMBEDDING_DIM, generator=generator, dtype=torch.float64)
    rotation: Tensor = torch.linalg.qr(normal).Q
    return rotation.T.round(decimals=5).float()
