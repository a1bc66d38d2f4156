"""The rows of the table, and how they are printed and written."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deepstyle.evaluation.intervals import Interval

NAN = math.nan


@dataclass(frozen=True)
class Row:
    """One measure: ``scores`` by column, with what the figure was before (``now``) and what was ``wanted``."""

    section: str
    measure: str
    queries: int
    scores: Mapping[str, Interval]
    now: str = ""
    wanted: str = ""
    note: str = ""
    share: bool = field(default=True)
    """Whether the scores are shares in [0, 1]."""


def plain(value: float) -> Interval:
    """A score without an interval."""
    return Interval(float(value), NAN, NAN)


def print_rows(rows: Sequence[Row]) -> None:
    """Print the rows, a heading per section."""
    columns = list(dict.fromkeys(name for row in rows for name in row.scores))
    wide = {name: max(len(name), *(len(cell(row, name)) for row in rows)) + 2 for name in columns}
    header = f"{'':46}{'queries':>8}" + "".join(f"{name:>{wide[name]}}" for name in columns)
    section = ""
    for row in rows:
        if row.section != section:
            section = row.section
            print(f"\n{section}\n{header}{'now':>24}  wanted")
        cells = "".join(f"{cell(row, name):>{wide[name]}}" for name in columns)
        print(f"  {row.measure:44}{row.queries or '':>8}{cells}{row.now:>24}  {row.wanted}".rstrip())
        if row.note:
            print(f"      {row.note}")


def cell(row: Row, name: str) -> str:
    if name not in row.scores or math.isnan(row.scores[name].value):
        return "-"
    score = row.scores[name]
    if not row.share:
        return f"{score.value:.2f}"
    bounds = "" if math.isnan(score.low) else f" [{digits(score.low)}, {digits(score.high)}]"
    return f"{digits(score.value)}{bounds}"


def digits(value: float) -> str:
    return f"{value:.3f}"


def write_rows(path: Path, rows: Sequence[Row], facts: Mapping[str, object]) -> None:
    """Write everything as JSON; what is not a number becomes null."""
    text = json.dumps({**facts, "rows": [asdict(row) for row in rows]}, indent=2, default=str)
    path.write_text(text.replace(": NaN", ": null") + "\n", "utf-8")
