"""The rules and limits that a client follows before it asks, as ``GET /v1/info`` serves them."""

from typing import Literal, Self

from pydantic import BaseModel, Field

from deepstyle.compatibility.gender import UNISEX, WORN_BY
from deepstyle.compatibility.wardrobe import CLASHES, ESSENTIALS, MAX_PIECES, MOST_WORN, SLOTS
from deepstyle.images.pixels import MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS, MEDIA_TYPES
from deepstyle.style.calibration.decision import BANDS, SameType


class OutfitRules(BaseModel):
    """What is worn with what."""

    max_pieces: int = Field(default=MAX_PIECES, description="The largest outfit that is scored or completed.")
    slots: list[str] = Field(default=list(SLOTS), description="The semantic categories, as an outfit is shown.")
    clashes: dict[str, list[str]] = Field(
        default={name: list(others) for name, others in CLASHES.items()},
        description="For every slot the ones that are never worn with it, itself included.",
    )
    most_worn: dict[str, int] = Field(
        default=dict(MOST_WORN),
        description="How many pieces of each slot one person wears at once; more score low (`same_slot`).",
    )
    worn_by: dict[str, list[str]] = Field(
        default={word: list(names) for word, names in WORN_BY.items()},
        description="Who wears an item, by the words in its `gender`; two that nobody wears together score low "
        "(`different_genders`). An item without any of these words fits everybody.",
    )
    unisex: list[str] = Field(
        default=sorted(UNISEX), description="The words in `gender` that mean everybody; beside children, all of them."
    )
    essentials: list[str] = Field(
        default=list(ESSENTIALS), description="What an outfit needs, but for what clashes with something that is worn."
    )


class UploadLimits(BaseModel):
    """Which photos the server takes."""

    max_bytes: int = MAX_IMAGE_BYTES
    max_pixels: int = Field(default=MAX_IMAGE_PIXELS, description="Width times height.")
    media_types: list[str] = list(MEDIA_TYPES)


class Band(BaseModel):
    """A range of probabilities in words; it reaches up to the next higher band."""

    code: SameType
    probability_from: float = Field(ge=0, le=1, description="The lowest probability in the band.")
    labels: dict[Literal["en", "de"], str] = Field(description="What to show, by language.")

    @classmethod
    def all(cls) -> list[Self]:
        """Every band, highest first."""
        return [
            cls(code=band.code, probability_from=band.probability_from, labels={"en": band.en, "de": band.de})
            for band in BANDS
        ]
