"""One training: teach by the earlier part of a log, choose by the next, test by the last, then learn from all of it.

What is tested is what a shop has without people: the plain order and popularity. A stage wins where its gain over the
better of the two is above 0 in an interval over sessions, narrower by the number of stages that try.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final, Literal

import numpy as np

from deepstyle.errors import DataError
from deepstyle.learning.commit import git_commit
from deepstyle.learning.ranking.counts import count_clicks
from deepstyle.learning.ranking.evaluate import Gain, Scorer, gain, ideal, measure, pooled
from deepstyle.learning.ranking.factors import train_factors
from deepstyle.learning.ranking.lambdamart import train_trees
from deepstyle.learning.ranking.log import ClickLog
from deepstyle.learning.ranking.propensity import Propensity, estimate_propensity
from deepstyle.learning.ranking.replay import Judged, Known, Learned, replay
from deepstyle.people.ranking.models import LearnedRanking, RankingSpec, StageName
from deepstyle.people.ranking.order import SESSION_ONLY, Weights, learned_scores, prior_of_places, taste_scores
from deepstyle.people.ranking.personal import Scores
from deepstyle.people.ranking.trees import read_trees

TEACHING, CHOOSING = 0.5, 0.8
"""The shares of the lists, by time, where choosing and testing begin."""
MOST_LISTS: Final = 20_000
"""So many of the latest lists of each part are used."""
LEAST_LISTS: Final = 100
"""Fewer lists with a click test nothing."""
PERSONAL_WEIGHTS: Final = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
POPULARITY_WEIGHTS: Final = (0.0, 0.4, 0.8, 1.6, 3.2)
CONFIDENCE: Final = 0.95
Baseline = Literal["plain", "popularity"]


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A ranking with the text of its trees, and how it compares: NDCG@10 by ranking, and the stages' gains over
    the ``baseline`` and ``over_plain``, the plain order.
    """

    ranking: LearnedRanking
    trees: str
    baseline: Baseline
    metrics: Mapping[str, float]
    gains: Mapping[StageName, Gain]
    tested_lists: int
    over_plain: Mapping[StageName, Gain]


@dataclass(frozen=True, slots=True)
class _Parts:
    choosing_us: int
    testing_us: int


def train_ranking(log: ClickLog, known: Known) -> Trained:
    """Train and compare; raises ``DataError`` where the log has too little to test with."""
    parts = _split(log)
    taught, later = log.before(parts.choosing_us), log.before(parts.testing_us)
    propensity = estimate_propensity(later.lists)
    chosen_by = _judged(log.between(parts.choosing_us, parts.testing_us), log, known, _learn(taught, propensity))
    tested_by = _judged(log.between(parts.testing_us, 2**63), log, known, _learn(later, propensity))
    if len(chosen_by) < LEAST_LISTS or len(tested_by) < LEAST_LISTS:
        raise DataError(
            f"the log has {len(tested_by)} lists with a click to test with, and {len(chosen_by)} to choose by; "
            f"each has to have {LEAST_LISTS}.",
            remedy="Wait for more events, or name another folder with --events.",
        )
    weights = _best_weights(chosen_by)
    scorers = _scorers(weights, train_trees(chosen_by, partial(_taste, weights=weights)))
    baseline = _baseline(chosen_by)
    values = measure(tested_by, scorers)
    gains = _gains(values, baseline, tested_by)
    best = ideal(tested_by)
    metrics = {name: pooled(own, best) for name, own in values.items()}
    trained = _on_all(log, [*chosen_by, *tested_by], weights, baseline, metrics, gains, propensity, len(tested_by))
    return replace(trained, over_plain=_gains(values, "plain", tested_by))


def best_stage(gains: Mapping[StageName, Gain]) -> StageName | Literal[""]:
    """The stage with the largest gain among those that won, "" where none did."""
    won = [name for name, one in gains.items() if one.is_won]
    if not won:
        return ""
    best: StageName = max(won, key=lambda name: gains[name].value)
    return best


def _split(log: ClickLog) -> _Parts:
    times = [one.timestamp_us for one in log.lists if one.clicked]
    if not times:
        raise DataError("the log has no list that was clicked in.", remedy="Collect events first: see docs/people.md.")
    return _Parts(*(times[int(share * len(times))] for share in (TEACHING, CHOOSING)))


def _learn(log: ClickLog, propensity: Propensity) -> Learned:
    return Learned(count_clicks(log.lists, propensity), train_factors(log.deeds), propensity)


def _judged(part: ClickLog, log: ClickLog, known: Known, learned: Learned) -> list[Judged]:
    clicked = [one for one in part.lists if one.clicked]
    return list(replay(clicked[-MOST_LISTS:], log, known, learned))


def _taste(one: Judged, *, weights: Weights = SESSION_ONLY) -> Scores:
    return taste_scores(one.inputs, prior_of_places(one.inputs.place, is_words=one.inputs.is_words), weights)


def _best_weights(lists: Sequence[Judged]) -> Weights:
    """The best weight of the popularity, and with that the best one of the factors."""
    by_popularity = [Weights(0.0, weight) for weight in POPULARITY_WEIGHTS]
    chosen = _best_of(lists, by_popularity)
    return _best_of(lists, [Weights(weight, chosen.popularity) for weight in PERSONAL_WEIGHTS])


def _best_of(lists: Sequence[Judged], tried: Sequence[Weights]) -> Weights:
    values = measure(lists, {str(at): partial(_taste, weights=weights) for at, weights in enumerate(tried)})
    return tried[int(np.argmax([values[str(at)].sum() for at in range(len(tried))]))]


def _scorers(weights: Weights, trees: str) -> dict[str, Scorer]:
    scorers: dict[str, Scorer] = {
        "plain": lambda one: -one.inputs.place,
        "popularity": lambda one: one.inputs.popularity,
        "session": _taste,
    }
    if weights != SESSION_ONLY:
        scorers["personal"] = partial(_taste, weights=weights)
    if trees:
        read = read_trees(trees)
        scorers["learned"] = lambda one: learned_scores(one.inputs, _taste(one, weights=weights), read)
    return scorers


def _baseline(lists: Sequence[Judged]) -> Baseline:
    values = measure(lists, {name: _scorers(SESSION_ONLY, "")[name] for name in ("plain", "popularity")})
    return "popularity" if values["popularity"].mean() > values["plain"].mean() else "plain"


def _gains(values: Mapping[str, Scores], baseline: Baseline, lists: Sequence[Judged]) -> dict[StageName, Gain]:
    best = ideal(lists)
    stages: list[StageName] = [name for name in ("session", "personal", "learned") if name in values]
    confidence, sessions = 1 - (1 - CONFIDENCE) / max(len(stages), 1), [one.session for one in lists]
    return {name: gain(values[name], values[baseline], best, sessions, confidence=confidence) for name in stages}


def _on_all(
    log: ClickLog,
    lists: Sequence[Judged],
    weights: Weights,
    baseline: Baseline,
    metrics: Mapping[str, float],
    gains: Mapping[StageName, Gain],
    propensity: Propensity,
    tested: int,
) -> Trained:
    """What serves if it won: learned from the whole log."""
    learned, trees = _learn(log, propensity), train_trees(lists, partial(_taste, weights=weights))
    now, digest = datetime.now(UTC), _digest(log)
    spec = RankingSpec(
        version=f"{now:%Y%m%dT%H%M%S}-{digest[:8]}",
        created=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        serves=best_stage(gains),
        personal_weight=weights.personal,
        popularity_weight=weights.popularity,
        from_us=log.lists[0].timestamp_us,
        until_us=log.lists[-1].timestamp_us,
        lists=len(log.lists),
        people=len({one.client_id for one in log.deeds if one.client_id}),
        data_sha256=digest,
        propensity_power=propensity.power,
        propensity_clicks=propensity.clicks,
        metrics={name: round(value, 6) for name, value in metrics.items()},
        gains={name: one.described() for name, one in gains.items()},
        git_commit=git_commit(),
    )
    ranking = LearnedRanking(spec, learned.popularity, learned.factors, read_trees(trees) if trees else None)
    return Trained(ranking, trees, baseline, metrics, gains, tested, {})


def _digest(log: ClickLog) -> str:
    found = hashlib.sha256()
    for one in log.lists:
        found.update(repr((one.query_id, one.places, sorted(one.clicked))).encode())
    for deed in log.deeds:
        found.update(repr((deed.item_id, deed.timestamp_us, deed.weight)).encode())
    return found.hexdigest()
