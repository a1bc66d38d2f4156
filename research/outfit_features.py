"""Which features of the encoder predict outfits? Heads on each stage's means and standard deviations, by valid.

    python -m research.outfit_features --data FOLDER --trained FILE          # an hour on two cores; --seeds 1 for less
    python -m research.outfit_features --data FOLDER --trained FILE --workers 16 --features FILE.npz

FILE holds the parameters of the packaged encoder (``research/packaged_encoder.py --save``). Stages are numbered from
the stem's first; stage 7 is the pooled last layer, the only one that older models offer. ``raw`` is the network before
fine-tuning, ``fine`` after it; ``colour`` are the 64 numbers of ``style/colour.py``, three times. Test is not read.
"""

import argparse
import dataclasses
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import torch

from bench.compat import CONFIGS, recipe
from deepstyle.catalogue.feeds.polyvore import read_items
from deepstyle.catalogue.rows import Record, read_picture
from deepstyle.compatibility.scoring import cosine_pairs, outfit_scores
from deepstyle.evaluation.compatibility import category_numbers
from deepstyle.evaluation.outfit_metrics import blank_accuracy, compatibility_auc
from deepstyle.evaluation.questions import blank_scores, load_outfits, load_questions
from deepstyle.images.pixels import decode
from deepstyle.learning.compatibility import numpy_train
from deepstyle.learning.compatibility.data import Standardiser, TrainingData
from deepstyle.learning.compatibility.numpy_network import embed
from deepstyle.learning.compatibility.own_outfits import RECIPE
from deepstyle.learning.config import read_config
from deepstyle.learning.style.backbones import Backbone
from deepstyle.learning.style.build import load_backbone
from deepstyle.learning.style.config import StyleConfig
from deepstyle.learning.style.head import statistics
from deepstyle.learning.style.package import trained_parameters
from deepstyle.learning.style.run import trained_network
from deepstyle.style.colour import colour_vector
from deepstyle.style.weights import locate_weights

BATCH = 32
COLOUR = ["colour"] * 3
SETS = {
    **{f"{net} 7": [f"{net}7"] for net in ("raw", "fine")},
    **{f"{net} 7, colour": [f"{net}7", *COLOUR] for net in ("raw", "fine")},
    **{f"{net} {at}": [f"{net}{at}"] for net in ("raw", "fine") for at in (3, 4, 5, 6)},
    **{f"{net} 0-5, colour": [*[f"{net}{at}" for at in range(6)], *COLOUR] for net in ("raw", "fine")},
    "fine 0-7": [f"fine{at}" for at in range(8)],
    "fine 2-5": [f"fine{at}" for at in range(2, 6)],
    "fine 2-5, colour": [*[f"fine{at}" for at in range(2, 6)], *COLOUR],
    "fine 3-5, colour": [*[f"fine{at}" for at in range(3, 6)], *COLOUR],
    "colour": COLOUR,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a folder in the Polyvore Outfits layout")
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--features", type=Path, default=Path("var/outfit_features.npz"), help="computed once")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if not options.features.exists():
        options.features.parent.mkdir(parents=True, exist_ok=True)
        np.savez(options.features, **read_features(options.data, options.trained))
    for variant in ("disjoint", "nondisjoint"):
        with ProcessPoolExecutor(options.workers) as pool:
            scores = pool.map(
                partial(score, options.data, options.features, variant),
                [(name, seed) for name in SETS for seed in range(options.seeds)],
            )
            for name in SETS:
                auc, blanks = np.array([next(scores) for _ in range(options.seeds)]).T
                numbers = f"{auc.mean():.3f} ± {auc.std():.3f}   {blanks.mean():.1%} ± {blanks.std():.1%}"
                print(f"{variant:12} {name:18} valid {numbers}", flush=True)


def read_features(data: Path, trained: Path) -> dict[str, np.ndarray]:
    """The ids, the categories and every stage's statistics (N, F) float16 of each item."""
    config = read_config(CONFIGS / "packaged.toml", StyleConfig)
    weights = locate_weights("packaged:lite2")
    network = trained_network(trained_parameters(trained), config, locate_weights(config.model.weights))
    networks = {"raw": load_backbone(weights), "fine": network.backbone.eval()}
    shape, found = weights.preprocessing, {"ids": [], "categories": [], "colour": []}
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (shape.mean, shape.std))
    batch: list[np.ndarray] = []
    records = [row for row in read_items(data, with_images=True) if isinstance(row, Record)]
    for number, record in enumerate(records, 1):
        pixels = shape.apply(decode(read_picture(record), min_side_px=shape.longest_px))
        found["ids"].append(record.item.item_id)
        found["categories"].append(record.item.semantic_category)
        found["colour"].append(colour_vector(pixels))
        batch.append(pixels)
        if len(batch) == BATCH or number == len(records):
            inputs = (torch.from_numpy(np.stack(batch)).permute(0, 3, 1, 2) / 255 - mean) / std
            for name, backbone in networks.items():
                for at, values in enumerate(levels(backbone, inputs)):
                    found.setdefault(f"{name}{at}", []).extend(values)
            batch.clear()
    return {name: np.array(values) for name, values in found.items()}


@torch.inference_mode()
def levels(backbone: Backbone, inputs: torch.Tensor) -> list[np.ndarray]:
    """The statistics of each stage, and the means of the last layer."""
    stages = backbone.forward_stages(inputs)
    last = backbone.forward_last_stage(stages[-1])
    values = [*(statistics([maps]) for maps in stages), last.mean((2, 3))]
    return [value.half().numpy() for value in values]


def score(data: Path, features: Path, variant: str, job: tuple[str, int]) -> tuple[float, float]:
    """AUC and blanks on valid of the head with these features and this seed."""
    name, seed = job
    with np.load(features) as table:
        rows = {item_id: row for row, item_id in enumerate(table["ids"].tolist())}
        inputs = np.concatenate([table[part].astype(np.float32) for part in SETS[name]], 1)
        categories = category_numbers(table["categories"].tolist())
    questions = load_questions(data, variant, "valid", rows)
    learnt = TrainingData(inputs, categories, load_outfits(data, variant, "train", rows), questions)
    config = RECIPE if variant == "nondisjoint" else recipe(CONFIGS / "compat-disjoint.toml", False)
    weights = numpy_train.train(learnt, dataclasses.replace(config, seed=seed)).weights
    parameters = {part: getattr(weights, part) for part in ("hidden", "hidden_bias", "out", "out_bias")}
    pairs = cosine_pairs(embed(parameters, Standardiser(learnt.worn())(inputs)))
    right = np.array([blank.right for blank in questions.blanks])
    auc = compatibility_auc(outfit_scores(pairs, questions.outfits), questions.compatible)
    return auc, blank_accuracy(blank_scores(pairs, questions.blanks), right)


if __name__ == "__main__":
    main()
