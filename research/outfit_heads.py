"""Which head for the outfits of one's own catalogue? Engines, ensembles, colour beside the features, attention.

    python -m research.outfit_heads --data FOLDER                # disjoint, valid and test, three seeds
    python -m research.outfit_heads --data FOLDER --variant nondisjoint --row numpy --row torch

``numpy`` and ``torch`` train configs/compat-VARIANT.toml (nondisjoint numpy: the recipe of `deepstyle demo`).
``ensemble 5`` averages five heads of successive seeds. ``colour`` appends the 64 numbers of style/colour.py three
times to the features. ``attention`` is the set scorer of research/outfit_transformer.py. Choose by valid.
"""

import argparse
import dataclasses
from collections.abc import Sequence

import numpy as np

from bench.compat import CONFIGS, begin, read_borders, recipe, records_of, training_arguments
from deepstyle.catalogue.rows import read_picture
from deepstyle.compatibility.scoring import PairScores, cosine_pairs, outfit_scores
from deepstyle.evaluation.baselines import distance_pairs, popularity_pairs
from deepstyle.evaluation.outfit_data import OutfitData
from deepstyle.evaluation.outfit_metrics import blank_accuracy, compatibility_auc
from deepstyle.evaluation.questions import Questions, blank_scores, load_outfits, load_questions
from deepstyle.images.pixels import decode
from deepstyle.learning.compatibility import numpy_train, train
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.data import Standardiser, TrainingData
from deepstyle.learning.compatibility.numpy_network import embed
from deepstyle.learning.compatibility.own_outfits import RECIPE
from deepstyle.learning.compatibility.run import Train
from deepstyle.style.colour import colour_vector
from research.outfit_transformer import train_set_scorer

ROWS = ("baselines", "numpy", "torch", "ensemble 5", "colour", "colour, ensemble 5", "attention")
ENSEMBLE = 5
COLOUR_COPIES = 3


def main() -> None:
    parser = training_arguments(__doc__, seeds=3)
    parser.add_argument("--variant", default="disjoint", choices=["disjoint", "nondisjoint"])
    parser.add_argument("--row", action="append", choices=ROWS, help="default: all")
    options, data = begin(parser)
    wanted = options.row or ROWS
    asked = {split: load_questions(data.root, options.variant, split, data.rows) for split in ("valid", "test")}
    print(f"\n{data.name}, {options.variant}, {options.seeds} seeds\n{'':24}valid AUC, blanks        test AUC, blanks")
    if "baselines" in wanted:
        outfits = [o for name in asked for o in load_outfits(data.root, options.variant, name, data.rows)]
        outfits += load_outfits(data.root, options.variant, "train", data.rows)
        show("raw feature cosine", [answers(cosine_pairs(data.features), asked)])
        show("background only", [answers(distance_pairs(read_borders(data)), asked)])
        show("popularity", [answers(popularity_pairs(outfits, len(data.rows)), asked)])
    for row, features in (("", data.features), ("colour", coloured(data) if any("col" in n for n in wanted) else None)):
        pairwise(row, dataclasses.replace(data, features=features), options, asked, wanted)
    if "torch" in wanted:
        config = recipe(CONFIGS / f"compat-{options.variant}.toml", options.quick)
        show(
            "torch",
            [answers(pairs_by(train.train, data, options.variant, config, s), asked) for s in range(options.seeds)],
        )
    if "attention" in wanted:
        show("attention", [attention(data, options.variant, asked, seed) for seed in range(options.seeds)])


def pairwise(
    name: str, data: OutfitData, options: argparse.Namespace, asked: dict[str, Questions], wanted: Sequence[str]
) -> None:
    """Heads of successive seeds, alone and as ensembles; those of one row share heads."""
    together = f"{name}, ensemble {ENSEMBLE}" if name else f"ensemble {ENSEMBLE}"
    alone = name or "numpy"
    if data.features is None or not {alone, together} & set(wanted):
        return
    config = recipe(CONFIGS / f"compat-{options.variant}.toml", options.quick)
    config = RECIPE if options.variant == "nondisjoint" else config
    count = options.seeds + (ENSEMBLE - 1 if together in wanted else 0)
    heads = [vectors_by(numpy_train.train, data, options.variant, config, seed) for seed in range(count)]
    show(alone, [answers(cosine_pairs(head), asked) for head in heads[: options.seeds]])
    if together in wanted:
        joined = [np.concatenate(heads[seed : seed + ENSEMBLE], 1) for seed in range(options.seeds)]
        show(together, [answers(cosine_pairs(head), asked) for head in joined])


def coloured(data: OutfitData) -> np.ndarray:
    """The features with the colour of each picture."""
    colours = np.zeros((len(data.rows), 64), np.float32)
    for row, record in records_of(data):
        shape = data.spec.preprocessing
        colours[row] = colour_vector(shape.apply(decode(read_picture(record), min_side_px=shape.longest_px)))
    return np.concatenate([data.features, *[colours] * COLOUR_COPIES], 1)


def pairs_by(trainer: Train, data: OutfitData, variant: str, config: TrainConfig, seed: int) -> PairScores:
    return cosine_pairs(vectors_by(trainer, data, variant, config, seed))


def vectors_by(trainer: Train, data: OutfitData, variant: str, config: TrainConfig, seed: int) -> np.ndarray:
    outfits = load_outfits(data.root, variant, "train", data.rows)
    valid = load_questions(data.root, variant, "valid", data.rows)
    learnt = TrainingData(data.features, data.categories, outfits, valid)
    weights = trainer(learnt, dataclasses.replace(config, seed=seed)).weights
    names = ("hidden", "hidden_bias", "out", "out_bias")
    return embed({name: getattr(weights, name) for name in names}, Standardiser(learnt.worn())(data.features))


def attention(data: OutfitData, variant: str, asked: dict[str, Questions], seed: int) -> list[float]:
    """The set scorer, whose best epoch is that of valid, on both splits."""
    valid, test = asked["valid"], asked["test"]
    candidates = {k: [np.append(b.items, a) for b in q.blanks for a in b.answers] for k, q in asked.items()}
    others = [*test.outfits, *candidates["test"]]
    outfits, blanks, rest = train_set_scorer(data, variant, valid, candidates["valid"], 12, seed, others)
    found = []
    for questions, of_outfits, of_blanks in ((valid, outfits, blanks), (test, *np.split(rest, [len(test.outfits)]))):
        right = np.array([blank.right for blank in questions.blanks])
        by_blank = of_blanks.astype(np.float64).reshape(len(questions.blanks), -1)
        found += [
            compatibility_auc(of_outfits.astype(np.float64), questions.compatible),
            blank_accuracy(by_blank, right),
        ]
    return found


def answers(pairs: PairScores, asked: dict[str, Questions]) -> list[float]:
    """AUC and blanks of valid, then of test."""
    found = []
    for questions in asked.values():
        right = np.array([blank.right for blank in questions.blanks])
        found.append(compatibility_auc(outfit_scores(pairs, questions.outfits), questions.compatible))
        found.append(blank_accuracy(blank_scores(pairs, questions.blanks), right))
    return found


def show(name: str, scores: list[list[float]]) -> None:
    mean, spread = np.mean(scores, 0), np.std(scores, 0)
    cells = [f"{mean[at]:.3f} ± {spread[at]:.3f}, {mean[at + 1]:.1%} ± {spread[at + 1]:.1%}" for at in (0, 2)]
    print(f"{name:24}{cells[0]:28}{cells[1]}", flush=True)


if __name__ == "__main__":
    main()
