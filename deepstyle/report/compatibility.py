"""How well things go together, in English: a percentage only where it is a probability on this catalogue."""

from typing import Protocol

from deepstyle.compatibility.calibration import as_percent
from deepstyle.compatibility.catalogue_test import OWN, Basis, CatalogueTest, Measurement


class Scored(Protocol):
    """A suggestion, a pair or an outfit."""

    @property
    def score(self) -> float:
        """In 0..1; it orders, and means nothing else."""

    @property
    def compatibility(self) -> float | None:
        """A probability, where the head is calibrated for this catalogue."""


def value_in_words(scored: Scored) -> str:
    """The probability as a percentage, or else the score, such as ``score 0.81``."""
    return f"score {scored.score:.2f}" if scored.compatibility is None else as_percent(scored.compatibility)


def uncalibrated_note(basis: Basis) -> str:
    """Why there is no percentage, in two sentences."""
    measured = "; ".join(_measured(one) for one in basis.measured_on)
    return f"Ranked by a model that is not calibrated for this catalogue; a score is no probability. {measured}."


def _measured(measurement: Measurement) -> str:
    name = "this catalogue's own outfits" if measurement.data == OWN else measurement.data or "unknown data"
    if measurement.auc is None:
        return f"Its AUC on {name} is unknown"
    if measurement.auc_low is None or measurement.auc_high is None:
        return f"Its AUC on {name} is {measurement.auc:.2f}"
    return f"on {name} it is {measurement.auc:.2f} ({measurement.auc_low:.2f} to {measurement.auc_high:.2f})"


def verdict_in_words(test: CatalogueTest | None) -> str:
    """What the test of a head on the catalogue's own outfits found, in a sentence."""
    if test is None:
        return "Not calibrated: the store has too few outfits that the compatibility head was not trained on."
    figures = f"AUC {test.auc.value:.3f} ({test.auc.low:.3f} to {test.auc.high:.3f}) on {test.outfits:,} outfits"
    if not test.orders:
        return f"Not calibrated: {figures} of this catalogue is too near chance. Scores order, without a probability."
    return f"Calibrated on this catalogue: {figures} of its own."
