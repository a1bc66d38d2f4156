"""What serves: whether a search found a match, and how probably each result is of the query's type."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from deepstyle.style.calibration.curves import Curve, Logistic
from deepstyle.style.calibration.garment_types import GarmentTypes

FLOOR: Final = 1e-4
"""Probabilities of the classifier are not trusted beyond this."""
DECIMALS: Final = 5
LEAST_COVERAGE: Final = 0.5
"""A decision that refuses more of what the catalogue sells is worse than none, and is not given."""

Floats = NDArray[np.float64]

SameType = Literal["very_likely", "likely", "possible", "unlikely"]


@dataclass(frozen=True, slots=True)
class Band:
    """A range of probabilities, from ``probability_from`` to the next higher band's, and how to say it."""

    code: SameType
    probability_from: float
    en: str
    de: str


BANDS: Final = (
    Band("very_likely", 0.9, "Same type: very likely", "Gleicher Typ: sehr wahrscheinlich"),
    Band("likely", 0.7, "Same type: likely", "Gleicher Typ: wahrscheinlich"),
    Band("possible", 0.3, "Same type: possible", "Gleicher Typ: möglich"),
    Band("unlikely", 0.0, "Same type: unlikely", "Gleicher Typ: unwahrscheinlich"),
)
"""Highest first."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A share that was measured as ``hits`` ``of`` so many."""

    hits: int
    of: int

    @property
    def share(self) -> float:
        """The share, 0 where nothing was measured."""
        return self.hits / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """The calibrated decision for queries of one sort: photos, or items of the catalogue.

    ``match`` gives the log-odds that the catalogue sells the query's category, from ``match_features``; above ``limit``
    there is a good match. ``same_type`` and then ``curve`` give the probability that a result has the query's type,
    from ``same_type_features``. ``coverage`` and ``false_acceptance`` were measured by leaving categories out in turn,
    the calibration of each included; ``calibration_error`` likewise (expected calibration error, ten equal groups).
    """

    match: Logistic
    limit: float
    same_type: Logistic
    curve: Curve
    coverage: Measured
    false_acceptance: Mapping[str, Measured]
    calibration_error: float

    @property
    def decides(self) -> bool:
        """Whether enough of what the catalogue sells is accepted for the decision to be given."""
        return self.coverage.share >= LEAST_COVERAGE

    def is_match(self, features: Floats) -> NDArray[np.bool_]:
        """Whether queries with ``features`` (N, 2) have a match."""
        return self.match.log_odds(features) > self.limit

    def probability(self, features: Floats) -> Floats:
        """The probability that results with ``features`` (N, 2) have their query's type."""
        return self.curve.at(self.same_type.log_odds(features))

    def to_json(self) -> dict[str, Any]:
        """The decision as JSON."""
        return {
            "match": _line(self.match),
            "limit": self.limit,
            "same_type": _line(self.same_type),
            "curve": [[round(value, DECIMALS) for value in line] for line in (self.curve.places, self.curve.values)],
            "coverage": [self.coverage.hits, self.coverage.of],
            "false_acceptance": {name: [one.hits, one.of] for name, one in self.false_acceptance.items()},
            "calibration_error": round(self.calibration_error, DECIMALS),
        }

    @classmethod
    def of_json(cls, fields: dict[str, Any]) -> Self:
        """What ``to_json`` returned; raises ``ValueError``, ``KeyError`` or ``TypeError``."""
        places, values = (tuple(map(float, line)) for line in fields["curve"])
        if not places or len(places) != len(values):
            raise ValueError("the curve is broken")
        return cls(
            match=_logistic(fields["match"]),
            limit=float(fields["limit"]),
            same_type=_logistic(fields["same_type"]),
            curve=Curve(places, values),
            coverage=Measured(*map(int, fields["coverage"])),
            false_acceptance={name: Measured(*map(int, one)) for name, one in fields["false_acceptance"].items()},
            calibration_error=float(fields["calibration_error"]),
        )


def band_of(probability: float) -> Band:
    """The band of a calibrated probability."""
    return next(band for band in BANDS if probability >= band.probability_from)


def match_features(best: Floats, sold: Floats) -> Floats:
    """(N, 2): the log-odds that the picture shows what is ``sold`` (N), and the ``best`` similarity (N) found."""
    return np.stack([log_odds(sold), best], axis=1)


def same_type_features(similarities: Floats, posteriors: Floats) -> Floats:
    """(N, 2): the log-odds that the query shows the result's semantic category, and the similarity."""
    return np.stack([log_odds(posteriors), similarities], axis=1)


def log_odds(probabilities: Floats) -> Floats:
    """The log-odds, with probabilities kept ``FLOOR`` away from 0 and 1."""
    kept = np.clip(probabilities, FLOOR, 1 - FLOOR)
    return np.asarray(np.log(kept) - np.log1p(-kept))


def sold_share(
    posterior: Floats, types: GarmentTypes, kind_of: Mapping[str, str], visible: NDArray[np.bool_]
) -> Floats:
    """The probability (N) that pictures show one of the visible kinds.

    ``posterior`` (N, T) is over ``types``; ``visible`` (N, K) or (K,) over the kinds in ascending order, to which
    ``kind_of`` assigns the types that the catalogue sells.
    """
    kinds = sorted(set(kind_of.values()))
    member = np.array([[kind_of.get(name) == kind for kind in kinds] for name in types.names], float)
    return np.asarray((posterior * (visible @ member.T)).sum(axis=-1))


def _line(logistic: Logistic) -> list[float]:
    return [round(value, DECIMALS) for value in (*logistic.weights, logistic.bias)]


def _logistic(values: list[float]) -> Logistic:
    *weights, bias = map(float, values)
    if len(weights) != 2:
        raise ValueError("a regression does not have two weights")
    return Logistic(tuple(weights), bias)
