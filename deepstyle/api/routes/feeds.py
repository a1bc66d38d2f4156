"""The feeds that `deepstyle sync` keeps in the store, with what its last run did."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from deepstyle.api.problems import documented
from deepstyle.api.resources import Open
from deepstyle.jobs.state import FeedState, SyncRun, read_states
from deepstyle.store.url import without_password

router = APIRouter(tags=["imports"])
EXAMPLE: Final[dict[str, Any]] = {
    "feed": "feeds/products.csv",
    "failures": 0,
    "next_run": "2026-11-27T09:00:00Z",
    "last_run": {
        "outcome": "changed",
        "started": "2026-11-27T08:00:00Z",
        "duration_s": 12.5,
        "accepted": 640,
        "rejected": 3,
        "added": 2,
        "changed": 5,
        "unchanged": 633,
        "pruned": 0,
        "prune_refused": "",
        "encoded": 2,
        "not_encoded": 0,
        "error": "",
        "remedy": "",
    },
}


class FeedRun(BaseModel):
    """What one run of `deepstyle sync` did; the counts are as in `ImportJob`."""

    outcome: Literal["unchanged", "changed", "stopped", "failed"]
    started: datetime
    duration_s: float
    accepted: int
    rejected: int
    added: int
    changed: int
    unchanged: int
    pruned: int
    prune_refused: Annotated[str, Field(description="Why a requested prune deleted nothing.")]
    encoded: int
    not_encoded: int
    error: Annotated[str, Field(description="Why it failed.")]
    remedy: str

    @classmethod
    def of(cls, run: SyncRun) -> Self:
        """A run as an operator sees it."""
        kept = {name: getattr(run, name) for name in cls.model_fields if hasattr(run, name)}
        return cls(started=datetime.fromtimestamp(run.started_s, UTC), not_encoded=run.encode_failures, **kept)


class Feed(BaseModel):
    """A feed that is kept in sync."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    feed: str = Field(description="Its file or address, without what may be secret in it.")
    failures: int = Field(description="How many runs in a row failed.")
    next_run: datetime | None = Field(description="Null where it is not read at an interval.")
    last_run: FeedRun | None

    @classmethod
    def of(cls, state: FeedState) -> Self:
        """A feed as an operator sees it."""
        return cls(
            feed=without_password(state.feed).partition("?")[0],
            failures=state.failures,
            next_run=datetime.fromtimestamp(state.next_run_s, UTC) if state.next_run_s else None,
            last_run=FeedRun.of(state.last_run) if state.last_run else None,
        )


class Feeds(BaseModel):
    """The feeds that are kept in sync, the one that was read last first."""

    feeds: list[Feed]


@router.get(
    "/v1/feeds",
    operation_id="listFeeds",
    summary="The feeds in sync",
    responses=documented("admin-disabled", "not-ready"),
)
def feeds(resources: Open) -> Feeds:
    """Every feed that `deepstyle sync` read, and how its last run ended."""
    return Feeds(feeds=[Feed.of(state) for state in reversed(read_states(resources.store))])
