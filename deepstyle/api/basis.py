"""What the scores of outfits are worth on this catalogue, as the API says it beside them."""

from typing import Any, Final

from pydantic import BaseModel, Field

from deepstyle.compatibility.catalogue_test import Basis, Event

BASIS_EXAMPLE: Final[dict[str, Any]] = {
    "calibrated": True,
    "event": "stylists_choice",
    "measured_on": [
        {"data": "demo/nondisjoint", "auc": 0.998, "auc_low": None, "auc_high": None, "outfits": None},
        {"data": "catalogue", "auc": 0.79, "auc_low": 0.77, "auc_high": 0.81, "outfits": 1286},
    ],
}


class Measurement(BaseModel):
    """How well the head that scores outfits tells good ones from others, on one set of outfits."""

    data: str = Field(description="`catalogue`: this catalogue's own outfits; else the data of its training.")
    auc: float | None = Field(description="Area under the ROC curve, 0.5 is chance; null where unknown.")
    auc_low: float | None = Field(description="The lower end of its 95 % interval; null where unknown.")
    auc_high: float | None = Field(description="The upper end of its 95 % interval; null where unknown.")
    outfits: int | None = Field(description="How many of the catalogue's outfits; null for training data.")


class CompatibilityBasis(BaseModel):
    """What the scores of an answer are worth on this catalogue."""

    calibrated: bool = Field(
        description="Whether `compatibility` is a probability here, by a test on the catalogue's own outfits. If not, "
        "it is null, and `score` orders the answers."
    )
    event: Event | None = Field(
        description="What the probability is of. `stylists_outfit`: a stylist composed it, not chance. "
        "`stylists_choice`: each added item is the stylist's own, chosen among four of its kind. `keeps_rules`: the "
        "look keeps the known rules of the catalogue. Null if not calibrated."
    )
    measured_on: list[Measurement] = Field(description="Where the head was measured.")

    @classmethod
    def fields_of(cls, basis: Basis) -> dict[str, Any]:
        """The fields of this model, for an answer that has them."""
        return cls.model_validate(basis, from_attributes=True).model_dump()
