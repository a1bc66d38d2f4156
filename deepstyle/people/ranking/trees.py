"""LightGBM's trees, read from its text format and computed with NumPy: serving needs neither LightGBM nor pickle.

Lucchese et al. 2015, "QuickScorer: a Fast Algorithm to Rank Documents with Additive Ensembles of Regression Trees",
SIGIR: a condition that does not hold rules out the leaves on its left, and the first leaf that is left is the right
one. So all conditions of all trees are one comparison. Only what ``deepstyle.learning.ranking`` writes is read:
numerical splits of finite values, few leaves. The format is that of ``Booster.save_model`` (LightGBM 3 and 4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import ModelError

MAX_TREES: Final = 500
MAX_LEAVES: Final = 32
"""A set of leaves is one integer."""
REMEDY: Final = "Run `deepstyle learn ranking` again."
NUMERICAL: Final = frozenset({"0", "2"})
"""Decision types of a numerical split without missing values."""
ALL: Final = np.uint32(2**32 - 1)
Scores = NDArray[np.float64]
_Node = tuple[int, float, int]


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """T trees of at most M conditions: the value in ``column`` (T, M) is at most ``threshold`` (T, M).

    Where it is not, only the leaves in ``kept`` (T, M), a bit each, remain. ``leaves`` (T, L) are their values.
    ``features`` are the names of the columns.
    """

    features: tuple[str, ...]
    column: NDArray[np.int64]
    threshold: Scores
    kept: NDArray[np.uint32]
    leaves: Scores

    def scores(self, table: Scores) -> Scores:
        """The sum of the trees' leaves for each row of ``table`` (N, F), whose columns are ``features``: (N,)."""
        holds = table[:, self.column] <= self.threshold
        left = np.bitwise_and.reduce(np.where(holds, ALL, self.kept), axis=2)
        _, exponent = np.frexp((left & (~left + np.uint32(1))).astype(np.float64))  # of the lowest bit
        return np.asarray(self.leaves[np.arange(len(self.leaves)), exponent - 1].sum(axis=1))


def read_trees(text: str) -> Trees:
    """The trees of a model's text; raises ``ModelError`` for one that cannot be computed here."""
    try:
        head, *blocks = text.split("\nTree=")
        features = tuple(_fields(head)["feature_names"].split())
        if not 0 < len(blocks) <= MAX_TREES:
            raise ValueError(f"it has {len(blocks)} trees")
        trees = [_read_tree(_fields(block), len(features)) for block in blocks]
    except (KeyError, ValueError, IndexError, RecursionError) as error:
        raise ModelError(f"the learned ranking cannot be read: {error}.", remedy=REMEDY) from error
    most = max(1, *(len(nodes) for nodes, _ in trees))
    nodes = [own + [(0, np.inf, int(ALL))] * (most - len(own)) for own, _ in trees]
    column, threshold, kept = (np.array([[node[at] for node in own] for own in nodes]) for at in range(3))
    leaves = np.zeros((len(trees), MAX_LEAVES))
    for at, (_, values) in enumerate(trees):
        leaves[at, : len(values)] = values
    return Trees(features, column.astype(np.int64), threshold, kept.astype(np.uint32), leaves)


def _read_tree(tree: Mapping[str, str], features: int) -> tuple[list[_Node], list[float]]:
    """The conditions of a tree, and the values of its leaves from left to right."""
    columns, left, right = (
        [*map(int, _numbers(tree, name))] for name in ("split_feature", "left_child", "right_child")
    )
    thresholds, values = _numbers(tree, "threshold"), _numbers(tree, "leaf_value")
    if set(tree.get("decision_type", "").split()) - NUMERICAL or tree.get("num_cat", "0") != "0":
        raise ValueError("a tree has other splits than numerical ones")
    if len(values) > MAX_LEAVES or not np.isfinite([*values, *thresholds]).all():
        raise ValueError("a tree has too many leaves, or values that are no numbers")
    nodes, order = list[_Node](), list[float]()

    def walk(child: int) -> None:
        if child < 0:
            order.append(values[~child])
            return
        if len(nodes) + len(order) > 2 * MAX_LEAVES or not 0 <= columns[child] < features:
            raise ValueError("a tree is damaged")
        first = len(order)
        walk(left[child])
        ruled_out = sum(1 << leaf for leaf in range(first, len(order)))
        nodes.append((columns[child], thresholds[child], int(ALL) & ~ruled_out))
        walk(right[child])

    walk(0 if columns else -1)
    return nodes, order


def _fields(block: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in block.splitlines() if "=" in line)


def _numbers(tree: Mapping[str, str], name: str) -> list[float]:
    return [float(value) for value in tree.get(name, "").split()]
