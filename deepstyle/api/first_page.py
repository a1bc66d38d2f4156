"""How a page holds its first answers: as data that no browser executes, with the pictures that it shows first.

``web/scripts/pages.mjs`` builds one file for each kind of page, with a place for the answers and a place for the
pictures, and with the page as it looks before the answers (its *shell*), which the pictures are put into.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pydantic import BaseModel
from starlette.datastructures import QueryParams

from deepstyle.api.first_answers import FirstAnswer
from deepstyle.api.models import ItemPage, Product, ProductDetails, SearchResults, SimilarItems
from deepstyle.api.outfit_models import CompatibleItems, CompletedOutfits
from deepstyle.api.page_meta import MARK, json_in_html
from deepstyle.api.site_pages import Place
from deepstyle.compatibility.wardrobe import SLOTS
from deepstyle.plain import plain_html

FOLDER: Final = "pages"
ANSWERS_PLACE, LINKS_PLACE = "<!-- first answers -->", "<!-- first pictures -->"
SHOWN: Final = 4
"""What the smallest screen shows of a grid. The scripts come next, as no page can be used before them."""
WIDTHS: Final = (160, 320, 640)
CARD_SIZES: Final = "(width >= 48rem) 12rem, calc(50vw - 1.5rem)"
QUERY_SIZES: Final = "(width >= 64rem) 16rem, 7rem"
PIECE_SIZES: Final = "(width >= 64rem) 20rem, 60vw"
LARGE_SIZES: Final = "(width >= 80rem) 32rem, (width >= 48rem) 45vw, 92vw"
"""As the website's own ``sizes``: a browser then chooses the same file of each picture, and loads it once."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of ``product`` that is shown at ``sizes``."""

    product: Product
    sizes: str
    position: int = 0

    @property
    def attributes(self) -> tuple[str, str]:
        """``srcset`` and ``sizes``, escaped."""
        which = f"picture={self.position}&" if self.position else ""
        address = f"{self.product.image_url}?{which}"
        srcset = ", ".join(f"{address}w={width}&fit=card {width}w" for width in WIDTHS)
        return plain_html(srcset), plain_html(self.sizes)


def file_of(place: Place, query: QueryParams) -> str:
    """The name of the page's file, below the website's folder."""
    return f"{FOLDER}/{_kind(place, query)}.html"


def _kind(place: Place, query: QueryParams) -> str:
    if place.page == "/":
        return next((name for name in ("like", "with", "photo", "text") if query.get(name)), "start")
    if place.page == "/studio":
        return "outfit" if "item" in query or "photo" in query else "studio"
    return place.page.split("/")[1]


def with_first(page: str, place: Place, answers: Sequence[FirstAnswer[BaseModel]]) -> str:
    """The ``page`` at ``place`` with the answers in it; addresses in these begin with the path prefix already."""
    own = {"/": QUERY_SIZES, "/item/{item_id}": LARGE_SIZES}.get(place.page, PIECE_SIZES)
    found = [picture for one in answers for picture in _pictures(one.answer, own)]
    pictures = list({(one.product.item_id, one.sizes): one for one in found}.values())  # a piece is an answer, too
    pictures.sort(key=lambda one: _place(one.product) if one.sizes == PIECE_SIZES else 0)
    links = "\n    ".join(map(_link, pictures))
    shown = f'<template id="first-pictures">{"".join(map(_image, pictures))}</template>' if pictures else ""
    return page.replace(LINKS_PLACE, links, 1).replace(ANSWERS_PLACE, shown + "".join(map(_script, answers)), 1)


def _pictures(answer: BaseModel, own: str) -> list[Picture]:
    """The pictures of an answer, in the order in which the page shows them; ``own`` are the sizes of its one item."""
    match answer:
        case ProductDetails():
            return [Picture(answer, own)]
        case ItemPage():
            return [Picture(item, CARD_SIZES) for item in answer.items[:SHOWN]]
        case SearchResults() | SimilarItems():
            return [Picture(one.item, CARD_SIZES, one.picture) for one in answer.results[:SHOWN]]
        case CompatibleItems():
            found = (one.item for category in answer.categories for one in category.results)
            return [Picture(item, CARD_SIZES) for item in islice(found, SHOWN)]
        case CompletedOutfits() if answer.outfits:
            found = (piece.item for piece in answer.outfits[0].pieces if piece.item)
            return [Picture(item, PIECE_SIZES) for item in found]
    return []


def _place(item: Product) -> int:
    """Of a piece, from head to toe, as the studio lays them out."""
    return SLOTS.index(item.semantic_category) if item.semantic_category in SLOTS else len(SLOTS)


def _link(picture: Picture) -> str:
    srcset, sizes = picture.attributes
    start = f'<link rel="preload" as="image" imagesrcset="{srcset}" imagesizes="{sizes}"'
    return f'{start} fetchpriority="high" {MARK}>'


def _image(picture: Picture) -> str:
    srcset, sizes = picture.attributes
    category = plain_html(picture.product.semantic_category)
    return f'<img sizes="{sizes}" srcset="{srcset}" width="320" height="400" alt="" data-category="{category}">'


def _script(first: FirstAnswer[BaseModel]) -> str:
    path, query = plain_html(first.path), plain_html(json.dumps(first.query))
    data = json_in_html(first.answer.model_dump(mode="json"))
    return f'<script type="application/json" data-first="{path}" data-query="{query}" {MARK}>{data}</script>'
