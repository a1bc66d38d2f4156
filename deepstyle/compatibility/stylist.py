"""What goes with this, how well does that outfit go together, and what completes it? Shared by CLI and API."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.compatibility.explain import SeenTogether, reasons
from deepstyle.compatibility.head import Head
from deepstyle.compatibility.mapping import PER_CATEGORY, choose
from deepstyle.compatibility.scoring import outfit_score
from deepstyle.compatibility.wardrobe import clash, complements, missing_slots
from deepstyle.errors import UnknownItemError, UsageError
from deepstyle.store.base import ItemFilter, Store

MAX_PIECES: Final = 12
EVERYTHING: Final = ItemFilter()
_REASONS: Final = 4
_CANDIDATES: Final = 24
_BEAM: Final = 64


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an outfit: an item, or a photo (whose ``item.item_id`` is empty), with its vector (D,) of unit norm."""

    item: Item
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An item that goes with the query; ``compatibility`` in 0..1 is calibrated on the validation split."""

    rank: int
    item: Item
    compatibility: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PairScore:
    """Two pieces of an outfit, by their places in it (from 0).

    ``contribution`` is how far the pair's score lies above or below the mean of all pairs, divided by their number:
    without this pair's difference the outfit's mean would be so much lower.
    """

    first: int
    second: int
    compatibility: float
    contribution: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutfitScore:
    """An outfit's calibrated ``compatibility`` in 0..1, every pair, and the place of the weakest pair among them."""

    compatibility: float
    pairs: tuple[PairScore, ...]
    weakest: int

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons of all pairs, each once, those of the best pairs first; at most four."""
        pairs = sorted(self.pairs, key=lambda pair: -pair.contribution)
        return tuple(dict.fromkeys(reason for pair in pairs for reason in pair.reasons))[:_REASONS]


@dataclass(frozen=True, slots=True)
class Completed:
    """A completed outfit: the locked pieces, then one item a slot, in the order of the slots."""

    rank: int
    pieces: tuple[Piece, ...]
    score: OutfitScore


def photo_piece(vector: NDArray[np.float32], lookalikes: Sequence[Item]) -> Piece:
    """A photo as a piece; what kind of thing it shows is what most of the items that look like it are."""
    votes = Counter(item.semantic_category for item in lookalikes if item.semantic_category)
    category = votes.most_common(1)[0][0] if votes else ""
    return Piece(Item("", title="photo", semantic_category=category), vector)


class Stylist:
    """A head over one store's space; safe to call from several threads at once."""

    def __init__(self, store: Store, space: str, head: Head) -> None:
        self.store, self.space, self.head = store, space, head
        self.seen = SeenTogether(head.outfits)

    def pieces(self, item_ids: Sequence[str]) -> list[Piece]:
        """The pieces of these items, in their order; raises ``UnknownItemError`` for one without item or vector."""
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

    def mapped(self, item_id: str) -> tuple[Piece, list[Suggestion]]:
        """The precomputed suggestions for an item; raises as ``pieces``."""
        names = self.store.compatible(item_id)
        query, *found = self.pieces([item_id, *names])
        return query, self._suggestions(query, found)

    def three(self, query: Piece) -> list[Suggestion]:
        """What the mapping of ``query`` would be, found now: for a photo, which has none stored."""
        found = self.complements(query, k=PER_CATEGORY)
        ranked = sorted((one for best in found.values() for one in best), key=lambda one: -one.compatibility)
        names = choose([(one.item.semantic_category, one.item.item_id) for one in ranked])
        chosen = [one for one in ranked if one.item.item_id in names]
        return [replace(one, rank=rank) for rank, one in enumerate(chosen, start=1)]

    def complements(self, query: Piece, *, k: int, where: ItemFilter = EVERYTHING) -> dict[str, list[Suggestion]]:
        """The ``k`` best partners of every semantic category worn with the query's, or of those ``where`` names."""
        wanted = [name.casefold() for name in where.semantic_categories] or complements(query.item.semantic_category)
        found = {name: self._search(query.vector, name, k, where, [query.item.item_id]) for name in wanted}
        told = {name: self._suggestions(query, pieces) for name, pieces in found.items() if pieces}
        return dict(sorted(told.items(), key=lambda entry: -entry[1][0].compatibility))

    def score(self, pieces: Sequence[Piece]) -> OutfitScore:
        """Score two or more pieces; raises ``UsageError`` for fewer, or for more than ``MAX_PIECES``."""
        if not 2 <= len(pieces) <= MAX_PIECES:
            raise UsageError(f"an outfit has 2 to {MAX_PIECES} pieces, not {len(pieces)}.")
        between = _between(pieces)
        mean, count = outfit_score(between), len(pieces) * (len(pieces) - 1) // 2
        pairs = tuple(
            PairScore(
                a,
                b,
                float(self.head.spec.pair.probability(between[a, b])),
                float(between[a, b] - mean) / count,
                reasons(pieces[a].item, pieces[b].item, self.seen),
            )
            for a, b in combinations(range(len(pieces)), 2)
        )
        weakest = min(range(count), key=lambda at: pairs[at].contribution)
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

        Without ``slots`` what is missing is added, as far as there are such items. Each slot's candidates are those
        that go best with the locked pieces; a beam over the slots keeps the outfits with the best mean over pairs. No
        item is in more than half of the outfits, as far as there are others. Raises ``UsageError`` where nothing is
        locked, or nothing can be added.
        """
        wanted = self._slots(locked, slots)
        fixed = [piece.item.item_id for piece in locked]
        centre = np.sum([piece.vector for piece in locked], axis=0)
        candidates = {name: self._search(_unit(centre), name, _CANDIDATES, where, fixed) for name in wanted}
        empty = [name for name in wanted if not candidates[name]]
        if empty and (slots or len(empty) == len(wanted)):
            raise UsageError(f"no item fits the slot {empty[0]!r}.", remedy="Widen the filter, or leave the slot out.")
        beam: list[tuple[Piece, ...]] = [tuple(locked)]
        for name in (name for name in wanted if candidates[name]):
            beam = _extended(beam, candidates[name])
        chosen = _varied(beam, len(locked), k)
        return [Completed(rank, outfit, self.score(outfit)) for rank, outfit in enumerate(chosen, start=1)]

    def _slots(self, locked: Sequence[Piece], slots: Sequence[str]) -> list[str]:
        worn = [piece.item.semantic_category for piece in locked]
        if not worn:
            raise UsageError("nothing is locked.", remedy="Give at least one item or photo to build the outfit on.")
        wanted = [name.casefold() for name in slots] or list(missing_slots(worn))
        for at, name in enumerate(wanted):
            if name not in SEMANTIC_CATEGORIES:
                raise UsageError(f"{name!r} is no slot.", remedy=f"Slots are {', '.join(SEMANTIC_CATEGORIES)}.")
            if slots and any(clash(name, other) for other in wanted[:at]):
                raise UsageError(f"nobody wears {name!r} with the other slots.", remedy="Leave one of them out.")
        if not wanted:
            raise UsageError("nothing is missing from this outfit.", remedy="Name the slots to fill.")
        if len(worn) + len(wanted) > MAX_PIECES:
            raise UsageError(f"an outfit has at most {MAX_PIECES} pieces.")
        return wanted

    def _search(
        self, vector: NDArray[np.float32], category: str, k: int, where: ItemFilter, exclude: Sequence[str]
    ) -> list[Piece]:
        """The ``k`` items of a semantic category that match ``where`` and are nearest to ``vector``."""
        narrowed = replace(where, semantic_categories=(category,))
        known = [item_id for item_id in exclude if item_id]
        hits = self.store.search(self.space, vector, k=k, where=narrowed, exclude=known)
        return self._existing([hit.item_id for hit in hits])

    def _existing(self, item_ids: Sequence[str]) -> list[Piece]:
        """The pieces of these items, without those deleted meanwhile."""
        items, batch = self.store.get(item_ids), self.store.vectors(self.space, item_ids)
        told = zip(batch.item_ids, batch.vectors, strict=True)
        return [Piece(items[item_id], vector) for item_id, vector in told if item_id in items]

    def _suggestions(self, query: Piece, found: Sequence[Piece]) -> list[Suggestion]:
        if not found:
            return []
        chances = self.head.spec.pair.probability(np.stack([piece.vector for piece in found]) @ query.vector)
        return [
            Suggestion(rank, piece.item, float(chance), reasons(query.item, piece.item, self.seen))
            for rank, (piece, chance) in enumerate(zip(found, chances, strict=True), start=1)
        ]


def _between(pieces: Sequence[Piece]) -> NDArray[np.float32]:
    vectors = np.stack([piece.vector for piece in pieces])
    return np.asarray(vectors @ vectors.T, np.float32)


def _mean(outfit: Sequence[Piece]) -> float:
    return outfit_score(_between(outfit))


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)


def _extended(beam: Sequence[tuple[Piece, ...]], candidates: Sequence[Piece]) -> list[tuple[Piece, ...]]:
    """Every outfit of ``beam`` with every candidate: the best by the mean over pairs, best first.

    All have as many pieces of unit norm, so |sum of vectors|² ranks as that mean does.
    """
    sums = np.stack([np.sum([piece.vector for piece in outfit], axis=0) for outfit in beam])
    added = np.stack([piece.vector for piece in candidates])
    scores = np.square(sums).sum(1)[:, None] + 2 * sums @ added.T
    best = np.argsort(-scores, axis=None, kind="stable")[:_BEAM]
    return [(*beam[at // len(candidates)], candidates[at % len(candidates)]) for at in best.tolist()]


def _varied(ranked: Sequence[tuple[Piece, ...]], locked: int, k: int) -> list[tuple[Piece, ...]]:
    """The first ``k`` in which no added item comes in more than half of the places; filled up with the rest."""
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
