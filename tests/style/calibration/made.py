"""A calibration made by hand: similarities alone decide."""

from deepstyle.style.calibration.calibration import Calibration
from deepstyle.style.calibration.curves import Curve, Logistic
from deepstyle.style.calibration.decision import Decision, Measured


def made_decision(limit: float = 0.5, *, coverage: float = 0.9) -> Decision:
    """A match is a similarity above ``limit``; a similarity of 0 to 1 is the probability of the same type."""
    return Decision(
        match=Logistic((0.0, 1.0), 0.0),
        limit=limit,
        same_type=Logistic((0.0, 1.0), 0.0),
        curve=Curve((0.0, 1.0), (0.0, 1.0)),
        coverage=Measured(round(100 * coverage), 100),
        false_acceptance={"shoes": Measured(1, 50)},
        calibration_error=0.02,
    )


def made_calibration(model: str, limit: float = 0.5) -> Calibration:
    """A calibration of the model with the fingerprint ``model``."""
    kinds = (("bags", "bags"), ("shoes", "shoes"), ("tops", "tops"))
    return Calibration(
        model, "digest", is_semantic=True, kind_of=kinds, photo=made_decision(limit), item=made_decision(limit)
    )
