"""Reports over the events of a range of days, from the days' summaries: one function a report, typed rows.

``first`` and ``last`` are days (UTC), both included. A report is as of the last roll-over. Values are bound, never part
of a query's text. Every function raises ``StoreError`` for damaged files and ``MissingDependencyError`` without duckdb.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from deepstyle.people.events.duck import database
from deepstyle.people.events.summaries import summary_files

MOST_ROWS: Final = 1000


@dataclass(frozen=True, slots=True)
class QueryRow:
    """A query's words in lower case, and its searches: how many there were, found nothing, and led how far.

    ``clicked``, ``carted`` and ``purchased`` count the searches that reached this step or a later one.
    """

    user_query: str
    searches: int
    without_results: int
    without_clicks: int
    clicked: int
    carted: int
    purchased: int


@dataclass(frozen=True, slots=True)
class PositionRow:
    """A place in the results, from 1; ``click_rate`` is clicks per impression, null without impressions."""

    ordinal: int
    impressions: int
    clicks: int
    click_rate: float | None


@dataclass(frozen=True, slots=True)
class Conversion:
    """How many searches, by words, photo or item, reached a click, a cart, a purchase (or a later step)."""

    searches: int
    clicked: int
    carted: int
    purchased: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many items of the catalogue were ever shown; ``share`` is null for an empty catalogue."""

    shown: int
    items: int
    share: float | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """What happened with an item."""

    object_id: str
    impressions: int
    clicks: int
    carts: int
    purchases: int


@dataclass(frozen=True, slots=True)
class DayRow:
    """The counts of a day, of shoppers who agreed to be measured."""

    day: date
    searches: int
    impressions: int
    clicks: int
    carts: int
    purchases: int
    likes: int
    hides: int
    sessions: int
    clients: int


_SUMS: Final = (
    "sum(searches)::BIGINT AS searches, sum(without_results)::BIGINT AS without_results, "
    "sum(without_clicks)::BIGINT AS without_clicks, sum(clicked)::BIGINT AS clicked, sum(carted)::BIGINT AS carted, "
    "sum(purchased)::BIGINT AS purchased"
)
_FILES: Final = "read_parquet($files, hive_partitioning = false)"
_BY_QUERY: Final = f"SELECT user_query, {_SUMS} FROM {_FILES} WHERE user_query <> '' GROUP BY user_query"  # noqa: S608
_TOP: Final = f"{_BY_QUERY} ORDER BY searches DESC, user_query LIMIT $limit"
_FAILED: Final = f"{_BY_QUERY} HAVING without_results > 0 ORDER BY without_results DESC, user_query LIMIT $limit"
_UNCLICKED: Final = f"{_BY_QUERY} HAVING without_clicks > 0 ORDER BY without_clicks DESC, user_query LIMIT $limit"
_POSITIONS: Final = (
    "SELECT ordinal, sum(impressions)::BIGINT AS impressions, sum(clicks)::BIGINT AS clicks, "  # noqa: S608
    f"sum(clicks) / nullif(sum(impressions), 0) FROM {_FILES} GROUP BY ordinal ORDER BY ordinal LIMIT $limit"
)
_CONVERSION: Final = (
    "SELECT sum(searches)::BIGINT, sum(clicked)::BIGINT, sum(carted)::BIGINT, sum(purchased)::BIGINT "  # noqa: S608
    f"FROM {_FILES}"
)
_SHOWN: Final = f"SELECT count(DISTINCT object_id) FROM {_FILES} WHERE impressions > 0"  # noqa: S608
_ITEMS: Final = (
    "SELECT object_id, sum(impressions)::BIGINT AS impressions, sum(clicks)::BIGINT, sum(carts)::BIGINT, "  # noqa: S608
    f"sum(purchases)::BIGINT FROM {_FILES} GROUP BY object_id ORDER BY impressions DESC, object_id LIMIT $limit"
)
_DAYS: Final = (
    "SELECT day, searches, impressions, clicks, carts, purchases, likes, hides, sessions, clients "  # noqa: S608
    f"FROM {_FILES} ORDER BY day"
)


def top_queries(events_dir: Path, first: date, last: date, *, limit: int = 100) -> list[QueryRow]:
    """The queries by words that are searched for most."""
    return [QueryRow(*row) for row in _rows(events_dir, "queries", _TOP, first, last, limit=limit)]


def failed_queries(events_dir: Path, first: date, last: date, *, limit: int = 100) -> list[QueryRow]:
    """The queries that most often found nothing."""
    return [QueryRow(*row) for row in _rows(events_dir, "queries", _FAILED, first, last, limit=limit)]


def queries_without_clicks(events_dir: Path, first: date, last: date, *, limit: int = 100) -> list[QueryRow]:
    """The queries whose results most often led to no click."""
    return [QueryRow(*row) for row in _rows(events_dir, "queries", _UNCLICKED, first, last, limit=limit)]


def clicks_by_position(events_dir: Path, first: date, last: date, *, limit: int = 100) -> list[PositionRow]:
    """Impressions and clicks of the first places."""
    return [PositionRow(*row) for row in _rows(events_dir, "positions", _POSITIONS, first, last, limit=limit)]


def conversion(events_dir: Path, first: date, last: date) -> Conversion:
    """How far searches led."""
    rows = _rows(events_dir, "queries", _CONVERSION, first, last)
    return Conversion(*(int(count or 0) for count in rows[0])) if rows else Conversion(0, 0, 0, 0)


def coverage(events_dir: Path, first: date, last: date, *, items: int) -> Coverage:
    """The share of a catalogue of ``items`` items that was ever shown; items that left it count while their days do."""
    rows = _rows(events_dir, "items", _SHOWN, first, last)
    shown = int(rows[0][0]) if rows else 0
    return Coverage(shown, items, min(1.0, shown / items) if items else None)


def item_counts(events_dir: Path, first: date, last: date, *, limit: int = MOST_ROWS) -> list[ItemRow]:
    """What happened with each item, the most shown first."""
    return [ItemRow(*row) for row in _rows(events_dir, "items", _ITEMS, first, last, limit=limit)]


def daily_counts(events_dir: Path, first: date, last: date) -> list[DayRow]:
    """The counts of each day that has events."""
    return [DayRow(*row) for row in _rows(events_dir, "days", _DAYS, first, last)]


def _rows(events_dir: Path, table: str, query: str, first: date, last: date, **values: int) -> list[tuple[Any, ...]]:
    files = summary_files(events_dir, table, first, last)
    if not files:
        return []
    with database(events_dir) as connection:
        return connection.execute(query, {"files": files, **values}).fetchall()
