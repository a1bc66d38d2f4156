"""The DuckDB queries that count what shoppers did; parameters begin with a dollar sign."""

from typing import Final

_EVENTS: Final = """
events AS (
  SELECT DISTINCT ON (client_id, event_id) *,
    CASE action_name WHEN 'search' THEN 'results' ELSE attributes->>'$.surface' END AS surface
  FROM read_parquet($files)
  WHERE client_id <> '' AND timestamp_us BETWEEN $from_us AND $until_us
    AND substr(sha256($salt || ':share:' || client_id), 1, $digits) < $share
)"""
AB: Final = f"""
WITH {_EVENTS},
exposures AS (
  SELECT client_id, min(timestamp_us) AS exposed_us FROM events WHERE surface = $surface GROUP BY client_id
),
shoppers AS (
  SELECT client_id,
    bool_or(action_name = $metric) AS won,
    bool_or(surface = $surface AND action_name = 'hide') AS hides,
    bool_or(surface = $surface AND action_name = 'search' AND attributes->>'$.results' = '0') AS no_results,
    bool_or(surface = $surface AND action_name = 'search' AND attributes->>'$.failed' = 'true') AS errors,
    bool_or(surface = $surface AND try_cast(attributes->>'$.took_ms' AS DOUBLE) > $slow_ms) AS slow
  FROM events JOIN exposures USING (client_id) WHERE timestamp_us >= exposed_us GROUP BY client_id
)
SELECT substr(sha256($salt || ':' || client_id), 1, $digits) < $half AS is_b, count(*) AS exposed,
  count(*) FILTER (won) AS won, count(*) FILTER (hides) AS hides, count(*) FILTER (no_results) AS no_results,
  count(*) FILTER (errors) AS errors, count(*) FILTER (slow) AS slow
FROM shoppers GROUP BY is_b"""  # noqa: S608
INTERLEAVE: Final = f"""
WITH {_EVENTS},
sessions AS (
  SELECT client_id, session_id,
    coalesce(sum(sign) FILTER (action_name = 'click'), 0) AS clicks,
    coalesce(sum(sign) FILTER (action_name = 'hide'), 0) AS hides
  FROM (SELECT *, CASE attributes->>'$.variant' WHEN 'A' THEN -1 WHEN 'B' THEN 1 ELSE 0 END AS sign FROM events)
  WHERE surface = $surface AND attributes->>'$.experiment' = $name
  GROUP BY client_id, session_id HAVING max(timestamp_us) <= $ended_us
)
SELECT count(*) FILTER (clicks < 0), count(*) FILTER (clicks > 0), count(*) FILTER (clicks = 0),
  count(*) FILTER (hides < 0), count(*) FILTER (hides > 0)
FROM sessions"""  # noqa: S608
