"""Photos of people who were not trained on: the semantic category of the ten packshots found."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.quality_rows.columns import Column, Vectors
from bench.quality_rows.sets import Packshots, Photo
from bench.quality_rows.table import Row
from deepstyle.evaluation.intervals import GroupedScores, grouped_scores
from deepstyle.evaluation.reranked import reranker
from deepstyle.evaluation.retrieval_metrics import precision_at_k
from deepstyle.style.calibration.garment_types import read_types
from deepstyle.style.rerank import Reranking

K = 10
NOW = {"micro": ".823", "macro": ".673", "hats": ".27"}
WANTED = {"micro": ">= .90", "macro": ">= .82", "hats": ">= .60"}


def photo_rows(columns: Sequence[Column], packshots: Packshots, photos: Sequence[Photo], split: str) -> Iterator[Row]:
    """Micro, macro and each category for the photos of one split's senders."""
    section = f"photos of the {split} senders -> category of packshots, P@10"
    now = NOW if split == "test" else {}
    yield from category_rows(section, scored(columns, packshots, photos), now, WANTED)
    served = [column for column in columns if column.encoder]
    if served:
        yield from served_rows(section, served, packshots, photos)
    ignoring = [column for column in columns if column.colourless]
    if ignoring:
        scores = scored(ignoring, packshots, photos, colourless=True)
        yield overall(section, "micro, colour=ignore", "micro", scores)


def served_rows(
    section: str, columns: Sequence[Column], packshots: Packshots, photos: Sequence[Photo]
) -> Iterator[Row]:
    """As the search is served by default: with the category vote, which the model's own prediction joins."""
    values = {one.name: grouped(served_precisions(one, packshots, photos), photos) for one in columns}
    for name, shown in (("micro", "micro, as served"), ("macro", "macro, as served")):
        yield overall(section, shown, name, values, wanted=WANTED[name])
    hats = {name: one.by_category["hats"] for name, one in values.items() if "hats" in one.by_category}
    if hats:
        count = next(iter(values.values())).counts["hats"]
        yield Row(section, "hats, as served", count, hats, wanted=WANTED["hats"])


def shared_rows(columns: Sequence[Column], packshots: Packshots, photos: Sequence[Photo]) -> Iterator[Row]:
    """All photos of the first folder, whoever sent them."""
    scores = scored(columns, packshots, photos)
    seen = {one.name: sum(photo.fold in one.trained_on for photo in photos) for one in columns if one.trained_on}
    note = "; ".join(f"{name} was trained on the senders of {count} of them" for name, count in seen.items())
    yield overall(f"all {len(photos)} shared photos -> category of packshots, P@10", "micro", "micro", scores, note)


def fold_rows(
    columns: Sequence[Column], folds: Sequence[Column], packshots: Packshots, photos: Sequence[Photo]
) -> Iterator[Row]:
    """Every photo, scored by the weights that did not see its sender: model i for the senders of remainder i."""
    section = "photos of all senders by 5-fold cross-validation over sender_id % 5, P@10"
    scores = scored([one for one in columns if not one.trained_on], packshots, photos)
    if folds:
        values = np.zeros(len(photos))
        for fold, column in enumerate(folds):
            own = np.flatnonzero([photo.fold == fold for photo in photos])
            if fold in column.trained_on:
                raise SystemExit(f"{column.name} was trained on the senders of fold {fold}")
            values[own] = precisions(column, packshots, [photos[int(at)] for at in own])
        scores["fold models"] = grouped(values, photos)
    rows = list(category_rows(section, scores, {}, {}))
    yield from (row for row in rows if row.measure in ("micro", "macro over categories", "hats", "shoes"))


def scored(
    columns: Sequence[Column], packshots: Packshots, photos: Sequence[Photo], *, colourless: bool = False
) -> dict[str, GroupedScores]:
    scores = {
        column.name: grouped(precisions(column, packshots, photos, colourless=colourless), photos) for column in columns
    }
    random = [np.mean(packshots.categories == photo.labelled.semantic_category) for photo in photos]
    return {**scores, "chance": grouped(np.array(random), photos)}


def grouped(values: NDArray[np.float64], photos: Sequence[Photo]) -> GroupedScores:
    categories = [photo.labelled.semantic_category for photo in photos]
    return grouped_scores(values, categories, [photo.sender_id for photo in photos])


def precisions(
    column: Column, packshots: Packshots, photos: Sequence[Photo], *, colourless: bool = False
) -> NDArray[np.float64]:
    queries = column.embed("photos", [photo.picture for photo in photos])
    if colourless and column.colourless:
        queries = column.colourless(queries)
    wanted = np.array([photo.labelled.semantic_category for photo in photos])
    return category_precisions(queries, packshots.vectors(column), wanted, packshots.categories)


def served_precisions(column: Column, packshots: Packshots, photos: Sequence[Photo]) -> NDArray[np.float64]:
    """As ``precisions``, with the category vote that is on by default, which the model's own prediction joins."""
    assert column.encoder and column.folder
    queries, vectors = column.embed("photos", [photo.picture for photo in photos]), packshots.vectors(column)
    types = read_types(column.folder, column.encoder.spec)
    posteriors = types.posterior(queries).tolist() if types else []
    priors = [dict(zip(types.names, row, strict=True)) for row in posteriors] if types else None
    order = reranker(packshots.items, vectors, queries, Reranking(category_vote=True), priors=priors)
    similarities = order(queries @ vectors.T, np.arange(len(queries)))
    wanted = np.array([photo.labelled.semantic_category for photo in photos])
    return precision_at_k(similarities, wanted[:, None] == packshots.categories, K)


def category_precisions(
    queries: Vectors, vectors: Vectors, wanted: NDArray[np.str_], categories: NDArray[np.str_]
) -> NDArray[np.float64]:
    """The share of the ten nearest that have the category ``wanted`` (Q,): (Q,)."""
    return precision_at_k(queries @ vectors.T, wanted[:, None] == categories, K)


def category_rows(
    section: str, scores: dict[str, GroupedScores], now: dict[str, str], wanted: dict[str, str]
) -> Iterator[Row]:
    first = next(iter(scores.values()))
    for name, shown in (("micro", "micro"), ("macro", "macro over categories")):
        found = {column: getattr(one, name) for column, one in scores.items()}
        yield Row(section, shown, sum(first.counts.values()), found, now.get(name, ""), wanted.get(name, ""))
    for name, count in first.counts.items():
        found = {column: one.by_category[name] for column, one in scores.items()}
        yield Row(section, name, count, found, now.get(name, ""), wanted.get(name, ""))


def overall(
    section: str, measure: str, name: str, scores: dict[str, GroupedScores], note: str = "", wanted: str = ""
) -> Row:
    first = next(iter(scores.values()))
    found = {column: getattr(one, name) for column, one in scores.items()}
    return Row(section, measure, sum(first.counts.values()), found, wanted=wanted, note=note)
