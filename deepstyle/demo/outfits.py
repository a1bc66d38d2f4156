"""Outfits that keep the rules, and the questions about them: compatibility and fill in the blank."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from deepstyle.demo.products import Product
from deepstyle.demo.rules import STYLES, goes_with_all, outfit_score
from deepstyle.errors import UsageError

SPLIT_SHARES: Final = {"train": 0.6, "valid": 0.2, "test": 0.2}
OPTIONAL: Final = {
    "outerwear": 0.5,
    "bags": 0.6,
    "jewellery": 0.4,
    "hats": 0.25,
    "scarves": 0.2,
    "sunglasses": 0.25,
    "accessories": 0.25,
}
"""How often an outfit has a piece of each category beside its clothes and shoes."""

_TRIES: Final = 400


@dataclass(frozen=True, slots=True)
class Ensemble:
    """A good outfit."""

    set_id: str
    items: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """An item where it occurs: its outfit and its 1-based index there, written ``<set_id>_<index>``."""

    product: Product
    set_id: str
    index: int

    @property
    def token(self) -> str:
        """How the question files name it."""
        return f"{self.set_id}_{self.index}"


@dataclass(frozen=True, slots=True)
class Question:
    """Fill in the blank: four answers of one category, of which only that of the question's own outfit fits."""

    question: tuple[Place, ...]
    blank_position: int
    answers: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """One split of one variant: outfits, broken outfits (one a good one), and questions."""

    outfits: tuple[Ensemble, ...]
    negatives: tuple[tuple[Place, ...], ...]
    questions: tuple[Question, ...]


def split_sizes(outfits: int) -> dict[str, int]:
    """How many outfits go into each split."""
    held_out = {name: round(outfits * SPLIT_SHARES[name]) for name in ("valid", "test")}
    return {"train": outfits - sum(held_out.values()), **held_out}


def compose(products: Sequence[Product], outfits: int, seed: int) -> dict[str, list[Ensemble]]:
    """The outfits of each disjoint split: an item, and every colour of its model, occurs in one split only.

    Raises ``UsageError`` where ``products`` are too few for so many different outfits.
    """
    dice = random.Random(f"outfits/{seed}")  # noqa: S311
    ids = iter(dice.sample(range(100_000, 1_000_000), outfits))
    result: dict[str, list[Ensemble]] = {}
    for split, count in split_sizes(outfits).items():
        pool: dict[tuple[str, str], list[Product]] = {}
        for product in products:
            if product.split == split:
                pool.setdefault((product.semantic_category, product.style), []).append(product)
        result[split] = _compose_split(dice, pool, [str(next(ids)) for _ in range(count)], split)
    return result


def _compose_split(
    dice: random.Random, pool: dict[tuple[str, str], list[Product]], set_ids: list[str], split: str
) -> list[Ensemble]:
    used = {product.item_id: 0 for products in pool.values() for product in products}
    seen: set[frozenset[str]] = set()
    ensembles: list[Ensemble] = []
    for number, set_id in enumerate(set_ids):
        for _ in range(_TRIES):
            items = _dress(dice, pool, STYLES[number % len(STYLES)], used)
            key = frozenset(item.item_id for item in items)
            if items and key not in seen:
                break
        else:
            raise UsageError(
                f"The demo catalogue's {split} split has too few items for {len(set_ids)} different outfits.",
                remedy="Ask for more items or for fewer outfits.",
            )
        seen.add(key)
        for item in items:
            used[item.item_id] += 1
        ensembles.append(Ensemble(set_id, tuple(items)))
    return ensembles


def _dress(
    dice: random.Random, pool: dict[tuple[str, str], list[Product]], style: str, used: dict[str, int]
) -> list[Product]:
    """One outfit of ``style``: clothes, shoes and some of the rest, little used items first; empty on a dead end."""
    clothes = ["all-body"] if dice.random() < 0.3 else ["tops", "bottoms"]
    extras = [category for category, share in OPTIONAL.items() if dice.random() < share]
    items: list[Product] = []
    for category in dice.sample([*clothes, "shoes"], len(clothes) + 1) + extras:
        fitting = [product for product in pool.get((category, style), []) if goes_with_all(product, items)]
        if fitting:
            items.append(min(fitting, key=lambda product: used[product.item_id] + dice.uniform(0, 2)))
        elif category not in OPTIONAL:
            return []
    return items if len(items) >= 3 else []


def reshuffle(splits: dict[str, list[Ensemble]], seed: int) -> dict[str, list[Ensemble]]:
    """The nondisjoint variant: the same outfits, shuffled into splits without regard to their items."""
    everything = [ensemble for ensembles in splits.values() for ensemble in ensembles]
    random.Random(f"nondisjoint/{seed}").shuffle(everything)  # noqa: S311
    result, start = {}, 0
    for name, ensembles in splits.items():
        result[name] = everything[start : start + len(ensembles)]
        start += len(ensembles)
    return result


def ask(ensembles: Sequence[Ensemble], seed: str) -> Split:
    """The questions about ``ensembles``; wrong items are drawn by occurrence from the same split and category."""
    dice = random.Random(f"questions/{seed}")  # noqa: S311
    by_category: dict[str, list[Place]] = {}
    for ensemble in ensembles:
        for place in places(ensemble):
            by_category.setdefault(place.product.semantic_category, []).append(place)
    negatives = [_break(dice, ensemble, by_category) for ensemble in ensembles]
    questions = [question for e in ensembles if (question := _blank(dice, e, by_category)) is not None]
    return Split(tuple(ensembles), tuple(negatives), tuple(questions))


def places(ensemble: Ensemble) -> list[Place]:
    """The items of an outfit with their tokens."""
    return [Place(product, ensemble.set_id, index) for index, product in enumerate(ensemble.items, start=1)]


def _break(dice: random.Random, ensemble: Ensemble, by_category: dict[str, list[Place]]) -> tuple[Place, ...]:
    """An outfit with the same categories that breaks a rule: every item is drawn by occurrence from elsewhere."""
    for _ in range(_TRIES):
        drawn = tuple(dice.choice(by_category[item.semantic_category]) for item in ensemble.items)
        if outfit_score([place.product for place in drawn]) < 1:
            return drawn
    raise UsageError("The demo catalogue's outfits are too much alike to break one.", remedy="Ask for more outfits.")


def _blank(dice: random.Random, ensemble: Ensemble, by_category: dict[str, list[Place]]) -> Question | None:
    """A question with one right and three wrong answers, each of which breaks a rule; ``None`` where there are none."""
    own = places(ensemble)
    for right in dice.sample(own, len(own)):
        rest = tuple(place for place in own if place is not right)
        wrong: dict[str, Place] = {}
        for _ in range(_TRIES):
            other = dice.choice(by_category[right.product.semantic_category])
            if not goes_with_all(other.product, [place.product for place in rest]):
                wrong.setdefault(other.product.item_id, other)
            if len(wrong) == 3:
                answers = dice.sample([right, *wrong.values()], 4)
                return Question(rest, right.index, tuple(answers))
    return None
