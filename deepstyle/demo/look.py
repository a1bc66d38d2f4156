"""What a silhouette is drawn with: style, cloth, trims, and the random numbers that vary its cut."""

import random
from dataclasses import dataclass

from deepstyle.demo.canvas import Fabric
from deepstyle.demo.palette import Rgb


@dataclass(frozen=True, slots=True)
class Look:
    """One product's looks; ``dice`` starts the same for every colour of a model, so that they share one cut."""

    style: str
    fabric: Fabric
    trim: Rgb
    metal: Rgb
    dice: random.Random

    def vary(self, low: float, high: float) -> float:
        """A measure of the cut between ``low`` and ``high``."""
        return self.dice.uniform(low, high)

    def chance(self, share: float) -> bool:
        """Whether this model has a detail that ``share`` of all models have."""
        return self.dice.random() < share
