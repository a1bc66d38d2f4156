"""Events that are drawn at random, for measuring reports: searches with what follows from them, over 30 days."""

from datetime import date, timedelta
from pathlib import Path

import duckdb

from deepstyle.people.events.layout import day_folder

DAYS = 30
FIRST = date(2026, 10, 1)
# Twenty rows a search: itself, fifteen impressions, two clicks, a cart, a purchase; few words are frequent, most rare.
_DRAWN = """
SELECT 'e' || i::VARCHAR AS event_id, $start_us + (i % $rows) * 86400000000 // $rows AS timestamp_us,
  CASE WHEN part = 0 THEN 'search' WHEN part <= 15 THEN 'impression' WHEN part <= 17 THEN 'click'
    WHEN part = 18 THEN 'add_to_cart' ELSE 'purchase' END AS action_name,
  md5('client' || (search % 100000)::VARCHAR) AS client_id, md5('session' || (search // 3)::VARCHAR) AS session_id,
  md5('query' || search::VARCHAR) AS query_id,
  CASE WHEN part = 0 THEN '' ELSE 'item-' || (hash(search * 16 + place) % 50000)::VARCHAR END AS object_id,
  CASE WHEN part = 0 OR part > 17 THEN 0 ELSE place END::INTEGER AS ordinal,
  CASE WHEN part = 0 THEN 'query ' || floor(50000 * pow(hash(search) / 18446744073709551615.0, 4))::VARCHAR
    ELSE '' END AS user_query,
  CASE WHEN part = 0 THEN '{"results":' || (CASE WHEN search % 11 = 0 THEN 0 ELSE 24 END)::VARCHAR || '}'
    ELSE '{}' END AS attributes
FROM (
  SELECT i, i // 20 AS search, i % 20 AS part,
    CASE WHEN i % 20 > 15 THEN 1 + hash(i // 20) % 15 ELSE i % 20 END AS place FROM range($from, $to) AS rows(i)
) WHERE part <= 15 OR (part = 16 AND search % 2 = 0) OR hash(i) % 4 = 0
"""


def drawn_events(events_dir: Path, events: int) -> tuple[date, date]:
    """Write at least ``events`` events below ``events_dir``; return the first and the last day."""
    rows = -(-events * 20 // (DAYS * 17 * 20)) * 20  # of twenty rows, about 17 are kept
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        folder = day_folder(events_dir, day)
        folder.mkdir(parents=True)
        start_us = int((day - date(1970, 1, 1)).total_seconds() * 1e6)
        values = {"start_us": start_us, "rows": rows, "from": number * rows, "to": (number + 1) * rows}
        values["path"] = str(folder / "drawn.parquet")  # type: ignore[assignment]
        duckdb.execute(f"COPY ({_DRAWN}) TO $path (FORMAT parquet, COMPRESSION zstd)", values)
    return FIRST, FIRST + timedelta(days=DAYS - 1)
