"""Is a wrong piece named as the weakest of its look? In a shared outfit, one item is replaced by a random one.

    python -m bench.weakest_item                  # on valid, by which the rule that names the piece was chosen
    python -m bench.weakest_item --split test     # what is reported, once

The substitute is another item of the same category and year, of the same split's outfits: drawn evenly, and, because
favourites of stylists would then be easy to tell from it, also as often as items occur. Heads are trained in NumPy on
the variant's train outfits, on the features of the packaged model, which are cached as `bench.quality` caches them; the
recipe is configs/compat-disjoint.toml for disjoint, and that of `--train-outfits` for nondisjoint. A tie for the
weakest is a miss. Intervals are 95 %, by bootstrap over outfits; ± is the standard deviation over seeds.
"""

import argparse
import dataclasses
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.compat import CONFIGS
from bench.measure.machine import describe_machine
from bench.quality import column
from bench.quality_rows.outfits import outfit_data
from bench.quality_rows.sets import Packshots, read_packshots
from deepstyle.compatibility.calibration import Calibration
from deepstyle.compatibility.head import Head, HeadSpec, head_folder
from deepstyle.compatibility.repair import weakest_piece
from deepstyle.compatibility.scoring import PairScores, Rows, cosine_pairs
from deepstyle.errors import DeepstyleError
from deepstyle.evaluation.baselines import distance_pairs, popularity_pairs
from deepstyle.evaluation.outfit_data import OutfitData
from deepstyle.evaluation.outfits import backgrounds
from deepstyle.evaluation.questions import load_outfits, load_questions
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.data import TrainingData
from deepstyle.learning.compatibility.numpy_train import train
from deepstyle.learning.compatibility.own_outfits import RECIPE
from deepstyle.learning.config import read_config
from deepstyle.settings import Settings

BARS = {"nondisjoint": "wanted: >= 50 %", "disjoint": "wanted: >= 1.4 times chance"}


@dataclass(frozen=True)
class Case:
    """An outfit as rows, the position of the item that was replaced, and the number of the outfit."""

    rows: Rows
    replaced: int
    outfit: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    folder = Path(os.environ.get("DEEPSTYLE_DATA", "../shared/data")) / "outfits"
    parser.add_argument("--data", type=Path, default=folder, help="a folder in the Polyvore Outfits layout")
    parser.add_argument("--split", default="valid", choices=["valid", "test"], help="choose on valid; read test once")
    parser.add_argument("--variant", action="append", choices=list(BARS), help="default: both")
    parser.add_argument("--seeds", type=int, default=3, help="heads trained on the train outfits")
    parser.add_argument("--draws", type=int, default=5, help="how often an item of each outfit is replaced")
    parser.add_argument("--cache", type=Path, default=Settings().cache_dir, help="where features are cached")
    options = parser.parse_args()
    print(describe_machine())
    packshots = read_packshots(options.data)
    options.trained_on = ""
    data = outfit_data(column("packaged", options, {}, options.cache), packshots)
    borders = distance_pairs(backgrounds(data))
    for variant in options.variant or list(BARS):
        report(data, packshots, variant, options, borders)


def report(
    data: OutfitData, packshots: Packshots, variant: str, options: argparse.Namespace, borders: PairScores
) -> None:
    """The table of one variant."""
    outfits = load_outfits(data.root, variant, options.split, data.rows)
    kinds = kinds_of(packshots)
    drawn = {
        name: list(cases(outfits, kinds, options.draws, as_worn=name == "as worn")) for name in ("evenly", "as worn")
    }
    chance = {name: float(np.mean([1 / len(case.rows) for case in found])) for name, found in drawn.items()}
    models: dict[str, Sequence[PairScores]] = {
        f"own head, {options.seeds} seeds": [
            cosine_pairs(own_head_vectors(data, variant, seed)) for seed in range(options.seeds)
        ],
        "packaged head": packaged_head(data),
        "raw feature cosine": [cosine_pairs(data.features)],
        "background only": [borders],
        "popularity": [popularity_pairs(all_outfits(data, variant), len(data.rows))],
    }
    print(
        f"\n{variant}, {options.split}: {len(outfits)} outfits, {len(drawn['evenly'])} replaced items; {BARS[variant]}"
    )
    print(f"{'':24}" + "".join(f"{name:>34}" for name in drawn))
    print(f"{'chance':24}" + "".join(f"{share:34.1%}" for share in chance.values()))
    for name, models_of_row in models.items():
        if models_of_row:
            print(f"{name:24}" + "".join(cell(models_of_row, drawn[one], chance[one]) for one in drawn))


def cell(models: Sequence[PairScores], found: Sequence[Case], chance: float) -> str:
    """The share of replaced items that are named, its interval, the spread over models, and how often chance."""
    hits = np.array([[names_it(model, case) for case in found] for model in models], np.float64)
    low, high = interval(hits.mean(0), np.array([case.outfit for case in found]))
    spread = f" ±{hits.mean(1).std():.1%}" if len(models) > 1 else ""
    return f"{f'{hits.mean():.1%}{spread} [{low:.1%}, {high:.1%}] {hits.mean() / chance:.2f}x':>34}"


def names_it(pairs: PairScores, case: Case) -> bool:
    """Whether the replaced item is named as the weakest, and no other could be."""
    between = in_range(pairs(case.rows, case.rows))
    order = np.arange(len(case.rows))[::-1]
    backwards = int(order[weakest_piece(between[np.ix_(order, order)])])
    return weakest_piece(between) == backwards == case.replaced


def in_range(between: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores of pairs in -.9.. .9, where a look's score expects them: a distance of 1 is no broken rule."""
    off_diagonal = between[~np.eye(len(between), dtype=bool)]
    low, high = off_diagonal.min(), off_diagonal.max()
    return np.asarray(1.8 * (between - low) / max(high - low, 1e-12) - 0.9, np.float64)


def cases(outfits: Sequence[Rows], kinds: NDArray[np.str_], draws: int, *, as_worn: bool) -> Iterator[Case]:
    """Each outfit ``draws`` times, an item at a random place replaced by one of its kind; the same in every run.

    An item that is the only one of its kind is not replaced.
    """
    rng = np.random.default_rng(0)
    worn = np.concatenate(outfits)
    pool = worn if as_worn else np.unique(worn)
    for number, outfit in enumerate(outfits):
        others = [pool[(kinds[pool] == kinds[row]) & ~np.isin(pool, outfit)] for row in outfit]
        places = [at for at, rows in enumerate(others) if len(rows)]
        for _ in range(draws if places else 0):
            at = int(rng.choice(places))
            rows = outfit.copy()
            rows[at] = rng.choice(others[at])
            yield Case(rows, at, number)


def kinds_of(packshots: Packshots) -> NDArray[np.str_]:
    """The category and the year of each item: (N,)."""
    return np.array([f"{item.semantic_category} {item.attributes.get('year', '')}" for item in packshots.items])


def own_head_vectors(data: OutfitData, variant: str, seed: int) -> NDArray[np.float32]:
    """The vectors (N, D) of a head trained in NumPy on the train outfits of the variant, its epoch chosen on valid."""
    config = read_config(CONFIGS / "compat-disjoint.toml", TrainConfig) if variant == "disjoint" else RECIPE
    config = dataclasses.replace(config, seed=seed)
    outfits = load_outfits(data.root, variant, "train", data.rows)
    valid = load_questions(data.root, variant, "valid", data.rows)
    weights = train(TrainingData(data.features, data.categories, outfits, valid), config).weights
    width = config.members * config.embedding_dim
    spec = HeadSpec("", data.features.shape[1], width, "", Calibration(), Calibration())
    return Head(spec, weights).project(data.features)


def packaged_head(data: OutfitData) -> list[PairScores]:
    """The head that ships with the package; none where it reads other features."""
    head = Head.open(head_folder("packaged", data.spec.features_fingerprint))
    try:
        head.check_backbone(data.spec.features_fingerprint)
    except DeepstyleError as error:
        print(f"packaged head: {error.message}")
        return []
    return [cosine_pairs(head.project(data.features))]


def all_outfits(data: OutfitData, variant: str) -> list[Rows]:
    """The outfits of all splits, those that the questions are made from included."""
    return [
        outfit for split in ("train", "valid", "test") for outfit in load_outfits(data.root, variant, split, data.rows)
    ]


def interval(hits: NDArray[np.float64], groups: NDArray[np.int64]) -> tuple[float, float]:
    """The 95 % interval of the mean, by bootstrap over outfits."""
    rng = np.random.default_rng(0)
    totals, counts = np.bincount(groups, hits), np.bincount(groups)
    drawn = rng.integers(len(counts), size=(1000, len(counts)))
    means = totals[drawn].sum(1) / counts[drawn].sum(1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


if __name__ == "__main__":
    main()
