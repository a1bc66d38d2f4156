"""The choice of three suggestions among an item's best partners, within quotas."""

from collections.abc import Hashable, Sequence
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.scoring import Rows
from deepstyle.compatibility.wardrobe import admits

SUGGESTIONS: Final = 3
PER_CATEGORY: Final = 2
"""How many partners per category are ranked; also the most of one category if there is nothing else to suggest."""

QUOTAS: Final = ((1, 1), (1, SUGGESTIONS), (PER_CATEGORY, SUGGESTIONS))
"""(per category, small things): the quotas of a choice, from the strictest to the loosest."""

Name = TypeVar("Name", str, int)


def choose(ranked: Sequence[tuple[str, Name, Hashable]]) -> tuple[Name, ...]:
    """The names of three of ``ranked`` (category, name, product), best first, within the strictest quotas for three.

    They are of different products. A name is an item id or a row.
    """
    chosen: list[int] = []
    for per_category, small in QUOTAS:
        for at, (category, _, product) in enumerate(ranked):
            if len(chosen) == SUGGESTIONS:
                break
            taken, products = [ranked[one][0] for one in chosen], [ranked[one][2] for one in chosen]
            if product not in products and admits(taken, category, per_category=per_category, small=small):
                chosen.append(at)
    return tuple(ranked[at][1] for at in sorted(chosen))


def best_of_products(scores: NDArray[np.float32], products: Rows) -> Rows:
    """The columns (A, C) with the best of ``scores`` (A, B), best first, at most one of each of ``products`` (B,).

    C is ``PER_CATEGORY``, or how many products there are; of equal scores the first column counts. Columns of one
    product are beside each other.
    """
    starts = np.flatnonzero(np.diff(products, prepend=products[0] - 1))
    count = min(PER_CATEGORY, len(starts))
    if len(starts) == len(products):
        return best_columns(scores, count)
    sizes = np.diff(starts, append=len(products))
    top = best_columns(np.maximum.reduceat(scores, starts, axis=1), count)
    members = starts[top][..., None] + np.minimum(np.arange(sizes.max()), sizes[top][..., None] - 1)
    best = np.take_along_axis(scores[:, None], members, 2).argmax(2)
    return np.asarray(np.take_along_axis(members, best[..., None], 2)[..., 0], np.int64)


def best_columns(scores: NDArray[np.float32], count: int) -> Rows:
    """The columns (A, count) of the best of ``scores`` (A, B), best first; several maxima are faster than a partition.

    ``scores`` is written to meanwhile, and left as it was.
    """
    rows, found, taken = np.arange(len(scores)), np.empty((len(scores), count), np.int64), []
    for place in range(count):
        found[:, place] = scores.argmax(1)
        taken.append(scores[rows, found[:, place]])
        scores[rows, found[:, place]] = -np.inf
    for place, values in enumerate(taken):
        scores[rows, found[:, place]] = values
    return found
