"""The precomputed suggestions: for every item three others of different categories.

Pairs are scored as in ``deepstyle.compatibility.pairs``: known conflicts lower a score, and what nobody wears together
is never suggested. The two best partners, of two products, in each category that is worn with the item's own are
ranked together.
Suggestions are taken from the top within the quotas: one item per category, one small thing. If the catalogue has too
few categories for three suggestions, more small things are allowed first, then a second item of a category.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import group_of
from deepstyle.compatibility.pairs import Traits, forbidden, lowered, traits_of
from deepstyle.compatibility.scoring import FORBIDDEN, Rows
from deepstyle.compatibility.seasons import season_of
from deepstyle.compatibility.space import COMPAT_SPACE
from deepstyle.compatibility.wardrobe import admits, complements
from deepstyle.errors import StoreError
from deepstyle.store.base import Store
from deepstyle.store.url import without_password

SUGGESTIONS: Final = 3
PER_CATEGORY: Final = 2
"""How many partners per category are ranked; also the most of one category if there is nothing else to suggest."""

_BLOCK: Final = 512

# (per category, small things): the quotas of a choice, from the strictest to the loosest.
_QUOTAS: Final = ((1, 1), (1, SUGGESTIONS), (PER_CATEGORY, SUGGESTIONS))


@dataclass(frozen=True, slots=True)
class MappingInput:
    """Item ids, ascending, with their semantic categories, vectors (N, D) of unit norm, and traits (N,).

    ``products`` (N,) has the same number for the variants of one product, and by default another for each item.
    """

    item_ids: tuple[str, ...]
    categories: tuple[str, ...]
    vectors: NDArray[np.float32]
    traits: Traits
    products: Rows = field(default_factory=lambda: np.empty(0, np.int64))

    def __post_init__(self) -> None:
        if not len(self.products):
            object.__setattr__(self, "products", np.arange(len(self.item_ids)))

    def scores(self, rows: Rows, others: Rows) -> NDArray[np.float32]:
        """The scores (A, B) of each of ``rows`` (A,) with each of ``others`` (B,)."""
        cosines = self.vectors[rows] @ self.vectors[others].T
        return lowered(cosines, self.traits[rows], self.traits[others])


@dataclass(frozen=True, slots=True)
class MappingReport:
    """How many items have suggestions, how many were computed in this run, and how many items are suggested."""

    items: int
    computed: int
    suggested: int


def read_inputs(store: Store, space: str) -> MappingInput:
    """All items that have a vector in ``space``."""
    batch = store.vectors(space)
    known = {item.item_id: _bare(item) for item in store.iter_items()}
    items = [known.get(item_id, Item(item_id)) for item_id in batch.item_ids]
    categories = tuple(item.semantic_category for item in items)
    numbers: dict[tuple[str, ...], int] = {}
    products = np.array([numbers.setdefault(group_of(item, "product"), len(numbers)) for item in items], np.int64)
    return MappingInput(batch.item_ids, categories, batch.vectors, traits_of(items), products)


def _bare(item: Item) -> Item:
    """The fields that suggestions depend on: a large catalogue is in memory whole."""
    return Item(
        item.item_id,
        semantic_category=item.semantic_category,
        dominant_colour=item.dominant_colour,
        pattern=item.pattern,
        gender=item.gender,
        season=season_of(item),
        model_id=item.model_id,
    )


def update_mapping(
    store: Store, space: str, *, full: bool = False, with_facts: Mapping[str, str] = MappingProxyType({})
) -> MappingReport:
    """Bring the stored suggestions up to date and make ``space`` the one that is served, together ``with_facts``.

    Computes the suggestions of items that have none, and of items for which one of these new items is a better
    suggestion than a stored one; the result equals that of a full run. ``full``, or a change of space, computes all,
    and removes those of items that have no vector in ``space``. Raises ``StoreError`` where another process changed
    the space that is served meanwhile.
    """
    serving, inputs = store.meta(COMPAT_SPACE), read_inputs(store, space)
    stored = {item_id: store.compatible(item_id) for item_id in inputs.item_ids}
    everything = full or serving != space
    rows = np.arange(len(inputs.item_ids)) if everything else outdated(inputs, stored)
    fresh = suggestions(inputs, rows)
    void = dict.fromkeys((item.item_id for item in store.iter_items()), ()) if everything else {}
    if not store.publish({COMPAT_SPACE: space, **with_facts}, {**void, **fresh}, given={COMPAT_SPACE: serving}):
        raise StoreError(
            f"another process changed which suggestions {without_password(store.url)} serves.",
            remedy="Run `deepstyle encode` again.",
        )
    rows_now = {**stored, **fresh}.values()
    return MappingReport(
        sum(bool(row) for row in rows_now), len(fresh), len({item_id for row in rows_now for item_id in row})
    )


def suggestions(inputs: MappingInput, rows: Rows) -> dict[str, tuple[str, ...]]:
    """The suggestions for the items in ``rows``, best first; fewer than three only if the catalogue has no more."""
    return {
        inputs.item_ids[row]: choose(
            [(inputs.categories[at], inputs.item_ids[at], inputs.products[at]) for at in ranked]
        )
        for row, ranked in _ranked(inputs, rows)
    }


def outdated(inputs: MappingInput, stored: Mapping[str, Sequence[str]]) -> Rows:
    """The rows to compute again: those without three suggestions within the quotas, or with a better new partner.

    A new partner's cosine is compared, which is at least its score.
    """
    row_of = {item_id: row for row, item_id in enumerate(inputs.item_ids)}
    chosen = [[row_of[name] for name in stored[item_id] if name in row_of] for item_id in inputs.item_ids]
    settled = np.array([_settled(inputs, row, rows) for row, rows in enumerate(chosen)], bool)
    fresh = np.array([not stored[item_id] for item_id in inputs.item_ids], bool)
    settled_rows = np.flatnonzero(settled)
    if not len(settled_rows) or not fresh.any():
        return np.flatnonzero(~settled)
    partners = np.array([chosen[row] for row in settled_rows])
    cosines = np.einsum("nd,nsd->ns", inputs.vectors[settled_rows], inputs.vectors[partners])
    own = inputs.traits[settled_rows[:, None]]
    worst_stored = lowered(cosines[:, None], own, inputs.traits[partners]).min((1, 2))
    new_vectors = inputs.vectors[fresh].T
    blocks = np.array_split(settled_rows, len(settled_rows) // _BLOCK + 1)
    best_new = np.concatenate([(inputs.vectors[block] @ new_vectors).max(1) for block in blocks])
    # The two products round differently, so that what is almost as good is computed again.
    return np.union1d(np.flatnonzero(~settled), settled_rows[best_new >= worst_stored - 1e-5])


def _settled(inputs: MappingInput, row: int, partners: Sequence[int]) -> bool:
    """Whether these are three within the strictest quotas: then no lower-ranked item can replace one of them."""
    per_category, small = _QUOTAS[0]
    categories = [inputs.categories[partner] for partner in partners]
    return (
        len(categories) == SUGGESTIONS
        and all(
            admits(categories[:at], name, per_category=per_category, small=small) for at, name in enumerate(categories)
        )
        and not forbidden(inputs.traits[[row]], inputs.traits[list(partners)]).any()
    )


def choose(ranked: Sequence[tuple[str, str, Hashable]]) -> tuple[str, ...]:
    """The ids of three of ``ranked`` (category, item id, product), best first, within the strictest quotas for three.

    They are of different products.
    """
    chosen: list[int] = []
    for per_category, small in _QUOTAS:
        for at, (category, _, product) in enumerate(ranked):
            taken, products = [ranked[one][0] for one in chosen], [ranked[one][2] for one in chosen]
            if len(chosen) == SUGGESTIONS:
                break
            if product not in products and admits(taken, category, per_category=per_category, small=small):
                chosen.append(at)
    return tuple(ranked[at][1] for at in sorted(chosen))


def _ranked(inputs: MappingInput, rows: Rows) -> Iterator[tuple[int, list[int]]]:
    """Each of ``rows`` with its best partners in every category worn with its own, best first, ties by item id."""
    categories = np.array(inputs.categories, str)
    by_product = np.argsort(inputs.products, kind="stable")
    members = {name: by_product[categories[by_product] == name] for name in sorted(set(inputs.categories) - {""})}
    for category in sorted(set(categories[rows].tolist())):
        partners = {name: members[name] for name in complements(category) if name in members}
        own = rows[categories[rows] == category]
        for start in range(0, len(own), _BLOCK):
            block = own[start : start + _BLOCK]
            yield from zip(block.tolist(), _best(inputs, block, list(partners.values())), strict=True)


def _best(inputs: MappingInput, block: Rows, partners: Sequence[Rows]) -> list[list[int]]:
    """For each of ``block`` the best rows of each of ``partners``, ranked together."""
    if not partners:
        return [[] for _ in block]
    found, scores = [], []
    for rows in partners:
        of_rows = inputs.scores(block, rows)
        top = _best_of_products(of_rows, inputs.products[rows])
        found.append(rows[top])
        scores.append(np.take_along_axis(of_rows, top, 1))
    items, of_items = np.concatenate(found, 1), np.concatenate(scores, 1)
    order = np.lexsort((items, -of_items), axis=1)
    ranked, allowed = np.take_along_axis(items, order, 1), np.take_along_axis(of_items, order, 1) > FORBIDDEN
    allowed &= inputs.products[ranked] != inputs.products[block][:, None]
    return [row[keep].tolist() for row, keep in zip(ranked, allowed, strict=True)]


def _best_of_products(scores: NDArray[np.float32], products: Rows) -> Rows:
    """The columns (A, C) with the best of ``scores`` (A, B), at most one of each of ``products`` (B,).

    C is ``PER_CATEGORY``, or how many products there are; of equal scores within a product the first column counts.
    """
    starts = np.flatnonzero(np.diff(products, prepend=-1))  # rows are by product
    count = min(PER_CATEGORY, len(starts))
    if len(starts) == len(products):
        return np.argpartition(-scores, count - 1, axis=1)[:, :count]
    sizes = np.diff(starts, append=len(products))
    top = np.argpartition(-np.maximum.reduceat(scores, starts, axis=1), count - 1, axis=1)[:, :count]
    members = starts[top][..., None] + np.minimum(np.arange(sizes.max()), sizes[top][..., None] - 1)
    best = np.take_along_axis(scores[:, None], members, 2).argmax(2)
    return np.take_along_axis(members, best[..., None], 2)[..., 0]
