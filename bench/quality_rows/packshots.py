"""Packshots as queries among packshots: fine category, colour, and the same model in another colour."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.quality_rows.columns import Column, Vectors
from bench.quality_rows.sets import Packshots
from bench.quality_rows.table import Row, plain
from deepstyle.evaluation.intervals import Interval, grouped_scores
from deepstyle.evaluation.retrieval_metrics import precision_at_k
from deepstyle.evaluation.search import in_other_colours, name_codes, score_other_colours
from deepstyle.evaluation.search_scores import RETRIEVAL, chance_scores

K = 10
BLOCK = 1024
NOTE = "item itself removed, its other colours count as any item; unshared set: type .796, type and colour .216"


def type_rows(columns: Sequence[Column], packshots: Packshots) -> Iterator[Row]:
    """Whether the ten nearest share the fine category, and the fine category and the colour."""
    types = np.array([item.category for item in packshots.items])
    colours = np.array([item.colour for item in packshots.items])
    both = np.char.add(np.char.add(types, " "), colours)
    for measure, labels, wanted in (
        ("type", types, "above histogram"),
        ("type and colour", both, "above histogram"),
        ("colour", colours, ""),
    ):
        known = np.flatnonzero(labels != "") if measure == "type" else np.flatnonzero(colours != "")
        scores = {column.name: _precision(packshots.vectors(column), labels, known, packshots) for column in columns}
        scores["chance"] = plain(np.mean([(np.mean(labels == labels[row])) for row in known]))
        yield Row("packshots among packshots, P@10", measure, len(known), scores, wanted=wanted, note=NOTE)


def other_colour_rows(columns: Sequence[Column], packshots: Packshots) -> Iterator[Row]:
    """`deepstyle evaluate search` over all items: the same model in another colour, as stored and ignoring colour."""
    section = "the same model in another colour, among all packshots"
    model_ids = [item.model_id for item in packshots.items]
    chosen = in_other_colours(model_ids)
    for measure in ("recall@10", "recall@1", "mAP@R"):
        scores = {one.name: plain(_other_colours(one, packshots, model_ids, chosen)[measure]) for one in columns}
        codes = name_codes(model_ids)
        right = np.bincount(codes + 1)[codes[chosen] + 1] - 1
        scores["chance"] = plain(chance_scores(RETRIEVAL, right, len(codes) - 1).get(measure, np.nan))
        goal = (".664 to .672", "+ .03") if measure == "recall@10" else ("", "")
        yield Row(section, measure, len(chosen), scores, *goal)
        colourless = [one for one in columns if one.colourless]
        if colourless:
            scores = {
                one.name: plain(_other_colours(one, packshots, model_ids, chosen, ignore=True)[measure])
                for one in colourless
            }
            yield Row(section, f"{measure}, colour=ignore", len(chosen), scores, *goal)


def _precision(vectors: Vectors, labels: NDArray[np.str_], rows: NDArray[np.int64], packshots: Packshots) -> Interval:
    values = []
    codes = np.unique(labels, return_inverse=True)[1]
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        similarities, relevant = vectors[block] @ vectors.T, codes[block, None] == codes
        similarities[np.arange(len(block)), block] = -np.inf
        values.append(precision_at_k(similarities, relevant, K))
    groups = [packshots.items[row].model_id or packshots.items[row].item_id for row in rows]
    return grouped_scores(np.concatenate(values), [""] * len(rows), groups).micro


def _other_colours(
    column: Column, packshots: Packshots, model_ids: Sequence[str], chosen: NDArray[np.int64], *, ignore: bool = False
) -> dict[str, float]:
    vectors = packshots.vectors(column)
    queries = vectors[chosen]
    if ignore and column.colourless:
        queries = column.colourless(queries)
    return dict(score_other_colours(queries, vectors, model_ids, chosen))
