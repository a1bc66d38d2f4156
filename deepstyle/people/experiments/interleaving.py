"""Two rankings in one list, so that each shopper compares them herself.

Source: Radlinski, Kurup and Joachims, How Does Clickthrough Data Reflect Retrieval Quality?, CIKM 2008, section 5
(team-draft interleaving).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from deepstyle.people.experiments.design import Arm

Team = Literal["A", "B", ""]
"""Whose ranking contributed an item; "" where one ranking had nothing left to offer against it."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """An item of the list, and whose click it is."""

    item_id: str
    team: Team


def team_draft(a: Sequence[str], b: Sequence[str], *, seed: str, length: int) -> list[Drafted]:
    """The first ``length`` items of two rankings without repeated items, drafted in turns.

    Whoever has fewer items drafts next; between equals a coin decides. The coins follow from ``seed``, the id of the
    query, so a list is the beginning of every longer one of the same rankings: pages fit together.
    """
    return list(islice(_draft(a, b, seed), length))


def _draft(a: Sequence[str], b: Sequence[str], seed: str) -> Iterator[Drafted]:
    seen = set[str]()
    of_a, of_b = _unseen(a, seen), _unseen(b, seen)
    coins, is_level, a_drafts = _coins(seed), True, True
    while True:
        a_drafts = next(coins) if is_level else not a_drafts
        is_level = not is_level
        team: Team = "A" if a_drafts else "B"
        item_id = next(of_a if a_drafts else of_b, None)
        if item_id is None:
            break
        seen.add(item_id)
        yield Drafted(item_id, team)
    for item_id in of_b if a_drafts else of_a:
        seen.add(item_id)
        yield Drafted(item_id, "")


def _unseen(ranking: Iterable[str], seen: set[str]) -> Iterator[str]:
    return (item_id for item_id in ranking if item_id not in seen)


def _coins(seed: str) -> Iterator[bool]:
    """Fair coins, the same for the same seed in every process."""
    block = 0
    while True:
        for byte in hashlib.sha256(f"{seed}:{block}".encode()).digest():
            yield from (bool(byte >> bit & 1) for bit in range(8))
        block += 1


def winner(clicks: Iterable[Team]) -> Arm | None:
    """Whose items were clicked more often in a session; ``None`` where neither's were."""
    balance = sum({"A": 1, "B": -1}.get(team, 0) for team in clicks)
    return None if balance == 0 else "A" if balance > 0 else "B"
