"""The schemas of events and consent."""

import json
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from deepstyle.api.dependencies import MAX_ITEM_ID_CHARS
from deepstyle.api.limits import LIMITS
from deepstyle.people.events.schema import Event
from deepstyle.plain import plain

MOST_EVENTS: Final = int(LIMITS["events_per_request"].value)
MOST_WORDS_CHARS: Final = int(LIMITS["event_query_chars"].value)
MAX_TIMESTAMP_US: Final = 253_402_300_800_000_000
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,64}$")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{0,64}$")]
Action = Literal["search", "impression", "click", "add_to_cart", "purchase", "like", "hide"]


class EventAttributes(BaseModel):
    """What else an event says; nothing that is not listed here is accepted."""

    model_config = ConfigDict(extra="forbid")

    results: Annotated[int, Field(ge=0, le=1_000_000_000, description="Of a search: how many it found.")] | None = None
    price: Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")] | None = None
    quantity: Annotated[int, Field(ge=1, le=100_000)] | None = None
    surface: Annotated[Name, Field(description="Where it happened, such as `results` or `buy`.")] | None = None
    took_ms: Annotated[float, Field(ge=0, le=1e9, description="Of a search: how long its answer took.")] | None = None
    failed: Annotated[bool, Field(description="Of a search: whether it failed.")] | None = None
    experiment: Name | None = None
    variant: Name | None = None


class EventFields(BaseModel):
    """One event, in the schema of User Behavior Insights 1.3; a query is the action `search`."""

    model_config = ConfigDict(extra="forbid")

    event_id: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$", description="Yours; it makes a repeated delivery harmless.")
    action_name: Action
    timestamp_us: int = Field(ge=0, lt=MAX_TIMESTAMP_US, description="In microseconds since 1970, UTC.")
    session_id: Id = ""
    query_id: Id = Field("", description="Of the search that this follows from, or of the search itself.")
    object_id: str = Field("", max_length=MAX_ITEM_ID_CHARS, description="The item's id.")
    ordinal: int = Field(0, ge=0, le=1_000_000, description="The place in the results, from 1.")
    user_query: str = Field("", max_length=MOST_WORDS_CHARS, description="The words of a search.")
    client_id: Id = Field("", description="With an API key: the pseudonym of a shopper who agreed. Else ignored.")
    attributes: EventAttributes = Field(default_factory=EventAttributes)

    def event(self, client_id: str) -> Event:
        """The event as it is stored, of the pseudonym ``client_id``."""
        attributes = self.attributes.model_dump(exclude_none=True)
        return Event(
            self.event_id,
            self.timestamp_us,
            self.action_name,
            client_id,
            self.session_id,
            self.query_id,
            plain(self.object_id),
            self.ordinal,
            self.words,
            json.dumps(attributes, separators=(",", ":")),
        )

    @property
    def words(self) -> str:
        """The words of a search on one line, escaped like all text that people see."""
        return " ".join(plain(self.user_query).split()) if self.action_name == "search" else ""


class EventBatch(BaseModel):
    """Several events of one page, or of the shop."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "visit": "f0c1d2e3a4b5",
                "events": [
                    {
                        "event_id": "0f8c3f1e-5c0b-4b0c-8a77-3a1c52f0a001",
                        "action_name": "click",
                        "timestamp_us": 1_795_781_400_000_000,
                        "session_id": "6e0f6c5a-6b8f-4f3f-9d52-b9d7f5b4a001",
                        "query_id": "4c9ef5a2-6d5c-4a8e-8d37-1f6f2f9b2001",
                        "object_id": "19250-11",
                        "ordinal": 3,
                    }
                ],
            }
        },
    )

    events: list[EventFields] = Field(min_length=1, max_length=MOST_EVENTS)
    visit: Id = Field("", description="A random number of this page, for counts without consent; it is never stored.")


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """The description of a JSON body, whose models within models are written out: it stands alone."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})

    def written_out(value: Any) -> Any:
        if isinstance(value, list):
            return [written_out(one) for one in value]
        if not isinstance(value, dict):
            return value
        if name := value.get("$ref"):
            return {**written_out(parts[name.rpartition("/")[2]]), **{k: v for k, v in value.items() if k != "$ref"}}
        return {key: written_out(one) for key, one in value.items()}

    return {"requestBody": {"required": True, "content": {"application/json": {"schema": written_out(schema)}}}}


class Received(BaseModel):
    """What became of a batch; what is `accepted` is on disk."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"accepted": 19, "duplicates": 1, "counted": 0, "dropped": 0}}
    )

    accepted: int = Field(description="Stored, under the shopper's pseudonym.")
    duplicates: int = Field(description="Came before.")
    counted: int = Field(description="Without consent: only added to the day's counts.")
    dropped: int = Field(description="Too old, or of the future.")


class ConsentChoice(BaseModel):
    """What a shopper agrees to."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"measure": True, "personalise": False, "erase": False}}
    )

    measure: bool = Field(description="Store what happens on the site under a pseudonym.")
    personalise: bool = Field(description="Order results by it.")
    erase: bool = Field(False, description="Also delete what was stored under the pseudonym so far.")


class ConsentState(BaseModel):
    """What a shopper agreed to, as the store has it now."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "state": "given",
                "measure": True,
                "personalise": False,
                "version": "2026-11",
                "at": "2026-11-27T09:00:00Z",
                "global_privacy_control": False,
            }
        }
    )

    state: Literal["off", "unasked", "refused", "given"] = Field(
        description="`off`: this server stores no events and has no accounts, so there is nothing to agree to."
    )
    measure: bool = False
    personalise: bool = False
    version: Annotated[str, Field(description="Of the text that was agreed to.")] = ""
    at: Annotated[datetime | None, Field(description="When it was agreed to.")] = None
    global_privacy_control: Annotated[bool, Field(description="Whether the browser says no by `Sec-GPC`.")] = False
