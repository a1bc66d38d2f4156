"""``deepstyle data duplicates``: which products share a picture?"""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.item import Item
from deepstyle.cli import show
from deepstyle.cli.options import AsJson, StoreUrl
from deepstyle.report.answers import product_name
from deepstyle.shop import Shop
from deepstyle.style.duplicates import Duplicate, DuplicateReport, find_duplicates
from deepstyle.style.encode import STYLE_SPACE


def duplicates(
    store: StoreUrl = "",
    shown: Annotated[int, typer.Option(help="How many pairs to print; --json has all.", min=1)] = 50,
    as_json: AsJson = False,
) -> None:
    """Report the different products of the store that have the same picture, or nearly the same.

    Variants of one product may share pictures. Copies in another size or compression are found, mirrored pictures and
    other views are not. Where several products have the very same file, each is paired with the first. Once the store
    is encoded, the style vectors confirm each pair.

    Example: [bold]deepstyle data duplicates --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store, read_only=True) as shop, show.progress("items") as bar:
        space = shop.store.meta(STYLE_SPACE) or ""
        report = find_duplicates(shop.store, space, on_progress=show.counting(bar, "reading"))
    show.as_json(_fields(report)) if as_json else _print(report, shown)


def _fields(report: DuplicateReport) -> dict[str, Any]:
    pairs = [{**asdict(pair), "first": _named(pair.first), "second": _named(pair.second)} for pair in report.pairs]
    return {"pictures": report.pictures, "is_complete": report.is_complete, "pairs": pairs}


def _named(item: Item) -> dict[str, str]:
    return {"item_id": item.item_id, "model_id": item.model_id, "title": item.title}


def _print(report: DuplicateReport, shown: int) -> None:
    count = f"{len(report.pairs):,}" if report.is_complete else f"over {len(report.pairs):,}"
    show.out.print(f"{report.pictures:,} different pictures, [bold]{count}[/] pairs of products that share one.")
    if not report.pairs:
        return
    table = Table("First", "Second", "Pictures")
    for pair in report.pairs[:shown]:
        table.add_row(escape(_label(pair.first)), escape(_label(pair.second)), _how(pair))
    show.out.print(table)
    if len(report.pairs) > shown:
        show.out.print(f"{len(report.pairs) - shown:,} more; --shown N or --json prints them.")


def _label(item: Item) -> str:
    product = f", product {item.model_id}" if item.model_id else ""
    return f"{product_name(item)} ({item.item_id}{product})"


def _how(pair: Duplicate) -> str:
    if pair.is_identical:
        return "the same file"
    alike = "" if pair.similarity is None else f", {pair.similarity:.0%} similar"
    return f"{pair.distance} of 64 bits differ{alike}"
