"""Suggestions for an item or a photo, scores of outfits, and completed outfits, over one store."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.compatibility.explain import Concern, Reason, SeenTogether, concerns, reasons
from deepstyle.compatibility.head import Head
from deepstyle.compatibility.mapping import PER_CATEGORY, choose
from deepstyle.compatibility.scoring import outfit_score
from deepstyle.compatibility.wardrobe import MAX_PIECES, clash, complements, missing_slots
from deepstyle.errors import UnknownItemError, UsageError
from deepstyle.store.base import ItemFilter, Store

EVERYTHING: Final = ItemFilter()
_MAX_REASONS: Final = 4
_CANDIDATES_PER_SLOT: Final = 24
_BEAM_WIDTH: Final = 64


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an outfit, with its vector (D,) of unit norm; for a photo ``item.item_id`` is empty."""

    item: Item
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An item that goes with the query; ``compatibility`` is a probability, calibrated on the validation split."""

    rank: int
    item: Item
    compatibility: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PairScore:
    """Two pieces of an outfit, by their positions in it (from 0).

    ``contribution`` is the difference between the pair's score and the mean of all pairs, divided by the number of
    pairs: the part of the outfit's mean that this pair adds or takes.
    """

    first: int
    second: int
    compatibility: float
    contribution: float
    reasons: tuple[Reason, ...]
    concerns: tuple[Concern, ...]


@dataclass(frozen=True, slots=True)
class OutfitScore:
    """An outfit's ``compatibility``, a calibrated probability, all its pairs, and the index of the weakest one."""

    compatibility: float
    pairs: tuple[PairScore, ...]
    weakest: int

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
        ranked = sorted((one for best in found.values() for one in best), key=lambda one: -one.compatibility)
        item_ids = choose([(one.item.semantic_category, one.item.item_id) for one in ranked])
        chosen = [one for one in ranked if one.item.item_id in item_ids]
        return [replace(one, rank=rank) for rank, one in enumerate(chosen, start=1)]

    def complements(self, query: Piece, *, k: int, where: ItemFilter = EVERYTHING) -> dict[str, list[Suggestion]]:
        """The ``k`` best partners in each semantic category that is worn with the query's, or that ``where`` names."""
        wanted = [name.casefold() for name in where.semantic_categories] or complements(query.item.semantic_category)
        found = {name: self._search(query.vector, name, k, where, [query.item.item_id]) for name in wanted}
        suggested = {name: self._suggestions(query, pieces) for name, pieces in found.items() if pieces}
        return dict(sorted(suggested.items(), key=lambda entry: -entry[1][0].compatibility))

    def score(self, pieces: Sequence[Piece]) -> OutfitScore:
        """Score 2 to ``MAX_PIECES`` pieces; raises ``UsageError`` for another number."""
        if not 2 <= len(pieces) <= MAX_PIECES:
            raise UsageError(f"an outfit has 2 to {MAX_PIECES} pieces, not {len(pieces)}.")
        cosines = _cosines(pieces)
        mean, places = outfit_score(cosines), list(combinations(range(len(pieces)), 2))
        pairs = tuple(
            PairScore(
                first,
                second,
                float(self.head.spec.pair.probability(cosines[first, second])),
                float(cosines[first, second] - mean) / len(places),
                reasons(pieces[first].item, pieces[second].item, self.seen),
                concerns(pieces[first].item, pieces[second].item, self.seen),
            )
            for first, second in places
        )
        weakest = min(range(len(pairs)), key=lambda at: pairs[at].contribution)
        return OutfitScore(float(self.head.spec.outfit.probability(mean)), pairs, weakest)

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
        are the items that go best with the locked pieces; a beam search over the slots keeps the outfits with the best
        mean over pairs. No item is in more than half of the outfits, as far as there are others. Raises ``UsageError``
        if nothing is locked, or nothing can be added.
        """
        wanted = self._slots(locked, slots)
        fixed = [piece.item.item_id for piece in locked]
        centre = np.sum([piece.vector for piece in locked], axis=0)
        candidates = {name: self._search(_unit(centre), name, _CANDIDATES_PER_SLOT, where, fixed) for name in wanted}
        empty = [name for name in wanted if not candidates[name]]
        if empty and (slots or len(empty) == len(wanted)):
            raise UsageError(f"no item fits the slot {empty[0]!r}.", remedy="Widen the filter, or omit the slot.")
        beam: list[tuple[Piece, ...]] = [tuple(locked)]
        for name in (name for name in wanted if candidates[name]):
            beam = _extended(beam, candidates[name])
        chosen = _varied(beam, len(locked), k)
        return [Completed(rank, outfit, self.score(outfit)) for rank, outfit in enumerate(chosen, start=1)]

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
        self, vector: NDArray[np.float32], category: str, k: int, where: ItemFilter, exclude: Sequence[str]
    ) -> list[Piece]:
        """The ``k`` items of a semantic category that match ``where`` and are closest to ``vector``."""
        narrowed = replace(where, semantic_categories=(category,))
        known = [item_id for item_id in exclude if item_id]
        hits = self.store.search(self.space, vector, k=k, where=narrowed, exclude=known)
        return self._existing([hit.item_id for hit in hits])

    def _existing(self, item_ids: Sequence[str]) -> list[Piece]:
        """The pieces of these items, without items that were deleted since."""
        items, batch = self.store.get(item_ids), self.store.vectors(self.space, item_ids)
        vectors = zip(batch.item_ids, batch.vectors, strict=True)
        return [Piece(items[item_id], vector) for item_id, vector in vectors if item_id in items]

    def _suggestions(self, query: Piece, found: Sequence[Piece]) -> list[Suggestion]:
        if not found:
            return []
        scores = np.stack([piece.vector for piece in found]) @ query.vector
        probabilities = self.head.spec.pair.probability(scores)
        return [
            Suggestion(rank, piece.item, float(probability), reasons(query.item, piece.item, self.seen))
            for rank, (piece, probability) in enumerate(zip(found, probabilities, strict=True), start=1)
        ]


def _cosines(pieces: Sequence[Piece]) -> NDArray[np.float32]:
    vectors = np.stack([piece.vector for piece in pieces])
    return np.asarray(vectors @ vectors.T, np.float32)


def _mean(outfit: Sequence[Piece]) -> float:
    return outfit_score(_cosines(outfit))


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)


def _extended(beam: Sequence[tuple[Piece, ...]], candidates: Sequence[Piece]) -> list[tuple[Piece, ...]]:
    """Every outfit of ``beam`` with every candidate added: the best by the mean over pairs, best first.

    All outfits have equally many pieces of unit norm, so that |sum of vectors|² ranks them as the mean does.
    """
    sums = np.stack([np.sum([piece.vector for piece in outfit], axis=0) for outfit in beam])
    added = np.stack([piece.vector for piece in candidates])
    scores = np.square(sums).sum(1)[:, None] + 2 * sums @ added.T
    best = np.argsort(-scores, axis=None, kind="stable")[:_BEAM_WIDTH]
    return [(*beam[at // len(candidates)], candidates[at % len(candidates)]) for at in best.tolist()]


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
    together = [*chosen, *rest[: k - len(chosen)]]
    return sorted(together, key=_mean, reverse=True)
