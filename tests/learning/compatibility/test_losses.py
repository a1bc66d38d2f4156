"""Each loss against a loop over its definition, on random unit vectors and random masks."""

import math

import numpy as np
import pytest
import torch

from deepstyle.learning.compatibility import losses

BATCH = 6


def batch(seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    vectors = torch.nn.functional.normalize(torch.randn(2, BATCH, 2, generator=generator), dim=-1)
    negative = torch.rand(BATCH, BATCH, generator=generator) < 0.6
    return vectors[0], vectors[1], negative


def lists(*tensors: torch.Tensor) -> list[list[list[float]]]:
    return [tensor.tolist() for tensor in tensors]


def dot(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_info_nce(seed: int) -> None:
    anchors, positives, negative = batch(seed)
    left, right, mask = lists(anchors, positives, negative)
    terms = []
    for i in range(BATCH):
        own = math.exp(dot(left[i], right[i]) / 0.2)
        forth = sum(math.exp(dot(left[i], right[j]) / 0.2) for j in range(BATCH) if mask[i][j] and j != i)
        back = sum(math.exp(dot(left[j], right[i]) / 0.2) for j in range(BATCH) if mask[j][i] and j != i)
        terms += [-math.log(own / (own + forth)), -math.log(own / (own + back))]
    assert losses.info_nce(anchors, positives, negative, 0.2).item() == pytest.approx(np.mean(terms), rel=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_triplet(seed: int) -> None:
    anchors, positives, negative = batch(seed)
    left, right, mask = lists(anchors, positives, negative)
    terms = []
    for i in range(BATCH):
        near = math.dist(left[i], right[i]) ** 2
        for j in range(BATCH):
            if j != i and mask[i][j]:
                terms.append(max(0.0, 0.3 + near - math.dist(left[i], right[j]) ** 2))
    violated = [term for term in terms if term > 0]
    expected = sum(violated) / max(len(violated), 1)
    assert losses.triplet(anchors, positives, negative, 0.3).item() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_contrastive(seed: int) -> None:
    anchors, positives, negative = batch(seed)
    left, right, mask = lists(anchors, positives, negative)
    pull = np.mean([math.dist(a, b) ** 2 for a, b in zip(left, right, strict=True)])
    push = [
        max(0.0, 0.9 - math.dist(left[i], right[j])) ** 2
        for i in range(BATCH)
        for j in range(BATCH)
        if j != i and mask[i][j]
    ]
    expected = (pull + np.mean(push)) / 2
    assert losses.contrastive(anchors, positives, negative, 0.9).item() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("name", ["info_nce", "triplet", "contrastive"])
def test_members_are_averaged_and_no_negative_is_no_trouble(name: str) -> None:
    loss = getattr(losses, name)
    anchors, positives, negative = batch(0)
    alone = loss(anchors, positives, negative, 0.5)
    both = loss(torch.stack([anchors] * 3), torch.stack([positives] * 3), negative, 0.5)
    assert both.item() == pytest.approx(alone.item(), rel=1e-5)
    anchors.requires_grad_()
    loss(anchors, positives, torch.zeros_like(negative), 0.5).backward()
    assert torch.isfinite(anchors.grad).all()
