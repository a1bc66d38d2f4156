"""Suggestions for an item or a photo, scores of outfits, and completed outfits, over one store."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.catalogue.variants import group_of
from deepstyle.compatibility.catalogue_test import Basis, CatalogueTest, Kind, basis_of, read_test
from deepstyle.compatibility.completion import best_looks
from deepstyle.compatibility.explain import Concern, Reason, SeenTogether, concerns, reasons
from deepstyle.compatibility.gender import EVERYBODY, shared_wearers, wearers
from deepstyle.compatibility.head import Head
from deepstyle.compatibility.mapping import PER_CATEGORY, choose
from deepstyle.compatibility.pairs import (
    FORBIDDEN,
    candidate_scores,
    conflict_matrix,
    conflicts,
    lowered,
    pair_scores,
    traits_of,
)
from deepstyle.compatibility.scoring import look_score, outfit_score
from deepstyle.compatibility.trials import CANDIDATES
from deepstyle.compatibility.wardrobe import MAX_PIECES, clash, complements, crowded, missing_slots
from deepstyle.errors import UnknownItemError, UsageError
from deepstyle.store.base import ItemFilter, Store

EVERYTHING: Final = ItemFilter()
_MAX_REASONS: Final = 4
_GROWTH: Final = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an outfit, with its vector (D,) of unit norm; for a photo ``item.item_id`` is empty."""

    item: Item
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An item that goes with the query.

    ``score``, in 0..1, orders suggestions and means nothing else. ``compatibility`` is a probability (``suggested`` in
    ``catalogue_test``), ``None`` where the head is not calibrated for this catalogue.
    """

    rank: int
    item: Item
    score: float
    compatibility: float | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PairScore:
    """Two pieces of an outfit, by their positions in it (from 0).

    ``score`` and ``compatibility`` as of an outfit (``pair`` in ``catalogue_test``). ``contribution`` is the difference
    between the pair's score and the mean of all pairs, divided by the number of pairs: the part of the outfit's mean
    that this pair adds or takes.
    """

    first: int
    second: int
    score: float
    compatibility: float | None
    contribution: float
    reasons: tuple[Reason, ...]
    concerns: tuple[Concern, ...]


@dataclass(frozen=True, slots=True)
class OutfitScore:
    """An outfit with all its pairs, and the index of the weakest one.

    ``score``, in 0..1, orders outfits and means nothing else. ``compatibility`` is a probability (``outfit`` or
    ``completed`` in ``catalogue_test``), ``None`` where the head is not calibrated for this catalogue.
    """

    score: float
    compatibility: float | None
    pairs: tuple[PairScore, ...]
    weakest: int

    @property
    def concerns(self) -> tuple[Concern, ...]:
        """The broken rules and the conflicts of all pairs without duplicates, those of the worst pairs first."""
        pairs = sorted(self.pairs, key=lambda pair: pair.contribution)
        found = dict.fromkeys(concern for pair in pairs for concern in pair.concerns)
        return tuple(concern for concern in found if concern.code != "never_seen_together")

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons of all pairs without duplicates, those of the best pairs first; at most four."""
        pairs = sorted(self.pairs, key=lambda pair: -pair.contribution)
        return tuple(dict.fromkeys(reason for pair in pairs for reason in pair.reasons))[:_MAX_REASONS]


@dataclass(frozen=True, slots=True)
class Completed:
    """A completed outfit: the locked pieces, then one item per slot, in the order of the slots."""

    rank: int
    pieces: tuple[Piece, ...]
    score: OutfitScore


def photo_piece(vector: NDArray[np.float32], lookalikes: Sequence[Item]) -> Piece:
    """A photo as a piece; its semantic category is the most frequent one among the items that look like it."""
    votes = Counter(item.semantic_category for item in lookalikes if item.semantic_category)
    category = votes.most_common(1)[0][0] if votes else ""
    return Piece(Item("", title="photo", semantic_category=category), vector)


class Stylist:
    """A head and the store's vectors in its space; safe to call from several threads at once."""

    def __init__(self, store: Store, space: str, head: Head) -> None:
        self.store, self.space, self.head = store, space, head
        self.seen = SeenTogether(head.outfits)

    @property
    def test(self) -> CatalogueTest | None:
        """The head's test on the catalogue's own outfits; ``None`` where there was none."""
        return read_test(self.store, self.space)

    def basis(self, kind: Kind) -> Basis:
        """What a score of this kind is worth on this catalogue, and what the head was measured on."""
        return basis_of(self.head, self.test, kind)

    def pieces(self, item_ids: Sequence[str]) -> list[Piece]:
        """The pieces of these items, in order; raises ``UnknownItemError`` if an item or its vector is missing."""
        items, batch = self.store.get(item_ids), self.store.vectors(self.space, item_ids)
        vectors = dict(zip(batch.item_ids, batch.vectors, strict=True))
        for item_id in item_ids:
            if item_id not in items:
                raise UnknownItemError(f"no item has the id {item_id!r}.")
            if item_id not in vectors:
                raise UnknownItemError(
                    f"{item_id!r} has no compatibility vector yet.", remedy="Run `deepstyle suggest`."
                )
        return [Piece(items[item_id], vectors[item_id]) for item_id in item_ids]

    def stored_suggestions(self, item_id: str) -> tuple[Piece, list[Suggestion]]:
        """An item and its precomputed suggestions; raises the errors of ``pieces``."""
        suggested = self.store.compatible(item_id)
        query, *found = self.pieces([item_id, *suggested])
        return query, self._suggestions(query, found)

    def suggestions(self, query: Piece) -> list[Suggestion]:
        """The suggestions for ``query``, computed now by the rules of the stored ones; for a photo, which has none."""
        found = self.complements(query, k=PER_CATEGORY)
        ranked = sorted((one for best in found.values() for one in best), key=lambda one: -one.score)
        named = [(one.item.semantic_category, one.item.item_id, group_of(one.item, "product")) for one in ranked]
        item_ids = choose(named)
        chosen = [one for one in ranked if one.item.item_id in item_ids]
        return [replace(one, rank=rank) for rank, one in enumerate(chosen, start=1)]

    def complements(self, query: Piece, *, k: int, where: ItemFilter = EVERYTHING) -> dict[str, list[Suggestion]]:
        """The ``k`` best partners in each semantic category that is worn with the query's, or that ``where`` names."""
        wanted = [name.casefold() for name in where.semantic_categories] or complements(query.item.semantic_category)
        found = {name: self._search(query.vector, name, max(k, CANDIDATES), where, [query.item]) for name in wanted}
        suggested = {name: self._suggestions(query, pieces, best=k) for name, pieces in found.items() if pieces}
        return dict(sorted(suggested.items(), key=lambda entry: -entry[1][0].score))

    def score(self, pieces: Sequence[Piece]) -> OutfitScore:
        """Score 2 to ``MAX_PIECES`` pieces; raises ``UsageError`` for another number."""
        if not 2 <= len(pieces) <= MAX_PIECES:
            raise UsageError(f"an outfit has 2 to {MAX_PIECES} pieces, not {len(pieces)}.")
        return self._score(pieces, "outfit", self.test)

    def _score(self, pieces: Sequence[Piece], kind: Kind, test: CatalogueTest | None) -> OutfitScore:
        items = [piece.item for piece in pieces]
        between = pair_scores(items, np.stack([piece.vector for piece in pieces]))
        clashing, too_many = conflict_matrix(items) > 0, crowded(item.semantic_category for item in items)
        mean, places = outfit_score(between), list(combinations(range(len(pieces)), 2))
        pairs = tuple(
            PairScore(
                *pair,
                _ordering(between[pair]),
                _probability(test, "pair", between[pair], has_conflict=bool(clashing[pair])),
                float(between[pair] - mean) / len(places),
                reasons(items[pair[0]], items[pair[1]], self.seen),
                concerns(items[pair[0]], items[pair[1]], self.seen, too_many),
            )
            for pair in places
        )
        weakest = min(range(len(pairs)), key=lambda at: pairs[at].contribution)
        look = look_score(between)
        probability = _probability(test, kind, look, has_conflict=bool(clashing.any()))
        return OutfitScore(_ordering(look), probability, pairs, weakest)

    def complete(
        self,
        locked: Sequence[Piece],
        slots: Sequence[str] = (),
        *,
        k: int = 5,
        where: ItemFilter = EVERYTHING,
    ) -> list[Completed]:
        """The ``k`` best outfits of the locked pieces and one item for each slot (a semantic category).

        Without ``slots`` the missing essentials are added, as far as the store has such items. The candidates of a slot
        are the items that go best with the locked pieces, and are worn by the same people; a beam search over the slots
        keeps the outfits with the best score. No item is in more than half of the outfits, as far as there are others.
        Raises ``UsageError`` if nothing is locked, or nothing can be added.
        """
        wanted = self._slots(locked, slots)
        fixed = [piece.item for piece in locked]
        centre = np.sum([piece.vector for piece in locked], axis=0)
        candidates = {name: self._search(_unit(centre), name, CANDIDATES, where, fixed) for name in wanted}
        empty = [name for name in wanted if not candidates[name]]
        if empty and (slots or len(empty) == len(wanted)):
            raise UsageError(f"no item fits the slot {empty[0]!r}.", remedy="Widen the filter, or omit the slot.")
        chosen = _varied(_looks(locked, [candidates[name] for name in wanted if candidates[name]]), len(locked), k)
        test = self.test
        scored = [(outfit, self._score(outfit, "completed", test)) for outfit in chosen]
        scored.sort(key=lambda entry: -entry[1].score)
        return [Completed(rank, outfit, score) for rank, (outfit, score) in enumerate(scored, start=1)]

    def _slots(self, locked: Sequence[Piece], slots: Sequence[str]) -> list[str]:
        worn = [piece.item.semantic_category for piece in locked]
        if not worn:
            raise UsageError("nothing is locked.", remedy="Give at least one item or photo to build the outfit around.")
        wanted = [name.casefold() for name in slots] or list(missing_slots(worn))
        for at, name in enumerate(wanted):
            if name not in SEMANTIC_CATEGORIES:
                raise UsageError(f"{name!r} is not a slot.", remedy=f"Slots are {', '.join(SEMANTIC_CATEGORIES)}.")
            if slots and any(clash(name, other) for other in wanted[:at]):
                raise UsageError(f"{name!r} is not worn with the other slots.", remedy="Omit one of them.")
        if not wanted:
            raise UsageError("nothing is missing from this outfit.", remedy="Name the slots to fill.")
        if len(worn) + len(wanted) > MAX_PIECES:
            raise UsageError(f"an outfit has at most {MAX_PIECES} pieces.")
        return wanted

    def _search(
        self, vector: NDArray[np.float32], category: str, k: int, where: ItemFilter, given: Sequence[Item]
    ) -> list[Piece]:
        """The ``k`` items of a semantic category that match ``where`` and are closest to ``vector``, one of a product.

        The ``given`` products are left out, and so is what those who wear them do not wear.
        """
        narrowed = replace(where, semantic_categories=(category,))
        known = [item.item_id for item in given if item.item_id]
        people = shared_wearers(item.gender for item in given) or EVERYBODY
        wanted = k
        while True:  # a store cannot filter by who wears what, because each catalogue has its own words
            hits = self.store.search(self.space, vector, k=wanted, where=narrowed, exclude=known, group_by="product")
            found = [
                piece for piece in self._existing([hit.item_id for hit in hits]) if wearers(piece.item.gender) & people
            ]
            if len(found) >= k or len(hits) < wanted:
                return found[:k]
            wanted *= _GROWTH

    def _existing(self, item_ids: Sequence[str]) -> list[Piece]:
        """The pieces of these items, without items that were deleted since."""
        items, batch = self.store.get(item_ids), self.store.vectors(self.space, item_ids)
        vectors = zip(batch.item_ids, batch.vectors, strict=True)
        return [Piece(items[item_id], vector) for item_id, vector in vectors if item_id in items]

    def _suggestions(self, query: Piece, found: Sequence[Piece], *, best: int = 0) -> list[Suggestion]:
        """The ``best`` of the items found, best first, or all in their order; none that is not worn with the query."""
        if not found:
            return []
        own, others = traits_of([query.item]), traits_of([piece.item for piece in found])
        cosines = np.stack([piece.vector for piece in found]) @ query.vector
        scores = lowered(cosines[None], own, others)[0]
        clashing, test = conflicts(own, others)[0] > 0, self.test
        order = np.argsort(-scores, kind="stable")[:best] if best else np.arange(len(found))
        return [
            Suggestion(
                rank,
                found[at].item,
                _ordering(scores[at]),
                _probability(test, "suggested", scores[at], has_conflict=bool(clashing[at])),
                reasons(query.item, found[at].item, self.seen),
            )
            for rank, at in enumerate((int(at) for at in order if scores[at] > FORBIDDEN), start=1)
        ]


def _ordering(score: float | np.floating) -> float:
    """A score from -1 to 1 as a number from 0 to 1."""
    return min(1.0, max(0.0, (1 + float(score)) / 2))


def _probability(
    test: CatalogueTest | None, kind: Kind, score: float | np.floating, *, has_conflict: bool
) -> float | None:
    measured = test.trusted(kind) if test else None
    return measured.probability(float(score), has_conflict=has_conflict) if measured else None


def _looks(locked: Sequence[Piece], slots: Sequence[Sequence[Piece]]) -> list[tuple[Piece, ...]]:
    """The best looks of the locked pieces and one of each slot's, best first."""
    pool = [*locked, *(piece for slot in slots for piece in slot)]
    ends = np.cumsum([len(locked), *map(len, slots)])
    between = candidate_scores([piece.item for piece in pool], np.stack([piece.vector for piece in pool]))
    looks, _ = best_looks(between, len(locked), [np.arange(*ends[at : at + 2]) for at in range(len(slots))])
    return [tuple(pool[row] for row in look) for look in looks.tolist()]


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)


def _varied(ranked: Sequence[tuple[Piece, ...]], locked: int, k: int) -> list[tuple[Piece, ...]]:
    """The first ``k`` outfits such that no added item is in more than half of them; filled up with the next best."""
    most = max(1, (k + 1) // 2)
    used: dict[str, int] = {}
    chosen: list[tuple[Piece, ...]] = []
    for outfit in ranked:
        added = [piece.item.item_id for piece in outfit[locked:]]
        if len(chosen) < k and all(used.get(item_id, 0) < most for item_id in added):
            chosen.append(outfit)
            for item_id in added:
                used[item_id] = used.get(item_id, 0) + 1
    taken = {id(outfit) for outfit in chosen}
    rest = [outfit for outfit in ranked if id(outfit) not in taken]
    return [*chosen, *rest[: k - len(chosen)]]
