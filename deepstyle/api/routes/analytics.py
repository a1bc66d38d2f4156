"""Reports of what shoppers did, as JSON or CSV."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open, Resources
from deepstyle.people.events.queries import ItemRow, item_counts
from deepstyle.people.events.reports import REPORTS, Wanted
from deepstyle.people.merchandising.lookalikes import unsold_lookalikes
from deepstyle.people.merchandising.taste import tastes
from deepstyle.report.map_points import read_points

router = APIRouter(tags=["merchandising"])
LAST_DAYS: Final = 28
MAX_DAYS: Final = 3660
MOST_ITEMS: Final = 1_000_000
_FORMULA: Final = re.compile(r"(^|;)(?=[=+\-@\t\r\n＝＋－＠])")  # noqa: RUF001  # spreadsheets read wide ones, too
"""Where a cell begins; a spreadsheet that separates by semicolons begins another one there."""
_EXAMPLE: Final[dict[str, Any]] = {
    "report": "top-queries",
    "first": "2026-11-01",
    "last": "2026-11-27",
    "rows": [
        {
            "user_query": "boots", "searches": 120, "without_results": 0, "without_clicks": 31, "clicked": 89,
            "carted": 12, "purchased": 4,
        }
    ],
}  # fmt: skip
Day = date | None


class AnalyticsReport(BaseModel):
    """A report over days, both included (UTC); every row of a report has the same fields."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    report: str
    first: date
    last: date
    rows: list[dict[str, Any]] = Field(description="Counts, rates from 0 to 1, and what they are of.")


def _lookalikes(resources: Resources, wanted: Wanted) -> Sequence[Any]:
    return unsold_lookalikes(resources.store, resources.shop.space, _all_items(wanted), limit=wanted.limit)


def _tastes(resources: Resources, wanted: Wanted) -> Sequence[Any]:
    points = read_points(resources.store, resources.shop.space)
    if points is None:
        raise ProblemError("no-map", "the catalogue has no map yet.")
    return tastes(points.item_ids, points.places, _all_items(wanted), limit=wanted.limit)


def _all_items(wanted: Wanted) -> Sequence[ItemRow]:
    return item_counts(wanted.events_dir, wanted.first, wanted.last, limit=MOST_ITEMS)


CATALOGUE_REPORTS: Final = {"unsold-lookalikes": _lookalikes, "taste-map": _tastes}
"""Reports that compare what happened with how items look."""
NAMES: Final = (*REPORTS, *CATALOGUE_REPORTS)


@router.get(
    "/v1/analytics/{report}",
    operation_id="getAnalytics",
    summary="A report of what shoppers did",
    response_model=AnalyticsReport,
    responses={
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}},
        **documented("invalid-parameter", "unknown-report", "no-map", "admin-disabled", "not-ready"),
    },
)
def analytics(
    report: Annotated[str, Path(max_length=64, description=f"One of {', '.join(NAMES)}.", examples=["top-queries"])],
    resources: Open,
    first: Annotated[Day, Query(alias="from", description="The first day, UTC; left out: 28 days back.")] = None,
    last: Annotated[Day, Query(alias="to", description="The last day, UTC; left out: today.")] = None,
    format: Annotated[Literal["json", "csv"], Query(description="`csv` opens in a spreadsheet.")] = "json",
    limit: Annotated[int, Query(ge=1, le=1000, description="The most rows.")] = 100,
) -> Any:
    """Only shoppers who agreed are counted, but for `without-consent`, which knows nobody."""
    if report not in NAMES:
        raise ProblemError(
            "unknown-report", f"no report is called {report!r}.", remedy=f"Use one of {', '.join(NAMES)}."
        )
    end = last or datetime.now(UTC).date()
    begin = first or end - timedelta(days=LAST_DAYS - 1)
    if begin > end or (end - begin).days > MAX_DAYS:
        raise ProblemError("invalid-parameter", f"from {begin} to {end} is no range of at most {MAX_DAYS} days.")
    rows = _rows(resources, report, begin, end, limit)
    if format == "csv":
        name = f"{report}-{begin}-{end}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(as_csv(rows), media_type="text/csv; charset=utf-8", headers=headers)
    return AnalyticsReport(report=report, first=begin, last=end, rows=rows)


def _rows(resources: Resources, report: str, first: date, last: date, limit: int) -> list[dict[str, Any]]:
    wanted = Wanted(
        resources.settings.events_dir, first, last, limit, lambda: resources.store.count(), lambda: resources.people
    )
    found = REPORTS[report](wanted) if report in REPORTS else CATALOGUE_REPORTS[report](resources, wanted)
    return [asdict(row) for row in found if is_dataclass(row) and not isinstance(row, type)]


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as a table; no cell begins like a formula of a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(rows[0] if rows else ())
    writer.writerows([[_cell(value) for value in row.values()] for row in rows])
    return text.getvalue()


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would compute is kept as text (OWASP, CSV injection)."""
    return _FORMULA.sub(r"\1'", value) if isinstance(value, str) else value
