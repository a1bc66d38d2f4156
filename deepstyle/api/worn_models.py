"""The lines of the answer about a worn look, and the fields that ask for it."""

from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field

from deepstyle.api.models import ITEM_EXAMPLE, Product, SearchResult
from deepstyle.api.results import results_of
from deepstyle.looks.cart import Cart, Missing
from deepstyle.looks.garment import Garments
from deepstyle.looks.shop_look import MAX_BUDGET, LookPart, LookRow, LookWanted

MEDIA_TYPE: Final = "application/x-ndjson"
_DECIMALS: Final = 4


class WornFields(BaseModel):
    """The form fields of ``POST /v1/looks:shop`` beside the image."""

    model_config = ConfigDict(extra="forbid")

    budget: float | None = Field(
        None, gt=0, le=MAX_BUDGET, allow_inf_nan=False, description="What the cart costs at most.", examples=[250]
    )
    currency: str = Field(
        "", max_length=20, description="The currency of all prices; default: that of most prices.", examples=["EUR"]
    )
    gender: str = Field("", max_length=40, description="Who wears the look, such as `women`.", examples=["women"])
    k: int = Field(10, ge=1, le=20, description="How many products for each garment.")

    def wanted(self) -> LookWanted:
        """What is wanted; raises ``UsageError``."""
        return LookWanted(self.budget, self.currency, self.gender, self.k)


class WornGarment(BaseModel):
    """A garment in the photo."""

    semantic_category: str
    box: tuple[float, float, float, float] = Field(
        description="`x, y, width, height` as fractions of the upright picture, origin at the top left."
    )
    score: float = Field(ge=0, le=1, description="How sure the detector is.")


class GarmentsLine(BaseModel):
    """The first line: the garments of the largest person."""

    garments: list[WornGarment]
    people: int = Field(ge=0, description="How many people the photo shows.")

    @classmethod
    def of(cls, found: Garments) -> Self:
        """The garments as the API returns them."""
        worn = [
            WornGarment(
                semantic_category=garment.semantic_category,
                box=_box(garment.box.x, garment.box.y, garment.box.width, garment.box.height),
                score=round(garment.score, _DECIMALS),
            )
            for garment in found.garments
        ]
        return cls(garments=worn, people=found.people)


class RowLine(BaseModel):
    """The products most similar to one garment."""

    garment: int = Field(ge=0, description="Which of `garments`, from 0.")
    results: list[SearchResult]
    calibrated: bool
    is_good_match: bool | None = Field(description="False if the catalogue does not seem to sell what it shows.")

    @classmethod
    def of(cls, row: LookRow) -> Self:
        """The row as the API returns it."""
        return cls(
            garment=row.garment,
            results=results_of(row.matches),
            calibrated=row.calibrated,
            is_good_match=row.is_good_match,
        )


class PieceOfCart(BaseModel):
    """The product for one garment."""

    garment: int
    item: Product | None = Field(description="Null where there is none.")
    similarity: float | None
    missing: Missing | None = Field(
        description="Why there is none: nothing in stock with a price, or only for more than the budget leaves."
    )


class LookCart(BaseModel):
    """A product for each garment: in stock, worn by the same people, together within the budget."""

    pieces: list[PieceOfCart]
    total: float
    currency: str
    budget: float | None
    worn_by: str = Field(description="`women`, `men`, `girls` or `boys`; empty where the catalogue does not say.")


class CartLine(BaseModel):
    """The last line."""

    cart: LookCart

    @classmethod
    def of(cls, cart: Cart) -> Self:
        """The cart as the API returns it."""
        pieces = [
            PieceOfCart(
                garment=piece.garment,
                item=Product.of(piece.item) if piece.item else None,
                similarity=piece.similarity,
                missing=piece.missing,
            )
            for piece in cart.pieces
        ]
        return cls(
            cart=LookCart(
                pieces=pieces, total=cart.total, currency=cart.currency, budget=cart.budget, worn_by=cart.worn_by
            )
        )


def line_of(part: LookPart) -> BaseModel:
    """The line of a part of the answer."""
    if isinstance(part, Garments):
        return GarmentsLine.of(part)
    return RowLine.of(part) if isinstance(part, LookRow) else CartLine.of(part)


def _box(*sides: float) -> Any:
    return tuple(round(side, _DECIMALS) for side in sides)


_GARMENTS: Final = GarmentsLine(
    garments=[WornGarment(semantic_category="shoes", box=(0.31, 0.84, 0.29, 0.12), score=0.91)], people=1
)
_CART: Final = {
    "cart": {
        "pieces": [{"garment": 0, "item": ITEM_EXAMPLE, "similarity": 0.7817, "missing": None}],
        "total": ITEM_EXAMPLE["price"],
        "currency": "EUR",
        "budget": 250.0,
        "worn_by": "",
    }
}
_ROW: Final = {"garment": 0, "results": [], "calibrated": True, "is_good_match": True}
LINES_EXAMPLE: Final = [_GARMENTS.model_dump(mode="json"), _ROW, _CART]
