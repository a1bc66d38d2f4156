"""The two catalogues of 14,000 rows: A to choose by, B to report on. Pictures, brands and phrases differ."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench.words_rows.facts import Facts
from bench.words_rows.pictures import Letter, Picture
from bench.words_rows.titles import write
from bench.words_rows.vocabulary import MATERIALS, TYPES, VOCABULARY
from deepstyle.catalogue.categories import semantic_category
from deepstyle.catalogue.item import Item

ROWS: Final = 14_000
SEEDS: Final = {"A": 17, "B": 4711}
SIZES: Final = ("XS", "S", "M", "L", "XL")
CURRENCY: Final = "EUR"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the feed, the picture that it shows, and its facts, which no search sees."""

    item: Item
    picture_id: str
    facts: Facts


def rows(pictures: Sequence[Picture], letter: Letter, count: int = ROWS) -> list[Row]:
    """The catalogue over ``pictures``, each about equally often; the same in every run."""
    rng = random.Random(SEEDS[letter])
    shown = list(pictures) * (count // len(pictures)) + rng.sample(list(pictures), count % len(pictures))
    return [_row(number, picture, letter, rng) for number, picture in enumerate(shown)]


def _row(number: int, picture: Picture, letter: Letter, rng: random.Random) -> Row:
    facts = _facts(picture, letter, rng)
    written = write(facts, letter, rng)
    item = Item(
        f"{letter.lower()}{number:05d}",
        title=written.title,
        description=written.description,
        semantic_category=semantic_category(written.columns.get("category", ""), written.title),  # as an import does
        price=facts.price,
        currency=CURRENCY,
        **written.columns,  # type: ignore[arg-type]
    )
    return Row(item, picture.picture_id, facts)


def _facts(picture: Picture, letter: Letter, rng: random.Random) -> Facts:
    kind = TYPES[picture.type]
    brands = VOCABULARY["brands"][letter]
    brand = rng.choice(list(brands))
    low, high = kind["price"]
    price = max(3, round(low * (high / low) ** rng.random() * brands[brand])) - rng.choice((0.01, 0.05, 0.1))
    if kind.get("one_size"):
        size = ""
    elif kind.get("shoe"):
        size = str(rng.randint(40, 46) if picture.gender == "men" else rng.randint(36, 42))
    else:
        size = rng.choice(SIZES)
    material = rng.choice([name for name in kind["material"] if name in MATERIALS])
    return Facts(picture.type, picture.colour, picture.tone, picture.gender, brand, round(price, 2), size, material)
