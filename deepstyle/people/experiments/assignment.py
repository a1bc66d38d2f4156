"""Which variant a shopper sees: by a hash of her pseudonym, so that nothing is stored and every process agrees.

One experiment runs on a surface, so two never overlap there; the salts of experiments on two surfaces make their
assignments independent of each other.
"""

import hashlib
from typing import Final

from deepstyle.people.experiments.design import Arm, Experiment
from deepstyle.people.shopper import Shopper

DIGITS: Final = 13
"""Hexadecimal digits of a hash that are compared: 52 bits."""


def digits(salt: str, unit: str) -> str:
    """A number in [0, 1) as hexadecimal digits after the point, evenly distributed over units."""
    return hashlib.sha256(f"{salt}:{unit}".encode()).hexdigest()[:DIGITS]


def below(share: float) -> str:
    """The digits that those of ``share`` of all units come before, as text."""
    return f"{round(share * 16**DIGITS):0{DIGITS}x}" if share < 1 else "g"


def takes_part(experiment: Experiment, shopper: Shopper) -> bool:
    """Whether a shopper is in the experiment; without consent to be measured she is in none."""
    if not (shopper.may_measure and shopper.client_id):
        return False
    return digits(f"{experiment.salt}:share", shopper.client_id) < below(experiment.share)


def arm_of(experiment: Experiment, shopper: Shopper) -> Arm | None:
    """Her arm in an A/B test, with equal chances; ``None`` where she is not in the experiment."""
    if not takes_part(experiment, shopper):
        return None
    return "B" if digits(experiment.salt, shopper.client_id) < below(0.5) else "A"
