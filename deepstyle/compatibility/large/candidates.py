"""The partners of items, from the clusters whose centres score best with them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.choice import PER_CATEGORY, best_columns, best_of_products
from deepstyle.compatibility.large.layout import Layout, Matrix
from deepstyle.compatibility.scoring import Rows

PROBES: Final = 24
"""How many clusters of each category are compared with an item."""
REVERSE_PROBES: Final = 192
"""How many clusters are looked at for items that a new item suits better than what is suggested."""
NOTHING: Final = np.float32(-9)
"""Less than any score."""


def ranked_partners(layout: Layout, own: Rows, probes: int = PROBES) -> list[tuple[Rows, Matrix]]:
    """For each of ``own`` (A,), all of one group, its best rows in each category, ranked together, with their scores.

    They are of two products of each category at most, and none is of its own product.
    """
    queries = layout.rows(own) * layout.weights
    partners = layout.partners(int(layout.of_group[own[0]])) if len(own) else {}
    parts = [_of_category(layout, queries, groups, probes) for groups in partners.values()]
    if not parts:
        return [(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in own]
    rows, scores = np.concatenate([part[0] for part in parts], 1), np.concatenate([part[1] for part in parts], 1)
    order = np.lexsort((rows, -scores), axis=1)
    rows, scores = np.take_along_axis(rows, order, 1), np.take_along_axis(scores, order, 1)
    allowed = (scores > NOTHING) & (layout.products[rows] != layout.products[own][:, None])
    return [(found[keep], values[keep]) for found, values, keep in zip(rows, scores, allowed, strict=True)]


def _of_category(layout: Layout, queries: Matrix, groups: Rows, probes: int) -> tuple[Rows, Matrix]:
    """The best rows (A, 2) of each query in these groups, of two products, with scores; ``NOTHING`` where none is."""
    clusters, slots, found, best = _probed(layout, queries, groups, probes)
    if not len(clusters):
        return np.zeros((len(queries), PER_CATEGORY), np.int64), np.full((len(queries), PER_CATEGORY), NOTHING)
    by_cluster = np.argsort(clusters.ravel(), kind="stable")
    present, starts = np.unique(clusters.ravel()[by_cluster], return_index=True)
    for cluster, places in zip(present.tolist(), np.split(by_cluster, starts[1:]), strict=True):
        members = layout.members(cluster)
        asking = places // slots
        scores = queries[asking] @ _values(layout, cluster, members).T
        scores[:, ~layout.alive[members]] = NOTHING
        top = best_of_products(scores, layout.products[members])
        count = top.shape[1]
        found.reshape(-1, PER_CATEGORY)[places, :count] = members[top]
        best.reshape(-1, PER_CATEGORY)[places, :count] = np.take_along_axis(scores, top, 1)
    return _two_products(layout, found.reshape(len(queries), -1), best.reshape(len(queries), -1))


def _values(layout: Layout, cluster: int, members: Rows) -> Matrix:
    if cluster < len(layout.cluster_groups):
        return np.asarray(layout.base[members[0] : members[-1] + 1], np.float32)
    return layout.rows(members)


def _probed(layout: Layout, queries: Matrix, groups: Rows, probes: int) -> tuple[Rows, int, NDArray[np.int64], Matrix]:
    """The clusters of each query (A, slots), how many slots, and room for what is found in each of them."""
    clusters = np.flatnonzero(np.isin(layout.cluster_groups, groups))
    chosen = np.broadcast_to(clusters, (len(queries), len(clusters)))
    if len(clusters) > probes:
        against = queries @ layout.centres[clusters].T
        chosen = clusters[np.argpartition(-against, probes - 1, axis=1)[:, :probes]]
    added = np.intersect1d(layout.of_group[len(layout.base) :], groups) + len(layout.cluster_groups)
    chosen = np.concatenate([chosen, np.broadcast_to(added, (len(queries), len(added)))], 1)
    shape = (len(queries), chosen.shape[1], PER_CATEGORY)
    return (
        chosen if chosen.size else np.empty(0, np.int64),
        chosen.shape[1],
        np.zeros(shape, np.int64),
        np.full(shape, NOTHING),
    )


def _two_products(layout: Layout, rows: Rows, scores: Matrix) -> tuple[Rows, Matrix]:
    """The best two of ``rows`` (A, C) by ``scores``, of different products."""
    first = best_columns(scores, 1)
    best_rows, best_scores = np.take_along_axis(rows, first, 1), np.take_along_axis(scores, first, 1)
    others = np.where(layout.products[rows] == layout.products[best_rows], NOTHING, scores)
    second = best_columns(others, 1)
    return (
        np.concatenate([best_rows, np.take_along_axis(rows, second, 1)], 1),
        np.concatenate([best_scores, np.take_along_axis(others, second, 1)], 1),
    )


def suited(layout: Layout, row: int, worst: Matrix, probes: int = REVERSE_PROBES) -> Sequence[tuple[int, float]]:
    """The rows that ``row`` suits at least as well as the ``worst`` (N,) of what is suggested for each; with scores."""
    query = layout.rows(np.array([row]))[0] * layout.weights
    partners = layout.partners(int(layout.of_group[row]))
    category, worn_by = layout.groups[int(layout.of_group[row])]
    groups = [
        at
        for at, (other, people) in enumerate(layout.groups)
        if people & worn_by and (other in partners or other == "") and category
    ]
    clusters = np.flatnonzero(np.isin(layout.cluster_groups, groups))
    if len(clusters) > probes:
        least = np.minimum.reduceat(worst[: len(layout.base)], layout.starts[:-1])
        clusters = np.sort(
            clusters[np.argpartition(least[clusters] - layout.centres[clusters] @ query, probes)[:probes]]
        )
    added = np.intersect1d(layout.of_group[len(layout.base) :], groups) + len(layout.cluster_groups)
    found: list[tuple[int, float]] = []
    for cluster in (*clusters.tolist(), *added.tolist()):
        members = layout.members(cluster)
        scores = _values(layout, cluster, members) @ query
        better = (scores >= worst[members]) & layout.alive[members]
        better &= layout.products[members] != layout.products[row]
        found += zip(members[better].tolist(), scores[better].tolist(), strict=True)
    return found
