"""The score that orders results for a person: how well they answer the query, and how well they fit her taste."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.people.ranking.features import Inputs, feature_table
from deepstyle.people.ranking.personal import Scores
from deepstyle.people.ranking.trees import Trees

SIMILARITY_WEIGHT: Final = 20.0
"""What a similarity of 1 counts beside a taste. What chance makes of random clicks costs by the square of what a taste
weighs here, and gains less than in proportion: a quarter of the weight has a sixteenth of the loss."""
WORDS_WEIGHT: Final = 0.3
"""What the first place of a search by words counts; of what words find, the first ranks differ little in worth."""
RANK_OFFSET: Final = 60.0
"""As in the fusion of ranks (``deepstyle.search.fusion``)."""
PICTURE_PLACE_WEIGHT: Final = 3.0
"""As ``WORDS_WEIGHT``, of a search by a picture whose similarities are not known."""


def prior_of_places(places: Scores, *, is_words: bool) -> Scores:
    """What the plain order says of N results, (N,), from their places alone."""
    return (WORDS_WEIGHT if is_words else PICTURE_PLACE_WEIGHT) * RANK_OFFSET / (RANK_OFFSET + places)


def prior_of_similarities(similarities: Sequence[float] | Scores) -> Scores:
    """What the similarity to a picture says of N results, (N,)."""
    return SIMILARITY_WEIGHT * np.array(similarities, np.float64)


@dataclass(frozen=True, slots=True)
class Weights:
    """What the factors of items, and the logarithm of how often an item is clicked, count beside a session's taste."""

    personal: float = 0.0
    popularity: float = 0.0


SESSION_ONLY: Final = Weights()


def taste_scores(inputs: Inputs, prior: Scores, weights: Weights = SESSION_ONLY) -> Scores:
    """The scores (N,) by a taste and what others clicked; the plain order where nothing is known of either."""
    popular = weights.popularity * np.log(inputs.popularity) if weights.popularity else 0.0
    return prior + inputs.session + weights.personal * inputs.personal + popular


def learned_scores(inputs: Inputs, taste: Scores, trees: Trees) -> Scores:
    """The scores (N,) of the learned ranking: those by a taste, and what the trees add to them."""
    return taste + trees.scores(feature_table(inputs))


def ordered(scores: Scores) -> NDArray[np.int64]:
    """The rows by score, the highest first; equal ones as they were."""
    return np.argsort(-scores, kind="stable")
