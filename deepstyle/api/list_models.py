"""The schemas of what a shopper collects."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel

from deepstyle.api.account_models import Strict
from deepstyle.api.dependencies import MAX_ITEM_ID_CHARS
from deepstyle.api.limits import LIMITS
from deepstyle.api.models import Product
from deepstyle.catalogue.looks import MAX_LOOK_ITEMS
from deepstyle.people.lists import ListEntry
from deepstyle.people.sizes import MAX_SIZE_CHARS, MAX_SIZES

Text = Annotated[str, Field(min_length=1, max_length=MAX_SIZE_CHARS)]


class PageFields(BaseModel):
    """Which page of a list."""

    limit: int = Field(50, ge=1, le=100, description="Entries per page.")
    cursor: str = Field("", max_length=1024, description="`next_cursor` of the previous page.")


class SavedItem(BaseModel):
    """An item of a list; `item` is null where the catalogue no longer has it."""

    item_id: str
    at: datetime
    item: Product | None


class SavedItems(BaseModel):
    """A page of a list, the newest first."""

    items: list[SavedItem]
    total: int
    next_cursor: str | None


class SavedLook(BaseModel):
    """A look that a shopper saved."""

    look_id: str
    at: datetime
    name: str
    item_ids: list[str]


class SavedLooks(BaseModel):
    """A page of the saved looks, the newest first."""

    looks: list[SavedLook]
    total: int
    next_cursor: str | None


class LookBody(Strict):
    """What a saved look has."""

    name: Annotated[str, Field(max_length=int(LIMITS["look_name_chars"].value))] = ""
    item_ids: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=MAX_ITEM_ID_CHARS)]],
        Field(min_length=1, max_length=MAX_LOOK_ITEMS),
    ]


class Sizes(RootModel[Annotated[dict[Text, Text], Field(max_length=MAX_SIZES)]]):
    """The sizes that a shopper wears, by kind of garment."""

    model_config = ConfigDict(json_schema_extra={"example": {"shoes": "38"}})


class Personal(Strict):
    """Whether results depend on what the person did."""

    is_on: bool


def moment_of(entry: ListEntry) -> datetime:
    """When an entry came."""
    return datetime.fromtimestamp(entry.at_us / 1e6, UTC)
