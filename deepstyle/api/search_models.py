"""What an answer says of a query's words."""

from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, Field

from deepstyle.search.plan import Found


class RecognisedCondition(BaseModel):
    """A condition that words of the query name; send `text` as `literal` to search for it as words instead."""

    name: str = Field(description="The filter that it is a value of.", examples=["dominant_colours"])
    value: str | float
    text: str
    start: int = Field(description="Where `text` begins in the query, in characters.")
    end: int


class RequestedChange(BaseModel):
    """What words ask to be different from the photo or the item."""

    name: str = Field(examples=["colour"])
    direction: Literal["set", "more", "less", "without"]
    value: str
    text: str


class SearchNotice(BaseModel):
    """What a person should know of the results; later versions may add codes."""

    code: str = Field(examples=["corrected"])
    parameters: dict[str, str | float]


class SearchStage(BaseModel):
    """One stage of the search."""

    name: str
    milliseconds: float
    items: int
    detail: str


def said_of(found: Found, *, debug: bool) -> dict[str, Any]:
    """The fields of an answer about the query's words."""
    return {
        "recognised": [RecognisedCondition(**asdict(one)) for one in found.understood.recognised],
        "changes": [RequestedChange(**asdict(one)) for one in found.understood.changes],
        "notices": [SearchNotice(code=one.code, parameters=one.parameters) for one in found.notices],
        "stages": [SearchStage(**asdict(one)) for one in found.stages] if debug else None,
    }
