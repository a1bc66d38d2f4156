"""What attributes look like in this catalogue: learned from its own items, their fields and their vectors.

*Garments*: which differences between two pictures are a garment's, and which its colour's, is learned from products
that have several colours: the style is whitened by the covariance within products (WCCN, Hatch et al. 2006, "Within-
class covariance normalization for SVM-based speaker recognition"). *Colours*: a softmax regression from the colour
dimensions of a vector to the catalogue's own colour words. *Other attributes*: the mean difference between items that
have a value and others of the same category, so that a direction is the attribute's and not that of what is usually
made so. ``research/composed.md`` has the trials.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.colours import colour_code
from deepstyle.catalogue.item import Item
from deepstyle.search.lengths import length_of
from deepstyle.search.sample import Sample, draw_sample
from deepstyle.store.base import Store
from deepstyle.style.spec import ModelSpec

MOST_ITEMS: Final = 3000
LEAST_ITEMS: Final = 10
"""A value that fewer items have is not learned."""
LEAST_VARIANTS: Final = 100
"""Below this many items of products with several colours, styles are compared as they are."""
SHRINKAGE: Final = 0.3
"""What is added to each variance within products, as a part of the mean one."""
DIRECTED: Final = ("material", "pattern", "category", "season")
"""The fields whose values get a direction; those of ``colour`` are read from the colour dimensions."""
LONG, SHORT = "long", "short"
SOFTMAX_STEPS, SOFTMAX_RATE, SOFTMAX_RIDGE, COLOUR_SCALE = 300, 5.0, 1e-3, 3.0

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Directions:
    """What was learned of a model with ``style_dim`` S of D dimensions.

    ``mean`` (S,) and ``whitening`` (S, S) compare garments whatever their colour; ``None`` where too few products have
    several colours. ``colours`` (C + 1, K) maps colour dimensions, and one, to the logits of ``colour_names`` (folded).
    ``along`` has a direction (S,) of unit norm for each field and value, and ``spread`` the standard deviation of the
    items along it.
    """

    style_dim: int
    mean: Vector
    whitening: Vector | None
    colour_names: tuple[str, ...]
    colours: Vector
    along: Mapping[tuple[str, str], Vector]
    spread: Mapping[tuple[str, str], float]

    def garments(self, vectors: Vector) -> Vector:
        """What of ``vectors`` (N, D) is the garment's and not its colour's: (N, S) of unit norm."""
        style = unit(vectors[:, : self.style_dim])
        return style if self.whitening is None else unit((style - self.mean) @ self.whitening)

    def towards_garment(self, vector: Vector) -> Vector:
        """The style (S,) of unit norm whose cosine with styles comes nearest to that of ``garments``."""
        style = unit(vector[: self.style_dim])
        return style if self.whitening is None else unit((style - self.mean) @ self.whitening @ self.whitening)

    def colour_probability(self, vectors: Vector, name: str) -> Vector | None:
        """The probability (N,) that this catalogue calls the colour of ``vectors`` (N, D) ``name``.

        ``None`` where too few of its items are called so.
        """
        if name not in self.colour_names:
            return None
        features = _colour_features(vectors, self.style_dim)
        return np.asarray(_softmax(features @ self.colours)[:, self.colour_names.index(name)], np.float32)


def learn_directions(store: Store, space: str, spec: ModelSpec) -> Directions:
    """Learn from at most ``MOST_ITEMS`` items of ``store``; the same catalogue teaches the same."""
    return directions_of(draw_sample(store, space, MOST_ITEMS), spec)


def directions_of(sample: Sample, spec: ModelSpec) -> Directions:
    """What ``sample`` teaches."""
    style = unit(sample.vectors[:, : spec.style_dim]) if sample.items else np.zeros((0, spec.style_dim), np.float32)
    mean = style.mean(axis=0) if len(style) else np.zeros(spec.style_dim, np.float32)
    names, colours = _learn_colours(sample, spec)
    along = {
        (field, value): direction
        for field in DIRECTED
        for value, direction in _contrasts(sample.items, style, lambda item, field=field: getattr(item, field)).items()  # type: ignore[misc]
    }
    lengths = _contrasts(sample.items, style, lambda item: length_of(item) or "")
    if LONG in lengths or SHORT in lengths:
        zero = np.zeros_like(mean)
        along["length", "more"] = unit(lengths.get(LONG, zero) - lengths.get(SHORT, zero))
    spread = {key: float((style @ direction).std()) for key, direction in along.items()}
    return Directions(spec.style_dim, mean, _whitening(sample.items, style), names, colours, along, spread)


def _whitening(items: Sequence[Item], style: Vector) -> Vector | None:
    """The symmetric (S, S) inverse root of the covariance of styles within products of several colours."""
    rows_of: defaultdict[str, list[int]] = defaultdict(list)
    for row, item in enumerate(items):
        if item.model_id:
            rows_of[item.model_id].append(row)
    several = [rows for rows in rows_of.values() if len({items[row].colour for row in rows}) > 1]
    if sum(map(len, several)) < LEAST_VARIANTS:
        return None
    within = np.concatenate([style[rows] - style[rows].mean(axis=0) for rows in several]).astype(np.float64)
    variances, axes = np.linalg.eigh(within.T @ within / len(within))
    scales = 1 / np.sqrt(np.maximum(variances, 0) + SHRINKAGE * variances.mean())
    return np.asarray((axes * scales) @ axes.T, np.float32)


def _learn_colours(sample: Sample, spec: ModelSpec) -> tuple[tuple[str, ...], Vector]:
    """The colour words that enough items have, and a softmax regression (C + 1, K) to them."""
    named = [colour_code(item.colour) for item in sample.items]
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


def _contrasts(items: Sequence[Item], style: Vector, value_of: Callable[[Item], str]) -> dict[str, Vector]:
    """For each value its mean difference (S,) to other items of the same semantic category, of unit norm.

    Categories are weighted by how many items have the value there.
    """
    values = np.array([value_of(item).casefold() for item in items])
    categories = np.array([item.semantic_category for item in items])
    found = {}
    for value, count in Counter(values.tolist()).items():
        if not value or count < LEAST_ITEMS:
            continue
        has, total = values == value, np.zeros(style.shape[1])
        for category in np.unique(categories[has]):
            here = categories == category
            if (here & ~has).any():
                total += (has & here).sum() * (style[has & here].mean(axis=0) - style[here & ~has].mean(axis=0))
        if total.any():
            found[value] = unit(total.astype(np.float32))
    return found


def _softmax(logits: NDArray[np.floating]) -> NDArray[np.floating]:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def unit(vectors: NDArray[np.floating]) -> Vector:
    """(..., D) float32 of unit norm; zeros stay zeros."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)
