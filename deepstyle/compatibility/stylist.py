"""Suggestions for an item or a photo, and scores of outfits, over one store."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import first_of_each, group_of
from deepstyle.compatibility.association import Association, Lifts
from deepstyle.compatibility.catalogue_test import Basis, CatalogueTest, Kind, basis_of, read_test
from deepstyle.compatibility.choice import PER_CATEGORY, choose
from deepstyle.compatibility.explain import Concern, Reason, SeenTogether, concerns, reasons
from deepstyle.compatibility.gender import EVERYBODY, shared_wearers, wearers
from deepstyle.compatibility.head import Head
from deepstyle.compatibility.pairs import conflict_matrix, conflicts, lowered, pair_scores, traits_of
from deepstyle.compatibility.scoring import FORBIDDEN, look_score, outfit_score
from deepstyle.compatibility.trials import CANDIDATES
from deepstyle.compatibility.wardrobe import MAX_PIECES, complements, crowded
from deepstyle.errors import UnknownItemError, UsageError
from deepstyle.store.base import ItemFilter, Store

EVERYTHING: Final = ItemFilter()
_MAX_REASONS: Final = 4
_GROWTH: Final = 4
WIDE: Final = 100
"""So many candidates of a category are ordered by what is bought together, where that was learned."""

Box = tuple[float, float, float, float]
Hides = Callable[[Sequence[Item]], frozenset[str]]
"""Which of some items are not to be suggested, by id."""


LearnedAssociation = Callable[[], Association | None]
"""What serves of what was learned from purchases; ``None`` for nothing."""


def hides_nothing(_: Sequence[Item]) -> frozenset[str]:
    """Where nobody decides what is suggested."""
    return frozenset()


def learned_nothing() -> None:
    """Where suggestions do not follow what is bought together."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an outfit, with its vector (D,) of unit norm; for a photo ``item.item_id`` is empty.

    ``box`` is where a garment of a worn look is in its photo: x, y, width and height, as fractions.
    """

    item: Item
    vector: NDArray[np.float32]
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An item that goes with the query.

    ``score``, in 0..1, orders suggestions and means nothing else. ``compatibility`` is a probability (``suggested`` in
    ``catalogue_test``), ``None`` where the head is not calibrated for this catalogue; it is the head's alone, also
    where the score follows what is bought together.
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


def photo_piece(vector: NDArray[np.float32], lookalikes: Sequence[Item]) -> Piece:
    """A photo as a piece; its semantic category is the most frequent one among the items that look like it."""
    votes = Counter(item.semantic_category for item in lookalikes if item.semantic_category)
    category = votes.most_common(1)[0][0] if votes else ""
    return Piece(Item("", title="photo", semantic_category=category), vector)


def worn_piece(vector: NDArray[np.float32], category: str, box: Box) -> Piece:
    """A garment of a worn look as a piece: its semantic category and where it is in the photo."""
    return Piece(Item("", title=category, semantic_category=category), vector, box)


class Stylist:
    """A head and the store's vectors in its space; safe to call from several threads at once.

    What ``hides`` names is never suggested. Suggestions follow what ``learned`` returns, where it is of this space.
    """

    def __init__(
        self,
        store: Store,
        space: str,
        head: Head,
        hides: Hides = hides_nothing,
        learned: LearnedAssociation = learned_nothing,
    ) -> None:
        self.store, self.space, self.head, self.hides, self._learned = store, space, head, hides, learned
        self.seen = SeenTogether(head.outfits)

    @property
    def association(self) -> Association | None:
        """What was learned from purchases and serves; ``None`` where that is nothing, or of another space."""
        found = self._learned()
        return found if found is not None and found.space == self.space else None

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
        """An item and its stored suggestions; raises the errors of ``pieces``.

        They are computed anew where one of them is hidden, or suggestions follow what is bought together.
        """
        suggested = self.store.compatible(item_id)
        query, *found = self.pieces([item_id, *suggested])
        if found and (self.association or self.hides([piece.item for piece in found])):
            return query, self.suggestions(query)
        return query, self._suggestions(query, found, None)

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
        association = self.association
        found = {name: self._candidates(query, name, max(k, CANDIDATES), where, association) for name in wanted}
        suggested = {
            name: self._suggestions(query, pieces, association, best=k) for name, pieces in found.items() if pieces
        }
        return dict(sorted(suggested.items(), key=lambda entry: -entry[1][0].score))

    def score(self, pieces: Sequence[Piece], *, kind: Kind = "outfit", mixed_genders: bool = False) -> OutfitScore:
        """Score 2 to ``MAX_PIECES`` pieces; raises ``UsageError`` for another number.

        With ``mixed_genders`` the look need not be for one gender. ``kind`` says which calibration applies.
        """
        if not 2 <= len(pieces) <= MAX_PIECES:
            raise UsageError(f"an outfit has 2 to {MAX_PIECES} pieces, not {len(pieces)}.")
        items, test = [piece.item for piece in pieces], self.test
        between = pair_scores(items, np.stack([piece.vector for piece in pieces]), mixed_genders=mixed_genders)
        clashing, too_many = conflict_matrix(items) > 0, crowded(item.semantic_category for item in items)
        mean, places = outfit_score(between), list(combinations(range(len(pieces)), 2))
        pairs = tuple(
            PairScore(
                *pair,
                _ordering(between[pair]),
                _probability(test, "pair", between[pair], has_conflict=bool(clashing[pair])),
                float(between[pair] - mean) / len(places),
                reasons(items[pair[0]], items[pair[1]], self.seen),
                concerns(items[pair[0]], items[pair[1]], self.seen, too_many, mixed_genders=mixed_genders),
            )
            for pair in places
        )
        weakest = min(range(len(pairs)), key=lambda at: pairs[at].contribution)
        look = look_score(between)
        probability = _probability(test, kind, look, has_conflict=bool(clashing.any()))
        return OutfitScore(_ordering(look), probability, pairs, weakest)

    def nearest(
        self,
        vector: NDArray[np.float32],
        category: str,
        k: int,
        where: ItemFilter,
        given: Sequence[Piece],
        people: int = EVERYBODY,
    ) -> list[Piece]:
        """The ``k`` items of a semantic category that match ``where`` and are closest to ``vector``, one of a product.

        The ``given`` products are left out, and so is what nobody of ``people`` (a bit mask of ``gender``) wears.
        """
        narrowed = replace(where, semantic_categories=(category,))
        known = [piece.item.item_id for piece in given if piece.item.item_id]
        wanted = k
        while True:  # a store cannot filter by who wears what, because each catalogue has its own words
            hits = self.store.search(self.space, vector, k=wanted, where=narrowed, exclude=known, group_by="product")
            fitting = [
                piece for piece in self._existing([hit.item_id for hit in hits]) if wearers(piece.item.gender) & people
            ]
            hidden = self.hides([piece.item for piece in fitting])
            found = [piece for piece in fitting if piece.item.item_id not in hidden]
            if len(found) >= k or len(hits) < wanted:
                return found[:k]
            wanted *= _GROWTH

    def _existing(self, item_ids: Sequence[str]) -> list[Piece]:
        """The pieces of these items, without items that were deleted since."""
        items, batch = self.store.get(item_ids), self.store.vectors(self.space, item_ids)
        vectors = zip(batch.item_ids, batch.vectors, strict=True)
        return [Piece(items[item_id], vector) for item_id, vector in vectors if item_id in items]

    def _candidates(
        self, query: Piece, category: str, k: int, where: ItemFilter, association: Association | None
    ) -> list[Piece]:
        """The ``nearest`` items of a category, and those that people have together with the query."""
        people = people_of([query])
        if association is None:
            return self.nearest(query.vector, category, k, where, [query], people)
        near = self.nearest(query.vector, category, max(k, WIDE), where, [query], people)
        (place,) = association.places_of([query.item], query.vector[None])
        partners = association.partners(place, category)
        narrowed = replace(where, semantic_categories=(category,))
        matching = self.store.matching(narrowed, among=partners, limit=len(partners)) if partners else ()
        known = {piece.item.item_id for piece in near}
        found = self._existing([one for one in matching or () if one not in known])
        hidden = self.hides([piece.item for piece in found]) if found else frozenset()
        fitting = [one for one in found if one.item.item_id not in hidden and wearers(one.item.gender) & people]
        own = group_of(query.item, "product")
        return [*near, *(one for one in fitting if group_of(one.item, "product") != own)]

    def _suggestions(
        self, query: Piece, found: Sequence[Piece], association: Association | None, *, best: int = 0
    ) -> list[Suggestion]:
        """The ``best`` of the items found, best first, or all in their order; none that is not worn with the query."""
        if not found:
            return []
        own, others = traits_of([query.item]), traits_of([piece.item for piece in found])
        cosines = np.stack([piece.vector for piece in found]) @ query.vector
        scores = lowered(cosines[None], own, others)[0]
        lifts = lifts_of(association, query, found)
        ordering = scores + lifts.gains
        if association:  # gains have no bounds, scores have
            ordering = np.where(scores > FORBIDDEN, ordering / (1 + np.abs(ordering)), FORBIDDEN)
        clashing, test = conflicts(own, others)[0] > 0, self.test
        order = np.argsort(-ordering, kind="stable").tolist() if best else list(range(len(found)))
        if association:  # it adds articles of products that are there in another colour
            order = first_of_each((at, group_of(found[at].item, "product")) for at in order)
        return [
            Suggestion(
                rank,
                found[at].item,
                _ordering(ordering[at]),
                _probability(test, "suggested", scores[at], has_conflict=bool(clashing[at])),
                (*lifts.reasons[at], *reasons(query.item, found[at].item, self.seen)),
            )
            for rank, at in enumerate((at for at in order[: best or None] if scores[at] > FORBIDDEN), start=1)
        ]


def lifts_of(association: Association | None, query: Piece, found: Sequence[Piece]) -> Lifts:
    """The lifts of the query with each of the items found; without an association all are 1."""
    if association is None:
        return Lifts(np.zeros(len(found)), ((),) * len(found))
    items = [query.item, *(piece.item for piece in found)]
    vectors = np.stack([query.vector, *(piece.vector for piece in found)])
    own, *others = association.places_of(items, vectors)
    return association.lifts(own, others)


def people_of(pieces: Sequence[Piece], *, mixed_genders: bool = False) -> int:
    """Who may wear what joins these pieces; everybody with ``mixed_genders``, and where nobody wears all of them."""
    shared = shared_wearers(piece.item.gender for piece in pieces)
    return EVERYBODY if mixed_genders else shared or EVERYBODY


def unit_sum(pieces: Sequence[Piece]) -> NDArray[np.float32]:
    """The sum of the pieces' vectors, of unit norm: what is nearest to it goes best with all of them, on average."""
    total = np.sum([piece.vector for piece in pieces], axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-12), np.float32)


def _ordering(score: float | np.floating) -> float:
    """A score from -1 to 1 as a number from 0 to 1."""
    return min(1.0, max(0.0, (1 + float(score)) / 2))


def _probability(
    test: CatalogueTest | None, kind: Kind, score: float | np.floating, *, has_conflict: bool
) -> float | None:
    measured = test.trusted(kind) if test else None
    return measured.probability(float(score), has_conflict=has_conflict) if measured else None
