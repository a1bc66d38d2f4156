"""Outfits: a head trained on the shared outfits' own train split, and the packaged head as it is (zero-shot)."""

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bench.quality_rows.columns import Column
from bench.quality_rows.table import Row, plain
from deepstyle.errors import DeepstyleError
from deepstyle.evaluation.compatibility import CompatScores
from deepstyle.evaluation.intervals import Interval
from deepstyle.evaluation.outfit_data import OutfitData, open_outfit_data
from deepstyle.evaluation.outfits import AS_SHIPPED, evaluate_outfits

BASELINES = ("raw feature cosine", "background only", "popularity")
VARIANTS = ("disjoint", "nondisjoint")
NOW = {"own": (".720 / 40.1 %", ">= .74 / 43 %"), "zero-shot": (".535 / 27.6 %", ">= .58")}


def outfit_rows(columns: Sequence[Column], root: Path, cache: Path, split: str, seeds: int) -> Iterator[Row]:
    """AUC and blanks of both heads and of the baselines, in the features of each model; ``seeds`` 0 trains none."""
    found: dict[str, dict[tuple[str, str], tuple[float, float]]] = {}
    for column in columns:
        if column.folder:
            store = f"sqlite:///{cache}/quality/outfits-{column.folder.name}.db"
            data = open_outfit_data(str(root), store=store, model=str(column.folder), precision=None)
            found[column.name] = dict(answers(data, split, seeds))
    for variant in VARIANTS:
        for who in ("own train split", "packaged head, zero-shot", *BASELINES):
            for at, measure in enumerate(("AUC", "fill in the blank")):
                scores: dict[str, Interval] = {
                    name: plain(rows[variant, who][at]) for name, rows in found.items() if (variant, who) in rows
                }
                if scores:
                    goal = NOW.get(who.partition(" ")[0] if who.startswith("own") else "zero-shot", ("", ""))
                    shown = goal if variant == "disjoint" and at == 0 and who not in BASELINES else ("", "")
                    yield Row(f"shared outfits, {variant}, {split}", f"{who}: {measure}", 0, scores, *shown)


def answers(data: OutfitData, split: str, seeds: int) -> Iterator[tuple[tuple[str, str], tuple[float, float]]]:
    for variant in VARIANTS:
        heads = ["packaged"]
        try:
            report = evaluate_outfits(data, heads, variant=variant, split=split)
        except DeepstyleError as error:  # the packaged head belongs to another model's features
            print(f"packaged head: {error.message}")
            report = evaluate_outfits(data, [], variant=variant, split=split)
        for scores in report.scores[AS_SHIPPED]:
            name = "packaged head, zero-shot" if scores.model.startswith("head ") else scores.model
            yield (variant, name), (scores.auc, scores.fill_in_blank)
        if seeds:
            trained = list(own_heads(data, variant, split, seeds))
            means = np.mean([(one.auc, one.fill_in_blank) for one in trained], axis=0)
            yield (variant, "own train split"), (float(means[0]), float(means[1]))


def own_heads(data: OutfitData, variant: str, split: str, seeds: int) -> Iterator[CompatScores]:
    """As `bench.compat` trains and evaluates them: one head per seed."""
    from bench.compat import CONFIGS, recipe, trained_pairs
    from deepstyle.evaluation.compatibility import evaluate_pairs
    from deepstyle.evaluation.questions import load_questions

    config = recipe(CONFIGS / f"compat-{variant}.toml", quick=False)
    questions = load_questions(data.root, variant, split, data.rows)
    for seed in range(seeds):
        pairs = trained_pairs(data, variant, dataclasses.replace(config, seed=seed))
        yield evaluate_pairs(f"seed {seed}", pairs, questions, data.categories)
