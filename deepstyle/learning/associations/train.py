"""One training: count the earlier baskets, choose the weight by the next, test by the last, then count all of them.

It wins where suggestions that follow it put first what people buy later, better than the head alone, than popularity
and than what was bought together so far; each gain is above 0 in an interval over people. What is counted is the same
in each step: nothing of fewer than ``LEAST_PEOPLE`` people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.association import Association, Place
from deepstyle.errors import DataError
from deepstyle.learning.associations.groups import centroids_of
from deepstyle.learning.associations.questions import Answered, Known, answered, dcg_of, questions_of
from deepstyle.learning.ranking.evaluate import Gain, gain, pooled
from deepstyle.people.associations.baskets import Basket
from deepstyle.people.associations.counts import count_people

TEACHING, CHOOSING = 0.5, 0.8
"""The shares of the baskets, by time, where choosing and testing begin."""
LEAST_QUESTIONS: Final = 100
LIFT_WEIGHTS: Final = (0.1, 0.3, 1.0, 3.0)
POPULARITY_WEIGHTS: Final = (0.0, 0.1, 0.3, 1.0, 3.0)
Baseline = Literal["head", "popularity", "together"]
BASELINES: Final[tuple[Baseline, ...]] = ("head", "popularity", "together")
Scores = NDArray[np.float64]


class Weights(NamedTuple):
    """What the logarithm of a lift counts, and that of how often an article is chosen."""

    lift: float
    popularity: float


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """What was chosen, and how it compares: NDCG@10 by ranking, and the gains over each baseline."""

    weights: Weights
    centroids: Mapping[str, NDArray[np.float32]]
    metrics: Mapping[str, float]
    gains: Mapping[Baseline, Gain]
    tested_questions: int

    @property
    def is_won(self) -> bool:
        """Whether it is better than every baseline."""
        return all(one.is_won for one in self.gains.values())


def train_association(baskets: Sequence[Basket], known: Known) -> Trained:
    """Choose and test; ``baskets`` are ordered by person. Raises ``DataError`` where they are too few to test with."""
    centroids = centroids_of(known.inputs.categories, known.inputs.vectors, len(baskets))
    places = Association("", 1.0, centroids, {}).places_of(known.items, known.inputs.vectors)
    choosing_us, testing_us = _split(baskets)
    choosing = [one for one in baskets if choosing_us <= one.timestamp_us < testing_us]
    testing = [one for one in baskets if one.timestamp_us >= testing_us]
    chosen_by = _answered(choosing, choosing_us, baskets, known, centroids, places)
    tested_by = _answered(testing, testing_us, baskets, known, centroids, places)
    if min(len(chosen_by), len(tested_by)) < LEAST_QUESTIONS:
        raise DataError(
            f"people bought or saved {len(tested_by)} pairs of items to test with, and {len(chosen_by)} to choose by; "
            f"each has to have {LEAST_QUESTIONS}.",
            remedy="Wait for more events, or name another folder with --events.",
        )
    tried = [Weights(*pair) for pair in product(LIFT_WEIGHTS, POPULARITY_WEIGHTS)]
    weights = max(tried, key=lambda one: _learned(chosen_by, one).sum())
    values = _baselines(tested_by) | {"learned": _learned(tested_by, weights)}
    best = np.array([dcg_of(one, one.question.gains) for one in tested_by])
    people = [one.question.client_id for one in tested_by]
    gains = {name: gain(values["learned"], values[name], best, people) for name in BASELINES}
    metrics = {name: pooled(own, best) for name, own in values.items()}
    return Trained(weights, centroids, metrics, gains, len(tested_by))


def places_by_id(known: Known, centroids: Mapping[str, NDArray[np.float32]]) -> dict[str, Place]:
    """The places of the catalogue's items."""
    places = Association("", 1.0, centroids, {}).places_of(known.items, known.inputs.vectors)
    return dict(zip(known.inputs.item_ids, places, strict=True))


def _split(baskets: Sequence[Basket]) -> tuple[int, int]:
    times = sorted(one.timestamp_us for one in baskets)
    if not times:
        raise DataError(
            "nobody bought two items together, or saved a look.", remedy="Collect events first: see docs/people.md."
        )
    return times[int(TEACHING * len(times))], times[int(CHOOSING * len(times))]


def _answered(
    part: Sequence[Basket],
    start_us: int,
    baskets: Sequence[Basket],
    known: Known,
    centroids: Mapping[str, NDArray[np.float32]],
    places: Sequence[Place],
) -> list[Answered]:
    """The questions of a part, as they are answered by what was bought before it."""
    by_id = dict(zip(known.inputs.item_ids, places, strict=True))
    people = count_people((one for one in baskets if one.timestamp_us < start_us), by_id)
    association = Association("", 1.0, centroids, people)
    return [answered(one, known, places, association) for one in questions_of(part, known)]


def _baselines(lists: Sequence[Answered]) -> dict[str, Scores]:
    """DCG@10 (Q,) of what a shop has without; where others know no order, it is the head's."""
    found = {
        "head": [dcg_of(one, one.head) for one in lists],
        "popularity": [dcg_of(one, one.popularity, one.head) for one in lists],
        "together": [dcg_of(one, one.together, one.popularity, one.head) for one in lists],
    }
    return {name: np.array(values, np.float64) for name, values in found.items()}


def _learned(lists: Sequence[Answered], weights: Weights) -> Scores:
    """DCG@10 (Q,) of suggestions as they would be."""
    found = [
        dcg_of(one, one.is_seen.astype(float), one.head + weights.lift * one.lifts + weights.popularity * one.often)
        for one in lists
    ]
    return np.array(found, np.float64)
