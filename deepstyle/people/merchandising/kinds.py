"""What a merchandiser writes beside rules, and the check of each kind."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from deepstyle.catalogue.looks import MAX_LOOK_ITEMS, MIN_LOOK_ITEMS
from deepstyle.errors import UsageError
from deepstyle.people.merchandising.changes import Kind
from deepstyle.people.merchandising.rules import Rule
from deepstyle.store.words import tokens

MAX_SYNONYMS: Final = 2000
MAX_REDIRECTS: Final = 2000
_ADDRESS: Final = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f]*")
Phrase = Annotated[str, Field(min_length=1, max_length=100)]


class Synonyms(BaseModel):
    """Words and phrases that mean the same in a search."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"example": {"words": ["trainers", "sneakers"]}}
    )

    words: tuple[Phrase, ...] = Field(min_length=2, max_length=30)

    @field_validator("words")
    @classmethod
    def have_letters(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        """Each is a word, or several."""
        for word in words:
            if not tokens(word) or "," in word:
                raise ValueError(f"{word!r} is no word, or has a comma")
        return words


class Redirect(BaseModel):
    """A search that leads to a page of this website instead."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"example": {"query": "gift card", "to": "/item/1050"}}
    )

    query: str = Field(min_length=1, max_length=200, description="All words of the search, in any order.")
    to: str = Field(min_length=1, max_length=1000, description="An address on this website, from its first slash.")

    @field_validator("query")
    @classmethod
    def has_words(cls, query: str) -> str:
        """It has a word."""
        if not tokens(query):
            raise ValueError("it has no word")
        return query

    @field_validator("to")
    @classmethod
    def stays_here(cls, to: str) -> str:
        """Only a path of this website; nothing that a browser reads as another host."""
        if not _ADDRESS.fullmatch(to) or to.startswith(("/admin", "/v1/")):
            raise ValueError("it is no address of a page on this website, such as /item/1050")
        return to


class EditorialLook(BaseModel):
    """A look that a merchandiser arranged, its items in the order in which they are shown."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"example": {"title": "A walk in autumn", "item_ids": ["18695-11", "11480-21"]}},
    )

    title: str = Field(min_length=1, max_length=200)
    item_ids: tuple[Annotated[str, Field(min_length=1, max_length=128)], ...] = Field(
        min_length=MIN_LOOK_ITEMS, max_length=MAX_LOOK_ITEMS
    )

    @field_validator("item_ids")
    @classmethod
    def are_different(cls, item_ids: tuple[str, ...]) -> tuple[str, ...]:
        """An item is in a look once."""
        if len(set(item_ids)) < len(item_ids):
            raise ValueError("an item is in it twice")
        return item_ids


class Margin(BaseModel):
    """The margin of an item, in percent of its price."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"example": {"margin": 42.5}})

    margin: float = Field(ge=-1000, le=100, allow_inf_nan=False)


MODELS: Final[Mapping[Kind, type[BaseModel]]] = {
    "rules": Rule, "synonyms": Synonyms, "redirects": Redirect, "editorial": EditorialLook, "margins": Margin,
}  # fmt: skip


def checked(kind: Kind, value: object) -> dict[str, Any]:
    """``value`` as it is stored; raises ``UsageError`` that names the field."""
    try:
        read = MODELS[kind].model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where, said = ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
        raise UsageError(f"{kind}: {where + ': ' if where else ''}{said}.", remedy="See docs/people.md.") from error
    return read.model_dump(mode="json", by_alias=True, exclude_defaults=kind == "rules")
