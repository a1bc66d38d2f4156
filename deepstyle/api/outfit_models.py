"""The schemas of answers about outfits, and of what their scores are worth on this catalogue."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field

from deepstyle.api.basis import BASIS_EXAMPLE, CompatibilityBasis
from deepstyle.api.models import ITEM_EXAMPLE, PARTNER_EXAMPLE, Product
from deepstyle.compatibility.explain import Concern, Reason
from deepstyle.compatibility.stylist import PairScore, Piece

_SUGGESTION: Final[dict[str, Any]] = {
    "rank": 1,
    "score": 0.91,
    "compatibility": 0.83,
    "reasons": [
        {"code": "seen_together", "parameters": {"count": 2}},
        {"code": "neutral_colour", "parameters": {"neutral": "black", "colour": "grey"}},
    ],
    "item": PARTNER_EXAMPLE,
}
_SCORE: Final = "Orders the answers, 1 is the best; it is no probability."


class SuggestedItem(BaseModel):
    """One product that is compatible with the query."""

    rank: int = Field(ge=1, description="1 is the best.")
    score: float = Field(ge=0, le=1, description=_SCORE)
    compatibility: float | None = Field(
        ge=0, le=1, description="Probability that the choice is right (`event`); null if not calibrated."
    )
    reasons: list[Reason] = Field(description="Strongest first; empty if the catalogue has too little information.")
    item: Product


class MappedItems(CompatibilityBasis):
    """The precomputed suggestions for an item, of different categories, best first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **BASIS_EXAMPLE,
                "query": ITEM_EXAMPLE,
                "rec_feature2": [PARTNER_EXAMPLE["item_id"]],
                "results": [_SUGGESTION],
            }
        }
    )

    query: Product
    rec_feature2: list[str] = Field(description="The suggested items' ids.")
    results: list[SuggestedItem]


class CategorySuggestions(BaseModel):
    """Compatible products of one semantic category, best first."""

    semantic_category: str
    results: list[SuggestedItem]


class CompatibleItems(CompatibilityBasis):
    """Compatible products for an item or a photo, by semantic category, that of the best product first."""

    query: Product | None = Field(description="Null for a photo.")
    semantic_category: str = Field(description="The query's category; for a photo, that of the most similar items.")
    categories: list[CategorySuggestions]


class OutfitPiece(BaseModel):
    """A part of an outfit: an item, or a photo of the request."""

    item: Product | None = Field(description="Null for a photo.")
    photo: int | None = Field(description="Which photo of the request, from 0; null for an item.")
    semantic_category: str

    @classmethod
    def all(cls, pieces: Sequence[Piece]) -> list[Self]:
        """The pieces of an outfit; photos are numbered in their order."""
        photos = [at for at, piece in enumerate(pieces) if not piece.item.item_id]
        return [
            cls(
                item=Product.of(piece.item) if piece.item.item_id else None,
                photo=None if piece.item.item_id else photos.index(at),
                semantic_category=piece.item.semantic_category,
            )
            for at, piece in enumerate(pieces)
        ]


class OutfitPair(BaseModel):
    """Two pieces, by their indices in `pieces`."""

    pieces: tuple[int, int]
    score: float = Field(ge=0, le=1, description=_SCORE)
    compatibility: float | None = Field(
        ge=0, le=1, description="Probability that a stylist combines the two; null if not calibrated."
    )
    contribution: float = Field(description="How much this pair raises or lowers the outfit's score.")
    reasons: list[Reason] = Field(description="What speaks for the pair, strongest first.")
    concerns: list[Concern] = Field(description="What speaks against it, strongest first; with a photo only rules.")

    @classmethod
    def all(cls, pairs: Iterable[PairScore]) -> list[Self]:
        """The pairs of an outfit."""
        return [
            cls(
                pieces=(pair.first, pair.second),
                score=pair.score,
                compatibility=pair.compatibility,
                contribution=pair.contribution,
                reasons=list(pair.reasons),
                concerns=list(pair.concerns),
            )
            for pair in pairs
        ]


class ScoredOutfit(CompatibilityBasis):
    """How well an outfit goes together."""

    score: float = Field(ge=0, le=1, description=_SCORE)
    compatibility: float | None = Field(
        ge=0, le=1, description="Probability of `event`; null if not calibrated. A broken rule makes it low."
    )
    concerns: list[Concern] = Field(description="Broken rules and known conflicts of all pairs, the worst first.")
    pieces: list[OutfitPiece]
    pairs: list[OutfitPair]
    weakest_pair: int = Field(description="Index in `pairs` of the pair that lowers the score most.")


class CompletedOutfits(CompatibilityBasis):
    """Outfits around the given pieces, best first; the added items come after the given ones."""

    outfits: list[ScoredOutfit]
