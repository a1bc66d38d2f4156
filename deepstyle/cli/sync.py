"""``deepstyle sync``: a store in line with a feed, once or at an interval."""

import dataclasses
import json
import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.data import Columns, Download, Encoding, PruneLimit, chosen_columns
from deepstyle.cli.options import Model, StoreUrl
from deepstyle.errors import DeepstyleError, UsageError
from deepstyle.jobs.schedule import parse_interval
from deepstyle.jobs.state import FeedState, SyncRun, read_states
from deepstyle.jobs.stopping import Stop, stop_on_signals
from deepstyle.jobs.sync import SyncOptions, sync_forever, sync_once
from deepstyle.plain import plain_json
from deepstyle.shop import Shop
from deepstyle.store.ingest import PRUNE_LIMIT_PERCENT

FAILED, PARTIAL = 2, 3


def sync(
    feed: Annotated[
        str,
        typer.Argument(metavar="[FEED]", help="A catalogue as for `deepstyle import`: a folder, a table or its URL."),
    ] = "",
    store: StoreUrl = "",
    every: Annotated[
        str, typer.Option(metavar="INTERVAL", help="Read the feed again and again: 90s, 15m, 2h, 1d; default: once.")
    ] = "",
    prune: Annotated[
        bool, typer.Option("--prune/--no-prune", help="Delete stored items that the feed lacks, as import does.")
    ] = True,
    prune_limit: PruneLimit = PRUNE_LIMIT_PERCENT,
    download: Download = False,
    columns: Columns = None,
    encoding: Encoding = "utf-8",
    model: Model = "",
    status: Annotated[bool, typer.Option("--status", help="Show each feed's last and next run, and exit.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per run, or per feed.")] = False,
) -> None:
    """Bring the store in line with a feed: import what changed, encode it, delete what is gone; once or at an interval.

    A feed whose tables and pictures are as they were after the last run is not read again. An unchanged row writes
    nothing, and a changed picture costs one pass through the network. Suggestions follow; the calibration is repeated
    once 5 % of the pictures changed.

    Each run prints one line. The store remembers the last run and the next, so that a restarted command goes on as
    planned; runs that were missed are one run. A run that fails is repeated after 30 s, 1 min, 2 min, … up to the
    interval, at least 1 h. One job at a time writes a store: with --every, a run waits for another's end.

    Ctrl+C, or a signal to end, finishes the batch at hand; the exit status is then 0. It is 2 where a run failed, 3
    where rows were rejected, pictures could not be encoded or --prune deleted nothing; with --every only a wrong option
    ends the command.

    Example: [bold]deepstyle sync path/to/products.csv --store sqlite:///var/shop.db[/]

    Example: [bold]deepstyle sync --status --store sqlite:///var/shop.db[/]
    """
    if status:
        _print_states(store, feed, as_json)
        return
    if not feed:
        raise UsageError("no feed is given.", remedy="Name one: deepstyle sync FEED, or ask with --status.")
    options = SyncOptions(prune, prune_limit, chosen_columns(columns), encoding, download)
    every_s = parse_interval(every) if every else 0.0
    stop = Stop()
    with stop_on_signals(stop), Shop.open(store, model=model) as shop:
        if every_s:
            sync_forever(shop, feed, options, stop, every_s=every_s, on_run=lambda run: _print_run(run, as_json))
            return
        run = sync_once(shop, feed, options, stop)
    _print_run(run, as_json)
    if run.outcome == "failed":
        raise typer.Exit(FAILED)
    if run.is_partial:
        raise typer.Exit(PARTIAL)


def _print_run(run: SyncRun, as_json: bool) -> None:
    """One line on stdout; why a run failed also on stderr, where people look for it."""
    if as_json:
        _print_json({**dataclasses.asdict(run), "started_s": None, "started": _time(run.started_s)})
    else:
        show.out.print(f"{_time(run.started_s)} {escape(_in_words(run))} · {run.duration_s:.1f} s", soft_wrap=True)
    sys.stdout.flush()
    if run.outcome == "failed":
        show.error(DeepstyleError(run.error, remedy=run.remedy))


def _in_words(run: SyncRun) -> str:
    if run.outcome != "changed":
        return f"{run.outcome} · {run.items:,} items" if run.outcome == "unchanged" else run.outcome
    counts = {"added": run.added, "changed": run.changed, "unchanged": run.unchanged, "pruned": run.pruned}
    counts |= {"rejected": run.rejected, "encoded": run.encoded, "not encoded": run.encode_failures}
    words = [f"{count:,} {name}" for name, count in counts.items() if count or name in ("changed", "encoded")]
    return " · ".join([*words, *([f"not pruned: {run.prune_refused}"] if run.prune_refused else [])])


def _print_states(store: str, feed: str, as_json: bool) -> None:
    with Shop.open(store, read_only=True) as shop:
        states = [state for state in read_states(shop.store) if feed in ("", state.feed)]
    if as_json:
        for state in states:
            _print_json(_fields(state))
        return
    table = Table("Feed", "Last run", "Result", "Next run", title="Feeds in sync")
    for state in states:
        last = state.last_run
        result = (f"{_in_words(last)} {last.error}".strip() if last else "", _time(state.next_run_s))
        table.add_row(escape(state.feed), _time(last.started_s) if last else "", *map(escape, result))
    show.out.print(table if states else "No feed is kept in sync.")


def _fields(state: FeedState) -> dict[str, Any]:
    names = ("feed", "failures", "every_s")
    last = dataclasses.asdict(state.last_run) if state.last_run else None
    times = {"next_run": _time(state.next_run_s) or None}
    return {**{name: getattr(state, name) for name in names}, **times, "last_run": last}


def _time(seconds: float) -> str:
    """A time in UTC, ISO 8601; ``""`` for none."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else ""


def _print_json(fields: dict[str, Any]) -> None:
    sys.stdout.write(
        plain_json(json.dumps({k: v for k, v in fields.items() if v is not None}, ensure_ascii=False)) + "\n"
    )
