"""Products and their variants: which items are one product, and what a product's variants have between them.

``Item.model_id`` names the product; its items are its variants in colour and size. An item without one is alone.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from deepstyle.catalogue.item import FIELDS, Item

T = TypeVar("T")
GroupBy = Literal["product", "colour", "none"]
"""What one entry of a result stands for: a product, a product in one colour (in all its sizes), or an item."""
MAX_VARIANTS: Final = 50
"""So many variants of a product are listed; all are counted."""

_FOLD_COLOUR: Final = next(field.fold for field in FIELDS if field.name == "colour")
_LETTERS: Final = {
    name: at
    for at, names in enumerate(
        ("xxxs", "xxs", "xs", "s", "m", "l", "xl", "xxl 2xl", "xxxl 3xl", "xxxxl 4xl", "5xl", "6xl")
    )
    for name in names.split()
}
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class PriceRange:
    """The lowest and the highest price of variants, in one ``currency``, which is empty where none is known."""

    low: float
    high: float
    currency: str


@dataclass(frozen=True, slots=True)
class Variants:
    """The variants that an entry stands for, by item id, at most ``MAX_VARIANTS``; ``count`` counts all of them."""

    items: tuple[Item, ...]
    count: int

    @property
    def colours(self) -> tuple[str, ...]:
        """The colours of those listed, each once, in their order."""
        return tuple({_FOLD_COLOUR(item.colour): item.colour for item in self.items if item.colour}.values())

    @property
    def sizes(self) -> tuple[str, ...]:
        """The sizes of those listed, each once, smallest first."""
        sizes = {item.size.casefold(): item.size for item in self.items if item.size}
        return tuple(sorted(sizes.values(), key=_size_order))

    @property
    def prices(self) -> PriceRange | None:
        """The prices of those listed that are in the currency of most of them; ``None`` where none has a price."""
        priced = [item for item in self.items if item.price is not None]
        if not priced:
            return None
        currency = Counter(item.currency for item in priced).most_common(1)[0][0]
        amounts = [item.price for item in priced if item.currency == currency and item.price is not None]
        return PriceRange(min(amounts), max(amounts), currency)


def group_of(item: Item, by: GroupBy) -> tuple[str, ...]:
    """What names the group of ``item``: items of the same group have the same."""
    if by == "none" or not item.model_id:
        return ("", item.item_id)
    return (item.model_id,) if by == "product" else (item.model_id, _FOLD_COLOUR(item.colour))


def variants_of(item: Item, item_ids: Sequence[str], count: int, known: Mapping[str, Item]) -> Variants:
    """The variants ``item_ids`` of an ``item`` that is among them, as far as they are ``known``; it is always listed.

    ``count`` is of the whole group.
    """
    others = (known[item_id] for item_id in item_ids if item_id != item.item_id and item_id in known)
    listed = sorted([item, *others][:MAX_VARIANTS], key=lambda one: one.item_id)
    return Variants(tuple(listed), max(count, len(listed)))


def first_of_each(entries: Iterable[tuple[T, tuple[str, ...]]]) -> list[T]:
    """The first of the entries of each group, in their order; an entry comes with what names its group."""
    first: dict[tuple[str, ...], T] = {}
    for entry, group in entries:
        first.setdefault(group, entry)
    return list(first.values())


def _size_order(size: str) -> tuple[int, float, str]:
    """Letter sizes first, then numbers by their value, then words."""
    folded = size.casefold()
    if (letter := _LETTERS.get(folded.replace("-", "").replace(" ", ""))) is not None:
        return (0, letter, folded)
    number = _NUMBER.search(folded)
    return (1, float(number[0].replace(",", ".")), folded) if number else (2, 0.0, folded)
