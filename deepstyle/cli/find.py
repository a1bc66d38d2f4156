"""``deepstyle find``: products by words, beside a photo or an item where one is given."""

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.item import ItemFilter
from deepstyle.cli import show
from deepstyle.cli.filters import EVERYTHING, filtered
from deepstyle.cli.options import AsJson, Model, Order, ServingPrecision, StoreUrl
from deepstyle.cli.variants import Grouping, as_fields, in_words
from deepstyle.report.answers import product_name, similarity_percent
from deepstyle.report.notices import sentence
from deepstyle.search.plan import Found
from deepstyle.search.query import Query
from deepstyle.shop import Shop
from deepstyle.style.colour_choice import split_choice

Photo = Annotated[
    Path | None,
    typer.Option(help="Start from this photo; the words say what should be different.", exists=True, dir_okay=False),
]
ColourPhoto = Annotated[Path | None, typer.Option(help="Take the colour of this photo.", exists=True, dir_okay=False)]
Like = Annotated[list[str] | None, typer.Option(metavar="ITEM", help="Start from this item; may be repeated.")]
Unlike = Annotated[list[str] | None, typer.Option(metavar="ITEM", help="Keep away from this item; may be repeated.")]
Literal = Annotated[
    list[str] | None, typer.Option(metavar="WORDS", help="Take these of the words as words, not as a condition.")
]
Explain = Annotated[bool, typer.Option("--explain", help="Show the stages of the search and how long each took.")]


@filtered()
def find(
    words: Annotated[str, typer.Argument(metavar="[TEXT]", help="What to find, in English or German.")] = "",
    image: Photo = None,
    colour_image: ColourPhoto = None,
    like: Like = None,
    unlike: Unlike = None,
    literal: Literal = None,
    k: Annotated[int, typer.Option("-k", help="How many products to find.", min=1, max=1000)] = 10,
    where: ItemFilter = EVERYTHING,
    group_by: Grouping = "product",
    sort: Order = "best",
    explain: Explain = False,
    store: StoreUrl = "",
    model: Model = "",
    precision: ServingPrecision = None,
    as_json: AsJson = False,
) -> None:
    """Find products by words: type, colour, brand, wearer, size, material and price, typos and synonyms included.

    What was recognised as a condition is shown; --literal WORDS searches for it as words instead. With --image or
    --like the words change what is given: "but red", "in leather", "cheaper", "without the print".

    Example: [bold]deepstyle find "red dress under 150 €" --store sqlite:///var/demo.db[/]

    Example: [bold]deepstyle find "but black" --like 18695-11 --explain --store sqlite:///var/demo.db[/]
    """
    where, colour = split_choice(where)
    with Shop.open(store, model=model, precision=precision, read_only=True) as shop:
        photo = shop.embed_photo(image) if image else None
        query = Query(
            words,
            vectors=(photo.embeddings[0],) if photo else (),
            like=tuple(like or ()),
            unlike=tuple(unlike or ()),
            colour_from=shop.embed_photo(colour_image).embeddings[0] if colour_image else None,
            colour=colour,
            literal=tuple(literal or ()),
            where=where,
            by=shop.reranking(),
            group_by=group_by,
            k=k,
            sort=sort,
            picture_print=photo.prints[0] if photo else "",
        )
        found = shop.search(query)
    _print_json(query, found) if as_json else _print(query, found, explain=explain)


def _print_json(query: Query, found: Found) -> None:
    results = [
        {
            "rank": match.rank,
            "similarity": match.similarity if query.has_picture else None,
            "item": dataclasses.asdict(match.item),
            "variants": as_fields(match.variants),
        }
        for match in found.matches
    ]
    show.as_json(
        {
            "query": {"text": query.text, "like": list(query.like), "unlike": list(query.unlike)},
            "recognised": [dataclasses.asdict(one) for one in found.understood.recognised],
            "changes": [dataclasses.asdict(one) for one in found.understood.changes],
            "notices": [dataclasses.asdict(one) for one in found.notices],
            "total": found.total,
            "results": results,
            "stages": [dataclasses.asdict(one) for one in found.stages],
        }
    )


def _print(query: Query, found: Found, *, explain: bool) -> None:
    recognised: list[Any] = [f"{one.name}: {one.value}" for one in found.understood.recognised]
    recognised += [f"{one.name} {one.direction} {one.value}".strip() for one in found.understood.changes]
    if recognised:
        show.out.print(f"[dim]Understood: {escape(', '.join(map(str, recognised)))}[/]")
    for notice in found.notices:
        show.out.print(f"[yellow]{escape(sentence(notice))}[/]")
    if found.matches:
        show.out.print(_table(query, found))
    if explain:
        for stage in found.stages:
            figures = f"{stage.milliseconds:9.1f} ms {stage.items:6} items"
            show.out.print(f"[dim]{stage.name:12}{figures}  {escape(stage.detail)}[/]")


def _table(query: Query, found: Found) -> Table:
    table = Table("Product")
    if query.has_picture:
        table.add_column("Similarity score", justify="right")
    table.add_column("Variants")
    table.add_column("Item", style="dim", no_wrap=True)
    for match in found.matches:
        score = [similarity_percent(match.similarity)] if query.has_picture else []
        row = (escape(product_name(match.item)), *score, escape(in_words(match.variants)), escape(match.item.item_id))
        table.add_row(*row)
    return table
