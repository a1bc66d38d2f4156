"""What attributes look like in this catalogue: learned from its own items, their fields and their vectors.

*Garments*: which differences between two pictures are a garment's, and which its colour's, is learned from products
that have several colours: the style is whitened by the covariance within products (WCCN, Hatch et al. 2006, "Within-
class covariance normalization for SVM-based speaker recognition"). *Colours*: a softmax regression from the colour
dimensions of a vector to the catalogue's own colour words. *Other attributes*: the mean difference between items that
have a value and others of the same category, so that a direction is the attribute's and not that of what is usually
made so. ``research/composed.md`` has the trials.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.colours import colour_code
from deepstyle.catalogue.item import Item
from deepstyle.search.catalogue_words import values_in
from deepstyle.search.lexicon import Lexicon
from deepstyle.search.sample import Sample, draw_sample
from deepstyle.search.scales import SCALES, place_on
from deepstyle.store.base import Store
from deepstyle.store.words import tokens
from deepstyle.style.spec import ModelSpec

MOST_ITEMS: Final = 3000
LEAST_ITEMS: Final = 10
"""A value that fewer items have is not learned."""
LEAST_VARIANTS: Final = 100
"""Below this many items of products with several colours, styles are compared as they are."""
SHRINKAGE: Final = 0.3
"""What is added to each variance within products, as a part of the mean one."""
DIRECTED: Final = ("material", "pattern")
"""The attributes whose values get a direction; those of ``colour`` are read from the colour dimensions."""
MORE: Final = "more"
"""The value under which ``along`` has the direction of a scale."""
SOFTMAX_STEPS, SOFTMAX_RATE, SOFTMAX_RIDGE, COLOUR_SCALE = 300, 5.0, 1e-3, 3.0

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Directions:
    """What was learned of a model with ``style_dim`` S of D dimensions.

    ``mean`` (S,) and ``whitening`` (S, S) compare garments whatever their colour; ``None`` where too few products have
    several colours. ``colours`` (C + 1, K) maps colour dimensions, and one, to the logits of ``colour_names`` (folded).
    ``along`` has a direction (S,) of unit norm for each attribute and value, and for each scale and ``MORE``;
    ``middle`` and ``spread`` are the mean and the standard deviation of the items along it. ``said`` counts the items
    whose words have a value.
    """

    style_dim: int
    mean: Vector
    whitening: Vector | None
    colour_names: tuple[str, ...]
    colours: Vector
    along: Mapping[tuple[str, str], Vector] = field(default_factory=dict)
    middle: Mapping[tuple[str, str], float] = field(default_factory=dict)
    spread: Mapping[tuple[str, str], float] = field(default_factory=dict)
    said: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def garments(self, vectors: Vector) -> Vector:
        """What of ``vectors`` (N, D) is the garment's and not its colour's: (N, S) of unit norm."""
        style = unit(vectors[:, : self.style_dim])
        return style if self.whitening is None else unit((style - self.mean) @ self.whitening)

    def scale_key(self, scale: str, items: Sequence[Item]) -> tuple[str, str]:
        """What ``along`` has the direction of ``scale`` under: that of the kind of ``items``, else that of all."""
        kinds = {kind_of(item) for item in items}
        key = (scale, kinds.pop() if len(kinds) == 1 else MORE)
        return key if key in self.along else (scale, MORE)

    def place(self, key: tuple[str, str], vectors: Vector) -> Vector | None:
        """Where ``vectors`` (N, D) are along a direction, (N,) in standard deviations of the catalogue."""
        if key not in self.along:
            return None
        along = unit(vectors[:, : self.style_dim]) @ self.along[key]
        return np.asarray((along - self.middle[key]) / max(self.spread[key], 1e-6), np.float32)

    def colour_direction(self, name: str) -> Vector | None:
        """The colour (K - 1,) of unit norm that is most surely called ``name``; ``None`` where it is not learned."""
        if name not in self.colour_names:
            return None
        weights = self.colours[:-1]
        return unit(weights[:, self.colour_names.index(name)] - weights.mean(axis=1))

    def colour_probability(self, vectors: Vector, name: str) -> Vector | None:
        """The probability (N,) that this catalogue calls the colour of ``vectors`` (N, D) ``name``.

        ``None`` where too few of its items are called so.
        """
        if name not in self.colour_names:
            return None
        features = _colour_features(vectors, self.style_dim)
        return np.asarray(_softmax(features @ self.colours)[:, self.colour_names.index(name)], np.float32)


def kind_of(item: Item) -> str:
    """The last word of the fine category, folded: what a "Mini Skirt" and a "Maxi Skirt" both are."""
    return next(reversed(tokens(item.category)), "")


def nothing_learned(spec: ModelSpec) -> Directions:
    """Before anything is learned: styles are compared as they are."""
    mean = np.zeros(spec.style_dim, np.float32)
    return Directions(spec.style_dim, mean, None, (), np.zeros((spec.colour_dim + 1, 0), np.float32))


def learn_directions(store: Store, space: str, spec: ModelSpec, lexicon: Lexicon) -> Directions:
    """Learn from at most ``MOST_ITEMS`` items of ``store``; the same catalogue teaches the same."""
    return directions_of(draw_sample(store, space, MOST_ITEMS), spec, lexicon)


def directions_of(sample: Sample, spec: ModelSpec, lexicon: Lexicon) -> Directions:
    """What ``sample`` teaches."""
    if not sample.items:
        return nothing_learned(spec)
    style = unit(sample.vectors[:, : spec.style_dim])
    names, colours = _learn_colours(sample, spec, lexicon)
    said = {field: [said_values(item, field, lexicon) for item in sample.items] for field in DIRECTED}
    along = dict(_values(sample.items, style, said)) | dict(_scales(sample.items, style))
    places = {key: style @ direction for key, direction in along.items()}
    return Directions(
        style_dim=spec.style_dim,
        mean=style.mean(axis=0),
        whitening=_whitening(sample.items, style),
        colour_names=names,
        colours=colours,
        along=along,
        middle={key: float(values.mean()) for key, values in places.items()},
        spread={key: float(values.std()) for key, values in places.items()},
        said=Counter((field, value) for field, each in said.items() for values in each for value in values),
    )


def said_values(item: Item, attribute: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The lexicon's values of an attribute that the catalogue says of ``item``: its field, or else its title."""
    return tuple(
        values_in(getattr(item, attribute), attribute, lexicon)
        or values_in(f"{item.title} {item.category}", attribute, lexicon)
    )


def said_colours(item: Item, lexicon: Lexicon) -> tuple[str, ...]:
    """The colour codes that the catalogue says of ``item``; a colour that no code names is its own text, folded."""
    said = said_values(item, "colour", lexicon)
    return said or ((colour_code(item.colour),) if item.colour else ())


def _values(
    items: Sequence[Item], style: Vector, said: Mapping[str, Sequence[tuple[str, ...]]]
) -> Iterator[tuple[tuple[str, str], Vector]]:
    """The direction of each value that enough items have."""
    for attribute, values in said.items():
        for value, count in Counter(one for each in values for one in each).items():
            has = np.array([value in each for each in values])
            if count >= LEAST_ITEMS and (found := _contrast(items, style, has, ~has)) is not None:
                yield (attribute, value), found


def _scales(items: Sequence[Item], style: Vector) -> Iterator[tuple[tuple[str, str], Vector]]:
    """The direction of each scale, of all kinds of garment together and of each kind with enough items.

    Its ends are the items whose words say more and less; where a kind has one end alone, the others are the other end.
    """
    kinds = np.array([kind_of(item) for item in items])
    for scale in SCALES:
        places = np.array([place_on(scale, item) for item in items], int)
        total = np.zeros(style.shape[1])
        for kind in np.unique(kinds[(places != 0) & (kinds != "")]):
            here = kinds == kind
            more, less = here & (places > 0), here & (places < 0)
            more, less = (more if more.any() else here & ~less), (less if less.any() else here & ~more)
            count = min(int(more.sum()), int(less.sum()))
            if not count:
                continue
            difference = style[more].mean(axis=0) - style[less].mean(axis=0)
            total += count * difference
            if count >= LEAST_ITEMS:
                yield (scale, kind), unit(difference)
        if (places != 0).sum() >= LEAST_ITEMS and total.any():
            yield (scale, MORE), unit(total)


def _whitening(items: Sequence[Item], style: Vector) -> Vector | None:
    """The symmetric (S, S) inverse root of the covariance of styles within products of several colours."""
    rows_of: defaultdict[str, list[int]] = defaultdict(list)
    for row, item in enumerate(items):
        if item.model_id:
            rows_of[item.model_id].append(row)
    several = [rows for rows in rows_of.values() if len({_main_colour(items[row]) for row in rows}) > 1]
    if sum(map(len, several)) < LEAST_VARIANTS:
        return None
    within = np.concatenate([style[rows] - style[rows].mean(axis=0) for rows in several]).astype(np.float64)
    variances, axes = np.linalg.eigh(within.T @ within / len(within))
    scales = 1 / np.sqrt(np.maximum(variances, 0) + SHRINKAGE * variances.mean())
    return np.asarray((axes * scales) @ axes.T, np.float32)


def _main_colour(item: Item) -> str:
    return item.colour.casefold() or item.dominant_colour.split(",")[0]


def _learn_colours(sample: Sample, spec: ModelSpec, lexicon: Lexicon) -> tuple[tuple[str, ...], Vector]:
    """The colour words that enough items have, and a softmax regression (C + 1, K) to them."""
    named = [next(iter(said_colours(item, lexicon)), "") for item in sample.items]
    counts = Counter(name for name in named if name)
    names = tuple(sorted(name for name, count in counts.items() if count >= LEAST_ITEMS))
    if len(names) < 2 or not spec.colour_dim:
        return (), np.zeros((spec.colour_dim + 1, 0), np.float32)
    rows = [row for row, name in enumerate(named) if name in names]
    features = _colour_features(sample.vectors[rows], spec.style_dim).astype(np.float64)
    wanted = np.eye(len(names))[[names.index(named[row]) for row in rows]]
    weights = np.zeros((features.shape[1], len(names)))
    for _ in range(SOFTMAX_STEPS):
        slope = features.T @ (_softmax(features @ weights) - wanted) / len(rows)
        weights -= SOFTMAX_RATE * (slope + SOFTMAX_RIDGE * weights)
    return names, np.asarray(weights, np.float32)


def _colour_features(vectors: Vector, style_dim: int) -> Vector:
    colours = COLOUR_SCALE * unit(vectors[:, style_dim:])
    return np.concatenate([colours, np.ones((len(vectors), 1), np.float32)], axis=1)


def _contrast(items: Sequence[Item], style: Vector, high: NDArray[np.bool_], low: NDArray[np.bool_]) -> Vector | None:
    """The mean difference (S,) from the items ``low`` (N,) to those ``high`` (N,) of a semantic category, of unit norm.

    Categories count by the smaller number of both; ``None`` where no category has both.
    """
    categories = np.array([item.semantic_category for item in items])
    total = np.zeros(style.shape[1])
    for category in np.unique(categories[high]):
        upper, lower = style[high & (categories == category)], style[low & (categories == category)]
        if len(upper) and len(lower):
            total += min(len(upper), len(lower)) * (upper.mean(axis=0) - lower.mean(axis=0))
    return unit(total) if total.any() else None


def _softmax(logits: NDArray[np.floating]) -> NDArray[np.floating]:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def unit(vectors: NDArray[np.floating]) -> Vector:
    """(..., D) float32 of unit norm; zeros stay zeros."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)
