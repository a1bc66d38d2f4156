"""``deepstyle similar`` and ``deepstyle search``: what looks like this item, or like this photo?"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.catalogue.rows import read_file
from deepstyle.cli import show
from deepstyle.cli.filters import filtered
from deepstyle.errors import ImageError, UsageError
from deepstyle.files import write_atomic
from deepstyle.images.pixels import Rgb, decode
from deepstyle.report.sheet import Tile, render_sheet
from deepstyle.settings import Precision, Settings
from deepstyle.store import Store, open_store
from deepstyle.store.url import without_password
from deepstyle.style.encode import STYLE_SPACE
from deepstyle.style.encoder import Encoder
from deepstyle.style.search import Crop, Match, search_photo, serving_model, similar_items

SHEET_PICTURE_PX = 600
EVERYTHING = ItemFilter()

K = Annotated[int, typer.Option("-k", help="How many products to find.", min=1, max=1000)]
StoreUrl = Annotated[str, typer.Option("--store", help="The store's URL (default: DEEPSTYLE_STORE).")]
Model = Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, ...")]
ModelPrecision = Annotated[Precision | None, typer.Option(help="auto: as the store was encoded.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Save = Annotated[Path | None, typer.Option(metavar="GRID.png", help="Write the result as a picture, too.")]


@filtered()
def similar(
    item_id: Annotated[str, typer.Argument(metavar="ITEM", help="An item's id.")],
    k: K = 10,
    where: ItemFilter = EVERYTHING,
    store: StoreUrl = "",
    as_json: AsJson = False,
    save: Save = None,
) -> None:
    """Find the products that look most like ITEM.

    Similarity is the cosine of the two style vectors: 100 % is the same picture.

    Example: [bold]deepstyle similar 41085800-02 -k 5 --colour black --save similar.png[/]
    """
    with open_store(store or Settings().store, read_only=True) as opened:
        space = opened.meta(STYLE_SPACE)
        if space is None:
            raise UsageError(f"{without_password(opened.url)} has no vectors yet.", remedy="Run `deepstyle encode`.")
        matches = similar_items(opened, space, item_id, k=k, where=where)
        item = opened.get([item_id])[item_id]
        if save:
            write_atomic(save, _sheet(opened, _stored_picture(opened, item_id), headline(item), matches))
    _tell({"item_id": item_id, "title": product(item)}, headline(item), matches, as_json, save)


@filtered()
def search(
    photo: Annotated[Path, typer.Argument(help="A JPEG, PNG, WebP or GIF.", exists=True, dir_okay=False)],
    k: K = 10,
    where: ItemFilter = EVERYTHING,
    crop: Annotated[
        str, typer.Option(metavar="X,Y,W,H", help="Search with this part of the photo only, in fractions of its sides.")
    ] = "",
    store: StoreUrl = "",
    model: Model = "",
    precision: ModelPrecision = None,
    as_json: AsJson = False,
    save: Save = None,
) -> None:
    """Find the products that look most like the garment in PHOTO.

    Similarity is the cosine of the two style vectors: 100 % is the same picture.

    Example: [bold]deepstyle search boots.jpg --semantic-category shoes --save found.png[/]
    """
    box = _crop(crop)
    data = read_file(photo)
    settings = Settings()
    with open_store(store or settings.store, read_only=True) as opened:
        folder = serving_model(opened, model or settings.model, settings.cache_dir, precision or settings.precision)
        encoder = Encoder.open(folder)
        try:
            matches = search_photo(opened, encoder, data, k=k, where=where, crop=box)
        except ImageError as error:
            raise type(error)(f"{photo}: {error.message}", remedy=error.remedy) from error
        if save:
            write_atomic(save, _sheet(opened, decode(data, min_side_px=SHEET_PICTURE_PX), photo.name, matches))
    _tell({"photo": str(photo)}, f"{photo.name} || photo", matches, as_json, save)


def headline(item: Item) -> str:
    """What was asked for: brand || semantic category, or what is known of them."""
    parts = item.brand or item.title or item.item_id, item.semantic_category or item.category
    return " || ".join(part for part in parts if part)


def product(item: Item) -> str:
    """An item's name: its title, or brand and category, or its id."""
    return item.title or " ".join(part for part in (item.brand, item.category) if part) or item.item_id


def _tell(query: dict[str, str], title: str, matches: Sequence[Match], as_json: bool, save: Path | None) -> None:
    if as_json:
        show.as_json({"query": query, "results": [dataclasses.asdict(match) for match in matches]})
        return
    show.out.print(f"[bold]{escape(title)}[/]")
    if not matches:
        show.out.print("Nothing matches.")
    else:
        table = Table("Product")
        table.add_column("Similarity score", justify="right")
        table.add_column("Item", style="dim", no_wrap=True)
        for match in matches:
            table.add_row(escape(product(match.item)), _percent(match.similarity), escape(match.item.item_id))
        show.out.print(table)
    if save:
        show.out.print(f"The picture is in {escape(str(save))}.")


def _percent(similarity: float) -> str:
    return f"{100 * similarity:.2f}%"


def _sheet(store: Store, picture: Rgb | None, title: str, matches: Sequence[Match]) -> bytes:
    found = [
        Tile(_stored_picture(store, match.item.item_id), product(match.item), f"{_percent(match.similarity)} similar")
        for match in matches
    ]
    return render_sheet(Tile(picture, title, "query"), found)


def _stored_picture(store: Store, item_id: str) -> Rgb | None:
    image = store.image(item_id)
    return decode(image.data, min_side_px=SHEET_PICTURE_PX) if image else None


def _crop(told: str) -> Crop | None:
    if not told:
        return None
    try:
        x, y, width, height = (float(part) for part in told.split(","))
    except ValueError:
        raise UsageError(
            f"--crop {told} is not four numbers.", remedy="Write --crop X,Y,W,H, e.g. 0.25,0,0.5,1."
        ) from None
    return Crop(x, y, width, height)
