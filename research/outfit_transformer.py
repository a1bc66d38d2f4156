"""Does a transformer over a whole outfit beat the mean over its pairs? On valid; it lost, so it is not in the package.

    python -m research.outfit_transformer --data FOLDER --variant disjoint

The set scorer: features standardised, input dropout, linear to 128, one transformer layer of four heads without
positions (Lee et al. 2019; Sarkar et al. 2022, "OutfitTransformer"), mean, linear. It is trained to distinguish
stylists' outfits from ones in which all items, or one, were replaced by others of the same category drawn by
occurrence. The table has the best epoch of each on valid, and the mean of both after standardising.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from bench.compat import CONFIGS, begin, recipe, trained_pairs, training_arguments
from deepstyle.compatibility.scoring import Rows, outfit_scores
from deepstyle.evaluation.outfit_data import OutfitData
from deepstyle.evaluation.outfit_metrics import blank_accuracy, compatibility_auc
from deepstyle.evaluation.questions import Questions, load_outfits, load_questions
from deepstyle.learning.compatibility.data import Standardiser

WIDTH = 128
Scores = tuple[np.ndarray, ...]


class SetScorer(nn.Module):
    """(B, n, F) standardised features and (B, n) which are items → (B,) logits."""

    def __init__(self, features_dim: int) -> None:
        super().__init__()
        self.inputs = nn.Sequential(nn.Dropout(0.5), nn.Linear(features_dim, WIDTH), nn.LayerNorm(WIDTH))
        self.layer = nn.TransformerEncoderLayer(WIDTH, 4, 2 * WIDTH, dropout=0.3, batch_first=True, norm_first=True)
        self.out = nn.Linear(WIDTH, 1)

    def forward(self, features: Tensor, there: Tensor) -> Tensor:
        encoded = self.layer(self.inputs(features), src_key_padding_mask=~there) * there[..., None]
        return self.out(encoded.sum(1) / there.sum(1, keepdim=True)).squeeze(-1)


def main() -> None:
    parser = training_arguments(__doc__, seeds=2, quick="one seed, two epochs of each")
    parser.add_argument("--variant", default="disjoint", choices=["disjoint", "nondisjoint"])
    parser.add_argument("--epochs", type=int, default=12, help="of the set scorer")
    options, data = begin(parser)
    valid = load_questions(data.root, options.variant, "valid", data.rows)
    config = recipe(CONFIGS / f"compat-{options.variant}.toml", options.quick)
    rows: dict[str, list[tuple[float, float]]] = {}
    for seed in range(options.seeds):
        pairs = trained_pairs(data, options.variant, dataclasses.replace(config, seed=seed))
        candidates = [np.append(blank.items, answer) for blank in valid.blanks for answer in blank.answers]
        mean = outfit_scores(pairs, valid.outfits), outfit_scores(pairs, candidates)
        whole = train_set_scorer(data, options.variant, valid, candidates, 2 if options.quick else options.epochs, seed)
        joined = tuple(z(a) + z(b) for a, b in zip(mean, whole, strict=True))
        for name, scores in (("mean of pairs", mean), ("transformer over the set", whole), ("both", joined)):
            rows.setdefault(name, []).append(judge(scores, valid))
    print(f"\n{data.name}, {options.variant}, valid, mean of {options.seeds} seeds\n{'':28}{'AUC':>8}{'blanks':>9}")
    for name, scores in rows.items():
        auc, blanks = np.mean(scores, 0)
        print(f"{name:28}{auc:8.3f}{blanks:9.1%}")


def train_set_scorer(
    data: OutfitData,
    variant: str,
    valid: Questions,
    candidates: list[Rows],
    epochs: int,
    seed: int,
    others: Sequence[Rows] = (),
) -> Scores:
    """The scores of valid's outfits, of every completed blank and of ``others``, by the best epoch."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    outfits = [outfit for outfit in load_outfits(data.root, variant, "train", data.rows) if len(outfit) > 1]
    worn = np.concatenate(outfits)
    pools = {kind: worn[data.categories[worn] == kind] for kind in np.unique(data.categories[worn])}
    inputs = torch.from_numpy(Standardiser(data.features[np.unique(worn)])(data.features))
    network = SetScorer(inputs.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-4, weight_decay=0.05)
    best: Scores | None = None
    for _ in range(epochs):
        network.train()
        for batch in np.array_split(rng.permutation(len(outfits)), max(1, len(outfits) // 64)):
            good = [outfits[at] for at in batch]
            bad = [broken(outfit, data.categories, pools, rng) for outfit in good]
            labels = torch.cat([torch.ones(len(good)), torch.zeros(len(bad))])
            loss = nn.functional.binary_cross_entropy_with_logits(network(*padded(inputs, [*good, *bad])), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            scores = tuple(
                network(*padded(inputs, rows)).numpy() for rows in (valid.outfits, candidates, others) if rows
            )
        if best is None or sum(judge(scores, valid)) > sum(judge(best, valid)):
            best = scores
    assert best is not None
    return best


def broken(outfit: Rows, categories: np.ndarray, pools: dict[int, Rows], rng: np.random.Generator) -> Rows:
    """The outfit with all its items, or one, replaced by others of their categories."""
    replaced = np.ones(len(outfit), bool) if rng.random() < 0.5 else np.arange(len(outfit)) == rng.integers(len(outfit))
    drawn = np.array([rng.choice(pools[categories[row]]) for row in outfit])
    return np.where(replaced, drawn, outfit)


def padded(inputs: Tensor, outfits: Sequence[Rows]) -> tuple[Tensor, Tensor]:
    longest = max(len(outfit) for outfit in outfits)
    rows = torch.zeros(len(outfits), longest, dtype=torch.int64)
    there = torch.zeros(len(outfits), longest, dtype=torch.bool)
    for at, outfit in enumerate(outfits):
        rows[at, : len(outfit)], there[at, : len(outfit)] = torch.from_numpy(outfit), True
    return inputs[rows], there


def judge(scores: Scores, valid: Questions) -> tuple[float, float]:
    right = np.array([blank.right for blank in valid.blanks])
    by_blank = scores[1].astype(np.float64).reshape(len(valid.blanks), -1)
    return compatibility_auc(scores[0].astype(np.float64), valid.compatible), blank_accuracy(by_blank, right)


def z(scores: np.ndarray) -> np.ndarray:
    return (scores - scores.mean()) / scores.std()


if __name__ == "__main__":
    main()
