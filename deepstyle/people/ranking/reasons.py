"""Why a result is where it is for this person: codes with parameters; clients put them into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from deepstyle.people.ranking.personal import Scores

WhyCode = Literal["like-your-clicks", "liked-by-others", "less-like-hidden", "popular"]
MOST_ITEMS: Final = 2


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
    """What each of S signals, ``item_ids``, of which some are ``hidden``, gives to N results: two parts (N, S)."""

    item_ids: Sequence[str]
    hidden: frozenset[str]
    session: Scores
    personal: Scores


def reasons_of(shares: Shares, result_ids: Sequence[str], rises: Mapping[str, int]) -> dict[str, tuple[Why, ...]]:
    """The reasons of the results that a ranking moved; ``rises`` are by how many places each one rose, or fell."""
    found: dict[str, tuple[Why, ...]] = {}
    for row, item_id in enumerate(result_ids):
        own = _rose(shares, row) if rises[item_id] > 0 else _fell(shares, row) if rises[item_id] < 0 else ()
        if own:
            found[item_id] = own
    return found


def _rose(shares: Shares, row: int) -> tuple[Why, ...]:
    parts: tuple[tuple[WhyCode, Scores], ...] = (
        ("like-your-clicks", shares.session[row]),
        ("liked-by-others", shares.personal[row]),
    )
    telling = [
        (float(part.sum()), Why(code, _largest(part, shares.item_ids))) for code, part in parts if part.sum() > 0
    ]
    reasons = [why for _, why in sorted(telling, key=lambda pair: -pair[0]) if why.item_ids]
    return tuple(reasons) or (Why("popular"),)


def _fell(shares: Shares, row: int) -> tuple[Why, ...]:
    part = np.array(
        [
            -share if one in shares.hidden else 0.0
            for share, one in zip(shares.session[row], shares.item_ids, strict=True)
        ]
    )
    hidden = _largest(part, shares.item_ids)
    return (Why("less-like-hidden", hidden),) if hidden else ()


def _largest(part: Scores, item_ids: Sequence[str]) -> tuple[str, ...]:
    order = (-part).argsort(kind="stable")[:MOST_ITEMS]
    return tuple(item_ids[one] for one in order if part[one] > 0)
