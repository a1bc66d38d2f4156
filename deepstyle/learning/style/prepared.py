"""What a style training takes, whatever its pictures come from."""

from dataclasses import dataclass

from deepstyle.learning.style.inputs import Inputs
from deepstyle.learning.style.network import LearningNetwork
from deepstyle.learning.style.train import TrainingSet


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that ``Training`` takes but the folder."""

    data: TrainingSet
    inputs: Inputs
    network: LearningNetwork
