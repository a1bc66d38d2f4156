"""Learning to rank by LambdaMART over the declared features; clicks are weighted against the bias of their place.

Burges 2010, "From RankNet to LambdaRank to LambdaMART"; the weights are inverse propensities (Joachims, Swaminathan and
Schnabel 2017, "Unbiased Learning-to-Rank with Biased Feedback", WSDM).
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from deepstyle.errors import MissingDependencyError
from deepstyle.learning.ranking.evaluate import Scorer
from deepstyle.learning.ranking.replay import Judged
from deepstyle.people.ranking.features import FEATURES, feature_table

TREES: Final = 100
LEAST_LISTS: Final = 200
"""Fewer lists with a click teach nothing."""
PARAMETERS: Final[dict[str, Any]] = {
    "objective": "lambdarank",
    "num_leaves": 8,
    "learning_rate": 0.05,
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


def train_trees(lists: Sequence[Judged], taste: Scorer) -> str:
    """The trees in LightGBM's text format, "" where there are too few lists; they add to the scores by ``taste``.

    Raises ``MissingDependencyError`` where ``lightgbm`` is not installed.
    """
    if len(lists) < LEAST_LISTS:
        return ""
    try:
        import lightgbm
    except ImportError as error:
        remedy = "Run `pip install 'deepstyle[ranking]'`."
        raise MissingDependencyError("training a ranking needs lightgbm.", remedy=remedy) from error
    table = np.concatenate([feature_table(one.inputs) for one in lists])
    gains = np.concatenate([one.gains for one in lists])
    data = lightgbm.Dataset(
        table,
        (gains > 0).astype(int),
        weight=np.where(gains > 0, gains, 1.0),
        group=[len(one.gains) for one in lists],
        init_score=np.concatenate([taste(one) for one in lists]),
        feature_name=list(FEATURES),
    )
    return str(lightgbm.train(PARAMETERS, data, TREES).model_to_string())
