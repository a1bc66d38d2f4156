"""A merchandiser's rule: what it does, to which items, for which searches, and when."""

from datetime import date
from functools import lru_cache
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from deepstyle.store.words import tokens

Action = Literal["pin", "boost", "bury", "hide"]
Surface = Literal["words", "photo", "item", "browse"]
"""Where results are shown: a search by words, by a photo, by an item, or the catalogue without a query."""
SURFACES: Final[tuple[Surface, ...]] = ("words", "photo", "item", "browse")
MAX_RULES: Final = 1000
MAX_PLACE: Final = 50
MAX_ITEMS: Final = 100
MAX_VALUES: Final = 100
_CONDITIONS: Final = (
    "item_ids", "semantic_categories", "categories", "brands", "seasons", "availabilities", "margin_min", "margin_max",
)  # fmt: skip

ItemIds = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=128)], ...], Field(max_length=MAX_ITEMS)]
Values = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=MAX_VALUES)]


class Rule(BaseModel):
    """A rule; conditions on items are joined by *and*, the values of one by *or*."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={
            "example": {
                "name": "New boots first",
                "action": "pin",
                "query": "boots",
                "item_ids": ["18695-11"],
                "place": 1,
                "from": "2026-11-01",
                "to": "2026-12-24",
            }
        },
    )

    name: str = Field(min_length=1, max_length=200, description="What people call it.")
    action: Action = Field(description="What is done with the items.")
    query: str = Field("", max_length=200, description="Only searches with all of these words; empty: any.")
    exact: bool = Field(False, description="Only searches with no other words.")
    surfaces: tuple[Surface, ...] = Field(
        (),
        max_length=4,
        description="Where it holds; empty: `words` with a query, else `browse` for pins and all else.",
    )
    item_ids: ItemIds = Field((), description="These items, and other variants that stand for their product.")
    semantic_categories: Values = ()
    categories: Values = ()
    brands: Values = ()
    seasons: Values = ()
    availabilities: Values = Field((), description="Such as `in stock`, whatever the feed calls it.")
    margin_min: float | None = Field(None, ge=-1000, le=100, description="Of the price, in percent.")
    margin_max: float | None = Field(None, ge=-1000, le=100)
    place: int = Field(1, ge=1, le=MAX_PLACE, description="Of a pin: the first item's place; the others follow.")
    strength: int = Field(1, ge=1, le=10, description="Of boost and bury: the highest sum comes first.")
    starts: date | None = Field(None, alias="from", description="The first day, in UTC.")
    ends: date | None = Field(None, alias="to", description="The last day, in UTC.")
    enabled: bool = True
    priority: int = Field(0, ge=-1000, le=1000, description="The higher one wins a place.")

    @model_validator(mode="after")
    def makes_sense(self) -> Self:
        """Fields that contradict each other are refused."""
        if self.query and not tokens(self.query):
            raise ValueError("query: it has no word")
        if self.exact and not self.query:
            raise ValueError("exact: it needs a query")
        if self.action == "pin":
            self._check_pin()
        elif not any(getattr(self, name) not in ((), None) for name in _CONDITIONS):
            raise ValueError(f"{self.action}: the rule has no condition on items")
        for name, low, high in (("to", self.starts, self.ends), ("margin_max", self.margin_min, self.margin_max)):
            if low is not None and high is not None and low > high:  # type: ignore[operator]
                raise ValueError(f"{name}: it is before the other end")
        return self

    def _check_pin(self) -> None:
        if not self.item_ids:
            raise ValueError("item_ids: a pin names its items")
        if given := [name for name in _CONDITIONS[1:] if getattr(self, name) not in ((), None)]:
            raise ValueError(f"{given[0]}: a pin has no condition but its items")

    @property
    def shown_on(self) -> tuple[Surface, ...]:
        """Where the rule holds."""
        if self.surfaces:
            return self.surfaces
        if self.query:
            return ("words",)
        return ("browse",) if self.action == "pin" else SURFACES

    @property
    def has_margin(self) -> bool:
        """Whether it asks for the margin."""
        return self.margin_min is not None or self.margin_max is not None

    def holds(self, surface: Surface, words: frozenset[str], today: date) -> bool:
        """Whether it holds for a search with these ``words`` (``words_of``)."""
        if not self.enabled or surface not in self.shown_on:
            return False
        if (self.starts and today < self.starts) or (self.ends and today > self.ends):
            return False
        wanted = words_of(self.query)
        return wanted == words if self.exact else wanted <= words


@lru_cache(maxsize=4 * MAX_RULES)
def words_of(text: str) -> frozenset[str]:
    """The words of a query as they are compared."""
    return frozenset(tokens(text))
