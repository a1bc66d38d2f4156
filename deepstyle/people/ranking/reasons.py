"""Why a result is where it is for this person: codes with parameters; clients put them into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from deepstyle.people.ranking.personal import Scores

WhyCode = Literal["like-your-clicks", "liked-by-others", "less-like-hidden", "popular"]
MOST_ITEMS: Final = 2
Part = tuple[float, tuple[str, ...]]
"""What one part of the score gives to a result in all, and the signals that give most of it."""


@dataclass(frozen=True, slots=True)
class Why:
    """A reason; the ``item_ids`` of each ``code`` are items that the shopper chose or hid, the most telling first.

    ``like-your-clicks``: it has the look, colour, brand or price of ``item_ids``. ``liked-by-others``: people who liked
    ``item_ids`` liked it. ``less-like-hidden``: it fell because it is like ``item_ids``, which she hid. ``popular``:
    it is clicked often; no items. Later versions may add codes.
    """

    code: WhyCode
    item_ids: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """What each of S signals, ``item_ids``, of which some are ``hidden``, gives to N results: two parts (N, S).

    ``is_popularity_used`` is whether it also counts how often an item is clicked.
    """

    item_ids: Sequence[str]
    hidden: frozenset[str]
    session: Scores
    personal: Scores
    is_popularity_used: bool = False


def reasons_of(shares: Shares, result_ids: Sequence[str], rises: Mapping[str, int]) -> dict[str, tuple[Why, ...]]:
    """The reasons of the results that a ranking moved; ``rises`` are by how many places each one rose, or fell.

    What only took the place of others has none.
    """
    sums = shares.session.sum(axis=1).tolist(), shares.personal.sum(axis=1).tolist()
    liked, others = _largest(shares.session, shares.item_ids), _largest(shares.personal, shares.item_ids)
    hides = np.array([one in shares.hidden for one in shares.item_ids], np.bool_)
    hidden = _largest(-shares.session * hides, shares.item_ids)
    popular = (Why("popular"),) if shares.is_popularity_used else ()
    found: dict[str, tuple[Why, ...]] = {}
    for row, item_id in enumerate(result_ids):
        if rises[item_id] > 0:
            own = _rose((sums[0][row], liked[row]), (sums[1][row], others[row])) or popular
        else:
            own = (Why("less-like-hidden", hidden[row]),) if rises[item_id] < 0 and hidden[row] else ()
        if own:
            found[item_id] = own
    return found


def _rose(liked: Part, others: Part) -> tuple[Why, ...]:
    """What raised a result, the most telling first: its likeness to what she liked, and what others did."""
    parts: tuple[tuple[WhyCode, Part], ...] = (("like-your-clicks", liked), ("liked-by-others", others))
    telling = [(total, Why(code, item_ids)) for code, (total, item_ids) in parts if total > 0 and item_ids]
    return tuple(why for _, why in sorted(telling, key=lambda pair: -pair[0]))


def _largest(parts: Scores, item_ids: Sequence[str]) -> list[tuple[str, ...]]:
    """The signals that give most to each of N results, by ``parts`` (N, S); those that give nothing are left out."""
    if not (parts > 0).any():
        return [()] * len(parts)
    order = np.argsort(-parts, axis=1, kind="stable")[:, :MOST_ITEMS]
    giving = (np.take_along_axis(parts, order, axis=1) > 0).sum(axis=1)  # these come first
    names = np.array([*item_ids], object)[order]
    return [tuple(row[:count]) for row, count in zip(names.tolist(), giving.tolist(), strict=True)]
