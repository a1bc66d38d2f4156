"""``deepstyle demo``: from a catalogue to a running server, in one command."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from deepstyle.cli import show
from deepstyle.cli.encode import PRECISION_HELP
from deepstyle.cli.serve import run_server
from deepstyle.errors import DataError, FingerprintMismatchError
from deepstyle.settings import Precision, Settings
from deepstyle.store import Store, open_store
from deepstyle.store.url import without_password

if TYPE_CHECKING:
    from deepstyle.style.encode import EncodedShard
    from deepstyle.style.encoder import Encoder
    from deepstyle.style.spec import ModelSpec


def demo(
    data: Annotated[str, typer.Option(help="The catalogue: a folder or table, or demo for the rendered one.")] = "demo",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, …")] = "packaged",
    precision: Annotated[Precision, typer.Option(help=PRECISION_HELP)] = "auto",
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop once everything is ready to serve.")] = False,
) -> None:
    """Import a catalogue, encode it and serve it; what an earlier run did is not done again.

    The store is var/NAME.db below the current folder, NAME being the catalogue's.

    Example: [bold]deepstyle demo --data path/to/catalogue --port 8000[/]
    """
    settings = Settings(store=f"sqlite:///var/{store_name(data)}.db", model=model, precision=precision, port=port)
    Path("var").mkdir(exist_ok=True)
    with open_store(settings.store) as store:
        _import(data, store)
        encoder = _encode(settings, store)
        _map(settings, store, encoder)
        _place(store, encoder)
    if no_serve:
        command = f"deepstyle serve --store {without_password(settings.store)} --model {model} --port {port}"
        _tell(f"Ready. Serve it: {escape(command)}")
        return
    run_server(settings)


def store_name(data: str) -> str:
    """A file name for the catalogue's store."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", Path(data).resolve().stem if data != "demo" else data) or "catalogue"


def _import(data: str, store: Store) -> None:
    from deepstyle.demo.source import open_catalogue
    from deepstyle.store.ingest import import_catalogue

    _tell(f"[bold]1/5[/] importing {escape(data)} into {escape(without_password(store.url))}")
    source = open_catalogue(data)
    with show.progress("items") as progress:
        task = progress.add_task("importing", total=source.total(), note="")
        report = import_catalogue(
            source,
            store,
            on_progress=lambda done: progress.update(task, completed=done.accepted + done.rejected),
        )
    _tell(f"    {report.added:,} added, {report.changed:,} changed, {report.unchanged:,} were there already")
    if report.rejected:
        _tell(f"    [yellow]warning:[/] {report.rejected:,} rejected, see: deepstyle data check {escape(data)}")
    if not store.count():
        raise DataError(f"{data} gave no item to serve.", remedy=f"See: deepstyle data check {data}")


def _encode(settings: Settings, store: Store) -> "Encoder":
    """Encode what is new, and make its compatibility vectors from the same pass through the network."""
    from deepstyle.style.encode import encode_store
    from deepstyle.style.encoder import Encoder
    from deepstyle.style.search import serving_model

    _tell(f"[bold]2/5[/] encoding with the model {escape(settings.model)}")
    folder = serving_model(store, settings.model, settings.cache_dir, settings.precision)
    encoder = Encoder.open(folder, threads=settings.encoder_threads, streams=0)
    with show.progress("images") as progress:
        task = progress.add_task("encoding", total=None, note="")
        report = encode_store(
            store,
            encoder,
            on_progress=lambda done, total: progress.update(task, completed=done, total=total),
            on_shard=_projecting(settings, store, encoder.spec),
        )
    _tell(f"    {report.encoded:,} encoded, {report.skipped:,} were there already, {len(report.failures):,} failed")
    return encoder


def _map(settings: Settings, store: Store, encoder: "Encoder") -> None:
    """What goes with what, where the head reads this model's features; a search does without."""
    from deepstyle.cli.map import map_store

    _tell(f"[bold]3/5[/] mapping what goes together with the head {escape(settings.compat)}")
    try:
        projected, report = map_store(store, settings.compat, encoder)
    except FingerprintMismatchError as error:
        _tell(f"    left out: {escape(str(error))}")
    else:
        _tell(f"    {len(projected.item_ids):,} pictures read again, suggestions for {report.items:,} items")


def _place(store: Store, encoder: "Encoder") -> None:
    """The map that the website shows; t-SNE where it is installed."""
    from deepstyle.cli.points import ensure_points

    _tell("[bold]4/5[/] placing items on the map of the style space")
    with show.waiting("placing items"):
        points = ensure_points(store, encoder.fingerprint)
    _tell(f"    {len(points.item_ids):,} items placed by {points.method}" if points else "    left out: too few items")
    _tell("[bold]5/5[/] ready to serve")


def _projecting(settings: Settings, store: Store, spec: "ModelSpec") -> "Callable[[EncodedShard], None] | None":
    """What writes a shard's compatibility vectors; ``None`` where the head reads another model's features."""
    from deepstyle.compatibility.head import Head, head_folder
    from deepstyle.compatibility.space import space_name, write_vectors

    head = Head.open(head_folder(settings.compat))
    if head.spec.backbone != spec.features_fingerprint:
        return None
    space = space_name(head, spec.precision)
    return lambda shard: write_vectors(
        store, space, head, shard.vectors.item_ids, shard.vectors.image_sha256s, shard.features
    )


def _tell(text: str) -> None:
    """One line on stderr, however narrow the terminal, so that a command in it can be copied."""
    show.err.print(text, soft_wrap=True)
