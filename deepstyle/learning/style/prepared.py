"""What a style training takes, whatever its pictures come from."""

from collections.abc import Callable
from dataclasses import dataclass

from deepstyle.learning.style.inputs import Inputs
from deepstyle.learning.style.network import LearningNetwork
from deepstyle.learning.style.train import TrainingSet

OnStage = Callable[[str, int, int | None], None]
"""Called with the name of a stage, how much of it is done, and how much there is, where that is known."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that ``Training`` takes but the folder."""

    data: TrainingSet
    inputs: Inputs
    network: LearningNetwork
