"""The total and the facets of the items in memory."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.fields import Field
from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS
from deepstyle.catalogue.variants import GroupBy
from deepstyle.store.base import Facets, ItemFilter
from deepstyle.store.columns import CACHED_FILTERS, Columns, Vocabulary
from deepstyle.store.histogram import EDGES, Bucket, buckets_of

_LEAST: Final = np.array(EDGES)
Rows = NDArray[np.int64]


def facets_of(columns: Columns, where: ItemFilter, by: GroupBy, among: NDArray[np.bool_] | None) -> tuple[int, Facets]:
    """How many items, or groups of them, match, and their facets; of those ``among`` (R,) alone, where given."""
    if among is not None:
        return _count(columns, where, by, among)
    known = columns.counted.get((where, by))
    if known is None:
        if len(columns.counted) >= CACHED_FILTERS:
            columns.counted.clear()
        known = columns.counted[where, by] = _count(columns, where, by, None)
    return known


def _count(columns: Columns, where: ItemFilter, by: GroupBy, among: NDArray[np.bool_] | None) -> tuple[int, Facets]:
    found: dict[ItemFilter, tuple[Rows, Rows]] = {}  # most facets share the same conditions

    def numbered(conditions: ItemFilter) -> tuple[Rows, Rows]:
        """The matching rows and the number of each one's group."""
        if conditions not in found:
            mask = columns.mask(conditions)
            matching = np.flatnonzero(mask if among is None else mask & among)
            groups = (
                np.arange(len(matching))
                if by == "none"
                else np.unique(columns.groups(by).codes[matching], return_inverse=True)[1]
            )
            found[conditions] = matching, groups
        return found[conditions]

    counts = {
        declared.filter: _count_values(vocabulary, codes, *numbered(where.beside(declared)))
        for declared, codes, vocabulary in zip(VALUE_FILTERS, columns.codes, columns.vocabularies, strict=True)
        if declared.facet
    }
    total = int(numbered(where)[1].max(initial=-1)) + 1
    facets = Facets(
        counts,
        _ranges(columns, where, lambda conditions: numbered(conditions)[0]),
        where.price_currency(columns.currency),
        {field.filter: _histogram(columns, where, field, *numbered(where.beside(field))) for field in RANGE_FILTERS},
    )
    return total, facets


def _count_values(vocabulary: Vocabulary, codes: NDArray[np.int32], rows: Rows, groups: Rows) -> dict[str, int]:
    if not any(vocabulary.values):
        return {}
    is_grouped = int(groups.max(initial=-1)) + 1 < len(rows)
    return vocabulary.count_groups(codes[rows], groups) if is_grouped else vocabulary.count(codes[rows])


def _numbers(columns: Columns, where: ItemFilter, field: Field, rows: Rows) -> NDArray[np.float64]:
    """(M,) the values of a number field of ``rows`` (M), NaN for none and for an amount that is not compared."""
    numbers: NDArray[np.float64] = columns.numbers[RANGE_FILTERS.index(field)][rows]
    return np.where(columns.is_compared(where)[rows], numbers, np.nan) if field.money else numbers


def _ranges(columns: Columns, where: ItemFilter, rows: Callable[[ItemFilter], Rows]) -> dict[str, tuple[float, float]]:
    """The lowest and the highest value of each number, whatever its own bounds."""
    ranges = {}
    for field in RANGE_FILTERS:
        values = _numbers(columns, where, field, rows(where.beside(field)))
        known = values[~np.isnan(values)]
        if known.size:
            ranges[field.filter] = (float(known.min()), float(known.max()))
    return ranges


def _histogram(columns: Columns, where: ItemFilter, field: Field, rows: Rows, groups: Rows) -> tuple[Bucket, ...]:
    """How many groups have a value in each bucket."""
    values = _numbers(columns, where, field, rows)
    known = ~np.isnan(values)
    places = np.maximum(np.searchsorted(_LEAST, values[known], "right") - 1, 0)
    once = np.unique(groups[known] * len(EDGES) + places) % len(EDGES)
    counts = np.bincount(once, minlength=1)
    return buckets_of(dict(enumerate(counts.tolist())))
