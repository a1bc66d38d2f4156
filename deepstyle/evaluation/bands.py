"""Where "near-identical", "very similar" and "related" begin on a catalogue, and below what there is no match.

Distorted pictures of known items are searched for, as a shopper's photo would be, and each result is graded by what
the catalogue knows: the same picture, the same garment (``model_id``) or fine category, the same semantic category, or
none of these. The share of results that deserve a band, as a function of the similarity, is fitted by a rising step
function; a band begins where that share reaches ``SHARES``. A search whose best result is below the last limit has no
match: that limit is raised until at most one in ten pictures without a garment passes, each of a kind whose references
are left out.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.style.bands import Bands

Vectors = NDArray[np.float32]

SHARES: Final = {"near_identical": 0.75, "very_similar": 0.9, "related": 0.5}
"""The share of results at a band's lower limit that deserve this band or a better one.

The share of very similar is higher, because a shopper's photo is further from every item than a distorted picture."""
ACCEPTED_SHARE: Final = 0.1
REFERENCES: Final = 4
"""Reference pictures per family; as many others are used to measure it."""
RESULTS: Final = 10
SAME_PICTURE, SAME_KIND, SAME_CATEGORY, OTHER = 3, 2, 1, 0
GRADE_OF_BAND: Final = {"near_identical": SAME_PICTURE, "very_similar": SAME_KIND, "related": SAME_CATEGORY}


@dataclass(frozen=True, slots=True)
class Graded:
    """Results of searches: ``similarities`` (R,), and ``grades`` (R,) from ``OTHER`` to ``SAME_PICTURE``."""

    similarities: NDArray[np.float64]
    grades: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Drawn pictures without a garment, by family: ``vectors`` (F, N, D), and the similarity ``best`` (F, N) of the
    best result of each."""

    vectors: Vectors
    best: NDArray[np.float64]


def grade(query: Item, result: Item) -> int:
    """How much ``result`` has in common with ``query``; an unknown category equals no other."""
    if query.model_id and query.model_id == result.model_id:
        return SAME_KIND
    if query.category and query.category.casefold() == result.category.casefold():
        return SAME_KIND
    same_category = query.semantic_category and query.semantic_category == result.semantic_category
    return SAME_CATEGORY if same_category else OTHER


def fit_bands(model: str, graded: Graded, drawn: Drawn) -> Bands:
    """The limits of the bands; they never cross."""
    limits = {name: _limit(graded, GRADE_OF_BAND[name], share) for name, share in SHARES.items()}
    related = max(limits["related"], _no_match_limit(drawn))
    very_similar = max(limits["very_similar"], related)
    return Bands(
        model=model,
        measured_on="store",
        near_identical=round(max(limits["near_identical"], very_similar), 4),
        very_similar=round(very_similar, 4),
        related=round(related, 4),
        references=drawn.vectors[:, :REFERENCES].reshape(-1, drawn.vectors.shape[-1]),
    )


def rising_share(deserving: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The non-decreasing sequence nearest to ``deserving`` (R,) in least squares: pool adjacent violators.

    Ayer et al. 1955; each block is a mean, and two blocks that fall are pooled until none falls.
    """
    means: list[float] = []
    sizes: list[int] = []
    for value in deserving.astype(float).tolist():
        means.append(value)
        sizes.append(1)
        while len(means) > 1 and means[-2] >= means[-1]:
            size = sizes[-2] + sizes[-1]
            means[-2:] = [(means[-2] * sizes[-2] + means[-1] * sizes[-1]) / size]
            sizes[-2:] = [size]
    return np.repeat(means, sizes)


def rejected_by_reference(drawn: Drawn, *, unseen: bool) -> NDArray[np.bool_]:
    """Which pictures (F, N) are nearer to a reference than to every item; ``unseen`` ignores their own family's."""
    rejected = np.zeros(drawn.best.shape, bool)
    for family in range(len(drawn.best)):
        others = np.arange(len(drawn.best)) != family if unseen else np.ones(len(drawn.best), bool)
        references = drawn.vectors[others, :REFERENCES].reshape(-1, drawn.vectors.shape[-1])
        rejected[family] = (drawn.vectors[family] @ references.T).max(axis=1) > drawn.best[family]
    return rejected


def _limit(graded: Graded, wanted: int, share: float) -> float:
    """The lowest similarity at which the fitted share of results of grade ``wanted`` or better reaches ``share``."""
    order = np.argsort(graded.similarities, kind="stable")
    reached = np.flatnonzero(rising_share(graded.grades[order] >= wanted) >= share)
    return float(graded.similarities[order[reached[0]]]) if len(reached) else 1.0


def _no_match_limit(drawn: Drawn) -> float:
    """The similarity that one in ten of the pictures exceeds which no reference of *another* family rejects."""
    best = np.where(rejected_by_reference(drawn, unseen=True), -1.0, drawn.best)
    return float(np.quantile(best, 1 - ACCEPTED_SHARE, method="higher"))
