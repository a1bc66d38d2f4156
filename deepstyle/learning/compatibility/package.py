"""Train the head that ships with the package, on worn looks and the drawn catalogue, and write its folder.

    python -m deepstyle.learning.compatibility.package --looks STREET_LOOKS --model packaged:fashion

It needs no torch and takes a few minutes, most of them for features, which are cached. The same inputs give the same
weights on the same version of NumPy. ``--out`` defaults to the folder from which the package serves this model's head.
"""

import argparse
import dataclasses
import shlex
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

from deepstyle.catalogue.feeds.outfits import read_outfits
from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.compatibility.head import PACKAGED, Head, write_head
from deepstyle.compatibility.scoring import cosine_pairs
from deepstyle.evaluation.compatibility import evaluate_pairs
from deepstyle.evaluation.outfit_data import OutfitData, open_outfit_data
from deepstyle.evaluation.questions import Blank, Questions, load_outfits, load_questions
from deepstyle.learning.commit import git_commit
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.data import TrainingData
from deepstyle.learning.compatibility.export import export_head
from deepstyle.learning.compatibility.numpy_train import train
from deepstyle.learning.compatibility.worn import Worn, read_worn
from deepstyle.learning.config import read_config
from deepstyle.settings import Settings
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import float_model

CONFIG: Final = Path(__file__).parents[3] / "configs" / "compat-packaged.toml"
VARIANT: Final = "disjoint"
LICENCES: Final = "street-looks (Clothing Co-Parsing): Apache-2.0; drawn catalogue: the project's own"


def main() -> None:
    """Parse the options, train, measure on the test looks, and write the head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--looks", type=Path, required=True, help="the folder of the worn looks")
    parser.add_argument("--model", default="packaged", help="the model whose features the head reads")
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--store", default="", help="the store of the drawn catalogue (default: var/demo.db)")
    parser.add_argument("--without-drawn", action="store_true", help="learn from worn looks only")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    settings = Settings()
    folder = float_model(options.model, settings.cache_dir)
    encoder = Encoder.open(folder, streams=0)
    worn = read_worn(options.looks, encoder, settings.cache_dir, on_progress=_print_progress)
    drawn = None if options.without_drawn else open_outfit_data("drawn", store=options.store, model=options.model)
    config = read_config(options.config, TrainConfig, seed=options.seed)
    out = options.out or PACKAGED / folder.name
    head = package(out, worn, drawn, config, backbone=encoder.spec.features_fingerprint)
    for name, value in head.spec.metrics.items():
        sys.stdout.write(f"{name:28}{value:10.3f}\n")
    sys.stdout.write(f"{out}\n")


def package(folder: Path, worn: Worn, drawn: OutfitData | None, config: TrainConfig, *, backbone: str) -> Head:
    """Train on the train looks (and the drawn outfits), select on valid, and write the measured head to ``folder``."""
    data, shift = training_data(worn, drawn), len(worn.features)
    trained = train(data, config)
    head = export_head(
        folder,
        trained,
        data,
        config,
        backbone=backbone,
        name="street-looks" + (f" and {drawn.name}/{VARIANT}" if drawn else ""),
        outfits=[outfit.item_ids for outfit in read_outfits(drawn.root, VARIANT, "train")] if drawn else [],
    )
    vectors = head.project(data.features)
    asked = {"street_looks": worn.questions("test")}
    if drawn:
        asked["drawn"] = _shifted(load_questions(drawn.root, VARIANT, "test", drawn.rows), shift)
    metrics = dict(head.spec.metrics)
    for name, questions in asked.items():
        scores = evaluate_pairs(name, cosine_pairs(vectors), questions, data.categories)
        raw = evaluate_pairs(name, cosine_pairs(data.features), questions, data.categories)
        metrics |= {
            f"{name}_test_outfits": float(scores.outfits),
            f"{name}_test_auc": scores.auc,
            f"{name}_test_fill_in_blank": scores.fill_in_blank,
            f"{name}_test_raw_auc": raw.auc,
            f"{name}_test_raw_fill_in_blank": raw.fill_in_blank,
        }
    training = {**head.spec.training, **_provenance()}
    spec = dataclasses.replace(head.spec, metrics=metrics, training=training)
    write_head(folder, trained.weights, spec, head.outfits)
    return Head.open(folder)


def training_data(worn: Worn, drawn: OutfitData | None) -> TrainingData:
    """The worn garments in two views, then the drawn items; questions of valid from both."""
    names = SEMANTIC_CATEGORIES
    numbers = np.array([names.index(name) for name in worn.categories], np.int64)
    outfits, valid = worn.pairs("train"), worn.questions("valid")
    if drawn is None:
        return TrainingData(worn.features, numbers, outfits, valid)
    shift = len(worn.features)
    outfits += [rows + shift for rows in load_outfits(drawn.root, VARIANT, "train", drawn.rows)]
    asked = _shifted(load_questions(drawn.root, VARIANT, "valid", drawn.rows), shift)
    return TrainingData(
        np.concatenate([worn.features, drawn.features]),
        np.concatenate([numbers, drawn.categories + len(names)]),
        outfits,
        Questions(
            (*valid.outfits, *asked.outfits),
            np.concatenate([valid.compatible, asked.compatible]),
            (*valid.blanks, *asked.blanks),
        ),
    )


def _shifted(questions: Questions, shift: int) -> Questions:
    """The same questions about rows that lie ``shift`` further down."""
    return Questions(
        tuple(outfit + shift for outfit in questions.outfits),
        questions.compatible,
        tuple(Blank(one.items + shift, one.answers + shift, one.right) for one in questions.blanks),
    )


def _provenance() -> dict[str, Any]:
    """How to train the same head again."""
    command = shlex.join(["python", "-m", "deepstyle.learning.compatibility.package", *sys.argv[1:]])
    return {"licences": LICENCES, "command": command, "commit": git_commit()}


def _print_progress(done: int, total: int) -> None:
    if done % 200 == 0 or done == total:
        sys.stderr.write(f"crops: {done:,} of {total:,}\n")


if __name__ == "__main__":
    main()
