"""The schemas of the merchandiser's desk: records of each kind, the preview of rules, the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Generic, Literal, Self, TypeVar

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from deepstyle.api.dependencies import FilterFields
from deepstyle.api.models import ITEM_EXAMPLE, Product
from deepstyle.people.merchandising.changes import Entry
from deepstyle.people.merchandising.desk import Kept
from deepstyle.people.merchandising.kinds import EditorialLook, Margin, Redirect, Synonyms
from deepstyle.people.merchandising.rules import Rule

V = TypeVar("V", Rule, Synonyms, Redirect, EditorialLook, Margin)
MAX_KEY_CHARS: Final = 128
MAX_DRAFTS: Final = 50
Key = Annotated[
    str, Path(min_length=1, max_length=MAX_KEY_CHARS, description="A name of your choice.", examples=["new-boots"])
]
Version = Annotated[
    int | None, Query(ge=0, description="The version that the change was made for, 0 for none; left out: any.")
]


class DeskRecord(BaseModel, Generic[V]):
    """What is written under a key; ``version`` counts its writes."""

    key: str
    version: int
    value: V

    @classmethod
    def of(cls, kept: Kept) -> Self:
        """A record as the API returns it."""
        return cls.model_validate(asdict(kept))


class DeskRecords(BaseModel, Generic[V]):
    """All records of a kind, by key."""

    records: list[DeskRecord[V]]

    @classmethod
    def of(cls, records: Sequence[Kept]) -> Self:
        """The records as the API returns them."""
        return cls.model_validate({"records": [asdict(kept) for kept in records]})


class RulesPreview(BaseModel):
    """Drafts of rules, and a search to try them with."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "text": "boots",
                "rules": {
                    "new-boots": {
                        "name": "New boots first",
                        "action": "pin",
                        "item_ids": ["18695-11"],
                        "query": "boots",
                    }
                },
            }
        },
    )

    rules: dict[Annotated[str, Field(min_length=1, max_length=MAX_KEY_CHARS)], Rule | None] = Field(
        default_factory=dict,
        max_length=MAX_DRAFTS,
        description="In place of the rules with their keys; null: as if that rule were removed.",
    )
    text: str = Field("", max_length=200, description="The words of the search; empty: the catalogue, mixed.")
    where: FilterFields = Field(default_factory=FilterFields, description="Filters, as of `GET /v1/items`.")
    day: date | None = Field(None, description="As if it were this day; left out: today.")
    k: int = Field(24, ge=1, le=100, description="How many results.")


class Moved(BaseModel):
    """A result that is at another place, and why."""

    item_id: str
    before: int | None = Field(description="Its place before, from 1; null where it was not among the first.")
    after: int | None = Field(description="Its place now; null where it is not among the first.")
    rules: list[str] = Field(description="Keys of the rules that concern it; none where others moved it.")
    hidden: bool = Field(description="Whether a rule hides it.")


class RulesPreviewed(BaseModel):
    """The results without the drafts and with them."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "before": [],
                "after": [ITEM_EXAMPLE],
                "moved": [{"item_id": "18695-11", "before": None, "after": 1, "rules": ["new-boots"], "hidden": False}],
            }
        }
    )

    before: list[Product]
    after: list[Product]
    moved: list[Moved]


class AuditEntry(BaseModel):
    """One change: who made it, when, and what was before and after; null where there was or is nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "entry_id": "09e84b7a31c5d-3f9a0c1b7e52",
                "at": "2026-11-27T09:00:00Z",
                "who": "jo",
                "kind": "redirects",
                "key": "gifts",
                "before": None,
                "after": {"query": "gift card", "to": "/item/1050"},
                "undoes": "",
                "can_undo": True,
            }
        }
    )

    entry_id: str
    at: datetime
    who: str = Field(description="The name of the key that was signed in with.")
    kind: Literal["rules", "synonyms", "redirects", "editorial", "margins", "experiments"]
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    undoes: str = Field(description="The entry that this one took back, or empty.")
    can_undo: bool = Field(description="False where nothing can take it back: an experiment that ended cannot go on.")

    @classmethod
    def of(cls, entry: Entry, *, can_undo: bool) -> Self:
        """An entry as the API returns it."""
        names = ("entry_id", "who", "kind", "key", "before", "after", "undoes")
        given = {name: getattr(entry, name) for name in names}
        return cls(at=datetime.fromtimestamp(entry.at_s, UTC), can_undo=can_undo, **given)


class AuditLog(BaseModel):
    """One page of the log, newest first."""

    entries: list[AuditEntry]
    next_cursor: str | None = Field(description="Send it to get the next page; null on the last page.")
