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


FEATURES: Final[Mapping[str, Callable[[Inputs], Scores | float]]] = {
    "log_place": lambda one: np.log2(one.place),
    "is_words": lambda one: float(one.is_words),
    "popularity": lambda one: one.popularity,
    "query_popularity": lambda one: one.query_popularity,
    "relative_price": _relative_price,
    "is_reduced": lambda one: one.is_reduced.astype(np.float64),
    "clicks": lambda one: float(one.clicks),
    "session": lambda one: one.session,
    "personal": lambda one: one.personal,
}
"""By name, in the order of a table's columns: of the query, the item, and the person."""


def feature_table(one: Inputs) -> Scores:
    """The table (N, F) of a list of results; all finite."""
    columns = [np.broadcast_to(feature(one), one.place.shape) for feature in FEATURES.values()]
    return np.ascontiguousarray(np.stack(columns, axis=1), np.float64)
