"""``deepstyle learn``: rankings and what goes together, from what shoppers did, tested before they serve."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.options import AsJson, StoreUrl
from deepstyle.people.associations.folder import TABLE as ASSOCIATIONS
from deepstyle.people.base import PeopleStore
from deepstyle.people.open import open_people
from deepstyle.people.ranking.records import TABLE as RANKINGS
from deepstyle.people.ranking.records import Serving, read_serving, roll_back, versions
from deepstyle.settings import Settings
from deepstyle.shop import Shop

app = typer.Typer(help="Learn from what shoppers did; what does not win does not serve.", no_args_is_help=True)


class Learned(StrEnum):
    """What ``deepstyle learn`` learns."""

    RANKING = "ranking"
    COMPATIBILITY = "compatibility"


PeopleUrl = Annotated[
    str, typer.Option("--people", help="The URL of the store of people (default: DEEPSTYLE_PEOPLE_STORE).")
]
EventsDir = Annotated[
    Path | None, typer.Option("--events", help="The folder of events (default: DEEPSTYLE_EVENTS_DIR).")
]
RankingsDir = Annotated[
    Path | None, typer.Option("--rankings", help="The folder of learned rankings (default: DEEPSTYLE_RANKINGS_DIR).")
]
What = Annotated[
    Learned, typer.Argument(help="What was learned: the `ranking` of results, or `compatibility`.", metavar="WHAT")
]
Known = Sequence[tuple[str, Mapping[str, Any]]]
TABLES: Final = {Learned.RANKING: RANKINGS, Learned.COMPATIBILITY: ASSOCIATIONS}
BASELINES: Final = {
    "head": "compatibility head",
    "popularity": "popularity",
    "together": "bought together so far",
    "learned": "learned",
}
STAGES: Final = {
    "plain": "plain order",
    "popularity": "popularity",
    "session": "a session's taste",
    "personal": "with factors of items",
    "learned": "with trees",
}


@app.command("ranking")
def ranking(
    store: StoreUrl = "",
    people: PeopleUrl = "",
    events: EventsDir = None,
    rankings: RankingsDir = None,
    as_json: AsJson = False,
) -> None:
    """Train on the events, test on the latest fifth of them, and let what won serve.

    A ranking wins where its NDCG@10 is above that of the plain order and of popularity in an interval over sessions.
    Run it nightly; a run that is killed changes nothing. Needs the extra `ranking`.

    Example: [bold]deepstyle learn ranking --store sqlite:///var/demo.db --events var/events[/]
    """
    from deepstyle.learning.ranking.run import learn_ranking

    settings = Settings()
    with _learning(store, people) as (shop, records, on_stage):
        outcome = learn_ranking(
            shop.store,
            records,
            events_dir=events or settings.events_dir,
            rankings_dir=rankings or settings.rankings_dir,
            colour_dim=shop.spec.colour_dim,
            on_stage=on_stage,
        )
    show.as_json(outcome.described()) if as_json else _print(outcome.described())


@app.command("compatibility")
def compatibility(
    store: StoreUrl = "",
    people: PeopleUrl = "",
    events: EventsDir = None,
    rankings: RankingsDir = None,
    as_json: AsJson = False,
) -> None:
    """Learn what goes together from what people buy together, test on the latest fifth, and let it serve if it won.

    It wins where suggestions that follow it put first what people buy later, better than the compatibility head alone,
    than popularity and than what was bought together so far, each in an interval over people. What fewer than five
    people have in common is never used. Run it nightly; a run that is killed changes nothing.

    Example: [bold]deepstyle learn compatibility --store sqlite:///var/demo.db --events var/events[/]
    """
    from deepstyle.learning.associations.run import learn_compatibility

    settings = Settings()
    with _learning(store, people) as (shop, records, on_stage):
        outcome = learn_compatibility(
            shop.store,
            records,
            shop.stylist.space,
            events_dir=events or settings.events_dir,
            rankings_dir=rankings or settings.rankings_dir,
            on_stage=on_stage,
        )
    show.as_json(outcome.described()) if as_json else _print_compatibility(outcome.described())


@app.command("rollback")
def rollback(what: What = Learned.RANKING, people: PeopleUrl = "", as_json: AsJson = False) -> None:
    """Let serve what served before, or nothing; running servers follow within seconds.

    Example: [bold]deepstyle learn rollback compatibility[/]
    """
    with _opened(people, create=False) as records:
        serving = roll_back(records, TABLES[what])
    if as_json:
        show.as_json({"version": serving.version, "previous": list(serving.previous)})
        return
    show.out.print(_line(serving, what))


@app.command("status")
def status(what: What = Learned.RANKING, people: PeopleUrl = "", as_json: AsJson = False) -> None:
    """What serves, and how each that was trained compared.

    Example: [bold]deepstyle learn status --json[/]
    """
    with _opened(people, create=True) as records:
        serving, known = read_serving(records, TABLES[what]), list(versions(records, TABLES[what]))
    if as_json:
        trained = [{"version": version, **fields} for version, fields in known]
        show.as_json({"version": serving.version, "previous": list(serving.previous), "trained": trained})
        return
    show.out.print(_line(serving, what))
    if known:
        show.out.print(_rankings_table(known) if what is Learned.RANKING else _compatibility_table(known))


def _rankings_table(known: Known) -> Table:
    table = Table("Version", "Created", "Won", "Plain order", "Popularity", "Its own")
    for version, fields in known:
        metrics, stage = fields.get("metrics", {}), str(fields.get("serves", ""))
        cells = (_number(metrics.get(name)) for name in ("plain", "popularity", stage))
        table.add_row(escape(version), escape(str(fields.get("created", ""))), STAGES.get(stage, "none"), *cells)
    return table


def _compatibility_table(known: Known) -> Table:
    table = Table("Version", "Created", "Won", *(name.capitalize() for name in BASELINES.values()))
    for version, fields in known:
        cells = (_number(fields.get("metrics", {}).get(name)) for name in BASELINES)
        won = "yes" if fields.get("is_promoted") else "no"
        table.add_row(escape(version), escape(str(fields.get("created", ""))), won, *cells)
    return table


@contextmanager
def _learning(store: str, people: str) -> Iterator[tuple[Shop, PeopleStore, Callable[[str], None]]]:
    """What a training reads and writes, and how it reports its stage."""
    with (
        Shop.open_existing(store) as shop,
        _opened(people, create=True) as records,
        show.err.status("reading") as status,
    ):
        yield shop, records, status.update


@contextmanager
def _opened(url: str, *, create: bool) -> Iterator[PeopleStore]:
    with open_people(url or Settings().people_store, create=create) as people:
        yield people


def _line(serving: Serving, what: Learned) -> str:
    return f"{escape(serving.version)} serves." if serving.version else f"No learned {what} serves."


def _print_compatibility(fields: dict[str, Any]) -> None:
    table = Table("Suggestions", "NDCG@10", "learned over it", "interval", "wins")
    for name, value in fields["ndcg_at_10"].items():
        found = fields["gains"].get(name)
        cells = (f"{found['value']:+.4f}", f"{found['low']:+.4f} to {found['high']:+.4f}") if found else ("", "")
        table.add_row(BASELINES[name], _number(value), *cells, ("yes" if found["is_won"] else "no") if found else "")
    show.out.print(table)
    say = f"{fields['version']} serves." if fields["is_promoted"] else "It did not win, so nothing changes."
    show.out.print(f"{escape(say)} Tested on {fields['tested_questions']:,} questions; {fields['seconds']:.0f} s.")


def _print(fields: dict[str, Any]) -> None:
    table = Table("Ranking", "NDCG@10", f"over {STAGES[fields['baseline']]}", "interval", "wins")
    for name, value in fields["ndcg_at_10"].items():
        found = fields["gains"].get(name)
        cells = (f"{found['value']:+.4f}", f"{found['low']:+.4f} to {found['high']:+.4f}") if found else ("", "")
        table.add_row(STAGES[name], _number(value), *cells, ("yes" if found["is_won"] else "no") if found else "")
    show.out.print(table)
    served = STAGES.get(fields["serves"], "")
    say = f"{fields['version']} serves: {served}." if served else "Nothing won, so nothing changes."
    show.out.print(f"{escape(say)} Tested on {fields['tested_lists']:,} lists; {fields['seconds']:.0f} s.")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
