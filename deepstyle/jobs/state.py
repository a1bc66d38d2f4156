"""What the store remembers of each feed that is kept in sync: a fact about the store, which no copy carries."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from deepstyle.store.base import INSTANCE_FACTS, Store

SYNC_FACT: Final = f"{INSTANCE_FACTS}sync"
MAX_FEEDS: Final = 100
"""So many feeds are remembered; the one that was read longest ago is forgotten first."""
Outcome = Literal["unchanged", "changed", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class SyncRun:
    """What one run did; times are in seconds since 1970, in UTC.

    ``accepted + rejected`` rows were read, of which ``unchanged`` wrote nothing. ``encoded`` pictures got a vector now,
    ``encode_failures`` none. ``error`` is why a run failed.
    """

    feed: str
    outcome: Outcome
    started_s: float
    duration_s: float
    items: int = 0
    accepted: int = 0
    rejected: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    pruned: int = 0
    prune_refused: str = ""
    encoded: int = 0
    encode_failures: int = 0
    calibrated: bool = False
    error: str = ""
    remedy: str = ""

    @property
    def is_partial(self) -> bool:
        """Whether something of the feed is not in the store as the feed has it."""
        return bool(self.rejected or self.prune_refused or self.encode_failures)


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed as it was last read in full: ``digest`` is empty where it never was.

    ``basis`` is what else a run depends on: its options, the version, and the number of items after it.
    ``failures`` failed in a row; ``next_run_s`` is 0 where the feed is not read at an interval.
    """

    feed: str
    digest: str = ""
    basis: str = ""
    failures: int = 0
    every_s: float = 0.0
    next_run_s: float = 0.0
    last_run: SyncRun | None = None


_STATES: Final = TypeAdapter(tuple[FeedState, ...])


def read_states(store: Store) -> tuple[FeedState, ...]:
    """Every feed that the store remembers; those that cannot be read are forgotten: they are then read in full."""
    text = store.meta(SYNC_FACT)
    try:
        return _STATES.validate_json(text) if text else ()
    except ValidationError:
        return ()


def read_state(store: Store, feed: str) -> FeedState:
    """What the store remembers of ``feed``."""
    return next((state for state in read_states(store) if state.feed == feed), FeedState(feed))


def write_state(store: Store, state: FeedState) -> None:
    """Remember ``state``; only the process that writes the store does (``deepstyle.jobs.lock``)."""
    others = [other for other in read_states(store) if other.feed != state.feed]
    kept = sorted([*others, state], key=lambda one: one.last_run.started_s if one.last_run else 0.0)[-MAX_FEEDS:]
    store.set_meta(SYNC_FACT, json.dumps([dataclasses.asdict(one) for one in kept]))
