"""How well rankings put first what a shopper likes: the same query in the order of each, after some clicks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.shoppers.catalogue import Catalogue
from bench.shoppers.clicks import clicked
from bench.shoppers.queries import Asked, Queries
from bench.shoppers.tastes import Tastes

K: Final = 10
TESTED: Final = 4
"""Queries of each shopper that rankings are compared on."""
MOST_QUERIES: Final = 200
"""A shopper who has not clicked often enough by then is left out."""
DRAWS: Final = 2000
Rows = NDArray[np.int64]
Scores = NDArray[np.float64]
Ranker = Callable[[Asked, Rows], Scores]
"""The scores (K,) of a query's candidates for who clicked these items, the last one last."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """NDCG@10 (Q,) of each ranking by name; ``shoppers`` (Q,), who has a taste, and the kind of each query.

    ``expected`` (Q,) is what it would be on average, were any of the results of the right type liked equally often.
    """

    ndcg: Mapping[str, Scores]
    expected: Mapping[str, Scores]
    shoppers: Rows
    has_taste: NDArray[np.bool_]
    kinds: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Change:
    """By how much a ranking is better than another, as a share, with a 95 % interval over shoppers."""

    share: float
    low: float
    high: float


def judge(catalogue: Catalogue, tastes: Tastes, rankers: Mapping[str, Ranker], *, clicks: int, seed: int) -> Judged:
    """Each shopper clicks so often in the plain order, then all rankings order ``TESTED`` further queries."""
    queries, rows = Queries(catalogue), list[tuple[int, bool, str, list[tuple[float, float]]]]()
    for shopper in range(len(tastes.has_taste)):
        rng = np.random.default_rng([seed, 2, shopper])
        history = _history(queries, tastes, shopper, clicks, rng)
        if len(history) < clicks:
            continue
        for asked, likes in _tested(queries, tastes, shopper, history, rng):
            orders = [np.argsort(-rank(asked, history), kind="stable") for rank in rankers.values()]
            values = [(_ndcg(likes[order]), _expected(asked.has_type[order], int(likes.sum()))) for order in orders]
            rows.append((shopper, bool(tastes.has_taste[shopper]), asked.kind, values))
    columns = np.array([values for *_, values in rows])
    by_name, expected = ({name: columns[:, at, part] for at, name in enumerate(rankers)} for part in range(2))
    shoppers, has_taste, kinds = (np.array([row[at] for row in rows]) for at in range(3))
    return Judged(by_name, expected, shoppers, has_taste, kinds)


def change(values: Scores, base: Scores, shoppers: Rows) -> Change:
    """How the NDCG (Q,) of a ranking compares with that of another, on the same queries of ``shoppers`` (Q,)."""
    members, group = np.unique(shoppers, return_inverse=True)
    sums = np.zeros((len(members), 2))
    np.add.at(sums, group, np.stack([values, base], axis=1))
    drawn = np.random.default_rng(0).multinomial(len(members), np.full(len(members), 1 / len(members)), DRAWS) @ sums
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1] - 1, [2.5, 97.5])
    return Change(float(values.sum() / base.sum() - 1), float(low), float(high))


def _history(queries: Queries, tastes: Tastes, shopper: int, clicks: int, rng: np.random.Generator) -> Rows:
    """The first items that a shopper clicks, each once."""
    found: dict[int, None] = {}
    for _ in range(MOST_QUERIES):
        if len(found) >= clicks:
            break
        asked = queries.draw(rng)
        likes = tastes.liked_by(shopper, asked.candidates, asked.has_type, rng)
        found |= dict.fromkeys(asked.candidates[clicked(likes, rng)].tolist())
    return np.array(list(found)[:clicks], np.int64)


def _tested(
    queries: Queries, tastes: Tastes, shopper: int, history: Rows, rng: np.random.Generator
) -> Iterator[tuple[Asked, NDArray[np.bool_]]]:
    """Queries without what was clicked before, and what is liked of their candidates."""
    tested = 0
    while tested < TESTED:
        asked = queries.draw(rng)
        new = ~np.isin(asked.candidates, history)
        asked = replace(asked, candidates=asked.candidates[new], scores=asked.scores[new], has_type=asked.has_type[new])
        if asked.has_type.any():
            tested += 1
            yield asked, tastes.liked_by(shopper, asked.candidates, asked.has_type, rng)


def _ndcg(likes: NDArray[np.bool_]) -> float:
    discounts = 1 / np.log2(np.arange(2, K + 2))
    first = likes[:K]
    return float(first @ discounts[: len(first)] / discounts[: min(K, int(likes.sum()))].sum())


def _expected(has_type: NDArray[np.bool_], liked: int) -> float:
    """The mean NDCG@10 of an order over all ways to like so many of what ``has_type`` (N,), in that order."""
    discounts = 1 / np.log2(np.arange(2, K + 2))
    first = has_type[:K]
    share = liked / int(has_type.sum())
    return float(share * (first @ discounts[: len(first)]) / discounts[: min(K, liked)].sum())
