"""The inputs of a silhouette: style, cloth, trims, and the random numbers that vary its cut."""

import random
from dataclasses import dataclass

from deepstyle.demo.canvas import Fabric
from deepstyle.demo.palette import Rgb


@dataclass(frozen=True, slots=True)
class Look:
    """What one product looks like; ``dice`` starts the same for all colours of a model, so that they share one cut."""

    style: str
    fabric: Fabric
    trim: Rgb
    metal: Rgb
    dice: random.Random

    def vary(self, low: float, high: float) -> float:
        """A measure of the cut between ``low`` and ``high``."""
        return self.dice.uniform(low, high)

    def with_probability(self, probability: float) -> bool:
        """``True`` with this probability, in [0, 1]: whether the model has a detail that not all models have."""
        return self.dice.random() < probability
