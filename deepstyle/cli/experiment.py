"""``deepstyle experiment``: two rankings compared on shoppers who agreed to be measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, cast, get_args

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.options import WHO, AsJson
from deepstyle.people.base import PeopleStore
from deepstyle.people.experiments import desk, stored
from deepstyle.people.experiments.design import GUARDRAILS, SLOW_MS, Experiment, Guardrail, Method, Metric, Surface
from deepstyle.people.experiments.report import Report, Verdict, report_of
from deepstyle.people.experiments.tallies import tally
from deepstyle.people.open import open_people
from deepstyle.settings import Settings

app = typer.Typer(help="Compare two rankings on shoppers who agreed to be measured.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The experiment's name.")]
PeopleUrl = Annotated[
    str, typer.Option("--people", help="The URL of the store of people (default: DEEPSTYLE_PEOPLE_STORE).")
]
EventsDir = Annotated[
    Path | None, typer.Option("--events", help="The folder of events (default: DEEPSTYLE_EVENTS_DIR).")
]
VERDICTS: Final[dict[Verdict, str]] = {
    "undecided": "No difference is shown so far. Reading this report again does no harm.",
    "a_wins": "A is better: {a} stays.",
    "b_wins": "B is better: {b} can replace {a}.",
    "harmful": "B does harm: stop it. A guardrail is broken.",
    "unsound": "Do not use this: shoppers are not split evenly, so events of one arm are missing.",
}
HARMS: Final[dict[Guardrail, str]] = {
    "hides": "hid an item",
    "no_results": "found nothing",
    "errors": "met an error",
    "slow": f"waited over {SLOW_MS} ms",
}


@app.command("start")
def start(
    name: Name,
    b: Annotated[str, typer.Option("--b", help="The variant that is tried.")],
    a: Annotated[str, typer.Option("--a", help="The variant that it is compared with.")] = "plain",
    surface: Annotated[Surface, typer.Option(help="Where; one experiment runs there at a time.")] = "search",
    method: Annotated[
        Method, typer.Option(help="interleave: both in one list; ab: each shopper sees one of them.")
    ] = "interleave",
    metric: Annotated[Metric, typer.Option(help="What shoppers are to do more often; interleave: click.")] = "click",
    guardrail: Annotated[
        list[str] | None,
        typer.Option(metavar="|".join(get_args(Guardrail)), help="What must not happen more often (default: all)."),
    ] = None,
    tolerance: Annotated[float, typer.Option(help="By how much it may: 0.1 is 10 %.")] = 0.1,
    alpha: Annotated[float, typer.Option(help="The chance of a false result, over all readings.")] = 0.05,
    share: Annotated[float, typer.Option(help="The part of the shoppers that takes part.")] = 1.0,
    people: PeopleUrl = "",
    as_json: AsJson = False,
) -> None:
    """Start an experiment. What is compared and measured cannot be changed afterwards.

    Example: [bold]deepstyle experiment start personal-search --b personal[/]
    """
    guardrails = cast(list[Guardrail], guardrail) if guardrail else GUARDRAILS[method]
    declared = stored.declared(
        name, a, b, surface=surface, method=method, metric=metric, guardrails=guardrails,
        tolerance=tolerance, alpha=alpha, share=share,
    )  # fmt: skip
    with _people(people, create=True) as store:
        desk.start(store, WHO, declared)
    _print(declared, f"{escape(name)} runs on {surface}.", as_json=as_json)


@app.command("stop")
def stop(name: Name, people: PeopleUrl = "", as_json: AsJson = False) -> None:
    """End an experiment, for good; its report stays. Servers notice within seconds.

    Example: [bold]deepstyle experiment stop personal-search[/]
    """
    with _people(people) as store:
        ended = desk.stop(store, WHO, name)
    _print(ended, f"{escape(name)} has ended.", as_json=as_json)


@app.command("list")
def list_(people: PeopleUrl = "", as_json: AsJson = False) -> None:
    """List the experiments, the latest first.

    Example: [bold]deepstyle experiment list[/]
    """
    with _people(people) as store:
        found = stored.experiments(store)
    if as_json:
        show.as_json([one.fields() for one in found])
        return
    table = Table("Name", "Surface", "Method", "A", "B", "Metric", "Started", "Ended")
    for one in found:
        ended = _day(one.stopped_s) if one.stopped_s else "runs"
        cells = (one.name, one.surface, one.method, one.a, one.b, one.metric, _day(one.started_s), ended)
        table.add_row(*map(escape, cells))
    show.out.print(table if found else "No experiments.")


@app.command("report")
def report(name: Name, people: PeopleUrl = "", events: EventsDir = None, as_json: AsJson = False) -> None:
    """What an experiment has shown so far. It may be read, and acted on, at any time, and as often as one likes.

    Example: [bold]deepstyle experiment report personal-search[/]
    """
    with _people(people) as store:
        found = stored.find(store, name)
    if found is None:
        raise stored.unknown(name)
    made = report_of(found, tally(events or Settings().events_dir, found))
    if as_json:
        show.as_json(asdict(made))
        return
    for line in lines(made):
        show.out.print(escape(line), soft_wrap=True)


def lines(made: Report) -> list[str]:
    """A report in words."""
    one, wins = made.experiment, made.wins
    interval = f"{100 * made.low:.1f} to {100 * made.high:.1f} %"
    verdict = VERDICTS[made.verdict].format(a=one.a, b=one.b)
    if one.method == "interleave":
        counted = f"B won {wins.b:,} of {wins.total:,} decided sessions; {made.undecided:,} were undecided."
        chance = f"B wins {100 * made.b_share:.1f} % ({interval}); 50 % is no difference."
    else:
        counted = (
            f"{one.metric}: {wins.a:,} of {made.exposed.a:,} shoppers with A, {wins.b:,} of {made.exposed.b:,} with B."
        )
        chance = f"B has {100 * made.b_share:.1f} % of them ({interval}); 50 % is no difference."
    harms = [
        f"{'broken' if harm.is_broken else 'holds'}: {HARMS[harm.name]}: {harm.a:,} with A, {harm.b:,} with B."
        for harm in made.guardrails
    ]
    return [f"{one.name}: {one.b} (B) against {one.a} (A) on {one.surface}.", counted, chance, *harms, verdict]


@contextmanager
def _people(url: str, *, create: bool = False) -> Iterator[PeopleStore]:
    with open_people(url or Settings().people_store, create=create) as store:
        yield store


def _print(one: Experiment, sentence: str, *, as_json: bool) -> None:
    if as_json:
        show.as_json(one.fields())
    else:
        show.out.print(sentence)


def _day(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%d %H:%M")
