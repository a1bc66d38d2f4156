"""Learning to rank by LambdaMART over the declared features; clicks are weighted against the bias of their place.

Burges 2010, "From RankNet to LambdaRank to LambdaMART"; the weights are inverse propensities (Joachims, Swaminathan and
Schnabel 2017, "Unbiased Learning-to-Rank with Biased Feedback", WSDM).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import MissingDependencyError
from deepstyle.learning.ranking.evaluate import Scorer
from deepstyle.learning.ranking.replay import Judged
from deepstyle.people.ranking.features import FEATURES, Scores, feature_table

TREES: Final = 150
LEAST_LISTS: Final = 200
"""Fewer lists with a click teach nothing."""
PARAMETERS: Final[dict[str, Any]] = {
    "objective": "lambdarank",
    "num_leaves": 6,
    "learning_rate": 0.1,
    "min_data_in_leaf": 100,
    "lambda_l2": 10.0,
    "lambdarank_truncation_level": 10,
    "lambdarank_norm": False,  # it would undo the weights, list by list
    "use_missing": False,
    "deterministic": True,
    "seed": 0,
    "num_threads": 1,
    "verbose": -1,
}


def train_trees(judged: Sequence[Judged], taste: Scorer) -> str:
    """The trees in LightGBM's text format, "" where there are too few lists; they add to the scores by ``taste``.

    Raises ``MissingDependencyError`` where ``lightgbm`` is not installed.
    """
    if len(judged) < LEAST_LISTS:
        return ""
    try:
        import lightgbm
    except ImportError as error:
        remedy = "Run `pip install 'deepstyle[ranking]'`."
        raise MissingDependencyError("training a ranking needs lightgbm.", remedy=remedy) from error
    lists = [copy for one in judged for copy in _by_click(one, taste(one))]
    data = lightgbm.Dataset(
        np.concatenate([one.table for one in lists]),
        np.concatenate([one.is_clicked for one in lists]).astype(int),
        weight=np.concatenate([np.full(len(one.table), one.weight) for one in lists]),
        group=[len(one.table) for one in lists],
        init_score=np.concatenate([one.taste for one in lists]),
        feature_name=list(FEATURES),
    )
    return str(lightgbm.train(PARAMETERS, data, TREES).model_to_string())


@dataclass(frozen=True, slots=True, eq=False)
class _OneClick:
    table: Scores
    is_clicked: NDArray[np.bool_]
    taste: Scores
    weight: float


def _by_click(one: Judged, taste: Scores) -> Iterator[_OneClick]:
    """A copy of a list for each click, without the others.

    Both sides of a pair have to weigh the same: LightGBM's weights are of rows, so all rows of a list get the click's.
    """
    table, is_clicked = feature_table(one.inputs), one.gains > 0
    for row in np.flatnonzero(is_clicked):
        kept = ~is_clicked
        kept[row] = True
        yield _OneClick(table[kept], is_clicked[kept], taste[kept], float(one.gains[row]))
