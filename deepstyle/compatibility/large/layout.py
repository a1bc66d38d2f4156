"""Where the vectors of a large catalogue lie: in clusters, each of one category and of the same wearers.

A row is an item's compatibility vector with its taste beside it (``pairs.Traits``), so that one product of two rows is
the score of the pair: the cosine lowered by its conflicts. Who wears what is not in it: pairs that nobody wears are of
two groups, which are never compared.
"""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.pairs import CONFLICT, SIGNS, Traits
from deepstyle.compatibility.scoring import Rows
from deepstyle.compatibility.wardrobe import complements

CLUSTER_ROWS: Final = 256
SAMPLE_ROWS: Final = 32
"""How many rows a cluster's centre is learned from, on average."""
ROUNDS: Final = 6
GATHER: Final = 8192
SPARE_ROWS: Final = 4096

Matrix = NDArray[np.float32]
Group = tuple[str, int]
"""A semantic category and who wears it, a bit mask."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared of N items: ``stored`` (N, E) float32, their groups (N), and the number of their product (N)."""

    stored: Matrix
    groups: tuple[Group, ...]
    products: NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """``base`` (B, E) by cluster, then ``added`` (T, E) as they came; the arrays of N = B + T rows are beside them.

    Cluster c has the rows from ``starts[c]`` to ``starts[c + 1]``, a centre (E,) and a group, by number. ``products``
    (N) int64, ``alive`` (N) bool, ``of_group`` (N) the group of each row. ``weights`` (E,) makes a row a query.
    """

    base: Matrix
    starts: Rows
    centres: Matrix
    cluster_groups: Rows
    groups: tuple[Group, ...]
    products: NDArray[np.int64]
    of_group: NDArray[np.int64]
    alive: NDArray[np.bool_]
    added: Matrix

    @property
    def weights(self) -> Matrix:
        """What a row is multiplied by to be compared with others."""
        return query_weights(self.base.shape[1])

    def rows(self, rows: Rows) -> Matrix:
        """The rows (A, E) in float32."""
        count = len(self.base)
        if not len(self.added) or not (rows >= count).any():
            return np.asarray(self.base[rows], np.float32)
        found = np.empty((len(rows), self.base.shape[1]), np.float32)
        is_added = rows >= count
        found[~is_added] = self.base[rows[~is_added]]
        found[is_added] = self.added[rows[is_added] - count]
        return found

    def members(self, cluster: int) -> Rows:
        """The rows of a cluster; those past the last are the added rows of each group."""
        if cluster < len(self.cluster_groups):
            return np.arange(self.starts[cluster], self.starts[cluster + 1])
        added = np.flatnonzero(self.of_group[len(self.base) :] == cluster - len(self.cluster_groups)) + len(self.base)
        return added[np.argsort(self.products[added], kind="stable")]

    def span(self, group: int) -> range:
        """The rows of a group, without the added ones: they lie beside each other."""
        clusters = np.flatnonzero(self.cluster_groups == group)
        return range(self.starts[clusters[0]], self.starts[clusters[-1] + 1]) if len(clusters) else range(0)

    def partners(self, group: int) -> dict[str, Rows]:
        """The numbers of the groups that are worn with ``group``, by category."""
        category, worn_by = self.groups[group]
        found = {
            name: [at for at, (other, people) in enumerate(self.groups) if other == name and people & worn_by]
            for name in complements(category)
        }
        return {name: np.array(numbers, np.int64) for name, numbers in found.items() if numbers}

    def add(self, facts: Facts) -> "Layout":
        """The layout with more rows, after those that are there; only the newest layout may be added to."""
        groups = tuple(dict.fromkeys((*self.groups, *facts.groups)))
        numbers = [groups.index(group) for group in facts.groups]
        return replace(
            self,
            groups=groups,
            products=appended(self.products, facts.products),
            of_group=appended(self.of_group, np.array(numbers, np.int64)),
            alive=appended(self.alive, np.ones(len(numbers), bool)),
            added=appended(self.added, facts.stored),
        )


def appended(array: NDArray[Any], values: NDArray[Any]) -> NDArray[Any]:
    """``array`` (N, …) with ``values`` (A, …) after it, in the spare room of the array that it is the beginning of."""
    count, whole = len(array), array if array.base is None else array.base
    is_alike = whole.shape[1:] == array.shape[1:] and whole.dtype == array.dtype
    begins_it = whole.__array_interface__["data"] == array.__array_interface__["data"]
    if not is_alike or not begins_it or len(whole) < count + len(values):
        whole = np.empty((count + len(values) + SPARE_ROWS, *array.shape[1:]), array.dtype)
        whole[:count] = array
    whole[count : count + len(values)] = values
    return whole[: count + len(values)]


def query_weights(width: int) -> Matrix:
    """What a row (E,) is multiplied by so that its product with another row is their score."""
    return np.concatenate([np.ones(width - len(SIGNS), np.float32), -np.float32(CONFLICT) * SIGNS])


def stored_rows(vectors: Matrix, traits: Traits) -> Matrix:
    """The rows (N, E) of items with these ``vectors`` (N, D) and traits."""
    return np.concatenate([vectors, traits.taste], 1).astype(np.float32, copy=False)


def cluster(
    rows: Matrix, products: NDArray[np.int64], *, size: int = CLUSTER_ROWS, seed: int = 0
) -> tuple[Rows, Rows, Matrix]:
    """Put ``rows`` (N, E) into clusters by k-means on a sample: their order (N), the starts (K + 1), centres (K, E).

    Rows of one product are beside each other in each cluster.
    """
    count = max(1, round(len(rows) / size))
    random = np.random.default_rng(seed)
    sample = rows[np.sort(random.choice(len(rows), min(len(rows), count * SAMPLE_ROWS), replace=False))]
    centres = sample[random.choice(len(sample), count, replace=False)]
    for _ in range(ROUNDS if count > 1 else 0):
        nearest = _nearest(sample, centres)
        order = np.argsort(nearest, kind="stable")
        present, at = np.unique(nearest[order], return_index=True)
        centres[present] = np.add.reduceat(sample[order], at) / np.diff(at, append=len(order))[:, None]
    nearest = _nearest(rows, centres)
    order = np.lexsort((np.arange(len(rows)), products, nearest))
    starts = np.searchsorted(nearest[order], np.arange(count + 1))
    kept = np.flatnonzero(np.diff(starts))
    means = np.add.reduceat(rows[order], starts[kept]) / np.diff(starts)[kept][:, None]
    return order, np.append(starts[kept], len(rows)), np.asarray(means, np.float32)


def _nearest(rows: Matrix, centres: Matrix) -> Rows:
    """The centre that is nearest to each row, (N,)."""
    half_norms = (centres**2).sum(1) / 2
    blocks = range(0, len(rows), GATHER)
    return np.concatenate([(rows[at : at + GATHER] @ centres.T - half_norms).argmax(1) for at in blocks])


def arrange(
    unordered: Matrix, groups: Sequence[Group], of_group: Rows, products: NDArray[np.int64], path: Path
) -> tuple[Layout, Rows]:
    """Lay ``unordered`` (N, E) out in the file ``path``; return the layout, and the former row of each row (N)."""
    starts, centres, numbers, order = [np.zeros(1, np.int64)], [], [], []
    with path.open("wb") as file:
        for number in range(len(groups)):
            rows = np.flatnonzero(of_group == number)
            if len(rows):
                values = np.asarray(unordered[rows])
                within, bounds, means = cluster(values, products[rows])
                for at in range(0, len(rows), GATHER):
                    file.write(values[within[at : at + GATHER]].tobytes())
                order.append(rows[within])
                starts.append(starts[-1][-1] + bounds[1:])
                centres.append(means)
                numbers.append(np.full(len(means), number))
                release(unordered)
    former = np.concatenate(order)
    layout = open_layout(
        path,
        starts=np.concatenate(starts),
        centres=np.concatenate(centres),
        cluster_groups=np.concatenate(numbers),
        groups=tuple(groups),
        products=products[former],
        of_group=of_group[former],
    )
    return layout, former


def open_layout(
    path: Path,
    *,
    starts: Rows,
    centres: Matrix,
    cluster_groups: Rows,
    groups: tuple[Group, ...],
    products: NDArray[np.int64],
    of_group: NDArray[np.int64],
) -> Layout:
    """The layout whose rows are in the file ``path``, as it was written: all alive, none added."""
    count, width = len(products), centres.shape[1]
    return Layout(
        base=np.memmap(path, np.float32, "r", shape=(count, width)),
        starts=starts,
        centres=centres,
        cluster_groups=cluster_groups,
        groups=groups,
        products=products,
        of_group=of_group,
        alive=np.ones(count, bool),
        added=np.empty((0, width), np.float32),
    )


def release(array: Matrix) -> None:
    """Take the pages of a mapped file that were touched out of this process's memory."""
    mapped = getattr(array, "_mmap", None)
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)
