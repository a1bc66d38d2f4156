"""Counts of each day, derived from its events, so that reports read thousands of rows in place of millions.

A summary has no pseudonym. It is rebuilt whenever the day's files are others than it was made from: after a roll-over
and after an erasure. A search and what follows from it belong together within a day.
"""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deepstyle.files import read_json, write_atomic
from deepstyle.people.events.duck import EVENTS, database, remove_temporary, write_parquet
from deepstyle.people.events.layout import DAY, SUMMARIES, day_folder, days, exclusive, files_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MADE_FROM: Final = "made-from"

# A cart or a purchase that names no query belongs to the shopper's last click on the item. What reached a later step
# counts as having reached the earlier ones.
_QUERIES: Final = f"""
WITH event AS ({EVENTS}),
click AS (
  SELECT client_id, object_id, query_id, timestamp_us FROM event WHERE action_name = 'click' AND query_id <> ''
),
later AS (
  SELECT action_name, client_id, object_id, query_id, timestamp_us FROM event
  WHERE action_name IN ('add_to_cart', 'purchase')
),
outcome AS (
  SELECT query_id, bool_or(action_name <> 'click') AS carted, bool_or(action_name = 'purchase') AS purchased
  FROM (
    SELECT 'click' AS action_name, query_id FROM click
    UNION ALL SELECT action_name, query_id FROM later WHERE query_id <> ''
    UNION ALL SELECT later.action_name, click.query_id FROM (SELECT * FROM later WHERE query_id = '') AS later
    ASOF JOIN click ON later.client_id = click.client_id AND later.object_id = click.object_id
    AND later.timestamp_us >= click.timestamp_us
  ) GROUP BY query_id
),
search AS (
  SELECT coalesce(nullif(query_id, ''), event_id) AS query_id, any_value(lower(trim(user_query))) AS user_query,
    max(coalesce(TRY_CAST(attributes ->> 'results' AS INTEGER), -1)) AS results
  FROM event WHERE action_name = 'search' GROUP BY 1
)
SELECT user_query, count(*) AS searches, count(*) FILTER (results = 0) AS without_results,
  count(*) FILTER (results <> 0 AND carted IS NULL) AS without_clicks, count(carted) AS clicked,
  count(*) FILTER (carted) AS carted, count(*) FILTER (purchased) AS purchased
FROM search LEFT JOIN outcome USING (query_id) GROUP BY user_query ORDER BY searches DESC, user_query
"""  # noqa: S608
_POSITIONS: Final = f"""
SELECT ordinal, count(*) FILTER (action_name = 'impression') AS impressions,
  count(*) FILTER (action_name = 'click') AS clicks
FROM ({EVENTS}) WHERE ordinal > 0 AND action_name IN ('impression', 'click') GROUP BY ordinal ORDER BY ordinal
"""  # noqa: S608
_ITEMS: Final = f"""
SELECT object_id, count(*) FILTER (action_name = 'impression') AS impressions,
  count(*) FILTER (action_name = 'click') AS clicks, count(*) FILTER (action_name = 'add_to_cart') AS carts,
  count(*) FILTER (action_name = 'purchase') AS purchases
FROM ({EVENTS}) WHERE object_id <> '' GROUP BY object_id ORDER BY object_id
"""  # noqa: S608
_DAYS: Final = f"""
SELECT $day::DATE AS day, count(*) FILTER (action_name = 'search') AS searches,
  count(*) FILTER (action_name = 'impression') AS impressions, count(*) FILTER (action_name = 'click') AS clicks,
  count(*) FILTER (action_name = 'add_to_cart') AS carts, count(*) FILTER (action_name = 'purchase') AS purchases,
  count(*) FILTER (action_name = 'like') AS likes, count(*) FILTER (action_name = 'hide') AS hides,
  count(DISTINCT nullif(session_id, '')) AS sessions, count(DISTINCT nullif(client_id, '')) AS clients
FROM ({EVENTS})
"""  # noqa: S608
TABLES: Final[Mapping[str, str]] = {"queries": _QUERIES, "positions": _POSITIONS, "items": _ITEMS, "days": _DAYS}


def summarise(events_dir: Path) -> list[date]:
    """Rebuild the summaries of the days whose events changed; return these days. Raises ``StoreError``."""
    with exclusive(events_dir):
        return summarise_locked(events_dir)


def summarise_locked(events_dir: Path) -> list[date]:
    """``summarise`` for whoever holds the lock already."""
    stored = days(events_dir)
    for day in _summarised(events_dir) - set(stored):
        remove_summaries(events_dir, day)
    stale = [day for day in stored if _made_from(events_dir, day) != _fingerprint(day_folder(events_dir, day))]
    if stale:
        with database(events_dir) as connection:
            for day in stale:
                _summarise_day(connection, events_dir, day)
    return stale


def summary_files(events_dir: Path, table: str, first: date, last: date) -> list[str]:
    """The files of a table of ``TABLES`` from ``first`` to ``last``, as DuckDB reads them."""
    paths = (summary_path(events_dir, table, day) for day in sorted(_summarised(events_dir)) if first <= day <= last)
    return [str(path.absolute()) for path in paths if path.exists()]


def remove_summaries(events_dir: Path, day: date) -> None:
    """Delete the counts of a day."""
    _made_from_path(events_dir, day).unlink(missing_ok=True)
    for table in TABLES:
        summary_path(events_dir, table, day).unlink(missing_ok=True)


def summary_path(events_dir: Path, table: str, day: date) -> Path:
    """The file of a day in a table."""
    return events_dir / SUMMARIES / table / f"{DAY}{day.isoformat()}.parquet"


def _summarise_day(connection: "DuckDBPyConnection", events_dir: Path, day: date) -> None:
    folder = day_folder(events_dir, day)
    made_from, files = _fingerprint(folder), files_of(folder)
    if not files:
        remove_summaries(events_dir, day)
        return
    for table, query in TABLES.items():
        values: dict[str, Any] = {"files": [str(path.absolute()) for path in files]}
        values |= {"day": day} if table == "days" else {}
        target = summary_path(events_dir, table, day)
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_temporary(target.parent)
        write_parquet(connection, query, values, target, is_empty_kept=True)
    write_atomic(_made_from_path(events_dir, day), json.dumps(made_from).encode())


def _fingerprint(folder: Path) -> list[list[Any]]:
    return [[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in files_of(folder)]


def _made_from(events_dir: Path, day: date) -> Any:
    try:
        return read_json(_made_from_path(events_dir, day))
    except (FileNotFoundError, ValueError):
        return None


def _made_from_path(events_dir: Path, day: date) -> Path:
    return events_dir / SUMMARIES / MADE_FROM / f"{DAY}{day.isoformat()}.json"


def _summarised(events_dir: Path) -> set[date]:
    made = (events_dir / SUMMARIES / MADE_FROM).glob(f"{DAY}*.json")
    return {date.fromisoformat(path.stem.removeprefix(DAY)) for path in made}
