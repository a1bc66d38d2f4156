"""Each loss against its definition, written as loops."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from deepstyle.learning.style.config import Losses
from deepstyle.learning.style.dataset import Labels
from deepstyle.learning.style.losses import LOGIT_SCALE, StyleLoss, classify

NONE = dict.fromkeys(("garment", "category", "semantic_head", "category_head"), 0.0)


def labels(garment: list[int], category: list[int]) -> Labels:
    codes = [np.array(values, np.int64) for values in (garment, *[category] * 5)]
    return Labels(*codes)


def batch(garment: list[int], category: list[int]) -> dict[str, torch.Tensor]:
    codes = labels(garment, category)
    return {name: torch.from_numpy(getattr(codes, name)) for name in Labels.__slots__}


GARMENT, CATEGORY = [0, 0, 1, 1, 2, 2], [0, 0, 0, 0, 1, 1]


@pytest.fixture
def embeddings() -> torch.Tensor:
    generator = torch.Generator().manual_seed(3)
    return F.normalize(torch.randn(6, 2, generator=generator))


def loss_of(embeddings: torch.Tensor, codes: list[int] = CATEGORY, **weights: float) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return StyleLoss(Losses(**{**NONE, **weights}), labels(GARMENT, CATEGORY), 2)(embeddings, batch(GARMENT, codes))


def naive_supcon(z: np.ndarray, codes: list[int], temperature: float) -> float:
    """Khosla et al. 2020, equation 2: the mean over positives is outside the logarithm."""
    total = []
    for i in range(len(z)):
        others = [j for j in range(len(z)) if j != i]
        bottom = sum(math.exp(z[i] @ z[j] / temperature) for j in others)
        positives = [j for j in others if codes[j] == codes[i]]
        total.append(-sum(math.log(math.exp(z[i] @ z[p] / temperature) / bottom) for p in positives) / len(positives))
    return sum(total) / len(total)


@pytest.mark.parametrize("temperature", [0.1, 0.5])
def test_garments_contrast(embeddings: torch.Tensor, temperature: float) -> None:
    values = loss_of(embeddings, garment=2.0, temperature=temperature)
    expected = 2 * naive_supcon(embeddings.double().numpy(), GARMENT, temperature)
    assert float(values["garment"]) == pytest.approx(expected, rel=1e-4)
    assert float(values["total"]) == float(values["garment"])


def test_categories_contrast(embeddings: torch.Tensor) -> None:
    values = loss_of(embeddings, category=1.0, temperature=0.2)
    assert float(values["category"]) == pytest.approx(
        naive_supcon(embeddings.double().numpy(), CATEGORY, 0.2), rel=1e-4
    )


def test_unknown_labels_are_left_out(embeddings: torch.Tensor) -> None:
    known = [0, 0, 1, 1, -1, -1]
    values = loss_of(embeddings, known, category=1.0, temperature=0.2)
    expected = naive_supcon(embeddings[:4].double().numpy(), known[:4], 0.2)
    assert float(values["category"]) == pytest.approx(expected, rel=1e-4)
    assert float(loss_of(embeddings, [-1] * 6, category=1.0)["total"]) == 0


def test_proxies(embeddings: torch.Tensor) -> None:
    """Kim et al. 2020, equation 4, with the library's margin 0.1 and alpha 32."""
    torch.manual_seed(0)
    module = StyleLoss(Losses(**{**NONE, "proxy": 1.0}), labels(GARMENT, CATEGORY), 2)
    values = module(embeddings, batch(GARMENT, CATEGORY))
    assert module.proxy is not None
    proxies = F.normalize(module.proxy.proxies.detach()).double().numpy()
    z, margin, alpha = embeddings.double().numpy(), 0.1, 32
    pull = push = 0.0
    for code, proxy in enumerate(proxies):
        pull += math.log(1 + sum(math.exp(-alpha * (z[i] @ proxy - margin)) for i in range(6) if CATEGORY[i] == code))
        push += math.log(1 + sum(math.exp(alpha * (z[i] @ proxy + margin)) for i in range(6) if CATEGORY[i] != code))
    assert float(values["proxy"].detach()) == pytest.approx((pull + push) / len(proxies), rel=1e-4)


def test_triplets(embeddings: torch.Tensor) -> None:
    """Semi-hard: the negative is farther than the positive, by less than the margin."""
    z, margin, gaps = embeddings.double().numpy(), 0.5, []
    for a in range(6):
        for p in range(6):
            for n in range(6):
                if a != p and GARMENT[a] == GARMENT[p] != GARMENT[n]:
                    gap = np.linalg.norm(z[a] - z[n]) - np.linalg.norm(z[a] - z[p])
                    if 0 < gap <= margin:
                        gaps.append(margin - gap)
    assert gaps
    values = loss_of(embeddings, triplet=1.0, margin=margin)
    assert float(values["triplet"]) == pytest.approx(float(np.mean(gaps)), rel=1e-3)


def test_classifiers(embeddings: torch.Tensor) -> None:
    torch.manual_seed(0)
    module = StyleLoss(Losses(**{**NONE, "colour_head": 0.5}), labels(GARMENT, CATEGORY), 2)
    values = module(embeddings, batch(GARMENT, CATEGORY))
    logits = (LOGIT_SCALE * module.heads["colour"](embeddings)).detach().double().numpy()
    naive = [-math.log(math.exp(row[code]) / np.exp(row).sum()) for row, code in zip(logits, CATEGORY, strict=True)]
    assert float(values["colour_head"].detach()) == pytest.approx(0.5 * float(np.mean(naive)), rel=1e-4)


def test_a_classifier_of_nothing_known_is_zero() -> None:
    assert float(classify(torch.ones(2, 3), torch.tensor([-1, -1]))) == 0
