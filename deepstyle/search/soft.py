"""Soft conditions: how probably each item is what words ask for, beside a picture or an item."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.search.directions import Directions, kind_of, said_colours, said_values
from deepstyle.search.lexicon import Lexicon
from deepstyle.search.query import Change, Vector
from deepstyle.search.scales import SCALES, place_on
from deepstyle.store.words import tokens

Probabilities = NDArray[np.float64]
Probability = Callable[[Sequence[Item], Vector], Probabilities]
"""The probability (N,) of N items, with their vectors (N, D)."""

LEAST: Final = 1e-3
"""No probability counts less than this, so that a soft condition excludes nothing."""
COLOUR_WEIGHT, TYPE_WEIGHT, VALUE_WEIGHT, MORE_WEIGHT, WORD_WEIGHT = 0.04, 0.1, 0.06, 0.3, 0.06
SAID, SHADE, OTHER = 0.95, 0.6, 0.05
"""How probable a value is that the catalogue says, a shade of a colour that it says, one where it says another."""
SAID_SHARE: Final = 0.8
"""What the catalogue's word counts of a probability, where the picture has the rest."""
OTHER_CATEGORY: Final = 0.3
"""How probable an item of another fine category, but the same semantic one, is of the type that was meant."""
STEEPNESS: Final = 2.0
"""Of the logistic curves over standard deviations."""
MARGIN: Final = 0.5
"""By so many standard deviations an item has to have more of something."""
LEAST_CHANGE: Final = 0.01
"""A price differs where it differs by this share."""


@dataclass(frozen=True, slots=True, eq=False)
class Soft:
    """A condition that counts its ``weight`` times the logarithm of a probability."""

    name: str
    weight: float
    probability: Probability

    def scores(self, items: Sequence[Item], vectors: Vector) -> Probabilities:
        """What the condition adds to the similarity of each of N ``items``: (N,), at most 0."""
        return self.weight * np.log(np.maximum(self.probability(items, vectors), LEAST))


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What the query shows: its ``items``, or what looks most like its photos, and its ``vector`` (D,)."""

    items: tuple[Item, ...]
    vector: Vector
    is_item: bool

    @property
    def price(self) -> float | None:
        """The price of most of them, ``None`` where none has one."""
        prices = [item.price for item in self.items if item.price is not None]
        return float(median(prices)) if prices else None

    @property
    def currency(self) -> str:
        """The currency of most of their prices."""
        return Counter(item.currency for item in self.items if item.price is not None).most_common(1)[0][0]


def soft_of(change: Change, reference: Reference, directions: Directions, lexicon: Lexicon) -> Soft | None:
    """The condition that ``change`` asks for; ``None`` where this catalogue knows too little to tell."""
    if change.name == "colour":
        return Soft("colour", COLOUR_WEIGHT, _negated(_colour(change.value, directions, lexicon), change))
    if change.name == "price":
        return _price(change, reference)
    if change.name == "brightness":
        return _brightness(change, reference)
    if change.name in SCALES:
        return _scale(change, reference, directions)
    if change.name in ("material", "pattern"):
        known = (change.name, change.value) in directions.said or (change.name, change.value) in directions.along
        probability = _value(change, directions, lexicon)
        is_known = known or change.direction == "without"
        return Soft(change.name, VALUE_WEIGHT, _negated(probability, change)) if is_known else None
    return Soft("words", VALUE_WEIGHT, _negated(_word(change.value), change))


def type_of(reference: Reference) -> Soft:
    """That the garment stays what it is: an item's own categories, or those of most look-alikes of a photo."""
    votes = Counter(item.semantic_category for item in reference.items if item.semantic_category)
    categories = {kind_of(item) for item in reference.items} if reference.is_item else set[str]()

    def probability(items: Sequence[Item], vectors: Vector) -> Probabilities:
        shares = np.array([votes[item.semantic_category] / max(1, votes.total()) for item in items])
        same = np.array([not categories or kind_of(item) in categories for item in items])
        return shares * np.where(same, 1, OTHER_CATEGORY) if votes else np.ones(len(items))

    return Soft("type", TYPE_WEIGHT, probability)


def words_of(words: Sequence[str]) -> Iterator[Soft]:
    """That the words which no change explains are among an item's own."""
    for word in words:
        yield Soft("words", WORD_WEIGHT, _word(word))


def colour_like(vector: Vector, style_dim: int) -> Soft:
    """That the colour is that of ``vector`` (D,)."""

    def probability(items: Sequence[Item], vectors: Vector) -> Probabilities:
        cosines = _cosines(vectors[:, style_dim:], vector[style_dim:])
        return np.exp(4 * (cosines - 1))

    return Soft("colour", COLOUR_WEIGHT, probability)


def _negated(probability: Probability, change: Change) -> Probability:
    if change.direction != "without":
        return probability
    return lambda items, vectors: 1 - probability(items, vectors)


def _colour(code: str, directions: Directions, lexicon: Lexicon) -> Probability:
    """By the picture, and where the catalogue says a colour, mostly by that."""
    shades = lexicon.shades.get(code, (code,))

    def probability(items: Sequence[Item], vectors: Vector) -> Probabilities:
        seen = directions.colour_probability(vectors, code)
        pictured = np.array([_seen(item, shades) for item in items]) if seen is None else seen.astype(np.float64)
        for row, item in enumerate(items):
            if said := said_colours(item, lexicon):
                word = SAID if code in said else SHADE if not set(shades).isdisjoint(said) else 0
                pictured[row] = SAID_SHARE * word + (1 - SAID_SHARE) * pictured[row]
        return pictured

    return probability


def _seen(item: Item, codes: Sequence[str]) -> float:
    """The share of the picture's colours that ``codes`` name; a half where the picture was not measured."""
    colours = item.dominant_colours
    share = sum(one.share for one in colours if one.code in codes)
    return OTHER + (SAID - OTHER) * min(1.0, share) if colours else 0.5


def _value(change: Change, directions: Directions, lexicon: Lexicon) -> Probability:
    """By what the catalogue says of a material or pattern; where it says nothing, by the picture."""
    key = (change.name, change.value)

    def probability(items: Sequence[Item], vectors: Vector) -> Probabilities:
        places = directions.place(key, vectors)
        pictured = 0.1 + 0.6 * _logistic(places - 1) if places is not None else np.full(len(items), 0.2)
        for row, item in enumerate(items):
            if said := said_values(item, change.name, lexicon):
                pictured[row] = SAID if _is_said(change, said) else OTHER
        return pictured

    return probability


def _is_said(change: Change, said: Sequence[str]) -> bool:
    """Whether ``said`` has the value; every pattern is a print."""
    if (change.name, change.value) == ("pattern", "printed"):
        return any(value != "plain" for value in said)
    return change.value in said


def _price(change: Change, reference: Reference) -> Soft | None:
    price = reference.price
    if price is None:
        return None
    sign, currency = (1 if change.direction == "less" else -1), reference.currency

    def probability(items: Sequence[Item], vectors: Vector) -> Probabilities:
        known = [item.price is not None and item.currency in (currency, "") for item in items]
        over = np.array([sign * ((item.price or 0) / max(price, 1e-9) - 1) for item in items])
        return np.where(known, np.where(over <= -LEAST_CHANGE, 1, OTHER * np.exp(-np.maximum(over, 0))), LEAST)

    return Soft("price", MORE_WEIGHT, probability)


def _scale(change: Change, reference: Reference, directions: Directions) -> Soft | None:
    """More or less of something than the query has, by the words of an item, and by its picture."""
    key, sign = directions.scale_key(change.name, reference.items), 1 if change.direction == "more" else -1
    own = directions.place(key, reference.vector[None])
    if own is None:
        return None
    said_own = {sign * place_on(change.name, item) for item in reference.items} if reference.is_item else {0}

    def probability(items: Sequence[Item], vectors: Vector) -> Probabilities:
        places = directions.place(key, vectors)
        assert places is not None
        pictured = _logistic(sign * (places - own[0]) - MARGIN)
        for row, item in enumerate(items):
            said = sign * place_on(change.name, item)
            if said > 0 and said_own != {1}:
                pictured[row] = max(pictured[row], SAID)
            elif said < 0 and said_own != {-1}:
                pictured[row] = min(pictured[row], OTHER)
        return pictured

    return Soft(change.name, MORE_WEIGHT, probability)


def _brightness(change: Change, reference: Reference) -> Soft | None:
    """Lighter or darker than the query, by the lightness of the dominant colours."""
    known = [value for item in reference.items[:1] if (value := _lightness(item)) is not None]
    if not known:
        return None
    sign = 1 if change.direction == "more" else -1

    def probability(items: Sequence[Item], vectors: Vector) -> Probabilities:
        values = [_lightness(item) for item in items]
        return np.array([0.2 if one is None else float(_logistic(sign * (one - known[0]) / 10 - 1)) for one in values])

    return Soft("brightness", MORE_WEIGHT, probability)


def _lightness(item: Item) -> float | None:
    """The mean L of the picture's colours, in [0, 100]."""
    colours = item.dominant_colours
    total = sum(one.share for one in colours)
    return sum(one.lab[0] * one.share for one in colours) / total if total else None


def _word(text: str) -> Probability:
    wanted = tokens(text)

    def probability(items: Sequence[Item], vectors: Vector) -> Probabilities:
        own = [set(tokens(f"{item.title} {item.category} {item.description[:500]}")) for item in items]
        return np.array([SAID if own_words.issuperset(wanted) else 1 - SAID for own_words in own])

    return probability


def _cosines(vectors: Vector, to: Vector) -> Probabilities:
    norms = np.linalg.norm(vectors, axis=1) * np.linalg.norm(to)
    return np.asarray(vectors @ to / np.maximum(norms, 1e-12), np.float64)


def _logistic(values: NDArray[np.floating] | float) -> Probabilities:
    return np.asarray(1 / (1 + np.exp(-STEEPNESS * np.asarray(values, np.float64))))
