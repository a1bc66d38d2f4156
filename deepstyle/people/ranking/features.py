"""What learning to rank sees of a result: each feature declared once, for training and for serving."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """One list of N results. ``place`` (N,) is that in the plain order, from 1; ``clicks`` are those before it.

    ``popularity`` and ``query_popularity`` (N,) are smoothed rates of clicks, of the item and of the item for these
    words; ``session`` and ``personal`` (N,) are scores of ``in_session`` and ``personal``. ``log_price`` (N,) is base
    2, NaN where unknown; ``is_reduced`` (N,) is whether it was more.
    """

    place: Scores
    is_words: bool
    clicks: int
    popularity: Scores
    query_popularity: Scores
    session: Scores
    personal: Scores
    log_price: Scores
    is_reduced: NDArray[np.bool_]


def _relative_price(one: Inputs) -> Scores:
    is_known = ~np.isnan(one.log_price)
    if not is_known.any():
        return np.zeros(len(one.place))
    return np.where(is_known, one.log_price - np.median(one.log_price[is_known]), 0.0)


@dataclass(frozen=True, slots=True)
class Feature:
    """How a feature is computed, and whether more of it may only raise a result (1), only lower it (-1), or either."""

    of: Callable[[Inputs], Scores | float]
    trend: int = 0


FEATURES: Final[Mapping[str, Feature]] = {
    "log_place": Feature(lambda one: np.log2(one.place), -1),
    "is_words": Feature(lambda one: float(one.is_words)),
    "popularity": Feature(lambda one: one.popularity, 1),
    "query_popularity": Feature(lambda one: one.query_popularity, 1),
    "relative_price": Feature(_relative_price),
    "is_reduced": Feature(lambda one: one.is_reduced.astype(np.float64)),
    "clicks": Feature(lambda one: float(one.clicks)),
    "session": Feature(lambda one: one.session, 1),
    "personal": Feature(lambda one: one.personal, 1),
}
"""By name, in the order of a table's columns: of the query, the item, and the person."""


def feature_table(one: Inputs) -> Scores:
    """The table (N, F) of a list of results; all finite."""
    columns = [np.broadcast_to(feature.of(one), one.place.shape) for feature in FEATURES.values()]
    return np.ascontiguousarray(np.stack(columns, axis=1), np.float64)
