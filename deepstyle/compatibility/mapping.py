"""The precomputed suggestions: for every item three others of different categories.

Pairs are scored as in ``deepstyle.compatibility.pairs``: known conflicts lower a score, and what nobody wears together
is never suggested. The two best partners, of two products, in each category that is worn with the item's own are
ranked together.
Suggestions are taken from the top within the quotas: one item per category, one small thing. If the catalogue has too
few categories for three suggestions, more small things are allowed first, then a second item of a category.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import group_of
from deepstyle.compatibility.choice import QUOTAS, SUGGESTIONS, best_of_products, choose
from deepstyle.compatibility.large.update import prepare_large, update_large
from deepstyle.compatibility.pairs import Traits, forbidden, lowered, traits_of
from deepstyle.compatibility.scoring import FORBIDDEN, Rows
from deepstyle.compatibility.seasons import season_of
from deepstyle.compatibility.space import COMPAT_SPACE
from deepstyle.compatibility.wardrobe import admits, complements
from deepstyle.errors import StoreError
from deepstyle.store.base import Store
from deepstyle.store.url import without_password

_BLOCK: Final = 512
LARGE_FROM: Final = 50_000
"""With fewer vectors every item is compared with every other."""


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
    store: Store,
    space: str,
    *,
    full: bool = False,
    with_facts: Mapping[str, str] = MappingProxyType({}),
    on_progress: Callable[[int, int], None] | None = None,
) -> MappingReport:
    """Bring the stored suggestions up to date and make ``space`` the one that is served, together ``with_facts``.

    Computes the suggestions of items that have none, and of items for which one of these new items is a better
    suggestion than a stored one; the result equals that of a full run. ``full``, or a change of space, computes all,
    and removes those of items that have no vector in ``space``. From ``LARGE_FROM`` vectors on, partners are sought
    among the likely ones (``deepstyle.compatibility.large``), a run that was killed goes on, a change of space computes
    what changed since that space was served or prepared, and ``on_progress`` is called with how many items are done of
    how many. Raises ``StoreError`` where another process changed the space that is served meanwhile.
    """
    facts = {COMPAT_SPACE: space, **with_facts}
    if store.spaces().get(space, 0) >= LARGE_FROM:
        large = update_large(store, space, facts, full=full, on_progress=on_progress)
        report, published = MappingReport(large.items, large.computed, large.suggested), large.published
    else:
        report, published = _update_exactly(store, space, facts, full=full)
    if not published:
        raise StoreError(
            f"another process changed which suggestions {without_password(store.url)} serves.",
            remedy="Run `deepstyle encode` again.",
        )
    return report


def prepare_mapping(store: Store, space: str, *, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Compute the suggestions of a ``space`` beside those that serve; return of how many items.

    ``update_mapping`` then switches to it without computing them. Fewer than ``LARGE_FROM`` are left to that: 0.
    """
    if store.spaces().get(space, 0) < LARGE_FROM:
        return 0
    return prepare_large(store, space, on_progress=on_progress)


def _update_exactly(store: Store, space: str, facts: Mapping[str, str], *, full: bool) -> tuple[MappingReport, bool]:
    """``update_mapping`` by comparing every item with every other; the second is whether it was published."""
    serving, inputs = store.meta(COMPAT_SPACE), read_inputs(store, space)
    stored = {item_id: store.compatible(item_id) for item_id in inputs.item_ids}
    everything = full or serving != space
    rows = np.arange(len(inputs.item_ids)) if everything else outdated(inputs, stored)
    fresh = suggestions(inputs, rows)
    void = dict.fromkeys((item.item_id for item in store.iter_items()), ()) if everything else {}
    published = store.publish(facts, {**void, **fresh}, given={COMPAT_SPACE: serving})
    rows_now = {**stored, **fresh}.values()
    suggested = {item_id for row in rows_now for item_id in row}
    return MappingReport(sum(bool(row) for row in rows_now), len(fresh), len(suggested)), published


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
    per_category, small = QUOTAS[0]
    categories = [inputs.categories[partner] for partner in partners]
    return (
        len(categories) == SUGGESTIONS
        and all(
            admits(categories[:at], name, per_category=per_category, small=small) for at, name in enumerate(categories)
        )
        and not forbidden(inputs.traits[[row]], inputs.traits[list(partners)]).any()
    )


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
        top = best_of_products(of_rows, inputs.products[rows])
        found.append(rows[top])
        scores.append(np.take_along_axis(of_rows, top, 1))
    items, of_items = np.concatenate(found, 1), np.concatenate(scores, 1)
    order = np.lexsort((items, -of_items), axis=1)
    ranked, allowed = np.take_along_axis(items, order, 1), np.take_along_axis(of_items, order, 1) > FORBIDDEN
    allowed &= inputs.products[ranked] != inputs.products[block][:, None]
    return [row[keep].tolist() for row, keep in zip(ranked, allowed, strict=True)]
