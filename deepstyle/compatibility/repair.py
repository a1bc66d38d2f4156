"""What is wrong with a look, and what makes it better: its weakest piece, replacements for it, and missing slots."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.stock import IN_STOCK
from deepstyle.compatibility.completion import NO_OPTIONS, LookOptions
from deepstyle.compatibility.gender import shared_wearers
from deepstyle.compatibility.pairs import pair_scores
from deepstyle.compatibility.scoring import FORBIDDEN, look_score
from deepstyle.compatibility.stylist import EVERYTHING, OutfitScore, Piece, Stylist, people_of, unit_sum
from deepstyle.compatibility.trials import CANDIDATES
from deepstyle.compatibility.wardrobe import MAX_PIECES, missing_slots
from deepstyle.errors import UsageError
from deepstyle.store.base import ItemFilter


@dataclass(frozen=True, slots=True)
class Proposal:
    """An item of the catalogue for one slot of a look, and the score of the look with it."""

    piece: Piece
    score: OutfitScore


@dataclass(frozen=True, slots=True)
class Filling:
    """What fills a ``slot`` that the look lacks, best first."""

    slot: str
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class LookAnalysis:
    """The score of a look, and what raises it; positions are those in ``pieces``, from 0.

    ``score`` is ``None`` for a single piece, which is no look yet; it names the weakest pair. ``weakest`` is the piece
    without which the rest of the look scores best, ``without`` that score, in 0..1; ``None`` where there are fewer than
    two or three pieces. ``replacements`` are items of the weakest piece's category with which the look scores more than
    it does, best first. ``missing`` has the slots that a look needs and this one lacks.
    """

    pieces: tuple[Piece, ...]
    score: OutfitScore | None
    weakest: int | None
    without: float | None
    replacements: tuple[Proposal, ...]
    missing: tuple[Filling, ...]


def analyse(
    stylist: Stylist,
    pieces: Sequence[Piece],
    *,
    k: int = 3,
    where: ItemFilter = EVERYTHING,
    options: LookOptions = NO_OPTIONS,
) -> LookAnalysis:
    """The score of 1 to ``MAX_PIECES`` pieces, and at most ``k`` proposals for the weakest and for each missing slot.

    What is proposed matches ``where``, is in stock unless ``where`` names availabilities, costs at most the budget
    (each by itself), and is worn by the people who wear the look. Raises ``UsageError`` for another number of pieces.
    """
    if not 1 <= len(pieces) <= MAX_PIECES:
        raise UsageError(f"a look has 1 to {MAX_PIECES} pieces, not {len(pieces)}.")
    repair = _Repair(stylist, tuple(pieces), k, _for_sale(options.affordable(where)), options.mixed_genders)
    missing = tuple(repair.fillings())
    if len(pieces) < 2:
        return LookAnalysis(tuple(pieces), None, None, None, (), missing)
    score = stylist.score(pieces, mixed_genders=options.mixed_genders)
    weakest, replacements = repair.weakest()
    better = tuple(one for one in replacements if one.score.score > score.score)
    without = None
    if len(pieces) > 2:
        without = stylist.score(_left(pieces, weakest), mixed_genders=options.mixed_genders).score
    return LookAnalysis(tuple(pieces), score, weakest, without, better, missing)


def weakest_piece(between: NDArray[np.floating]) -> int:
    """The position of the piece without which a look scores best, from the scores of its pairs (n, n), n at least 2.

    Where several looks that are left break a rule, it is the piece that breaks most of them; then, as between two
    pieces, the one that goes worst with the others, the first of equals.
    """
    scores = np.asarray(between, np.float64)
    others = ~np.eye(len(scores), dtype=bool)
    broken = ((scores <= FORBIDDEN) & others).sum(1)
    means = np.where(others, scores, 0).sum(1)
    rest = [look_score(scores[np.ix_(row, row)]) for row in others]
    return max(range(len(scores)), key=lambda at: (rest[at], broken[at], -means[at]))


@dataclass(frozen=True, slots=True)
class _Repair:
    """A look, and what may be proposed for it."""

    stylist: Stylist
    pieces: tuple[Piece, ...]
    k: int
    where: ItemFilter
    mixed_genders: bool

    def fillings(self) -> Iterator[Filling]:
        """What fills each slot that the look lacks, as far as the catalogue has it and the look may grow."""
        if len(self.pieces) < MAX_PIECES:
            for slot in missing_slots(piece.item.semantic_category for piece in self.pieces):
                if proposals := self._proposals(self.pieces, slot):
                    yield Filling(slot, proposals)

    def weakest(self) -> tuple[int, tuple[Proposal, ...]]:
        """The weakest piece with replacements; of two, the one whose replacement makes more of the look."""
        if len(self.pieces) == 2:
            found = [(at, self._replacements(at)) for at in (0, 1)]
            return max(found, key=lambda entry: entry[1][0].score.score if entry[1] else -1.0)
        at = weakest_piece(self._between(self.pieces))
        return at, self._replacements(at)

    def _replacements(self, at: int) -> tuple[Proposal, ...]:
        category = self.pieces[at].item.semantic_category
        return self._proposals(_left(self.pieces, at), category, at) if category else ()

    def _proposals(self, rest: Sequence[Piece], slot: str, at: int | None = None) -> tuple[Proposal, ...]:
        """The best looks of ``rest`` and one more item of a slot, which takes the place ``at`` of the piece there."""
        near = self.stylist.nearest(unit_sum(rest), slot, CANDIDATES, self.where, rest, self._people(rest))
        place = len(rest) if at is None else at
        looks = [(*rest[:place], piece, *rest[place:]) for piece in near]
        values = [look_score(self._between(look)) for look in looks]
        order = sorted((i for i, value in enumerate(values) if value > FORBIDDEN), key=lambda i: -values[i])
        return tuple(
            Proposal(near[i], self.stylist.score(looks[i], mixed_genders=self.mixed_genders)) for i in order[: self.k]
        )

    def _people(self, rest: Sequence[Piece]) -> int:
        """Who wears the look; where nobody wears all of it, who wears the ``rest``."""
        shared = shared_wearers(piece.item.gender for piece in self.pieces)
        return people_of(rest if not shared else self.pieces, mixed_genders=self.mixed_genders)

    def _between(self, look: Sequence[Piece]) -> NDArray[np.float32]:
        vectors = np.stack([piece.vector for piece in look])
        return pair_scores([piece.item for piece in look], vectors, mixed_genders=self.mixed_genders)


def _left(pieces: Sequence[Piece], at: int) -> tuple[Piece, ...]:
    """The pieces without the one at this position."""
    return (*pieces[:at], *pieces[at + 1 :])


def _for_sale(where: ItemFilter) -> ItemFilter:
    """``where``, for what is not known to be sold out unless it names availabilities."""
    return where if where.availabilities else replace(where, availabilities=IN_STOCK)
