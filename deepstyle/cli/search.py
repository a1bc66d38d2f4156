"""``deepstyle similar`` and ``deepstyle search``: what looks like this item, or like this photo?"""

import dataclasses
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.item import ItemFilter
from deepstyle.cli import show
from deepstyle.cli.filters import EVERYTHING, filtered
from deepstyle.cli.options import (
    AsJson,
    CategoryVote,
    Model,
    Order,
    QueryExpansion,
    Save,
    ServingPrecision,
    SeveralCrops,
    StoreUrl,
)
from deepstyle.cli.variants import Grouping, as_fields, in_words
from deepstyle.errors import UsageError
from deepstyle.files import write_atomic
from deepstyle.report.answers import (
    headline,
    item_tile,
    photo_tile,
    product_name,
    render_matches,
    similarity_percent,
)
from deepstyle.shop import SearchAnswer, Shop
from deepstyle.style.calibration.decision import band_of
from deepstyle.style.colour_choice import measures_similarity, split_choice
from deepstyle.style.search import Crop

COLOUR: Final = (
    "Or how the query's colour counts: match (as the model weighs it), ignore, or #rrggbb (this colour instead)."
)
K = Annotated[int, typer.Option("-k", help="How many products to find.", min=1, max=1000)]


@filtered(about={"colour": COLOUR})
def similar(
    item_id: Annotated[str, typer.Argument(metavar="ITEM", help="An item's id.")],
    k: K = 10,
    where: ItemFilter = EVERYTHING,
    group_by: Grouping = "product",
    sort: Order = "best",
    category_vote: CategoryVote = None,
    query_expansion: QueryExpansion = None,
    store: StoreUrl = "",
    as_json: AsJson = False,
    save: Save = None,
) -> None:
    """Find the products that look most like ITEM, without its own.

    A result is a product: its variant that looks most like ITEM and matches the filters. With --group-by colour, ITEM's
    product in other colours is among them; with none, every other item may be.

    Similarity is the cosine of the two style vectors; 100 % is the same picture. Products of ITEM's own category rank
    higher than their similarity alone would place them, unless --no-category-vote. Same type is the calibrated
    probability that the product is of ITEM's type; see `deepstyle calibrate bands`.

    Example: [bold]deepstyle similar 18695-11 -k 5 --colour black --save similar.png --store sqlite:///var/demo.db[/]
    """
    where, colour = split_choice(where)
    with Shop.open(store, read_only=True) as shop:
        by = shop.reranking(category_vote, query_expansion)
        answer = shop.similar(item_id, k=k, where=where, colour=colour, by=by, group_by=group_by, sort=sort)
        item = shop.item(item_id)
        if save:
            query = item_tile(shop.store, item, "query", title=headline(item))
            write_atomic(save, render_matches(shop.store, query, answer.matches))
    query_fields = {"item_id": item_id, "title": product_name(item)}
    _print_json(query_fields, answer) if as_json else _print(headline(item), answer, save, colour)


@filtered(about={"colour": COLOUR})
def search(
    photo: Annotated[Path, typer.Argument(help="A JPEG, PNG, WebP, GIF, AVIF or HEIC.", exists=True, dir_okay=False)],
    k: K = 10,
    where: ItemFilter = EVERYTHING,
    group_by: Grouping = "product",
    sort: Order = "best",
    crop: Annotated[
        str, typer.Option(metavar="X,Y,W,H", help="Search with this part of the photo only, in fractions of its sides.")
    ] = "",
    category_vote: CategoryVote = None,
    query_expansion: QueryExpansion = None,
    several_crops: SeveralCrops = None,
    store: StoreUrl = "",
    model: Model = "",
    precision: ServingPrecision = None,
    as_json: AsJson = False,
    save: Save = None,
) -> None:
    """Find the products that look most like the garment in PHOTO.

    Similarity is the cosine of the two style vectors; 100 % is the same picture. The nearest products vote on what
    PHOTO shows, and those of that category rank higher than their similarity alone would place them. Same type is the
    calibrated probability that the product is of the type that PHOTO shows; see `deepstyle calibrate bands`.

    Example: [bold]deepstyle item show 21063-27 --save loafers.jpg --store sqlite:///var/demo.db[/]

    Example: [bold]deepstyle search loafers.jpg --semantic-category shoes --save found.png --store
    sqlite:///var/demo.db[/]
    """
    box, (where, colour) = _crop(crop), split_choice(where)
    with Shop.open(store, model=model, precision=precision, read_only=True) as shop:
        by = shop.reranking(category_vote, query_expansion)
        answer = shop.search_photo(
            photo,
            k=k,
            where=where,
            crop=box,
            colour=colour,
            several_crops=several_crops,
            by=by,
            group_by=group_by,
            sort=sort,
        )
        if save:
            write_atomic(save, render_matches(shop.store, photo_tile(photo, "query"), answer.matches))
    _print_json({"photo": str(photo)}, answer) if as_json else _print(f"{photo.name} || photo", answer, save, colour)


def _print_json(query: dict[str, str], answer: SearchAnswer) -> None:
    results = [
        {**dataclasses.asdict(dataclasses.replace(match, variants=None)), "variants": as_fields(match.variants)}
        for match in answer.matches
    ]
    verdict = {"calibrated": answer.calibrated, "is_good_match": answer.is_good_match}
    show.as_json({"query": query, "results": results, **verdict})


def _print(title: str, answer: SearchAnswer, save: Path | None, colour: str) -> None:
    show.out.print(f"[bold]{escape(title)}[/]")
    if not answer.matches:
        show.out.print("Nothing matches.")
    else:
        show.out.print(_table(answer))
    if answer.matches and answer.is_good_match is False:
        show.out.print("[yellow]No good match:[/] the catalogue does not seem to sell this type.")
    if answer.matches and not answer.calibrated:
        show.out.print(f"[dim]{_why_uncalibrated(colour)}[/]")
    if save:
        show.out.print(f"The picture is in {escape(str(save))}.")


def _why_uncalibrated(colour: str) -> str:
    nothing = "nothing is said about the type of the results"
    if measures_similarity(colour):
        return f"This catalogue is not calibrated, so {nothing}; `deepstyle calibrate bands` says why."
    return f"With --colour {escape(colour)} similarities are of another scale, so {nothing}."


def _table(answer: SearchAnswer) -> Table:
    table = Table("Product")
    table.add_column("Similarity score", justify="right")
    if answer.calibrated:
        table.add_column("Same type")
    has_variants = any(map(in_words, (match.variants for match in answer.matches)))
    if has_variants:
        table.add_column("Variants")
    table.add_column("Item", style="dim", no_wrap=True)
    for match in answer.matches:
        name, score = product_name(match.item), similarity_percent(match.similarity)
        said = [_same_type(match.same_type_probability)] if answer.calibrated else []
        said += [escape(in_words(match.variants))] if has_variants else []
        table.add_row(escape(name), score, *said, escape(match.item.item_id))
    return table


def _same_type(probability: float | None) -> str:
    return "" if probability is None else f"{band_of(probability).code.replace('_', ' ')} ({probability:.0%})"


def _crop(text: str) -> Crop | None:
    if not text:
        return None
    try:
        x, y, width, height = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            f"--crop {text} is not four numbers.", remedy="Write --crop X,Y,W,H, e.g. 0.25,0,0.5,1."
        ) from None
    return Crop(x, y, width, height)
