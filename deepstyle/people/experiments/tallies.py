"""What shoppers did in an experiment, counted from the files of events.

A shopper's arm follows from her pseudonym, so events need not name it, and cannot claim another. Of an event's
attributes are read ``surface``, ``experiment`` and ``variant``, and of a search ``results``, ``took_ms``, ``failed``.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deepstyle.errors import StoreError, UsageError
from deepstyle.people.experiments.assignment import DIGITS, below
from deepstyle.people.experiments.design import EVENT_SURFACES, SLOW_MS, Experiment, Guardrail
from deepstyle.people.experiments.evidence import NOBODY_WON, Wins
from deepstyle.people.experiments.queries import AB, INTERLEAVE

if TYPE_CHECKING:
    import duckdb

SESSION_GAP_S: Final = 30 * 60
"""A session without an event for this long has ended; only then is its winner known."""


@dataclass(frozen=True, slots=True)
class Tallies:
    """Counts by arm: shoppers who met the variants, wins by the metric, and bad things by guardrail.

    Interleaving counts sessions: ``wins`` those whose clicks went to one team more often, ``undecided`` the others.
    """

    exposed: Wins = NOBODY_WON
    wins: Wins = NOBODY_WON
    undecided: int = 0
    harms: Mapping[Guardrail, Wins] = field(default_factory=dict)


def tally(events_dir: Path, experiment: Experiment, *, now_s: float | None = None) -> Tallies:
    """Count; raises ``UsageError`` without duckdb, ``StoreError`` for files that cannot be read."""
    now_s = time.time() if now_s is None else now_s
    files = _files(events_dir, experiment, now_s)
    if not files:
        return Tallies(harms=dict.fromkeys(experiment.guardrails, NOBODY_WON))
    duckdb = _duckdb()
    try:
        with duckdb.connect() as connection:
            if experiment.method == "ab":
                return _ab(connection, experiment, files, now_s)
            return _interleaved(connection, experiment, files, now_s)
    except duckdb.Error as error:
        raise StoreError(f"{events_dir}: {error}", remedy="Check the files of events.") from error


def _ab(connection: "duckdb.DuckDBPyConnection", experiment: Experiment, files: Sequence[str], now_s: float) -> Tallies:
    asked = {**_asked(experiment, files, now_s), "metric": experiment.metric, "slow_ms": SLOW_MS, "half": below(0.5)}
    rows = {is_b: counts for is_b, *counts in connection.execute(AB, asked).fetchall()}
    a, b = (rows.get(is_b, [0] * 6) for is_b in (False, True))
    exposed, won, *harms = (Wins(*pair) for pair in zip(a, b, strict=True))
    names: tuple[Guardrail, ...] = ("hides", "no_results", "errors", "slow")
    by_name = dict(zip(names, harms, strict=True))
    return Tallies(exposed, won, 0, {name: by_name[name] for name in experiment.guardrails})


def _interleaved(
    connection: "duckdb.DuckDBPyConnection", experiment: Experiment, files: Sequence[str], now_s: float
) -> Tallies:
    asked = {**_asked(experiment, files, now_s), "name": experiment.name, "ended_us": _us(now_s - SESSION_GAP_S)}
    row = connection.execute(INTERLEAVE, asked).fetchone() or (0,) * 5
    harms: dict[Guardrail, Wins] = {"hides": Wins(row[3], row[4])}
    both = sum(row[:3])
    return Tallies(
        Wins(both, both), Wins(row[0], row[1]), row[2], {name: harms[name] for name in experiment.guardrails}
    )


def _asked(experiment: Experiment, files: Sequence[str], now_s: float) -> dict[str, Any]:
    return {
        "files": list(files),
        "from_us": _us(experiment.started_s),
        "until_us": _us(min(now_s, experiment.stopped_s or now_s)),
        "salt": experiment.salt,
        "share": below(experiment.share),
        "digits": DIGITS,
        "surface": EVENT_SURFACES[experiment.surface],
    }


def _files(events_dir: Path, experiment: Experiment, now_s: float) -> list[str]:
    first, last = (datetime.fromtimestamp(at_s, UTC).date().isoformat() for at_s in (experiment.started_s, now_s))
    folders = (folder for folder in events_dir.glob("day=*") if first <= folder.name.removeprefix("day=") <= last)
    return sorted(str(file) for folder in folders for file in folder.glob("*.parquet"))


def _us(at_s: float) -> int:
    return round(at_s * 1e6)


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError:
        raise UsageError(
            "reading events needs duckdb, which is not installed.", remedy="Run `pip install 'deepstyle[people]'`."
        ) from None
    return duckdb
