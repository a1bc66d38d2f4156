"""``deepstyle item put``, ``item delete``, ``item show`` and ``item list``, while the server runs."""

import dataclasses
import shlex
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.colours import colour_name
from deepstyle.catalogue.item import MEASURED_FIELDS, SEEN_CATEGORY, Item, ItemFilter
from deepstyle.cli import show
from deepstyle.cli.filters import EVERYTHING, described, filtered
from deepstyle.cli.options import AsJson, StoreUrl
from deepstyle.cli.variants import Grouping, as_fields, in_words
from deepstyle.errors import UsageError
from deepstyle.files import write_atomic
from deepstyle.images.item_image import ItemImage
from deepstyle.report.answers import product_name
from deepstyle.shop import Shop
from deepstyle.store.sorting import Sort

app = typer.Typer(help="List items; add, replace, delete and show single ones.", no_args_is_help=True)

Values = Mapping[str, str | float]


@app.command("put")
@described
def put(
    item_id: Annotated[str, typer.Argument(help="The item's id.")],
    images: Annotated[
        list[Path] | None,
        typer.Option("--image", help="Its picture: JPEG, PNG, WebP, GIF, AVIF or HEIC; repeat it for several."),
    ] = None,
    values: Values = MappingProxyType({}),
    no_encode: Annotated[
        bool, typer.Option("--no-encode", help="Do not compute its vector; deepstyle encode will.")
    ] = False,
    store: StoreUrl = "",
) -> None:
    """Add an item, or change the given fields of one; encode its picture at once where the store is encoded.

    A new item needs --image. The pictures given replace all that it has. Running servers find it at once.

    Example: [bold]deepstyle item put 18695-11 --price 129 --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store) as shop:
        result = shop.put(item_id, images or (), encode=not no_encode, **values)
    encoded = f", {result.encoded} encoded" if result.encoded else ""
    show.out.print(f"{escape(item_id)} {result.change}{encoded}.")


@app.command("delete")
def delete(
    item_ids: Annotated[list[str], typer.Argument(metavar="ITEM_ID…", help="The items to delete.")],
    store: StoreUrl = "",
) -> None:
    """Delete items with their pictures and vectors; ids that do not exist are ignored.

    Example: [bold]deepstyle item delete 27760-43 28019-38 --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store) as shop:
        count = shop.delete(*item_ids)
    show.out.print(f"{count} deleted.")


@app.command("show")
def show_item(
    item_id: Annotated[str, typer.Argument(help="The item's id.")],
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the item's picture to this file.", dir_okay=False)
    ] = None,
    store: StoreUrl = "",
    as_json: AsJson = False,
) -> None:
    """Print everything that the store holds of an item.

    Example: [bold]deepstyle item show 18695-11 --save coat.jpg --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store, read_only=True) as shop:
        details = shop.details(item_id)
    if save:
        write_atomic(save, _picture_bytes(item_id, details.image))
    fields = {
        **_item_fields(details.item),
        "image": _image_fields(details.image),
        "images": details.images,
        "spaces": list(details.spaces),
    }
    if as_json:
        show.as_json(fields)
        return
    table = Table("Field", "Value", show_header=False)
    fields["dominant_colours"] = ", ".join(
        f"{colour_name(one.code)} {one.share:.0%}" for one in details.item.dominant_colours
    )
    for name, value in fields.items():
        if value not in ("", None, {}, []):
            table.add_row(name, escape(str(value)))
    show.out.print(table)


@app.command("list")
@filtered()
def list_items(
    where: ItemFilter = EVERYTHING,
    group_by: Grouping = "product",
    limit: Annotated[int, typer.Option(help="How many to print.", min=1, max=1000)] = 50,
    sort: Annotated[
        Sort, typer.Option(help="By id; lowest or highest price, or latest date first; or mixed, always the same.")
    ] = "id",
    after: Annotated[str, typer.Option(metavar="PLACE", help="Go on after the last page, which says where.")] = "",
    store: StoreUrl = "",
    as_json: AsJson = False,
) -> None:
    """List the products of the catalogue, each by its first item that matches the filters, with its variants.

    Example: [bold]deepstyle item list --semantic-category shoes --price-max 100 --limit 5 --store
    sqlite:///var/demo.db[/]
    """
    with Shop.open(store, read_only=True) as shop:
        page = shop.browse(where, limit=limit, after=after, group_by=group_by, sort=sort)
        variants = shop.variants(page.items, group_by) if group_by != "none" else {}
    if as_json:
        items = [{**_item_fields(item), "variants": as_fields(variants.get(item.item_id))} for item in page.items]
        show.as_json({"items": items, "total": page.total, "after": page.after})
        return
    table = Table("Product", "Price", "Variants")
    table.add_column("Item", style="dim", no_wrap=True)
    for item in page.items:
        price = "" if item.price is None else f"{item.price:.2f} {item.currency}"
        cells = (product_name(item), price, in_words(variants.get(item.item_id)), item.item_id)
        table.add_row(*map(escape, cells))
    show.out.print(table)
    more = f" Go on with --after {escape(shlex.quote(page.after))}." if page.after else ""
    show.out.print(f"{len(page.items):,} of {page.total:,}.{more}", soft_wrap=True)


def _item_fields(item: Item) -> dict[str, Any]:
    """The item's fields; its colours as a list with their names."""
    colour_fields = {field.name for field in MEASURED_FIELDS if field.name not in SEEN_CATEGORY}
    fields = {name: value for name, value in dataclasses.asdict(item).items() if name not in colour_fields}
    colours = [{"name": colour_name(one.code), **dataclasses.asdict(one)} for one in item.dominant_colours]
    return {**fields, "dominant_colours": colours}


def _picture_bytes(item_id: str, image: ItemImage | None) -> bytes:
    if image is None:
        raise UsageError(f"{item_id!r} has no picture.", remedy="Leave --save out.")
    return image.data


def _image_fields(image: ItemImage | None) -> dict[str, str | int] | None:
    if image is None:
        return None
    return {
        "media_type": image.media_type,
        "width_px": image.width_px,
        "height_px": image.height_px,
        "bytes": len(image.data),
        "sha256": image.sha256,
    }
