"""Suggestions while a person types."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from deepstyle.api.problems import documented
from deepstyle.api.resources import Open

router = APIRouter(tags=["search"])


class SuggestedText(BaseModel):
    """What may be typed."""

    text: str = Field(examples=["black dress"])
    kind: Literal["brand", "word", "synonym"] = Field(description="What its last part is.")


class SuggestedTexts(BaseModel):
    """Ways to go on with what was typed, best first."""

    suggestions: list[SuggestedText]


@router.get(
    "/v1/suggest",
    operation_id="suggestTexts",
    summary="Words to go on with while typing",
    responses=documented("bad-parameter", "invalid-parameter", "not-ready"),
)
def suggest(
    resources: Open,
    text: Annotated[str, Query(max_length=1000, description="What was typed so far.", examples=["black dr"])],
    k: Annotated[int, Query(ge=1, le=20, description="How many.")] = 8,
) -> SuggestedTexts:
    """Brands and words of the catalogue that begin with the last word of `text`, or are near to it."""
    found = resources.shop.suggest_texts(text, k=k)
    return SuggestedTexts(suggestions=[SuggestedText(**asdict(one)) for one in found])
