"""The losses of the style embedding: metric losses from pytorch-metric-learning, and classifiers on the embedding.

====================  =============================================================================================
garment, category     supervised contrastive loss (Khosla et al. 2020, eq. 2), by model id and by fine category; where
                      every garment has two pictures in the batch, the first is InfoNCE (van den Oord et al. 2018)
proxy                 Proxy-Anchor loss (Kim et al. 2020, eq. 4), one proxy per fine category
triplet               triplet margin loss on semi-hard triplets of the batch (Schroff et al. 2015)
teacher               relational distillation: the batch's cosine similarities stay those of the initial backbone's
                      features (Park et al. 2019, "RKD", with cosines for distances)
``*_head``            cross-entropy of a linear classifier on the embedding of unit norm
====================  =============================================================================================
"""

from typing import Final

import torch
from pytorch_metric_learning import losses, miners  # type: ignore[import-untyped]
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its customary name)

from deepstyle.learning.style.config import Losses
from deepstyle.learning.style.dataset import Labels

HEADS: Final = ("semantic", "category", "colour", "brand", "subtype")
RELATION_TEMPERATURE: Final = 0.1
LOGIT_SCALE: Final = 16.0
"""A classifier on unit vectors needs logits larger than 1 (Wang et al. 2018, "CosFace", section 3.3)."""


class StyleLoss(nn.Module):
    """The weighted sum of the losses whose weight is not zero, with their proxies and classifiers."""

    def __init__(self, weights: Losses, labels: Labels, embedding_dim: int) -> None:
        super().__init__()
        self.weights = weights
        self.contrast = losses.SupConLoss(temperature=weights.temperature)
        self.triplet = losses.TripletMarginLoss(margin=weights.margin)
        self.miner = miners.TripletMarginMiner(margin=weights.margin, type_of_triplets="semihard")
        self.proxy = losses.ProxyAnchorLoss(max(1, labels.count("category")), embedding_dim) if weights.proxy else None
        self.heads = nn.ModuleDict(
            {
                name: nn.Linear(embedding_dim, labels.count(name))
                for name in HEADS
                if getattr(weights, f"{name}_head") and labels.count(name) > 1
            }
        )

    def forward(
        self, embeddings: Tensor, labels: dict[str, Tensor], teacher: Tensor | None = None
    ) -> dict[str, Tensor]:
        """(B, D) of unit norm and the labels (B,) int64, -1 unknown → each weighted loss, and their ``total``.

        ``teacher`` (B, F) of unit norm are the initial backbone's features of the undistorted pictures. A loss that is
        undefined for the batch (no positive, no known label) is zero.
        """
        weights, terms = self.weights, {}
        if weights.garment:
            terms["garment"] = weights.garment * _known(self.contrast, embeddings, labels["garment"])
        if weights.category:
            terms["category"] = weights.category * _known(self.contrast, embeddings, labels["category"])
        if weights.triplet:
            triplets = self.miner(embeddings, labels["garment"])
            terms["triplet"] = weights.triplet * self.triplet(embeddings, labels["garment"], triplets)
        if self.proxy is not None:
            terms["proxy"] = weights.proxy * _known(self.proxy, embeddings, labels["category"])
        if weights.teacher and teacher is not None:
            terms["teacher"] = weights.teacher * relational(embeddings, teacher)
        for name, head in self.heads.items():
            logits = LOGIT_SCALE * head(embeddings)
            terms[f"{name}_head"] = getattr(weights, f"{name}_head") * classify(logits, labels[name])
        terms["total"] = torch.stack(list(terms.values())).sum() if terms else embeddings.sum() * 0
        return terms


def relational(embeddings: Tensor, teacher: Tensor) -> Tensor:
    """The cross-entropy of the similarities' softmax at temperature 0.1, student (B, D) against teacher (B, F)."""
    others = ~torch.eye(len(embeddings), dtype=torch.bool, device=embeddings.device)
    student, target = (
        (vectors @ vectors.T / RELATION_TEMPERATURE)[others].view(len(embeddings), -1)
        for vectors in (embeddings, teacher)
    )
    divergence: Tensor = F.kl_div(student.log_softmax(1), target.log_softmax(1), reduction="batchmean", log_target=True)
    return divergence


def classify(logits: Tensor, codes: Tensor) -> Tensor:
    """Cross-entropy of logits (B, C) over the rows whose code is known; zero where none is."""
    known = codes >= 0
    return F.cross_entropy(logits[known], codes[known]) if bool(known.any()) else logits.sum() * 0


def _known(loss: nn.Module, embeddings: Tensor, codes: Tensor) -> Tensor:
    """``loss`` over the rows whose code is known."""
    known = codes >= 0
    value: Tensor = loss(embeddings[known], codes[known]) if bool(known.any()) else embeddings.sum() * 0
    return value
