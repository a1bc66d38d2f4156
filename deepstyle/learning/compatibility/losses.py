"""Losses of a Siamese network; the pairs of a batch are each other's negatives.

All take ``anchors`` and ``positives`` (…, B, D) of unit norm, one pair per row, and ``negative`` (B, B) bool: whether
``positives[j]`` is a negative of ``anchors[i]``. The mask excludes false negatives, items that were worn together in
another outfit; a pair is never its own negative. Leading dimensions (ensemble members) are averaged.
"""

import torch
from torch import Tensor
from torch.nn import functional


def info_nce(anchors: Tensor, positives: Tensor, negative: Tensor, temperature: float) -> Tensor:
    """InfoNCE (van den Oord et al. 2018, eq. 4) in both directions (Radford et al. 2021), without false negatives in
    the sum (Huynh et al. 2022, "false negative elimination").

    The mean over pairs and directions of ``-log(e^{s_ii/τ} / (e^{s_ii/τ} + Σ_{j negative of i} e^{s_ij/τ}))``.
    """
    logits = anchors @ positives.mT / temperature
    own = torch.eye(negative.shape[0], dtype=torch.bool)
    logits = logits.masked_fill(~(negative | own), -torch.inf)
    hit = logits.diagonal(dim1=-2, dim2=-1)
    return ((logits.logsumexp(-1) - hit).mean() + (logits.logsumexp(-2) - hit).mean()) / 2


def triplet(anchors: Tensor, positives: Tensor, negative: Tensor, margin: float) -> Tensor:
    """Triplet loss on squared distances (Schroff et al. 2015, eq. 2), over every triplet of the batch (Hermans et al.
    2017, "batch all", averaged over the triplets that still violate the margin)."""
    distances = 2 - 2 * anchors @ positives.mT
    hit = distances.diagonal(dim1=-2, dim2=-1)
    violation = functional.relu(margin + hit[..., :, None] - distances) * _off_diagonal(negative)
    return violation.sum() / (violation > 0).sum().clamp(min=1)


def contrastive(anchors: Tensor, positives: Tensor, negative: Tensor, margin: float) -> Tensor:
    """Contrastive loss (Hadsell et al. 2006, eq. 4): pairs pull, negatives nearer than ``margin`` push.

    Half of the mean squared distance of pairs, plus half of the mean of ``max(0, margin - distance)²`` of negatives.
    """
    squares = (2 - 2 * anchors @ positives.mT).clamp(min=1e-12)
    pull = squares.diagonal(dim1=-2, dim2=-1).mean()
    wanted = _off_diagonal(negative).expand(squares.shape)
    push = functional.relu(margin - squares.sqrt()).square()
    return (pull + (push * wanted).sum() / wanted.sum().clamp(min=1)) / 2


def _off_diagonal(negative: Tensor) -> Tensor:
    return negative & ~torch.eye(negative.shape[0], dtype=torch.bool)
