"""Data that can be learned: items of a hidden style, outfits within a style."""

import numpy as np

from deepstyle.evaluation.questions import Blank, Questions
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.data import TrainingData

CONFIG = TrainConfig(members=2, hidden_dim=16, embedding_dim=8, epochs=4, batch_size=32, input_dropout=0.1, average=0.9)


def world(seed: int = 0, *, scramble: bool = False) -> TrainingData:
    rng = np.random.default_rng(seed)
    styles = np.repeat(np.arange(4), 30)
    features = rng.standard_normal((4, 20))[styles] + 0.7 * rng.standard_normal((120, 20))
    categories = np.tile(np.arange(3), 40)
    truth = rng.permutation(styles) if scramble else styles

    def outfit(style: int) -> np.ndarray:
        return np.array([rng.choice(np.flatnonzero((truth == style) & (categories == kind))) for kind in range(3)])

    def mixed() -> np.ndarray:
        return np.array(
            [rng.choice(np.flatnonzero((truth == rng.integers(4)) & (categories == kind))) for kind in range(3)]
        )

    good = [outfit(number % 4) for number in range(40)]
    blanks = tuple(
        Blank(
            one[:2], np.array([one[2], *rng.choice(np.flatnonzero((truth != truth[one[0]]) & (categories == 2)), 3)]), 0
        )
        for one in good
    )
    valid = Questions((*good, *(mixed() for _ in range(40))), np.repeat([True, False], 40), blanks)
    return TrainingData(features, categories, [outfit(number % 4) for number in range(120)], valid)
