"""How likely a place of a list is looked at: harvested from items that the same words showed at several places.

Agarwal et al. 2019, "Estimating Position Bias without Intrusive Interventions", WSDM: where clicks are shows times
the appeal of the item times how well the place is seen, items that stand at one place alone say nothing. Both factors
are estimated in turn (the maximum of the Poisson likelihood), then the places follow one power of their number.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.learning.ranking.log import Shown
from deepstyle.people.ranking.popularity import folded_query

PLACES: Final = 50
ROUNDS: Final = 50
LEAST_CLICKS: Final = 200
"""Fewer clicks on such items say nothing reliable; then nothing is corrected."""
MOST_WEIGHT: Final = 10.0
"""A click counts at most so many times: few clicks on the last places would decide everything."""
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Propensity:
    """A place k is looked at with the probability k^-``power``; ``clicks`` are those that say so, 0 where none do."""

    power: float = 0.0
    clicks: int = 0

    def weights(self, places: Iterable[int]) -> Scores:
        """What a click at each place counts, (N,)."""
        return np.minimum(np.array(list(places), np.float64) ** self.power, MOST_WEIGHT)


def estimate_propensity(lists: Iterable[Shown]) -> Propensity:
    """The propensity of a log; that of no correction where it shows too few items at several places."""
    shows, clicks = _counts(lists)
    total = int(clicks.sum())
    if total < LEAST_CLICKS:
        return Propensity(0.0, 0)
    seen = np.ones(PLACES)
    for _ in range(ROUNDS):
        attraction = clicks.sum(axis=1) / np.maximum(shows @ seen, 1e-9)
        seen = clicks.sum(axis=0) / np.maximum(attraction @ shows, 1e-9)
        seen /= max(seen[0], 1e-9)
    return Propensity(_power(seen, clicks.sum(axis=0)), total)


def _counts(lists: Iterable[Shown]) -> tuple[Scores, Scores]:
    """Shows and clicks (P, ``PLACES``) of the pairs of words and item that stood at several places."""
    table: defaultdict[tuple[str, str], Scores] = defaultdict(lambda: np.zeros((2, PLACES)))
    for one in lists:
        key = folded_query(one.text)
        for item_id, place in zip(one.item_ids, one.places, strict=True):
            if place <= PLACES and key:
                table[key, item_id][:, place - 1] += (1.0, float(item_id in one.clicked))
    harvested = [counts for counts in table.values() if (counts[0] > 0).sum() > 1 and counts[1].any()]
    stacked = np.array(harvested).reshape(-1, 2, PLACES)
    return stacked[:, 0], stacked[:, 1]


def _power(seen: Scores, clicks: Scores) -> float:
    """The power that fits best, each place weighted by its clicks; none below 0."""
    used = (clicks > 0) & (seen > 0)
    logs, weights = np.log(np.arange(1, PLACES + 1)[used]), clicks[used]
    found = np.polyfit(logs, np.log(seen[used]), 1, w=np.sqrt(weights)) if used.sum() > 2 else np.zeros(2)
    return float(np.clip(-found[0], 0.0, 2.0))
