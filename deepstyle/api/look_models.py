"""The schemas of looks: what is listed, shown, found and written."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Self

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from deepstyle.api.limits import LIMITS
from deepstyle.api.models import ITEM_EXAMPLE, PARTNER_EXAMPLE, Product
from deepstyle.catalogue.looks import MIN_LOOK_ITEMS, LookSource
from deepstyle.looks.known_looks import ShownLook
from deepstyle.looks.similar_looks import SimilarLook

MAX_ITEM_ID_CHARS: Final = 200
_MAX_ITEMS: Final = int(LIMITS["look_items"].value)
_EXAMPLE: Final[dict[str, Any]] = {
    "look_id": "autumn-1",
    "title": "A walk in autumn",
    "source": "editorial",
    "items": [ITEM_EXAMPLE, PARTNER_EXAMPLE],
    "gone": [],
}
LookId = Annotated[
    str, Path(min_length=1, max_length=MAX_ITEM_ID_CHARS, description="The look's id.", examples=["autumn-1"])
]


class LookFields(BaseModel):
    """The parameters of ``GET /v1/looks``."""

    model_config = ConfigDict(extra="forbid")

    item_id: str = Field("", max_length=MAX_ITEM_ID_CHARS, description="Only looks in which this item is worn.")
    source: LookSource | None = Field(None, description="Only looks of this source.")
    limit: int = Field(20, ge=1, le=100, description="Looks per page.")
    cursor: str = Field("", max_length=1024, description="`next_cursor` of the previous page.")


class SimilarLookFields(BaseModel):
    """The parameters of ``GET /v1/looks/{look_id}/similar``."""

    model_config = ConfigDict(extra="forbid")

    k: int = Field(10, ge=1, le=50, description="How many looks.")


class NewLook(BaseModel):
    """A look to add, or to put in the place of the one with its id."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "look_id": _EXAMPLE["look_id"],
                "title": _EXAMPLE["title"],
                "item_ids": [ITEM_EXAMPLE["item_id"], PARTNER_EXAMPLE["item_id"]],
            }
        },
    )

    look_id: str = Field("", max_length=MAX_ITEM_ID_CHARS, description="Left out: the look gets an id.")
    title: str = Field("", max_length=1000)
    source: LookSource = "editorial"
    item_ids: list[Annotated[str, Field(max_length=MAX_ITEM_ID_CHARS)]] = Field(
        min_length=MIN_LOOK_ITEMS, max_length=_MAX_ITEMS, description="The items that are worn together."
    )


class WornLook(BaseModel):
    """Items that are worn together."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    look_id: str
    title: str
    source: LookSource
    items: list[Product] = Field(description="In the look's order.")
    gone: list[str] = Field(description="Ids of items of the look that the catalogue does not have any more.")

    @classmethod
    def of(cls, one: ShownLook) -> Self:
        """The look as the API returns it."""
        look = one.look
        items = [Product.of(item) for item in one.items]
        return cls(look_id=look.look_id, title=look.title, source=look.source, items=items, gone=list(one.gone))


class LookList(BaseModel):
    """One page of looks by id; ``total`` counts all that match."""

    looks: list[WornLook]
    total: int
    next_cursor: str | None = Field(description="Send it to get the next page; null on the last page.")


class LookMatch(BaseModel):
    """A similar look."""

    rank: int = Field(ge=1)
    similarity: float = Field(ge=-1, le=1, description="1 is a look of the same pieces.")
    look: WornLook


class SimilarLooks(BaseModel):
    """The looks whose pieces look most like those of a look, best first."""

    query: WornLook
    results: list[LookMatch]

    @classmethod
    def of(cls, query: ShownLook, found: Sequence[SimilarLook], looks: Sequence[ShownLook]) -> Self:
        """The matches ``found``, of which ``looks`` are the looks."""
        results = [
            LookMatch(rank=match.rank, similarity=match.similarity, look=WornLook.of(look))
            for match, look in zip(found, looks, strict=True)
        ]
        return cls(query=WornLook.of(query), results=results)
