"""The schemas of the analysis of a look."""

from collections.abc import Iterable, Sequence
from typing import Self

from pydantic import BaseModel, Field

from deepstyle.api.basis import CompatibilityBasis
from deepstyle.api.models import Product
from deepstyle.api.outfit_models import OutfitPair, OutfitPiece
from deepstyle.compatibility.catalogue_test import Basis
from deepstyle.compatibility.explain import Concern, Reason
from deepstyle.compatibility.repair import LookAnalysis, Proposal
from deepstyle.compatibility.stylist import Piece


class ProposedItem(BaseModel):
    """A product for one slot of the look."""

    rank: int = Field(ge=1, description="1 is the best.")
    item: Product
    score: float = Field(ge=0, le=1, description="The score of the look with this product.")
    gain: float | None = Field(description="How much more that is than the look's own; null for a single piece.")
    reasons: list[Reason] = Field(description="What speaks for the look with it, strongest first.")
    concerns: list[Concern] = Field(description="What speaks against the look with it, the worst first.")

    @classmethod
    def all(cls, proposals: Iterable[Proposal], score: float | None) -> list[Self]:
        """The proposals for a look with this score."""
        return [
            cls(
                rank=rank,
                item=Product.of(one.piece.item),
                score=one.score.score,
                gain=None if score is None else one.score.score - score,
                reasons=list(one.score.reasons),
                concerns=list(one.score.concerns),
            )
            for rank, one in enumerate(proposals, start=1)
        ]


class LookPiece(OutfitPiece):
    """A part of a look: an item, a photo of the request, or a garment in the one that shows a worn look."""

    box: tuple[float, float, float, float] | None = Field(
        description="Where in the photo the garment is: `[x, y, width, height]` in 0..1; null for the other pieces."
    )

    @classmethod
    def all(cls, pieces: Sequence[Piece]) -> list[Self]:
        """The pieces of a look; its garments are all in the first photo."""
        return [
            cls(
                item=one.item,
                photo=0 if piece.box else one.photo,
                semantic_category=one.semantic_category,
                box=piece.box,
            )
            for one, piece in zip(OutfitPiece.all(pieces), pieces, strict=True)
        ]


class MissingSlot(BaseModel):
    """A semantic category that the look lacks, and products for it, best first."""

    slot: str
    proposals: list[ProposedItem]


class AnalysedLook(CompatibilityBasis):
    """How well a look goes together, its weakest piece and pair, and what makes it better."""

    score: float | None = Field(description="From 0 to 1; it orders looks. Null for a single piece.")
    compatibility: float | None = Field(
        description="Probability of `event`; null if not calibrated. A broken rule makes it low."
    )
    concerns: list[Concern] = Field(description="Broken rules and known conflicts of all pairs, the worst first.")
    pieces: list[LookPiece]
    pairs: list[OutfitPair]
    weakest_pair: int | None = Field(description="Index in `pairs` of the pair that lowers the score most.")
    weakest_piece: int | None = Field(
        description="Index in `pieces` of the one without which the others score best; null for a single piece."
    )
    without_weakest: float | None = Field(description="The score without it; null where fewer than two pieces remain.")
    replacements: list[ProposedItem] = Field(
        description="Products of the weakest piece's category that raise the score, best first."
    )
    missing: list[MissingSlot] = Field(description="What a look needs and this one lacks, as far as it is sold.")

    @classmethod
    def of(cls, found: LookAnalysis, basis: Basis) -> Self:
        """An analysis as the API returns it."""
        score = found.score.score if found.score else None
        return cls(
            **CompatibilityBasis.fields_of(basis),
            score=score,
            compatibility=found.score.compatibility if found.score else None,
            concerns=list(found.score.concerns) if found.score else [],
            pieces=LookPiece.all(found.pieces),
            pairs=OutfitPair.all(found.score.pairs) if found.score else [],
            weakest_pair=found.score.weakest if found.score else None,
            weakest_piece=found.weakest,
            without_weakest=found.without,
            replacements=ProposedItem.all(found.replacements, score),
            missing=[
                MissingSlot(slot=one.slot, proposals=ProposedItem.all(one.proposals, score)) for one in found.missing
            ],
        )
