"""Whether a head's scores are probabilities on this catalogue: a test on its own outfits, kept in the store.

Where the head orders the outfits well and the probabilities are right, ``calibrated`` holds, and the calibrations of
this catalogue apply. Everywhere else a score orders, but is no probability.
"""

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from deepstyle.compatibility.calibration import Calibration, fit_calibration
from deepstyle.compatibility.head import Head
from deepstyle.compatibility.metrics import Bin, Interval, auc_interval, calibration_error, reliability
from deepstyle.compatibility.own_outfits import OwnOutfits, own_outfits
from deepstyle.compatibility.pairs import CONFLICT
from deepstyle.compatibility.scoring import WORST_PAIR_SHARE
from deepstyle.compatibility.trials import KeepsRules, Trials, Wardrobe, choice_trials, outfit_trials
from deepstyle.store.base import Store

VERSION: Final = 2
"""To be raised where the same outfits would give another result."""
TEST_META: Final = "compat_test"
"""What the store's meta key for the result of a test begins with; earlier versions had one, under it."""
MIN_OUTFITS: Final = 100
"""With fewer outfits there is no test."""
MIN_AUC: Final = 0.6
"""The lower end of the AUC's interval has to reach this: a head near chance has nothing to say."""
FOLDS: Final = 5
MAX_ECE: Final = 0.05
"""The largest calibration error of a probability that is shown."""

OWN: Final = "catalogue"
"""The name of this catalogue's own outfits among the data that a head was measured on."""

Event = Literal["stylists_outfit", "stylists_choice", "keeps_rules"]
Kind = Literal["outfit", "pair", "completed", "suggested"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Measured:
    """The calibration of one kind of score, what a known conflict adds to its logit, its ECE (cross-fitted) by bins."""

    calibration: Calibration
    per_conflict: float
    ece: float
    bins: tuple[Bin, ...]

    def probability(self, score: float, *, has_conflict: bool) -> float:
        """The probability, in 0..1, of a score, with or without a known conflict."""
        shift = self.per_conflict if has_conflict else 0.0
        return float(_probability(self.calibration, np.array([score]), np.array([shift]))[0])


@dataclass(frozen=True, slots=True)
class CatalogueTest:
    """What the test of the head of ``space`` on ``outfits`` outfits that it was not trained on found.

    ``outfit`` and ``pair``: the probability that a stylist put them together, against broken outfits of the same
    categories, one to one. ``completed`` and ``suggested``: the probability that the choice is right by ``event``, of a
    completed outfit and of a suggested item (``deepstyle.compatibility.trials``).
    """

    space: str
    inputs: str
    outfits: int
    event: Literal["stylists_choice", "keeps_rules"]
    auc: Interval
    outfit: Measured
    pair: Measured
    completed: Measured
    suggested: Measured

    @property
    def orders(self) -> bool:
        """Whether the head orders the catalogue's outfits clearly better than chance."""
        return self.auc.low >= MIN_AUC

    def trusted(self, kind: Kind) -> Measured | None:
        """The calibration of one kind of score; ``None`` where its probabilities are not to be shown."""
        measured: Measured = getattr(self, kind)
        return measured if self.orders and measured.ece <= MAX_ECE else None


@dataclass(frozen=True, slots=True)
class Measurement:
    """How well a head orders outfits: on ``data`` (``catalogue``: this one's own outfits), by AUC with its interval.

    ``outfits`` counts the catalogue's; what the head's folder does not say is ``None``.
    """

    data: str
    auc: float | None
    auc_low: float | None = None
    auc_high: float | None = None
    outfits: int | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What a score of one kind is worth on this catalogue.

    ``event`` is what the probability is of: that a stylist put them together, that the choice is the stylist's own, or
    that the look keeps the catalogue's rules; ``None`` where scores are no probabilities.
    """

    calibrated: bool
    event: Event | None
    measured_on: tuple[Measurement, ...]


_TEST: Final = TypeAdapter(CatalogueTest)


def measure_head(
    store: Store, space: str, head: Head, *, rules: Mapping[str, KeepsRules], again: bool = False
) -> CatalogueTest | None:
    """Test ``head`` on the store's own outfits and keep the result; ``None`` where they are too few.

    Nothing is computed again for the same outfits and vectors, unless ``again``. ``rules`` has the catalogues whose
    rules are known.
    """
    own = own_outfits(store)
    keeps = rules.get(own.rules)
    wardrobe = _wardrobe(store, space, head, own, everything=keeps is not None)
    if len(wardrobe.outfits) < MIN_OUTFITS:
        store.set_meta(fact_of_test(space), "")
        return None
    inputs = _digest(own, wardrobe)
    known = read_test(store, space)
    if known and known.inputs == inputs and not again:
        return known
    result = _measure(space, inputs, wardrobe, keeps)
    store.set_meta(fact_of_test(space), json.dumps(dataclasses.asdict(result)))
    return result


def fact_of_test(space: str) -> str:
    """The store's meta key for the test of the head of ``space``."""
    return f"{TEST_META}:{space}"


def read_test(store: Store, space: str) -> CatalogueTest | None:
    """The result for the head of ``space``; ``None`` where there is none, or only one that cannot be read.

    It can be computed again at any time.
    """
    text = store.meta(fact_of_test(space))
    text = store.meta(TEST_META) if text is None else text
    found = _parse(text) if text else None
    return found if found and found.space == space else None


def basis_of(head: Head, test: CatalogueTest | None, kind: Kind) -> Basis:
    """What the scores of ``head`` are worth, by its training data's validation split and its test on this catalogue."""
    trained = Measurement(head.spec.data, head.spec.metrics.get("valid_auc"))
    if test is None:
        return Basis(calibrated=False, event=None, measured_on=(trained,))
    own = Measurement(OWN, test.auc.value, test.auc.low, test.auc.high, test.outfits)
    calibrated = test.trusted(kind) is not None
    event: Event = "stylists_outfit" if kind in ("outfit", "pair") else test.event
    return Basis(calibrated, event if calibrated else None, (trained, own))


@lru_cache(maxsize=4)
def _parse(text: str) -> CatalogueTest | None:
    try:
        return _TEST.validate_json(text)
    except ValidationError:
        return None


def _wardrobe(store: Store, space: str, head: Head, own: OwnOutfits, *, everything: bool) -> Wardrobe:
    """The outfits that the head was not trained on, as far as their items have vectors."""
    trained = {frozenset(outfit) for outfit in head.outfits}
    unseen = [outfit for outfit in own.outfits if frozenset(outfit) not in trained]
    wanted = None if everything else sorted({item_id for outfit in unseen for item_id in outfit})
    batch = store.vectors(space, wanted)
    rows = {item_id: row for row, item_id in enumerate(batch.item_ids)}
    items = store.get(batch.item_ids)
    whole = [outfit for outfit in unseen if all(item_id in rows for item_id in outfit)]
    outfits = [np.array([rows[item_id] for item_id in outfit], np.int64) for outfit in whole]
    return Wardrobe([items[item_id] for item_id in batch.item_ids], batch.vectors, outfits)


def _measure(space: str, inputs: str, wardrobe: Wardrobe, keeps: KeepsRules | None) -> CatalogueTest:
    rng = np.random.default_rng(0)
    looks, pairs = outfit_trials(wardrobe, rng)
    completed = choice_trials(wardrobe, rng, keeps=keeps)
    suggested = choice_trials(wardrobe, rng, most_added=1, keeps=keeps)
    of_looks, of_pairs = _per_conflict(looks), _per_conflict(pairs)
    measured = {
        "outfit": _calibrate(looks, of_looks),
        "pair": _calibrate(pairs, of_pairs),
        "completed": _calibrate(completed, of_looks),
        "suggested": _calibrate(suggested, of_pairs),
    }
    event: Literal["stylists_choice", "keeps_rules"] = "keeps_rules" if keeps else "stylists_choice"
    area = auc_interval(looks.scores, looks.right)
    return CatalogueTest(space, inputs, len(wardrobe.outfits), event, area, **measured)


def _calibrate(trials: Trials, per_conflict: float) -> Measured:
    bins = reliability(_crossfitted(trials, per_conflict), trials.right)
    calibration = fit_calibration(trials.scores, trials.right)
    return Measured(calibration, per_conflict, calibration_error(bins), bins)


def _crossfitted(trials: Trials, per_conflict: float) -> NDArray[np.float64]:
    """The probability of each trial by a calibration on the other folds of outfits: (Q,)."""
    probabilities = np.empty(len(trials.scores))
    shifts = per_conflict * trials.has_conflict
    for fold in range(FOLDS):
        own = trials.groups % FOLDS == fold
        fitted = fit_calibration(trials.scores[~own], trials.right[~own])
        probabilities[own] = _probability(fitted, trials.scores[own], shifts[own])
    return probabilities


def _per_conflict(trials: Trials) -> float:
    """How much rarer known conflicts are in good outfits than in broken ones: a log likelihood ratio, at most 0.

    Broken outfits have many bad pairs; without it, one conflict in an otherwise good outfit would hardly count.
    """
    shares = [(float(conflict.sum()) + 1) / (len(conflict) + 2) for conflict in _by_right(trials)]
    return min(0.0, math.log(shares[0] / shares[1]))


def _by_right(trials: Trials) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    return trials.has_conflict[trials.right], trials.has_conflict[~trials.right]


def _probability(
    calibration: Calibration, scores: NDArray[np.float64], shifts: NDArray[np.float64]
) -> NDArray[np.float64]:
    return Calibration(1.0, calibration.offset).probability(calibration.slope * scores + shifts)


def _digest(own: OwnOutfits, wardrobe: Wardrobe) -> str:
    """What the result depends on: how it is computed, outfits, items and vectors."""
    digest = hashlib.sha256(repr((VERSION, CONFLICT, WORST_PAIR_SHARE, own)).encode())
    digest.update(repr(wardrobe.items).encode())
    digest.update(np.ascontiguousarray(wardrobe.vectors).tobytes())
    return digest.hexdigest()
