"""Which recipe? On valid, with a blank at every place of every outfit: ten times as many questions as the file has.

    python bench/compat_choose.py --data FOLDER --config configs/compat-nondisjoint.toml --config MINE.toml

The 327 blanks of nondisjoint/valid have a standard error of 2.7 points, too coarse to choose by. Here each item of a
valid outfit is left out in turn; its three rivals are drawn by occurrence from valid items of its category and year,
as the file's are, and none was styled with the rest in valid. Twice, with other rivals. Test is never read.
"""

import dataclasses
import time
from pathlib import Path

import numpy as np
from compat import CONFIGS, begin, recipe, records_of, trained_pairs, training_arguments

from deepstyle.compatibility.scoring import Rows
from deepstyle.evaluation.compatibility import evaluate_pairs
from deepstyle.evaluation.outfit_data import OutfitData
from deepstyle.evaluation.outfit_metrics import blank_accuracy
from deepstyle.evaluation.questions import Blank, blank_scores, load_outfits, load_questions

RIVALS = 3


def main() -> None:
    parser = training_arguments(__doc__, seeds=3)
    parser.add_argument("--variant", default="nondisjoint", choices=["disjoint", "nondisjoint"])
    parser.add_argument("--config", type=Path, action="append", help="a recipe; default: configs/compat-VARIANT.toml")
    told, data = begin(parser)
    questions = load_questions(data.root, told.variant, "valid", data.rows)
    blanks = every_blank(data, told.variant)
    print(f"\n{data.name}, {told.variant}, valid: {len(questions.blanks)} blanks of the file, {len(blanks)} drawn here")
    print(f"{'':32}{'AUC':>8}{'file':>8}{'drawn':>8}{'±':>7}{'s':>6}   mean of seeds")
    for path in told.config or [CONFIGS / f"compat-{told.variant}.toml"]:
        config = recipe(path, told.quick)
        started_s, scores = time.perf_counter(), []
        for seed in range(told.seeds):
            pairs = trained_pairs(data, told.variant, dataclasses.replace(config, seed=seed))
            asked = evaluate_pairs(path.stem, pairs, questions, data.categories)
            drawn = blank_accuracy(blank_scores(pairs, blanks), np.zeros(len(blanks), np.int64))
            scores.append((asked.auc, asked.fill_in_blank, drawn))
        auc, file, drawn = np.mean(scores, 0)
        spent_s = (time.perf_counter() - started_s) / len(scores)
        print(f"{path.stem:32}{auc:8.3f}{file:8.1%}{drawn:8.1%}{np.std(scores, 0)[2]:7.1%}{spent_s:6.0f}", flush=True)


def every_blank(data: OutfitData, variant: str, draws: int = 2, seed: int = 0) -> list[Blank]:
    """A blank at every place of every valid outfit, ``draws`` times; the right answer comes first."""
    rng, outfits = np.random.default_rng(seed), load_outfits(data.root, variant, "valid", data.rows)
    kinds, occurring = data.categories * 10_000 + years_of(data), np.concatenate(outfits)
    styled: dict[int, set[int]] = {}
    for outfit in outfits:
        for row in outfit.tolist():
            styled.setdefault(row, set()).update(outfit.tolist())
    blanks = []
    for outfit in outfits:
        for place, right in enumerate(outfit.tolist()):
            rest = np.delete(outfit, place)
            known = set[int]().union({right}, *(styled[row] for row in rest.tolist()))
            alike = occurring[kinds[occurring] == kinds[right]].tolist()
            rivals = np.array([row for row in alike if row not in known], np.int64)
            if len(rest) and len(set(rivals.tolist())) >= RIVALS:
                blanks += [Blank(rest, draw(rng, right, rivals), 0) for _ in range(draws)]
    return blanks


def draw(rng: np.random.Generator, right: int, rivals: Rows) -> Rows:
    """``right`` and ``RIVALS`` different rows of ``rivals``, the more often a row stands there the more likely."""
    drawn: list[int] = []
    while len(drawn) < RIVALS:
        row = int(rng.choice(rivals))
        drawn += [row] if row not in drawn else []
    return np.array([right, *drawn], np.int64)


def years_of(data: OutfitData) -> Rows:
    """The year of each row's item, 0 where the catalogue tells none."""
    years = np.zeros(len(data.rows), np.int64)
    for row, record in records_of(data):
        years[row] = int(record.item.attributes.get("year", 0))
    return years


if __name__ == "__main__":
    main()
