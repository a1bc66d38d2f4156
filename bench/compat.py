"""Outfit compatibility on test: the mean over five seeds, the baselines, and the published reference.

    python -m bench.compat --data FOLDER                 # disjoint and nondisjoint, some minutes for each variant
    python -m bench.compat --data demo --control         # the demo catalogue, and the same with scrambled labels

FOLDER is in the Polyvore Outfits layout. Each seed trains with configs/compat-VARIANT.toml and keeps the epoch that is
best on valid; test is evaluated once. --control also trains with every item of the train and valid outfits replaced by
another of its category, and with the pictures exchanged as well: what remains is chance level.
"""

import argparse
import dataclasses
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from bench.measure.machine import describe_machine
from deepstyle.catalogue.feeds.polyvore import read_items
from deepstyle.catalogue.rows import Record, read_picture
from deepstyle.compatibility.calibration import Calibration
from deepstyle.compatibility.head import Head, HeadSpec
from deepstyle.compatibility.scoring import PairScores, cosine_pairs
from deepstyle.evaluation.baselines import background, distance_pairs, popularity_pairs
from deepstyle.evaluation.compatibility import CompatScores, evaluate_pairs
from deepstyle.evaluation.outfit_data import OutfitData, open_outfit_data
from deepstyle.evaluation.questions import load_outfits, load_questions
from deepstyle.images.pixels import decode
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.data import TrainingData
from deepstyle.learning.compatibility.train import train
from deepstyle.learning.config import read_config

CONFIGS = Path(__file__).parents[1] / "configs"
DEMO = "AUC .95, blanks 80 %; scrambled .5, 25 %"
REFERENCE = {
    "nondisjoint": "AUC .889, blanks 53.5 % (later epochs .876, 59.1 %)",
    "disjoint": "AUC .699, blanks 36.2 %",
}


def main() -> None:
    parser = training_arguments(__doc__, seeds=5, quick="one seed, two epochs, on valid")
    parser.add_argument("--variant", action="append", choices=["disjoint", "nondisjoint"], help="default: both")
    parser.add_argument("--config", type=Path, help="another recipe than configs/compat-VARIANT.toml")
    parser.add_argument("--split", default="test", choices=["valid", "test"])
    parser.add_argument("--control", action="store_true", help="also train on scrambled labels")
    options, data = begin(parser)
    borders = distance_pairs(read_borders(data))
    for variant in options.variant or ("nondisjoint", "disjoint"):
        config = recipe(options.config or CONFIGS / f"compat-{variant}.toml", options.quick)
        measure(
            data, variant, "valid" if options.quick else options.split, config, options.seeds, borders, options.control
        )


def training_arguments(
    description: str | None, *, seeds: int, quick: str = "one seed, two epochs"
) -> argparse.ArgumentParser:
    """The options of every bench that trains heads."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="drawn", help="a folder in the Polyvore Outfits layout, or drawn")
    parser.add_argument("--seeds", type=int, default=seeds)
    parser.add_argument("--threads", type=int, default=0, help="cores to train on; 0 for all")
    parser.add_argument("--quick", action="store_true", help=quick)
    return parser


def begin(parser: argparse.ArgumentParser) -> tuple[argparse.Namespace, OutfitData]:
    """Parse the options, take the cores, name the machine and open the data; one seed where it is to be quick."""
    options = parser.parse_args()
    if options.quick:
        options.seeds = 1
    if options.threads:
        torch.set_num_threads(options.threads)
    print(describe_machine())
    return options, open_outfit_data(options.data)


def recipe(path: Path, quick: bool) -> TrainConfig:
    """The recipe in ``path``, of two epochs where it is to be quick."""
    config = read_config(path, TrainConfig)
    return dataclasses.replace(config, epochs=2) if quick else config


def measure(
    data: OutfitData, variant: str, split: str, config: TrainConfig, seeds: int, borders: PairScores, control: bool
) -> None:
    questions = load_questions(data.root, variant, split, data.rows)
    outfits = [o for name in ("train", "valid", "test") for o in load_outfits(data.root, variant, name, data.rows)]
    rows: dict[str, list[CompatScores]] = {}

    def ask(name: str, pairs: PairScores) -> None:
        rows.setdefault(name, []).append(evaluate_pairs(name, pairs, questions, data.categories))

    started_s = time.perf_counter()
    for seed in range(seeds):
        ask("head", trained_pairs(data, variant, dataclasses.replace(config, seed=seed)))
        print(f"  {variant} seed {seed}: AUC {rows['head'][-1].auc:.3f}, blanks {rows['head'][-1].fill_in_blank:.1%}")
    trained_s = (time.perf_counter() - started_s) / seeds
    for seed in range(seeds if control else 0):
        labels = dataclasses.replace(data, rows=scrambled_rows(data, seed))
        ask("head, scrambled labels", trained_pairs(labels, variant, dataclasses.replace(config, seed=seed)))
        both = dataclasses.replace(labels, features=data.features[list(scrambled_rows(data, seeds + seed).values())])
        ask("head, pictures as well", trained_pairs(both, variant, dataclasses.replace(config, seed=seed)))
    ask("raw feature cosine", cosine_pairs(data.features))
    ask("background only", borders)
    ask("popularity", popularity_pairs(outfits, len(data.rows)))
    print(f"\n{data.name}, {variant}, {split}: {len(questions.outfits)} outfits, {len(questions.blanks)} blanks")
    print(f"{'':28}{'AUC':>8}{'±':>7}{'blanks':>9}{'±':>7}{'R@10':>8}{'R@30':>8}{'R@50':>8}")
    for name, scores in rows.items():
        auc, blanks = np.array([s.auc for s in scores]), np.array([s.fill_in_blank for s in scores])
        recalls = np.mean([list(s.recalls.values()) for s in scores], 0)
        spread = f"{auc.mean():8.3f}{auc.std():7.3f}{blanks.mean():9.1%}{blanks.std():7.1%}"
        print(f"{name:28}{spread}" + "".join(f"{recall:8.1%}" for recall in recalls))
    asked = DEMO if data.name == "drawn" else REFERENCE[variant]
    print(f"{'asked for':28}  {asked}   ({seeds} seeds, {trained_s:.0f} s each)")
    print(f"{json.dumps(dataclasses.asdict(config))}\n")


def scrambled_rows(data: OutfitData, seed: int) -> dict[str, int]:
    """Each item's row, exchanged with that of another item of its category."""
    rng, rows = np.random.default_rng(seed), np.arange(len(data.rows))
    for category in np.unique(data.categories):
        own = np.flatnonzero(data.categories == category)
        rows[own] = rng.permutation(own)
    return {item_id: int(rows[row]) for item_id, row in data.rows.items()}


def trained_pairs(data: OutfitData, variant: str, config: TrainConfig) -> PairScores:
    """Train, and score pairs as the head that serves does."""
    features = data.features
    train_outfits = load_outfits(data.root, variant, "train", data.rows)
    valid = load_questions(data.root, variant, "valid", data.rows)
    trained = train(TrainingData(features, data.categories, train_outfits, valid), config)
    weights = trained.weights
    width = config.members * config.embedding_dim
    spec = HeadSpec("", features.shape[1], width, "", Calibration(), Calibration())
    return cosine_pairs(Head(spec, weights).project(features))


def read_borders(data: OutfitData) -> np.ndarray:
    borders = np.zeros((len(data.rows), 24), np.float32)
    for row, record in records_of(data):
        borders[row] = background(decode(read_picture(record), min_side_px=64))
    return borders


def records_of(data: OutfitData) -> Iterator[tuple[int, Record]]:
    """What the catalogue says of each item that has a row, with that row."""
    for record in read_items(data.root):
        if isinstance(record, Record) and record.item.item_id in data.rows:
            yield data.rows[record.item.item_id], record


if __name__ == "__main__":
    main()
