"""``deepstyle weights``: list the weights that a model can be built from, and download those on a hub."""

import dataclasses
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from deepstyle.cli import show
from deepstyle.style.architectures import PACKAGED
from deepstyle.style.recipe import is_default
from deepstyle.style.weights import HUB_EXAMPLE, Weights, locate_weights, pull_weights

app = typer.Typer(help="List the weights of backbones, and download more.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the weights that a model can be built from, and whether they are on this machine.

    The packaged model is ready to use. All others are converted on first use, which needs the extra train.

    Example: [bold]deepstyle weights list[/]
    """
    found = [locate_weights(f"packaged:{name}") for name in PACKAGED]
    if as_json:
        show.as_json([_described(weights) for weights in found])
        return
    table = Table(Column("Name", no_wrap=True), "Architecture", "Image", "Installed", box=None)
    for weights in found:
        size = f"{weights.preprocessing.height_px} by {weights.preprocessing.width_px} px"
        if is_default(weights):
            table.add_row(f"{weights.name} (the default)", weights.architecture, size, "yes: no conversion needed")
        else:
            installed = "yes" if weights.path else "no: pip install 'deepstyle\\[train]'"
            table.add_row(weights.name, weights.architecture, size, installed)
    table.add_row(HUB_EXAMPLE, "resnet50", "224 px", "downloaded by: deepstyle weights pull")
    table.add_row("PATH.safetensors", "from its metadata", "", "a file of yours, with timm's parameter names")
    table.add_row("none", "resnet50", "224 px", "random numbers, a baseline for comparisons")
    show.out.print(table)


@app.command()
def pull(
    name: Annotated[str, typer.Argument(metavar="NAME", help=f"A model on the hub, such as {HUB_EXAMPLE}.")],
    as_json: AsJson = False,
) -> None:
    """Download weights from the hub into its cache, unless they are there already.

    No other command connects to a hub. HF_HOME, HF_ENDPOINT and HF_HUB_OFFLINE have their usual meaning.

    Example: [bold]deepstyle weights pull hf-hub:timm/resnet50.a1_in1k[/]
    """
    weights = pull_weights(name)
    if as_json:
        show.as_json(_described(weights))
    else:
        lines = f"{weights.name}: {weights.architecture}, SHA-256 {weights.sha256}\n{weights.path}"
        show.out.print(lines, soft_wrap=True)


def _described(weights: Weights) -> dict[str, Any]:
    return {**dataclasses.asdict(weights), "path": str(weights.path) if weights.path else None}
