"""Do projections that depend on the categories help? On valid; they lost, so they are not in the package.

    python -m research.outfit_type_masks --data FOLDER --variant nondisjoint

shared: the network of the package, one space for all. masks: the type-aware embedding of Vasileva et al. 2018, in which
the cosine of two items is taken under a learned, non-negative mask of their pair of categories. own: each category has
an output layer of its own, added to the shared one. All use the recipe of configs/compat-VARIANT.toml with InfoNCE; the
table has the best epoch on valid. Before training, masks and own are compared with loops over their definitions.
"""

import dataclasses
import math
import time

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from bench.compat import CONFIGS, begin, recipe, training_arguments
from deepstyle.compatibility.scoring import PairScores, Rows, outfit_scores
from deepstyle.evaluation.outfit_data import OutfitData
from deepstyle.evaluation.outfit_metrics import blank_accuracy, compatibility_auc
from deepstyle.evaluation.questions import Questions, blank_scores, load_outfits, load_questions, pairs_of
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.data import Standardiser, Together
from deepstyle.learning.compatibility.network import SiameseBranch, dropout

KINDS = ("shared", "masks", "own")


class Conditioned(nn.Module):
    """A branch, and what the categories add to it; ``kind`` is one of ``KINDS``."""

    def __init__(self, kind: str, features_dim: int, categories: int, config: TrainConfig) -> None:
        super().__init__()
        self.kind, self.branch, self.config = kind, SiameseBranch(features_dim, config), config
        members, width, dimension = config.members, config.hidden_dim, config.embedding_dim
        if kind == "masks":
            self.mask = nn.Parameter(torch.ones(categories, categories, dimension))
        if kind == "own":
            self.own = nn.Parameter(torch.zeros(categories, members, dimension, width))

    def embed(self, inputs: Tensor, categories: Tensor) -> Tensor:
        """(B, F) and (B,) → (M, B, D) of unit norm."""
        if self.kind != "own":
            return self.branch(inputs)
        branch, share = self.branch, self.config if self.training else None
        spread = inputs.expand(len(branch.hidden), *inputs.shape)
        spread = dropout(spread, share.input_dropout) if share else spread
        hidden = torch.baddbmm(branch.hidden_bias[:, None], spread, branch.hidden.mT).relu()
        hidden = dropout(hidden, share.hidden_dropout) if share else hidden
        vectors = torch.baddbmm(branch.out_bias[:, None], hidden, branch.out.mT)
        for category in categories.unique():
            rows = torch.nonzero(categories == category).squeeze(1)
            vectors = vectors.index_add(1, rows, hidden[:, rows] @ self.own[category].mT)
        return functional.normalize(vectors, dim=-1)

    def similarities(self, left: Tensor, right: Tensor, kinds: tuple[Tensor, Tensor]) -> Tensor:
        """(M, A, D), (M, B, D) and their categories (A,), (B,) → (M, A, B)."""
        if self.kind != "masks":
            return left @ right.mT
        masks = functional.relu(self.mask + self.mask.transpose(0, 1)) / 2 + 1e-6
        # One product for every category of the right, of which each column takes its own.
        masked = left[:, :, None] * masks[kinds[0]]
        columns = torch.arange(len(kinds[1]))
        dots = (masked.flatten(1, 2) @ right.mT).unflatten(1, masked.shape[1:3])[:, :, kinds[1], columns]
        norms = (masked * left[:, :, None]).sum(-1)[:, :, kinds[1]]
        others = ((right**2)[:, :, None] * masks[kinds[1]]).sum(-1)[:, :, kinds[0]].mT
        return dots * torch.rsqrt(norms * others)


def main() -> None:
    parser = training_arguments(__doc__, seeds=2)
    parser.add_argument("--variant", default="nondisjoint", choices=["disjoint", "nondisjoint"])
    parser.add_argument("--kind", action="append", choices=KINDS, help="default: all")
    parser.add_argument("--epochs", type=int, default=0, help="0 for as many as the recipe has")
    options, data = begin(parser)
    check()
    config = recipe(CONFIGS / f"compat-{options.variant}.toml", options.quick)
    if options.epochs and not options.quick:
        config = dataclasses.replace(config, epochs=options.epochs)
    seeds = range(options.seeds)
    print(f"\n{data.name}, {options.variant}, valid, {len(seeds)} seeds\n{'':12}{'AUC':>8}{'blanks':>9}{'CPU s':>8}")
    for kind in options.kind or KINDS:
        started_s = time.process_time()
        scores = [train_kind(kind, data, options.variant, dataclasses.replace(config, seed=seed)) for seed in seeds]
        spent_s = (time.process_time() - started_s) / len(seeds)
        auc, blanks = np.mean(scores, 0)
        print(f"{kind:12}{auc:8.3f}{blanks:9.1%}{spent_s:8.0f}", flush=True)


def train_kind(kind: str, data: OutfitData, variant: str, config: TrainConfig) -> tuple[float, float]:
    """AUC and blanks on valid, of the epoch whose sum is the best."""
    torch.manual_seed(config.seed)
    outfits = load_outfits(data.root, variant, "train", data.rows)
    valid = load_questions(data.root, variant, "valid", data.rows)
    inputs = torch.from_numpy(Standardiser(data.features[np.unique(np.concatenate(outfits))])(data.features))
    pairs, categories = torch.from_numpy(pairs_of(outfits)), torch.from_numpy(data.categories)
    network, together = (
        Conditioned(kind, inputs.shape[1], int(categories.max()) + 1, config),
        Together(pairs.numpy(), len(inputs)),
    )
    optimizer = torch.optim.AdamW(network.parameters(), lr=config.learning_rate, weight_decay=0.0, fused=True)
    batches = len(pairs) // config.batch_size
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: 0.5 * (1 + math.cos(math.pi * step / (batches * config.epochs)))
    )
    best = (0.0, 0.0)
    for _ in range(config.epochs):
        order = torch.randperm(len(pairs))[: batches * config.batch_size].view(batches, -1)
        for rows in order:
            loss = info_nce(network, inputs, categories, pairs[rows], together, config.temperature)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            rate.step()
        best = max(best, judge(network, inputs, categories, valid), key=sum)
    return best


def info_nce(
    network: Conditioned, inputs: Tensor, categories: Tensor, batch: Tensor, together: Together, temperature: float
) -> Tensor:
    """As ``losses.info_nce``, from similarities."""
    rows, size = batch.T.flatten(), len(batch)
    vectors, kinds = network.embed(inputs[rows], categories[rows]), categories[rows]
    logits = network.similarities(vectors[:, :size], vectors[:, size:], (kinds[:size], kinds[size:])) / temperature
    wanted = torch.from_numpy(together.negatives(batch.numpy())) | torch.eye(size, dtype=torch.bool)
    logits = logits.masked_fill(~wanted, -torch.inf)
    hit = logits.diagonal(dim1=-2, dim2=-1)
    return ((logits.logsumexp(-1) - hit).mean() + (logits.logsumexp(-2) - hit).mean()) / 2


def judge(network: Conditioned, inputs: Tensor, categories: Tensor, valid: Questions) -> tuple[float, float]:
    network.eval()
    with torch.no_grad():
        vectors = network.embed(inputs, categories)
        pairs = pair_scores(network, vectors, categories)
        auc = compatibility_auc(outfit_scores(pairs, valid.outfits), valid.compatible)
        blanks = blank_accuracy(blank_scores(pairs, valid.blanks), np.array([blank.right for blank in valid.blanks]))
    network.train()
    return auc, blanks


def pair_scores(network: Conditioned, vectors: Tensor, categories: Tensor) -> PairScores:
    def pairs(left: Rows, right: Rows) -> np.ndarray:
        a, b = torch.from_numpy(left), torch.from_numpy(right)
        similarities = network.similarities(vectors[:, a], vectors[:, b], (categories[a], categories[b]))
        return similarities.mean(0).double().numpy()

    return pairs


def check() -> None:
    """Both kinds against loops; raises ``AssertionError``."""
    torch.manual_seed(0)
    config = TrainConfig(members=2, hidden_dim=5, embedding_dim=4)
    inputs, kinds = torch.randn(6, 7), torch.tensor([0, 2, 1, 1, 0, 2])
    with torch.no_grad():
        masks = Conditioned("masks", 7, 3, config).eval()
        masks.mask.normal_(1.0, 1.0)
        vectors = masks.embed(inputs, kinds)
        similarities = masks.similarities(vectors[:, :3], vectors[:, 3:], (kinds[:3], kinds[3:]))
        for m in range(2):
            for a in range(3):
                for b in range(3):
                    one, other = vectors[m, a], vectors[m, 3 + b]
                    both = masks.mask[kinds[a], kinds[3 + b]] + masks.mask[kinds[3 + b], kinds[a]]
                    root = (both.clamp(min=0) / 2 + 1e-6).sqrt()
                    cosine = functional.cosine_similarity(one * root, other * root, dim=0)
                    assert torch.isclose(similarities[m, a, b], cosine, atol=1e-5)
        own = Conditioned("own", 7, 3, config).eval()
        own.own.normal_()
        vectors, branch = own.embed(inputs, kinds), own.branch
        for m in range(2):
            for row in range(6):
                hidden = (branch.hidden[m] @ inputs[row] + branch.hidden_bias[m]).relu()
                out = (branch.out[m] + own.own[kinds[row], m]) @ hidden + branch.out_bias[m]
                assert torch.allclose(vectors[m, row], out / out.norm(), atol=1e-5)


if __name__ == "__main__":
    main()
