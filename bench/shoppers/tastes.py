"""What a shopper likes: facts and directions of a second model that no ranker sees, and noise that nobody can learn."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.shoppers.catalogue import Catalogue

TASTELESS_SHARE: Final = 0.3
"""Shoppers who click at random."""
LOVED_ITEMS: Final = 3
"""So many items of the catalogue point at what a shopper's style is, in the second model's space."""
LIKED_SHARE: Final = 0.15
"""Of the results of a query, a shopper likes so many."""
FACT_WEIGHTS: Final = {"colour": 1.0, "brand": 0.7, "material": 0.5, "pattern": 0.5, "price_band": 0.7}
STYLE_WEIGHT: Final = 1.5
APPEAL: Final = 0.5
"""Standard deviation of what makes an item liked by everybody who has a taste."""
NOISE: Final = 1.0
"""Standard deviation of what makes a shopper like one item and not its twin; a taste's own is about 1.5."""
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Tastes:
    """The utility (P, N) of each item for each shopper; ``has_taste`` (P,) is false for those who click at random.

    What these like is drawn anew for every query (``liked``): there is nothing to learn, not even an item.
    """

    utility: Scores
    has_taste: NDArray[np.bool_]

    def liked_by(
        self, shopper: int, candidates: NDArray[np.int64], has_type: NDArray[np.bool_], rng: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Which of the candidates (K,) a shopper likes: the best ``LIKED_SHARE`` of those of the type in question."""
        if not has_type.any():
            return has_type
        utility = self.utility[shopper, candidates] if self.has_taste[shopper] else rng.random(len(candidates))
        own = np.where(has_type, utility, -np.inf)
        count = max(1, round(LIKED_SHARE * int(has_type.sum())))
        return np.asarray(own >= np.sort(own)[-count])


def draw_tastes(catalogue: Catalogue, shoppers: int, seed: int) -> Tastes:
    """The tastes of so many shoppers, the same for a seed."""
    rng = np.random.default_rng([seed, 1])
    appeal = APPEAL * rng.normal(size=len(catalogue.items))
    second = catalogue.second - catalogue.second.mean(axis=0)
    second /= np.linalg.norm(second, axis=1, keepdims=True)
    codes = {
        name: np.unique([one.get(name, "") for one in catalogue.facts], return_inverse=True) for name in FACT_WEIGHTS
    }
    utility = np.empty((shoppers, len(catalogue.items)))
    has_taste = rng.random(shoppers) >= TASTELESS_SHARE
    for shopper in range(shoppers):
        style = second @ second[rng.choice(len(second), LOVED_ITEMS)].mean(axis=0)
        utility[shopper] = NOISE * rng.normal(size=len(second))
        taste = STYLE_WEIGHT * style / style.std() * rng.uniform(0.5, 1.5)
        for name, (values, code) in codes.items():
            likes = rng.normal(size=len(values)) * (values != "")
            taste = taste + FACT_WEIGHTS[name] * rng.uniform(0, 1.5) * likes[code]
        utility[shopper] += taste + appeal
    return Tastes(utility, has_taste)
