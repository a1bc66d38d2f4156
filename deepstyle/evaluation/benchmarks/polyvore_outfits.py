"""Polyvore Outfits (Vasileva et al. 2018): the scores of ``evaluate compat`` beside the published ones."""

from collections.abc import Iterator
from typing import Final

from deepstyle.catalogue.feeds.outfits import VARIANTS
from deepstyle.evaluation.benchmarks.run import BenchmarkScore
from deepstyle.evaluation.benchmarks.task import Published
from deepstyle.evaluation.outfit_data import OnStage, OutfitData
from deepstyle.evaluation.outfits import AS_SHIPPED, evaluate_outfits

AUC, BLANKS = "AUC", "fill in the blank"
CHANCE: Final = {AUC: 0.5, BLANKS: 0.25}
_SOURCE: Final = "Sarkar et al. 2022 (OutfitTransformer, arXiv 2204.04812), tables of compatibility and of blanks"


def _published(system: str, nondisjoint: tuple[float, float], disjoint: tuple[float, float]) -> Published:
    """Area and share of both variants."""
    figures = {("nondisjoint", AUC): nondisjoint[0], ("nondisjoint", BLANKS): nondisjoint[1]}
    return Published(system, _SOURCE, {**figures, ("disjoint", AUC): disjoint[0], ("disjoint", BLANKS): disjoint[1]})


PUBLISHED: Final = (
    _published("Type-aware", (0.86, 0.5783), (0.84, 0.5565)),
    _published("CSA-Net", (0.91, 0.6373), (0.87, 0.5926)),
    _published("OutfitTransformer", (0.93, 0.6710), (0.88, 0.5948)),
)


def polyvore_outfits_scores(
    data: OutfitData, head: str, *, on_stage: OnStage = lambda what, done, total: None
) -> list[BenchmarkScore]:
    """The head (a folder, or ``packaged``) on both test splits as shipped; raises as ``evaluate_outfits``."""
    return [one for variant in VARIANTS for one in _scores(data, head, variant, on_stage)]


def _scores(data: OutfitData, head: str, variant: str, on_stage: OnStage) -> Iterator[BenchmarkScore]:
    report = evaluate_outfits(data, [head], variant=variant, split="test", on_stage=on_stage)
    ours = report.scores[AS_SHIPPED][0]
    for metric, questions, score in ((AUC, ours.outfits, ours.auc), (BLANKS, ours.blanks, ours.fill_in_blank)):
        published = {one.system: one.figures[variant, metric] for one in PUBLISHED}
        yield BenchmarkScore(variant, metric, questions, len(data.rows), score, CHANCE[metric], published)
