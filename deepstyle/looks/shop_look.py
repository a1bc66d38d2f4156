"""Shop a worn look: for each garment in a photo the products most similar to it, and one cart for all of them.

Nothing about the person is stored: the photo, its crops and their vectors live as long as the answer takes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import ItemFilter
from deepstyle.compatibility.gender import EVERYBODY, WEARERS, wearers, worn_by
from deepstyle.errors import UsageError
from deepstyle.images.pixels import Rgb
from deepstyle.looks.cart import Cart, CartPiece, Choice, Missing, Offer, best_choice
from deepstyle.looks.cut_out import cut_out
from deepstyle.looks.garment import Garment, Garments
from deepstyle.looks.purchasable import Nearest, offers_for, people_of, purchasable
from deepstyle.style.search import Match
from deepstyle.style.spec import ModelSpec

MAX_BUDGET: Final = 1e9
LOOK_CROPS: Final = 3
"""A photo is decoded so large that a garment of a third of its side still fills the encoder's input."""
_LEAST_MASK: Final = 0.05
"""The share of its box that a garment's mask covers at least; one that covers less is taken for a failure."""


@dataclass(frozen=True, slots=True)
class LookRow:
    """The products similar to the garment at the position ``garment``, best first.

    ``is_good_match`` and ``calibrated`` as in ``deepstyle.shop.SearchAnswer``.
    """

    garment: int
    matches: tuple[Match, ...]
    is_good_match: bool | None
    calibrated: bool


LookPart = Garments | LookRow | Cart
"""A part of the answer, in this order: the garments, a row for each of them, the cart."""


@dataclass(frozen=True, slots=True)
class LookWanted:
    """What is wanted of a look: ``k`` products a garment, and a cart of at most ``budget`` in ``currency``.

    ``gender`` is who wears it ("women", "Herren"), empty for anybody; a cart is for one group of people either way.
    Without ``currency`` it is that of most prices. Raises ``UsageError`` for a budget or a gender that is none.
    """

    budget: float | None = None
    currency: str = ""
    gender: str = ""
    k: int = 10

    def __post_init__(self) -> None:
        if self.budget is not None and not 0 < self.budget <= MAX_BUDGET:
            raise UsageError(f"{self.budget} is no budget.", remedy=f"Give a number above 0, up to {MAX_BUDGET:,.0f}.")
        people_of(self.gender)


@dataclass(frozen=True, slots=True)
class LookSearch:
    """The catalogue as a look searches it.

    ``row`` finds the row of a garment by its position, vector (D,) and filter; ``nearest`` what can be in a cart.
    ``genders`` are all values of that field, ``currency`` is that of most prices.
    """

    row: Callable[[int, NDArray[np.float32], ItemFilter], LookRow]
    nearest: Nearest
    genders: Sequence[str]
    currency: str


def look_side_px(spec: ModelSpec) -> int:
    """The least length of a look's sides after decoding."""
    return LOOK_CROPS * spec.preprocessing.longest_px


def garment_crops(rgb: Rgb, garments: Garments) -> list[Rgb]:
    """Each garment of the photo (H, W, 3) on white, as packshots are; its whole box where its mask is next to empty."""
    return [cut_out(rgb, _with_mask(garment)) for garment in garments.garments]


def shop_garments(
    garments: Garments, vectors: NDArray[np.float32], wanted: LookWanted, search: LookSearch
) -> Iterator[LookRow | Cart]:
    """A row for each garment as soon as it is found, then the cart; ``vectors`` (G, D) are those of the crops."""
    categories = [garment.semantic_category for garment in garments.garments]
    people = people_of(wanted.gender)
    for at, (category, vector) in enumerate(zip(categories, vectors, strict=True)):
        yield search.row(at, vector, worn_by(_of_category(category), people, search.genders))
    yield find_cart(categories, vectors, wanted, search)


def find_cart(categories: Sequence[str], vectors: NDArray[np.float32], wanted: LookWanted, search: LookSearch) -> Cart:
    """The best cart for the garments of ``categories`` (G) with ``vectors`` (G, D): all worn by one group of people."""
    currency = wanted.currency or search.currency
    best: tuple[Choice, str, list[ItemFilter]] | None = None
    for group, genders in _groups(people_of(wanted.gender), search.genders):
        narrowed = [worn_by(_of_category(category), group, search.genders) for category in categories]
        wheres = [purchasable(where, currency, search.currency) for where in narrowed]
        offers = [
            offers_for(search.nearest, vector, where, wanted.budget)
            for where, vector in zip(wheres, vectors, strict=True)
        ]
        choice = best_choice(offers, wanted.budget)
        if best is None or choice.value > best[0].value:
            best = choice, genders, wheres
    assert best is not None  # there is at least one group
    choice, people, wheres = best
    missing = {
        at: _why_missing(search, vectors[at], wheres[at]) for at, offer in enumerate(choice.offers) if offer is None
    }
    pieces = tuple(_piece(at, offer, missing.get(at)) for at, offer in enumerate(choice.offers))
    return Cart(pieces, choice.total, currency, wanted.budget, people)


def _of_category(category: str) -> ItemFilter:
    return ItemFilter(semantic_categories=(category,))


def _with_mask(garment: Garment) -> Garment:
    return garment if garment.mask.mean() >= _LEAST_MASK else replace(garment, mask=np.ones_like(garment.mask))


def _groups(people: int, genders: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The groups of ``people`` as masks with their names; everybody at once where no value tells groups apart."""
    told_apart = any(wearers(gender) != EVERYBODY for gender in genders)
    if not told_apart:
        yield EVERYBODY, ""
        return
    seen: set[tuple[str, ...]] = set()
    for at, name in enumerate(WEARERS):
        group = 1 << at
        fitting = tuple(gender for gender in genders if wearers(gender) & group)
        if people & group and fitting not in seen:
            seen.add(fitting)
            yield group, name


def _why_missing(search: LookSearch, vector: NDArray[np.float32], where: ItemFilter) -> Missing:
    return "over_budget" if offers_for(search.nearest, vector, where, None) else "none_in_stock"


def _piece(garment: int, offer: Offer | None, missing: Missing | None) -> CartPiece:
    if offer is None:
        return CartPiece(garment, missing=missing)
    return CartPiece(garment, offer.item, offer.similarity)
