"""``deepstyle shop-the-look``: every garment of a photo searched for, and a cart for all of them."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.options import AsJson, Model, ServingPrecision, StoreUrl
from deepstyle.cli.variants import as_fields
from deepstyle.looks.cart import Cart
from deepstyle.looks.garment import Garment, Garments
from deepstyle.looks.shop_look import LookPart, LookRow
from deepstyle.report.answers import product_name, similarity_percent
from deepstyle.shop import Shop

_MISSING: Final = {
    "none_in_stock": "none is in stock with a price",
    "over_budget": "the budget does not reach",
}


def shop_the_look(
    photo: Annotated[Path, typer.Argument(help="A JPEG, PNG, WebP, GIF, AVIF or HEIC.", exists=True, dir_okay=False)],
    budget: Annotated[float | None, typer.Option(help="What the cart costs at most.")] = None,
    currency: Annotated[str, typer.Option(help="The currency of all prices (default: that of most prices).")] = "",
    gender: Annotated[str, typer.Option(help="Who wears it, such as women (default: whom it fits best).")] = "",
    k: Annotated[int, typer.Option("-k", help="How many products for each garment.", min=1, max=100)] = 5,
    store: StoreUrl = "",
    model: Model = "",
    precision: ServingPrecision = None,
    as_json: AsJson = False,
) -> None:
    """Find the products of the look that is worn in PHOTO, garment by garment, and put one of each into a cart.

    What is in the cart is in stock and worn by the same people, has prices in one currency, and costs together at most
    --budget. Of all such carts it is the one whose products look most like the garments. Nothing about the person is
    stored.

    Example: [bold]deepstyle item show 21063-27 --save loafers.jpg --store sqlite:///var/demo.db[/]

    Example: [bold]deepstyle shop-the-look loafers.jpg --budget 200 --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store, model=model, precision=precision, read_only=True) as shop:
        parts = shop.shop_the_look(photo, budget=budget, currency=currency, gender=gender, k=k)
        if as_json:
            show.as_json(_fields(photo, list(parts)))
            return
        worn: Sequence[Garment] = ()
        for part in parts:
            worn = part.garments if isinstance(part, Garments) else worn
            _print(part, worn)


def _print(part: LookPart, worn: Sequence[Garment]) -> None:
    if isinstance(part, Garments):
        names = ", ".join(garment.semantic_category for garment in part.garments)
        show.out.print(escape(f"Worn: {names}") if names else "Nothing that a shop sells was found in the photo.")
    elif isinstance(part, LookRow):
        show.out.print(_row_table(part, worn[part.garment]))
        if part.matches and part.is_good_match is False:
            show.out.print("[yellow]No good match:[/] the catalogue does not seem to sell this type.")
    elif part.pieces:
        show.out.print(_cart_table(part, worn))


def _row_table(row: LookRow, garment: Garment) -> Table:
    table = Table(escape(garment.semantic_category.capitalize()))
    table.add_column("Similarity score", justify="right")
    table.add_column("Price", justify="right")
    table.add_column("Item", style="dim", no_wrap=True)
    for match in row.matches:
        item, score = match.item, similarity_percent(match.similarity)
        table.add_row(escape(product_name(item)), score, _price(item.price, item.currency), escape(item.item_id))
    return table


def _cart_table(cart: Cart, worn: Sequence[Garment]) -> Table:
    table = Table("Cart", "Product", show_footer=True)
    table.columns[1].footer = "Total"
    table.add_column("Price", justify="right", footer=_price(cart.total, cart.currency))
    table.add_column("Item", style="dim", no_wrap=True)
    for piece in cart.pieces:
        category = escape(worn[piece.garment].semantic_category)
        if piece.item:
            price = _price(piece.item.price, cart.currency)
            table.add_row(category, escape(product_name(piece.item)), price, escape(piece.item.item_id))
        else:
            table.add_row(category, f"[yellow]{_MISSING[piece.missing or 'none_in_stock']}[/]", "", "")
    return table


def _price(price: float | None, currency: str) -> str:
    return "" if price is None else escape(f"{price:.2f} {currency}".strip())


def _fields(photo: Path, parts: Sequence[LookPart]) -> dict[str, Any]:
    found: dict[str, Any] = {"photo": str(photo), "rows": []}
    for part in parts:
        if isinstance(part, Garments):
            found["garments"] = [_garment(garment) for garment in part.garments]
            found["people"] = part.people
        elif isinstance(part, LookRow):
            found["rows"].append(_row(part))
        else:
            found["cart"] = dataclasses.asdict(part)
    return found


def _garment(garment: Garment) -> dict[str, Any]:
    box = garment.box
    return {
        "semantic_category": garment.semantic_category,
        "box": [box.x, box.y, box.width, box.height],
        "score": garment.score,
    }


def _row(row: LookRow) -> dict[str, Any]:
    matches = [
        {**dataclasses.asdict(dataclasses.replace(match, variants=None)), "variants": as_fields(match.variants)}
        for match in row.matches
    ]
    return {
        "garment": row.garment,
        "results": matches,
        "calibrated": row.calibrated,
        "is_good_match": row.is_good_match,
    }
