"""``deepstyle looks``: whole looks, listed, shown, compared, written and imported."""

import dataclasses
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.looks import LookSource
from deepstyle.cli import show
from deepstyle.cli.options import AsJson, StoreUrl
from deepstyle.looks.known_looks import LookImport, ShownLook
from deepstyle.report.answers import product_name, similarity_percent
from deepstyle.shop import Shop

app = typer.Typer(help="Whole looks: list, compare, add and import them.", no_args_is_help=True)

SHOWN_REJECTIONS: Final = 20
LookId = Annotated[str, typer.Argument(metavar="LOOK", help="A look's id.")]


@app.command("list")
def list_looks(
    item: Annotated[str, typer.Option(metavar="ITEM", help="Only looks in which this item is worn.")] = "",
    source: Annotated[LookSource | None, typer.Option(help="Only looks of this source.")] = None,
    limit: Annotated[int, typer.Option(help="How many.", min=1, max=1000)] = 20,
    after: Annotated[str, typer.Option(metavar="LOOK", help="Only those after this id.")] = "",
    store: StoreUrl = "",
    as_json: AsJson = False,
) -> None:
    """List looks by id: the catalogue's outfits, editorial looks and completed ones; where is an item worn?

    Example: [bold]deepstyle looks list --item 18695-11 --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store, read_only=True) as shop:
        page = shop.looks(item_id=item, source=source or "", limit=limit, after=after)
        found = shop.shown(page.looks)
    if as_json:
        show.as_json({"looks": [_fields(one) for one in found], "total": page.total, "after": page.after})
        return
    show.out.print(_table(found))
    more = f"; --after {escape(page.after)} shows more" if page.after else ""
    show.out.print(f"{len(found):,} of {page.total:,} looks{more}.")


@app.command("show")
def show_look(look_id: LookId, store: StoreUrl = "", as_json: AsJson = False) -> None:
    """Show a look with those of its items that exist.

    Example: [bold]deepstyle looks put 18695-11 21063-27 --id autumn --store sqlite:///var/demo.db[/]

    Example: [bold]deepstyle looks show autumn --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store, read_only=True) as shop:
        found = shop.look(look_id)
    if as_json:
        show.as_json(_fields(found))
        return
    table = Table("Product", title=escape(found.look.title or look_id))
    table.add_column("Item", style="dim", no_wrap=True)
    for item in found.items:
        table.add_row(escape(product_name(item)), escape(item.item_id))
    show.out.print(table)
    if found.gone:
        show.out.print(f"Not in the catalogue any more: {escape(', '.join(found.gone))}")


@app.command("similar")
def similar(
    look_id: LookId,
    k: Annotated[int, typer.Option("-k", help="How many looks.", min=1, max=100)] = 10,
    store: StoreUrl = "",
    as_json: AsJson = False,
) -> None:
    """Find the looks whose pieces look most like those of LOOK, each compared with pieces of its own kind.

    Example: [bold]deepstyle looks put 18695-11 21063-27 --id autumn --store sqlite:///var/demo.db[/]

    Example: [bold]deepstyle looks similar autumn -k 3 --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store, read_only=True) as shop:
        found = shop.similar_looks(look_id, k=k)
        looks = shop.shown([match.look for match in found])
    pairs = list(zip(found, looks, strict=True))
    if as_json:
        results = [{"rank": one.rank, "similarity": one.similarity, **_fields(look)} for one, look in pairs]
        show.as_json({"query": look_id, "results": results})
        return
    table = Table("Look", "Similarity score", "Products")
    for one, look in pairs:
        table.add_row(escape(_name(look)), similarity_percent(one.similarity), escape(_products(look)))
    show.out.print(table)


@app.command("put")
def put(
    item_ids: Annotated[list[str], typer.Argument(metavar="ITEM…", help="The items that are worn together.")],
    look_id: Annotated[str, typer.Option("--id", help="The look's id; one that exists is replaced.")] = "",
    title: Annotated[str, typer.Option(help="What it is called.")] = "",
    source: Annotated[LookSource, typer.Option(help="Where it comes from.")] = "editorial",
    store: StoreUrl = "",
) -> None:
    """Add a look of items that exist, or replace one.

    Example: [bold]deepstyle looks put 18695-11 21063-27 --id autumn --title "A walk in autumn" --store
    sqlite:///var/demo.db[/]
    """
    with Shop.open(store) as shop:
        look = shop.put_look(item_ids, look_id=look_id, title=title, source=source)
    show.out.print(f"The look {escape(look.look_id)} has {len(look.item_ids)} items.")


@app.command("delete")
def delete(
    look_ids: Annotated[list[str], typer.Argument(metavar="LOOK…", help="The looks to delete.")], store: StoreUrl = ""
) -> None:
    """Delete looks, and none of their items; ids that do not exist are ignored.

    Example: [bold]deepstyle looks delete autumn --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store) as shop:
        count = shop.delete_looks(*look_ids)
    show.out.print(f"{count} deleted.")


@app.command("import")
def import_looks(
    feed: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or JSON Lines file of looks.", exists=True)],
    encoding: Annotated[str, typer.Option(help="The encoding of a text without a byte order mark.")] = "utf-8",
    store: StoreUrl = "",
    as_json: AsJson = False,
) -> None:
    """Import editorial looks: a row has look_id, items (ids with | between them, or a list), title and source.

    A look that exists is replaced. A row that cannot be used is rejected and stops nothing; so is a look of which no
    two items exist. Importing a catalogue with outfits writes these as looks too.

    Example: [bold]echo '{"look_id": "autumn", "items": ["18695-11", "21063-27"]}' > looks.jsonl[/]

    Example: [bold]deepstyle looks import looks.jsonl --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store) as shop:
        report = shop.import_looks(feed, encoding=encoding)
    if as_json:
        show.as_json(dataclasses.asdict(report))
    else:
        _print_import(report)


def _print_import(report: LookImport) -> None:
    show.out.print(
        f"[bold]{report.accepted:,}[/] accepted ({report.changed:,} new or changed · {report.with_gone:,} with items "
        f"that do not exist) · [bold]{report.rejected:,}[/] rejected"
    )
    if report.rejections:
        table = Table("File", "Line", "Look", "Code", "Why", "Remedy", title="Rejected")
        for row in report.rejections[:SHOWN_REJECTIONS]:
            cells = (row.file, str(row.line or ""), row.item_id, row.code, row.message, row.remedy)
            table.add_row(*map(escape, cells))
        show.out.print(table)


def _table(looks: list[ShownLook]) -> Table:
    table = Table("Look", "Source", "Products")
    table.add_column("Gone", justify="right")
    for one in looks:
        table.add_row(escape(_name(one)), one.look.source, escape(_products(one)), str(len(one.gone) or ""))
    return table


def _name(one: ShownLook) -> str:
    return f"{one.look.title} ({one.look.look_id})" if one.look.title else one.look.look_id


def _products(one: ShownLook) -> str:
    return "\n".join(f"{product_name(item)} ({item.item_id})" for item in one.items)


def _fields(one: ShownLook) -> dict[str, Any]:
    items = [dataclasses.asdict(item) for item in one.items]
    return {**dataclasses.asdict(one.look), "items": items, "gone": list(one.gone)}
