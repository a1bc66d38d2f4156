"""The likely partners of items, from the groups' indexes, and whom a new item suits, from the clusters."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from deepstyle.compatibility.choice import PER_CATEGORY, best_columns, best_of_products
from deepstyle.compatibility.large.codes import Codes
from deepstyle.compatibility.large.layout import Layout, Matrix
from deepstyle.compatibility.scoring import Rows

REVERSE_PROBES: Final = 192
"""How many clusters are looked at for items that a new item suits better than what is suggested."""
_BLOCK: Final = 512
NOTHING: Final = np.float32(-9)
"""Less than any score."""


def ranked_partners(layout: Layout, codes: Codes, own: Rows) -> list[tuple[Rows, Matrix]]:
    """For each of ``own`` (A,), all of one group, its best rows in each category, ranked together, with their scores.

    They are of two products of each category at most, and none is of its own product.
    """
    queries = layout.rows(own) * layout.weights
    partners = layout.partners(int(layout.of_group[own[0]])) if len(own) else {}
    parts = [_of_category(layout, codes, queries, groups) for groups in partners.values()]
    if not parts:
        return [(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in own]
    rows, scores = np.concatenate([part[0] for part in parts], 1), np.concatenate([part[1] for part in parts], 1)
    order = np.lexsort((rows, -scores), axis=1)
    rows, scores = np.take_along_axis(rows, order, 1), np.take_along_axis(scores, order, 1)
    allowed = (scores > NOTHING) & (layout.products[rows] != layout.products[own][:, None])
    return [(found[keep], values[keep]) for found, values, keep in zip(rows, scores, allowed, strict=True)]


def _of_category(layout: Layout, codes: Codes, queries: Matrix, groups: Rows) -> tuple[Rows, Matrix]:
    """The best rows (A, 2) of each query in these groups, of two products, with scores; ``NOTHING`` where none is."""
    found: list[tuple[Rows, Matrix]] = []
    for group in groups.tolist():
        rows = layout.span(group)
        if codes.has(group):
            found.append(_rescored(layout, queries, codes.propose(group, queries) + rows.start))
        elif len(rows):
            members = np.arange(rows.start, rows.stop)
            members = members[np.argsort(layout.products[members], kind="stable")]
            found.append(_compared(layout, queries, members))
        added = layout.members(len(layout.cluster_groups) + group) if len(layout.added) else np.empty(0, np.int64)
        if len(added):
            found.append(_compared(layout, queries, added))
    if not found:
        shape = (len(queries), PER_CATEGORY)
        return np.zeros(shape, np.int64), np.full(shape, NOTHING)
    return _two_products(layout, *(np.concatenate(parts, 1) for parts in zip(*found, strict=True)))


def _rescored(layout: Layout, queries: Matrix, rows: Rows) -> tuple[Rows, Matrix]:
    """The exact scores of ``rows`` (A, C) with each query, in blocks; ``NOTHING`` for those that are gone."""
    scores = np.empty(rows.shape, np.float32)
    for at in range(0, len(rows), _BLOCK):
        block = rows[at : at + _BLOCK]
        values = layout.rows(block.ravel()).reshape(*block.shape, -1)
        scores[at : at + _BLOCK] = np.matmul(values, queries[at : at + _BLOCK, :, None])[..., 0]
    return rows, np.where(layout.alive[rows], scores, NOTHING)


def _compared(layout: Layout, queries: Matrix, members: Rows) -> tuple[Rows, Matrix]:
    """The best of ``members``, which are by product, for each query."""
    values = layout.rows(members).T
    rows, best = [], []
    for at in range(0, len(queries), _BLOCK):
        scores = queries[at : at + _BLOCK] @ values
        scores[:, ~layout.alive[members]] = NOTHING
        top = best_of_products(scores, layout.products[members])
        rows.append(members[top])
        best.append(np.take_along_axis(scores, top, 1))
    return np.concatenate(rows), np.concatenate(best)


def _values(layout: Layout, cluster: int, members: Rows) -> Matrix:
    if cluster < len(layout.cluster_groups):
        return np.asarray(layout.base[members[0] : members[-1] + 1], np.float32)
    return layout.rows(members)


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
