"""Outfits: a head trained on the shared outfits' own train split, and the packaged head as it is (zero-shot)."""

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from bench.quality_rows.columns import Column
from bench.quality_rows.sets import Packshots
from bench.quality_rows.table import Row, plain
from deepstyle.errors import DeepstyleError
from deepstyle.evaluation.compatibility import CompatScores, category_numbers, evaluate_pairs
from deepstyle.evaluation.outfit_data import OutfitData
from deepstyle.evaluation.outfits import AS_SHIPPED, evaluate_outfits
from deepstyle.evaluation.questions import load_questions

BASELINES = ("raw feature cosine", "background only", "popularity")
VARIANTS = ("disjoint", "nondisjoint")
NOW = {
    ("disjoint", "own train split", "AUC"): (".720", ">= .74"),
    ("disjoint", "own train split", "fill in the blank"): (".401", ">= .43"),
    ("disjoint", "packaged head, zero-shot", "AUC"): (".535", ">= .58"),
    ("disjoint", "packaged head, zero-shot", "fill in the blank"): (".276", ""),
}


def outfit_rows(columns: Sequence[Column], packshots: Packshots, split: str, seeds: int) -> Iterator[Row]:
    """AUC and blanks of both heads and of the baselines, in the features of each model; ``seeds`` 0 trains none."""
    found = {
        column.name: dict(answers(outfit_data(column, packshots), split, seeds)) for column in columns if column.encoder
    }
    for variant in VARIANTS:
        for who in ("own train split", "packaged head, zero-shot", *BASELINES):
            for measure in ("AUC", "fill in the blank"):
                key = variant, who, measure
                scores = {name: plain(rows[key]) for name, rows in found.items() if key in rows}
                if scores:
                    section = f"shared outfits, {variant}, {split}"
                    now, wanted = NOW.get(key, ("", ""))
                    yield Row(section, f"{who}: {measure}", 0, scores, now if split == "test" else "", wanted)


def outfit_data(column: Column, packshots: Packshots) -> OutfitData:
    """The packshots with the features of this model, which are cached."""
    assert column.encoder and column.features
    features = column.features("packshots", packshots.pictures)
    rows = {item.item_id: row for row, item in enumerate(packshots.items)}
    categories = category_numbers(packshots.categories.tolist())
    return OutfitData("outfits", packshots.root, column.encoder.spec, rows, features, categories)


def answers(data: OutfitData, split: str, seeds: int) -> Iterator[tuple[tuple[str, str, str], float]]:
    """AUC and share of blanks by variant, model and measure."""
    for variant in VARIANTS:
        try:
            report = evaluate_outfits(data, ["packaged"], variant=variant, split=split)
        except DeepstyleError as error:  # the packaged head belongs to another model's features
            print(f"packaged head: {error.message}")
            report = evaluate_outfits(data, [], variant=variant, split=split)
        for scores in report.scores[AS_SHIPPED]:
            name = "packaged head, zero-shot" if scores.model.startswith("head ") else scores.model
            yield (variant, name, "AUC"), scores.auc
            yield (variant, name, "fill in the blank"), scores.fill_in_blank
        trained = list(own_heads(data, variant, split, seeds))
        if trained:
            yield (variant, "own train split", "AUC"), float(np.mean([one.auc for one in trained]))
            blanks = float(np.mean([one.fill_in_blank for one in trained]))
            yield (variant, "own train split", "fill in the blank"), blanks


def own_heads(data: OutfitData, variant: str, split: str, seeds: int) -> Iterator[CompatScores]:
    """As `bench.compat` trains and evaluates them: one head per seed."""
    from bench.compat import CONFIGS, recipe, trained_pairs

    config = recipe(CONFIGS / f"compat-{variant}.toml", quick=False)
    questions = load_questions(data.root, variant, split, data.rows)
    for seed in range(seeds):
        pairs = trained_pairs(data, variant, dataclasses.replace(config, seed=seed))
        yield evaluate_pairs(f"seed {seed}", pairs, questions, data.categories)
