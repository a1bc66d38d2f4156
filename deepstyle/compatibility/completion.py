"""Completed outfits: the best looks of given pieces and one item for each slot, and alternatives that differ."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.compatibility.beam import best_looks, varied
from deepstyle.compatibility.pairs import candidate_scores
from deepstyle.compatibility.scoring import FORBIDDEN
from deepstyle.compatibility.stylist import EVERYTHING, OutfitScore, Piece, Stylist, people_of, unit_sum
from deepstyle.compatibility.trials import CANDIDATES
from deepstyle.compatibility.wardrobe import MAX_PIECES, MOST_WORN, clash, missing_slots
from deepstyle.errors import UsageError
from deepstyle.store.base import ItemFilter

DIVERSITY: Final = 0.1
"""How much alternatives are to differ, by default (research/outfit_completion.md)."""


@dataclass(frozen=True, slots=True)
class LookOptions:
    """What a request asks of looks beyond the rules.

    ``mixed_genders``: a look need not be for one gender. ``budget``: what all added items together may cost, in the
    (first) currency of the filter, or else in that of most prices; items without a price in it are left out.
    ``diversity``, in 0..1: how much alternatives are to differ (``beam.varied``); 0 ranks by score alone.
    """

    mixed_genders: bool = False
    budget: float | None = None
    diversity: float = DIVERSITY

    def __post_init__(self) -> None:
        if self.budget is not None and not 0 <= self.budget < np.inf:
            raise UsageError("a budget is a number from 0.")
        if not 0 <= self.diversity <= 1:
            raise UsageError("diversity is from 0 to 1.")

    def affordable(self, where: ItemFilter, share: float = 1.0) -> ItemFilter:
        """``where``, for items that cost at most this share of the budget."""
        if self.budget is None:
            return where
        most = self.budget * share
        return replace(where, price_max=most if where.price_max is None else min(most, where.price_max))


NO_OPTIONS: Final = LookOptions()


@dataclass(frozen=True, slots=True)
class Completed:
    """A completed outfit: the locked pieces, then one item per slot, in the order of the slots."""

    rank: int
    pieces: tuple[Piece, ...]
    score: OutfitScore


def complete(
    stylist: Stylist,
    locked: Sequence[Piece],
    slots: Sequence[str] = (),
    *,
    k: int = 5,
    where: ItemFilter = EVERYTHING,
    options: LookOptions = NO_OPTIONS,
) -> list[Completed]:
    """``k`` outfits of the locked pieces and one item for each slot (a semantic category), best first.

    Without ``slots`` the missing essentials are added, as far as the store has such items. The candidates of a slot are
    the items that go best with the locked pieces, and are worn by the same people; a beam search over the slots finds
    the looks with the best scores together, the best one is among the answers, and the others differ from it and from
    each other. Raises ``UsageError`` if nothing is locked, or nothing can be added.
    """
    wanted = _slots(locked, slots)
    candidates = {name: _candidates(stylist, locked, name, len(wanted), where, options) for name in wanted}
    empty = [name for name in wanted if not candidates[name]]
    if empty and (slots or len(empty) == len(wanted)):
        raise UsageError(f"no item fits the slot {empty[0]!r}.", remedy="Widen the filter, or omit the slot.")
    found = _looks(locked, [candidates[name] for name in wanted if candidates[name]], k, options)
    scored = [(look, stylist.score(look, kind="completed", mixed_genders=options.mixed_genders)) for look in found]
    scored.sort(key=lambda entry: -entry[1].score)
    return [Completed(rank, look, score) for rank, (look, score) in enumerate(scored, start=1)]


def _slots(locked: Sequence[Piece], slots: Sequence[str]) -> list[str]:
    worn = [piece.item.semantic_category for piece in locked]
    known = [piece.item.semantic_category for piece in locked if piece.item.item_id]  # that of a photo is a guess
    if not worn:
        raise UsageError("nothing is locked.", remedy="Give at least one item or photo to build the outfit around.")
    wanted = [name.casefold() for name in slots] or list(missing_slots(worn))
    for at, name in enumerate(wanted):
        if name not in SEMANTIC_CATEGORIES:
            raise UsageError(f"{name!r} is not a slot.", remedy=f"Slots are {', '.join(SEMANTIC_CATEGORIES)}.")
        if slots and any(clash(name, other) for other in wanted[:at]):
            raise UsageError(f"{name!r} is not worn with the other slots.", remedy="Omit one of them.")
        if known.count(name) >= MOST_WORN.get(name, MAX_PIECES):
            raise UsageError(f"the outfit has {name} already.", remedy="Omit the slot, or the piece that fills it.")
    if not wanted:
        raise UsageError("nothing is missing from this outfit.", remedy="Name the slots to fill.")
    if len(worn) + len(wanted) > MAX_PIECES:
        raise UsageError(f"an outfit has at most {MAX_PIECES} pieces.")
    return wanted


def _candidates(
    stylist: Stylist, locked: Sequence[Piece], slot: str, slots: int, where: ItemFilter, options: LookOptions
) -> list[Piece]:
    """What may fill a slot: what goes best with the locked pieces.

    With a budget these are items that cost at most all of it, and some that leave the other slots their share.
    """
    shares = [1.0] if options.budget is None or slots == 1 else [1.0, 1 / slots]
    centre, people = unit_sum(locked), people_of(locked, mixed_genders=options.mixed_genders)
    found: dict[str, Piece] = {}
    for share in shares:
        near = stylist.nearest(centre, slot, CANDIDATES, options.affordable(where, share), locked, people)
        found |= {piece.item.item_id: piece for piece in near}
    return list(found.values())


def _looks(
    locked: Sequence[Piece], slots: Sequence[Sequence[Piece]], k: int, options: LookOptions
) -> list[tuple[Piece, ...]]:
    """The looks of the locked pieces and one of each slot's that are shown; raises ``UsageError`` beyond the budget."""
    pool = [*locked, *(piece for slot in slots for piece in slot)]
    vectors = np.stack([piece.vector for piece in pool])
    ends = np.cumsum([len(locked), *map(len, slots)])
    places = [np.arange(*ends[at : at + 2]) for at in range(len(slots))]
    between = candidate_scores([piece.item for piece in pool], vectors, mixed_genders=options.mixed_genders)
    prices = np.array([piece.item.price or 0.0 for piece in pool])
    budget = np.inf if options.budget is None else options.budget
    looks, scores = best_looks(between, len(locked), places, prices=prices, budget=budget)
    if not len(looks):
        raise UsageError("no outfit is within the budget.", remedy="Raise the budget, or fill fewer slots.")
    if (scores > FORBIDDEN).any():
        looks, scores = looks[scores > FORBIDDEN], scores[scores > FORBIDDEN]
    chosen = varied(scores, _alike(looks[:, len(locked) :], vectors), k, options.diversity)
    return [tuple(pool[row] for row in look) for look in looks[chosen].tolist()]


def _alike(added: NDArray[np.int64], vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """How alike the added items of Q looks (Q, S) are: (Q, Q) in 0..1, the mean over the slots.

    In a slot it is the mean of the items' cosine and of whether they are the same item: the cosine alone would let one
    item be in all looks that differ elsewhere.
    """
    cosines = np.clip(vectors @ vectors.T, 0, 1)
    of_slots = [(cosines[slot[:, None], slot] + (slot[:, None] == slot)) / 2 for slot in added.T]
    return np.asarray(np.mean(of_slots, axis=0), np.float64)
