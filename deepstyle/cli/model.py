"""``deepstyle model``: which model serves a store, and the switch to another and back."""

import dataclasses
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.options import AsJson, StoreUrl
from deepstyle.shop import SetStatus, Shop, SwitchReport

app = typer.Typer(help="Switch the model that serves a store, and back.", no_args_is_help=True)


@app.command("status")
def status(store: StoreUrl = "", as_json: AsJson = False) -> None:
    """List the models that a store has vectors of: which serves, which served before, and which are complete.

    A model is complete if it lacks no picture that the serving one has; a switch to it then loses nothing.

    Example: [bold]deepstyle model status --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store, read_only=True) as shop:
        found = shop.models()
    if as_json:
        show.as_json({"models": [_fields(one) for one in found]})
        return
    if not found:
        show.out.print("The store has no vectors yet. Run `deepstyle encode`.")
        return
    table = Table("Model", "Space", "Vectors", "Lacks", "")
    for one in found:
        role = "serves" if one.is_served else "served before" if one.is_former else ""
        name = f"{one.models.name or one.models.architecture or 'unknown'} {one.models.precision}".strip()
        lacks = "" if one.is_served else f"{one.lacks:,}"
        table.add_row(escape(name), one.models.space, f"{one.vectors:,}", lacks, role)
    show.out.print(table)


@app.command("switch")
def switch(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Its name or its space, as `model status` shows them.")],
    store: StoreUrl = "",
    as_json: AsJson = False,
) -> None:
    """Serve another model, whose vectors `deepstyle encode --no-switch` computed.

    One write switches vectors and suggestions; requests keep the model that they began with. Nothing changes where the
    model lacks pictures that are found now. Servers need the model at hand: wait until their `/readyz` lists it as
    prepared (see docs/deployment.md).

    The exit status is 1 where pictures were written during the switch: `deepstyle encode` encodes them.

    Example: [bold]deepstyle model switch packaged:fashion --store sqlite:///var/demo.db[/]
    """
    with Shop.open_existing(store, must_write=True) as shop, show.progress("items") as progress:
        report = shop.switch_model(model, on_progress=show.counting(progress, "computing suggestions", hidden=True))
    _finish(report, as_json=as_json)


@app.command("rollback")
def rollback(store: StoreUrl = "", as_json: AsJson = False) -> None:
    """Serve the model that served before the last switch, as long as its vectors are there and complete.

    A second rollback returns to the newer model. Exit status and servers as in `model switch`.

    Example: [bold]deepstyle model rollback --store sqlite:///var/demo.db[/]
    """
    with Shop.open_existing(store, must_write=True) as shop, show.progress("items") as progress:
        report = shop.roll_back_model(on_progress=show.counting(progress, "computing suggestions", hidden=True))
    _finish(report, as_json=as_json)


def _finish(report: SwitchReport, *, as_json: bool) -> None:
    if as_json:
        show.as_json(dataclasses.asdict(report))
    elif report.before == report.now:
        show.out.print(f"{report.now} serves already.")
    else:
        suggestions = f", with suggestions for {report.suggestions:,} items" if report.suggestions else ""
        show.out.print(f"{report.now} serves now{suggestions}; before, {report.before or 'nothing'} did.")
    if report.lacks:
        show.err.print(f"{report.lacks:,} pictures were written meanwhile: run `deepstyle encode` to find them again.")
        raise typer.Exit(1)


def _fields(status: SetStatus) -> dict[str, Any]:
    fields = dataclasses.asdict(status)
    return {**fields.pop("models"), **fields, "is_complete": status.is_complete}
