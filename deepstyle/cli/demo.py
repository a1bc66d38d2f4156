"""``deepstyle demo``: from a catalogue to a running server, in one command."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape

from deepstyle import platform
from deepstyle.cli import show
from deepstyle.cli.options import PRECISION_HELP
from deepstyle.cli.own_outfits import own_variant, try_own_head
from deepstyle.cli.serve import admin_link, run_server
from deepstyle.demo.source import DEMO_NAMES, open_catalogue, store_name
from deepstyle.errors import DataError, FingerprintMismatchError
from deepstyle.settings import Precision, Settings
from deepstyle.shop import EncodeResult, Shop
from deepstyle.store.ingest import ImportProgress
from deepstyle.store.keys import create_key, read_keys
from deepstyle.store.sessions import LINK_LIFE, open_link
from deepstyle.store.url import without_password

ADMIN_KEY: Final = "demo-admin"


def demo(
    data: Annotated[str, typer.Option(help="A folder, table or demo; drawn: the demo without photos.")] = "demo",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, …")] = "packaged",
    precision: Annotated[Precision, typer.Option(help=PRECISION_HELP)] = "auto",
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop once everything is ready to serve.")] = False,
) -> None:
    """Import a catalogue, encode it and serve it; what an earlier run did is not repeated.

    A catalogue with outfits in the Polyvore Outfits layout also trains a compatibility head on them, which is served;
    it is written to var/NAME-outfits and takes one to two minutes for some thousand items.

    The store is var/NAME.db below the current folder, where NAME is the catalogue's name. It gets an API key of the
    scope admin, and each start prints a link to the admin pages that signs in once.

    Example: [bold]deepstyle demo --no-serve[/]
    """
    settings = Settings(store=f"sqlite:///var/{store_name(data)}.db", model=model, precision=precision, port=port)
    Path("var").mkdir(exist_ok=True)
    with Shop.open(settings=settings) as shop:
        variant = _import(data, shop)
    if variant and data not in DEMO_NAMES:
        settings = _with_own_head(data, variant, settings)
    with Shop.open(settings=settings) as shop:
        _encode(shop)
        _map(shop)
    if no_serve:
        command = f"deepstyle serve --store {without_password(settings.store)} --model {model} --port {port}"
        if settings.compat != "packaged":
            command = f"DEEPSTYLE_COMPAT={settings.compat} {command}"
        _print(f"Ready. Serve it: {escape(command)}")
        return
    _print_admin_link(settings)
    run_server(settings)


def _print_admin_link(settings: Settings) -> None:
    """A link to the admin pages, which is good once; the key that it acts for is this store's, and shown to nobody."""
    with Shop.open_existing(settings.store, must_write=True) as shop:
        key = next((key for key in read_keys(shop.store) if key.name == ADMIN_KEY), None)
        if key is None:
            key, _ = create_key(shop.store, ADMIN_KEY, "admin")
        link = admin_link(settings, open_link(shop.store, key, datetime.now(UTC)))
    minutes = LINK_LIFE // timedelta(minutes=1)
    _print(f"Admin pages, for one sign-in within {minutes} minutes: [bold]{escape(link)}[/]")


def _with_own_head(data: str, variant: str, settings: Settings) -> Settings:
    """The settings that serve a head trained on the catalogue's own outfits, where they teach anything."""
    _print(f"    learning what goes together from its outfits ({variant})")
    folder = try_own_head(data, variant, store=settings.store, model=settings.model)
    return settings.model_copy(update={"compat": str(folder)}) if folder else settings


def _import(data: str, shop: Shop) -> str:
    """Import ``data``; return the variant of its outfits that can train a head."""
    _print(f"[bold]1/3[/] importing {escape(data)} into {escape(without_password(shop.store.url))}")
    source = open_catalogue(data)
    with show.progress("items") as progress:
        task = progress.add_task("importing", total=source.total(), note="")

        def on_progress(done: ImportProgress) -> None:
            progress.update(task, completed=done.accepted + done.rejected)

        report = shop.import_catalogue(source, processes=platform.usable_cores(), on_progress=on_progress)
    _print(f"    {report.added:,} added, {report.changed:,} changed, {report.unchanged:,} were there already")
    if report.rejected:
        _print(f"    [yellow]warning:[/] {report.rejected:,} rejected, see: deepstyle data check {escape(data)}")
    if not shop.store.count():
        raise DataError(f"{data} has no item to serve.", remedy=f"See: deepstyle data check {data}")
    return own_variant(source)


def _encode(shop: Shop) -> None:
    _print(f"[bold]2/3[/] encoding with the model {escape(shop.settings.model)}, and finding what goes together")
    with show.progress("pictures") as progress:
        result = shop.encode(
            on_progress=show.counting(progress, "encoding"),
            on_suggest=show.counting(progress, "reading for suggestions", hidden=True),
            on_calibrate=show.counting(progress, "calibrating", hidden=True),
        )
    _print(f"    {result.encoded:,} encoded, {result.skipped:,} were there already, {len(result.failures):,} failed")
    _print(f"    {_suggestions(shop, result)}")


def _suggestions(shop: Shop, result: EncodeResult) -> str:
    """Those that encoding wrote; in place of another head's, which it leaves alone, those of the head in use."""
    try:
        suggestions = result.suggestions or shop.suggest()
    except FingerprintMismatchError as error:
        return f"no suggestions: {escape(str(error))}"
    return f"suggestions for {suggestions.mapping.items:,} items"


def _map(shop: Shop) -> None:
    """The map that the website shows; t-SNE where it is installed."""
    _print("[bold]3/3[/] placing the items on the map of the style space")
    with show.waiting("placing items"):
        points = shop.ensure_map()
    _print(f"    {len(points.item_ids):,} items placed by {points.method}" if points else "    no map: too few items")


def _print(text: str) -> None:
    """Print one line on stderr, unwrapped even on a narrow terminal, so that a command in it can be copied."""
    show.err.print(text, soft_wrap=True)
