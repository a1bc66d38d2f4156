"""``deepstyle events``: what shoppers did, stored by day, counted, and deleted when its time is over."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.options import AsJson
from deepstyle.errors import UsageError
from deepstyle.people.associations.erasure import take_out
from deepstyle.people.events.compaction import compact as compact_days
from deepstyle.people.events.maintenance import maintain
from deepstyle.people.events.reports import REPORTS, Wanted
from deepstyle.people.events.retention import delete_old
from deepstyle.people.events.summaries import summarise
from deepstyle.people.open import open_people
from deepstyle.settings import Settings
from deepstyle.shop import Shop

app = typer.Typer(help="Store, count and delete what shoppers did.", no_args_is_help=True)
Folder = Annotated[
    Path | None, typer.Option("--events-dir", help="The events' folder (default: DEEPSTYLE_EVENTS_DIR).")
]
_DAY: Final[Any] = {"formats": ["%Y-%m-%d"], "metavar": "YYYY-MM-DD"}
_MONTH_DAYS: Final = 30


@app.command("roll")
def roll(events_dir: Folder = None, as_json: AsJson = False) -> None:
    """Store received events by day, erase what was requested, delete what is too old, and count.

    `deepstyle serve` does this each minute; run it from a timer where something else serves. It may be stopped at any
    point, and run again.

    Example: [bold]deepstyle events roll --events-dir var/events[/]
    """
    settings, folder = Settings(), _folder(events_dir)
    done = maintain(folder, settings.events_days, partial(take_out, settings.rankings_dir, folder))
    if as_json:
        show.as_json({name: _days(value) for name, value in asdict(done).items()})
        return
    counted = f"{len(done.summarised)} days were counted, {len(done.deleted)} old ones deleted."
    show.out.print(f"{done.rolled} events were stored, {done.erased} erased; {counted}")


@app.command("compact")
def compact(events_dir: Folder = None, as_json: AsJson = False) -> None:
    """Join the small files of each day that is over into one.

    Example: [bold]deepstyle events compact --events-dir var/events[/]
    """
    joined = compact_days(_folder(events_dir), datetime.now(UTC).date())
    summarise(_folder(events_dir))
    _print_days("joined", joined, as_json=as_json)


@app.command("retention")
def retention(
    days: Annotated[int | None, typer.Option(help="Days to keep (default: DEEPSTYLE_EVENTS_DAYS).", min=1)] = None,
    events_dir: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Delete the events and the counts of all days but the last ones.

    Example: [bold]deepstyle events retention --days 90 --events-dir var/events[/]
    """
    kept_days = days or Settings().events_days
    deleted = delete_old(_folder(events_dir), datetime.now(UTC).date(), kept_days)
    _print_days("deleted", deleted, as_json=as_json)


@app.command("report")
def report(
    name: Annotated[str, typer.Argument(metavar="REPORT", help=f"One of {', '.join(REPORTS)}.")],
    first: Annotated[
        datetime | None, typer.Option("--from", help="First day, UTC (default: 30 days back).", **_DAY)
    ] = None,
    last: Annotated[datetime | None, typer.Option("--to", help="Last day, UTC (default: today).", **_DAY)] = None,
    limit: Annotated[int, typer.Option(help="The most rows.", min=1, max=100_000)] = 20,
    items: Annotated[
        int | None, typer.Option(help="Items of the catalogue, for coverage (default: those of DEEPSTYLE_STORE).")
    ] = None,
    events_dir: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Print a report over some days, as of the last roll-over.

    Only `without-consent` counts shoppers who did not agree to be measured; the others leave them out.

    Example: [bold]deepstyle events report top-queries --from 2026-11-01 --to 2026-11-30 --events-dir var/events[/]
    """
    if name not in REPORTS:
        raise UsageError(f"there is no report {name!r}.", remedy=f"Choose one of {', '.join(REPORTS)}.")
    today = datetime.now(UTC).date()
    to = last.date() if last else today
    since = first.date() if first else to - timedelta(days=_MONTH_DAYS - 1)
    with ExitStack() as opened:
        wanted = Wanted(
            _folder(events_dir),
            since,
            to,
            limit,
            items=lambda: items if items is not None else _catalogue_items(),
            people=lambda: opened.enter_context(open_people(Settings().people_store, create=False)),
        )
        _print_rows(REPORTS[name](wanted), as_json=as_json)


def _folder(given: Path | None) -> Path:
    return (given or Settings().events_dir).absolute()


def _catalogue_items() -> int:
    with Shop.open(read_only=True) as shop:
        return shop.store.count()


def _print_days(what: str, days: Sequence[Any], *, as_json: bool) -> None:
    if as_json:
        show.as_json({what: _days(tuple(days))})
        return
    show.out.print(f"{len(days)} days were {what}.")


def _print_rows(rows: Sequence[Any], *, as_json: bool) -> None:
    if as_json:
        show.as_json([{name: _days(value) for name, value in asdict(row).items()} for row in rows])
        return
    if not rows:
        show.out.print("No events in these days; run `deepstyle events roll` to include the latest.")
        return
    names = [field.name for field in fields(rows[0])]
    table = Table(*(name.replace("_", " ").capitalize() for name in names))
    for row in rows:
        table.add_row(*(escape(_cell(getattr(row, name))) for name in names))
    show.out.print(table)


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:.1%}" if isinstance(value, float) else str(value)


def _days(value: Any) -> Any:
    """Days as text, also in lists."""
    if isinstance(value, tuple):
        return [_days(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
