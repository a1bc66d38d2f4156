"""Fit a decision to searches whose right answer is known, and measure it on categories that it has not seen.

A query is *absent* where its whole category is left out of the catalogue: a search must find no match. It is *present*
where its category is sold, but its own product is not: then the closest garment of its kind is what a shopper looks
for. Another category is left out meanwhile, so that both sorts of query meet a catalogue that lacks something.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.style.calibration.comparison import Comparison
from deepstyle.style.calibration.conformal import conformal_limit, least_scores, pooled_groups
from deepstyle.style.calibration.curves import Curve, Logistic, fit_curve, fit_logistic
from deepstyle.style.calibration.decision import (
    Decision,
    Measured,
    match_features,
    same_type_features,
    sold_share,
)
from deepstyle.style.calibration.garment_types import GarmentTypes
from deepstyle.style.calibration.sample import Sample

FALSE_ACCEPTANCE: Final = 0.05
"""The share of queries of an absent category that may be accepted, in every category."""
ERROR_GROUPS: Final = 10

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What searches with the sample found: ``kinds`` (Q,) number each query's own kind; ``posterior`` (Q, T)."""

    sample: Sample
    kinds: NDArray[np.int64]
    comparison: Comparison
    types: GarmentTypes | None
    posterior: Floats

    def features(self, hidden: Mask) -> Floats:
        """The features (Q, 2) of each query where the kinds ``hidden`` (Q, K) are not sold."""
        best = np.where(hidden, -1.0, self.comparison.best).max(axis=1)
        if self.types is None:
            return match_features(best, np.full(len(best), 0.5))
        return match_features(best, sold_share(self.posterior, self.types, self.sample.kind_of, ~hidden))

    def own(self) -> Mask:
        """Which kind (Q, K) is each query's own."""
        return np.asarray(self.kinds[:, None] == np.arange(len(self.sample.kinds)))

    def another(self, besides: int | None = None) -> Mask:
        """A kind (Q, K) that is neither the query's own nor ``besides``, all others in turn."""
        chosen = np.zeros((len(self.kinds), len(self.sample.kinds)), bool)
        for row, own in enumerate(self.kinds):
            others = [kind for kind in range(chosen.shape[1]) if kind not in (own, besides)]
            chosen[row, others[row % len(others)]] = True
        return chosen


def gather(
    sample: Sample, comparison: Comparison, embeddings: NDArray[np.float32], types: GarmentTypes | None
) -> Evidence:
    """The evidence of queries with ``embeddings`` (Q, D)."""
    names = sample.kinds
    kinds = np.array([names.index(sample.kind(item) or "") for item in sample.items])
    usable = types if sample.level == "semantic_category" else None
    posterior = usable.posterior(embeddings) if usable else np.zeros((len(kinds), 0))
    return Evidence(sample, kinds, comparison, usable, posterior)


def fit_decision(evidence: Evidence) -> Decision:
    """The decision for queries such as these, with what it was measured to do."""
    match, limit = fit_match(evidence)
    pairs = pairs_of(evidence)
    same_type, curve = _fit_same_type(pairs, np.ones(len(pairs.same), bool))
    coverage, false_acceptance = measure_match(evidence, evidence)
    return Decision(match, limit, same_type, curve, coverage, false_acceptance, _measure_same_type(pairs))


def same_type(asked: Item, found: Item) -> bool | None:
    """Whether two items have the same type: the category, or the semantic category where one has none."""
    if asked.category and found.category:
        return asked.category.casefold() == found.category.casefold()
    if asked.semantic_category and found.semantic_category:
        return asked.semantic_category == found.semantic_category
    return None


def fit_match(evidence: Evidence, without: int | None = None) -> tuple[Logistic, float]:
    """The regression and its limit, on a catalogue that lacks the kind ``without`` and with no query of it."""
    asked = np.array([kind != without for kind in evidence.kinds], bool)
    lacking = np.arange(len(evidence.sample.kinds)) == without
    absent = evidence.features(evidence.own() | lacking)[asked]
    present = evidence.features(evidence.another(without) | lacking)[asked]
    match = fit_logistic(np.concatenate([present, absent]), np.arange(2 * len(absent)) < len(present))
    groups = pooled_groups([str(kind) for kind in evidence.kinds[asked]], least_scores(FALSE_ACCEPTANCE))
    scores, names = match.log_odds(absent), np.array(groups)
    return match, max(conformal_limit(scores[names == name], FALSE_ACCEPTANCE) for name in set(groups))


def measure_match(evidence: Evidence, asked: Evidence) -> tuple[Measured, dict[str, Measured]]:
    """Leave each kind out of the catalogue and of the calibration on ``evidence``: which of ``asked`` are accepted?

    First those whose kind is sold while another is not, then by kind those whose kind is not.
    """
    count = len(evidence.sample.kinds)
    accepted = np.zeros((len(asked.kinds), count), bool)
    for kind in range(count):
        match, limit = fit_match(evidence, kind)
        lacking = np.broadcast_to(np.arange(count) == kind, (len(asked.kinds), count))
        accepted[:, kind] = match.log_odds(asked.features(lacking)) > limit
    own, other = asked.own(), asked.another()
    by_kind = {
        name: Measured(int(accepted[own[:, kind], kind].sum()), int(own[:, kind].sum()))
        for kind, name in enumerate(evidence.sample.kinds)
        if own[:, kind].any()
    }
    return Measured(int(accepted[other].sum()), len(accepted)), by_kind


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Queries and results: ``features`` (P, 2), whether they have the ``same`` type (P,), and the query's kind (P,)."""

    features: Floats
    same: Mask
    kinds: NDArray[np.int64]


def pairs_of(evidence: Evidence) -> Pairs:
    """Each query with each of its nearest items, where the types of both are known."""
    similarities, posteriors, same, kinds = [], [], [], []
    column = {name: at for at, name in enumerate(evidence.types.names)} if evidence.types else {}
    for row, found in enumerate(evidence.comparison.nearest):
        for similarity, item in found:
            verdict = same_type(evidence.sample.items[row], item)
            if verdict is not None:
                at = column.get(item.semantic_category)
                similarities.append(similarity)
                posteriors.append(0.5 if at is None else float(evidence.posterior[row, at]))
                same.append(verdict)
                kinds.append(int(evidence.kinds[row]))
    features = same_type_features(np.array(similarities), np.array(posteriors))
    return Pairs(features, np.array(same, bool), np.array(kinds))


def _fit_same_type(pairs: Pairs, used: Mask) -> tuple[Logistic, Curve]:
    line = fit_logistic(pairs.features[used], pairs.same[used])
    return line, fit_curve(line.log_odds(pairs.features[used]), pairs.same[used])


def _measure_same_type(pairs: Pairs) -> float:
    """The expected calibration error of probabilities for kinds that were left out of their fit."""
    probabilities = np.zeros(len(pairs.same))
    for kind in np.unique(pairs.kinds):
        line, curve = _fit_same_type(pairs, pairs.kinds != kind)
        own = pairs.kinds == kind
        probabilities[own] = curve.at(line.log_odds(pairs.features[own]))
    return calibration_error(probabilities, pairs.same)


def calibration_error(probabilities: Floats, same: Mask) -> float:
    """The expected calibration error over ten groups of equal size, ordered by probability (Naeini et al. 2015)."""
    groups = np.array_split(np.argsort(probabilities, kind="stable"), ERROR_GROUPS)
    gaps = [abs(probabilities[one].mean() - same[one].mean()) * len(one) for one in groups if len(one)]
    return float(sum(gaps) / len(same))
