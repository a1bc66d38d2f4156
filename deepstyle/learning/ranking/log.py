"""The log of clicks as lists of results that people saw, from the Parquet files of events."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from deepstyle.people.events.duck import EVENTS, database
from deepstyle.people.events.layout import event_files
from deepstyle.people.events.schema import Event

LIKES: Final[Mapping[str, float]] = {"click": 1.0, "add_to_cart": 3.0, "purchase": 5.0, "like": 3.0}
"""Actions that say that an item is liked, and how much."""
PAGE_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A list of results that a person saw; ``item_ids`` by ``places`` (from 1), and which were ``clicked``.

    ``plain`` are their places without anything personal, where the log says so, else the same.
    """

    query_id: str
    client_id: str
    session_id: str
    timestamp_us: int
    text: str
    item_ids: tuple[str, ...]
    places: tuple[int, ...]
    plain: tuple[int, ...]
    clicked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Deed:
    """That a person liked an item (``weight`` > 0), bought it, or hid it (``weight`` < 0)."""

    client_id: str
    item_id: str
    timestamp_us: int
    weight: float
    is_purchase: bool = False


@dataclass(frozen=True, slots=True)
class ClickLog:
    """Lists and deeds, each by time."""

    lists: tuple[Shown, ...] = ()
    deeds: tuple[Deed, ...] = ()

    def before(self, timestamp_us: int) -> "ClickLog":
        """What happened before a time."""
        return self.between(0, timestamp_us)

    def between(self, start_us: int, end_us: int) -> "ClickLog":
        """What happened from one time on and before the other."""
        lists = tuple(one for one in self.lists if start_us <= one.timestamp_us < end_us)
        return ClickLog(lists, tuple(one for one in self.deeds if start_us <= one.timestamp_us < end_us))


@dataclass
class _Query:
    first: Event
    text: str = ""
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    clicked: set[str] = field(default_factory=set)


def read_log(events_dir: Path) -> ClickLog:
    """The log of all days below ``events_dir``; raises ``StoreError`` for files that cannot be read."""
    return log_of(read_events(events_dir))


def read_events(events_dir: Path) -> Iterator[Event]:
    """The events of all days below ``events_dir``, by day; raises ``StoreError`` for files that cannot be read."""
    for path in event_files(events_dir):
        with database(events_dir) as connection:
            rows = connection.execute(EVENTS, {"files": [str(path.absolute())]})
            while page := rows.fetchmany(PAGE_ROWS):
                yield from (Event(*row) for row in page)


def log_of(events: Iterable[Event]) -> ClickLog:
    """The lists that events describe; an event that was delivered twice counts once."""
    queries: dict[str, _Query] = {}
    deeds, seen = list[Deed](), set[tuple[str, str]]()
    for event in events:
        if event.identity in seen:
            continue
        seen.add(event.identity)
        if event.query_id:
            _note(queries.setdefault(event.query_id, _Query(event)), event)
        if event.object_id and (event.action_name in LIKES or event.action_name == "hide"):
            weight, is_purchase = LIKES.get(event.action_name, -1.0), event.action_name == "purchase"
            deeds.append(Deed(event.client_id, event.object_id, event.timestamp_us, weight, is_purchase))
    lists = [_shown(query_id, one) for query_id, one in queries.items() if len(one.places) > 1]
    lists.sort(key=lambda one: (one.timestamp_us, one.query_id))
    return ClickLog(tuple(lists), tuple(sorted(deeds, key=lambda one: one.timestamp_us)))


def clients_of(deeds: Iterable[Deed]) -> dict[str, list[Deed]]:
    """The deeds of each client, by time."""
    found: defaultdict[str, list[Deed]] = defaultdict(list)
    for deed in deeds:
        found[deed.client_id].append(deed)
    return dict(found)


def _note(query: _Query, event: Event) -> None:
    query.text = query.text or event.user_query
    if event.timestamp_us < query.first.timestamp_us:
        query.first = event
    if event.action_name == "impression" and event.ordinal > 0:
        plain = _attributes(event).get("plain")
        place = plain if isinstance(plain, int) and plain > 0 else event.ordinal
        query.places.setdefault(event.object_id, (event.ordinal, place))
    elif event.action_name in LIKES:
        query.clicked.add(event.object_id)


def _shown(query_id: str, one: _Query) -> Shown:
    items = sorted(one.places, key=lambda item_id: one.places[item_id])
    places, plain = zip(*(one.places[item_id] for item_id in items), strict=True)
    first, clicked = one.first, frozenset(one.clicked & set(items))
    return Shown(
        query_id, first.client_id, first.session_id, first.timestamp_us, one.text, tuple(items), places, plain, clicked
    )


def _attributes(event: Event) -> Mapping[str, Any]:
    try:
        found = json.loads(event.attributes or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
