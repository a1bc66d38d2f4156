"""How rules compose: hide, then boost and bury, then pin. Pure functions; the same rules and results, the same order.

1. An item that any rule hides is gone, pinned or not.
2. Of the results that may change places, the highest sum of strengths (boosts less buries) comes first; equal sums keep
   their order.
3. Pins take their places by priority, the highest first, then by rule id; a place that is taken moves a pin to the next
   free one. An item is pinned once. Where the list is shorter, pins end it.

To order what is in this order already changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from deepstyle.people.merchandising.rules import Rule

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pin(Generic[T]):
    """A result and the place, from 1, that it is pinned to."""

    place: int
    result: T


def in_force(rules: Mapping[str, Rule]) -> list[tuple[str, Rule]]:
    """Rules by id in the order in which they take effect: the highest priority first, then by id."""
    return sorted(rules.items(), key=lambda pair: (-pair[1].priority, pair[0]))


def hidden(rules: Mapping[str, Rule], results: Sequence[T], concerns: Callable[[Rule, T], bool]) -> list[T]:
    """Those of ``results`` that a rule hides."""
    hides = [rule for rule in rules.values() if rule.action == "hide"]
    return [one for one in results if any(concerns(rule, one) for rule in hides)]


def weighed(rules: Mapping[str, Rule], results: Sequence[T], concerns: Callable[[Rule, T], bool]) -> list[T]:
    """``results`` by the sum of their strengths, the highest first; equal sums keep their order."""
    moves = [
        (rule, rule.strength if rule.action == "boost" else -rule.strength)
        for rule in rules.values()
        if rule.action in ("boost", "bury")
    ]
    if not moves:
        return list(results)
    return sorted(results, key=lambda one: -sum(by for rule, by in moves if concerns(rule, one)))


def placed(results: Sequence[T], pins: Sequence[Pin[T]]) -> list[T]:
    """``results``, none of which is pinned, with the pins in their places; earlier pins go before later ones."""
    taken: dict[int, T] = {}
    for pin in pins:
        place = pin.place
        while place in taken:
            place += 1
        taken[place] = pin.result
    ordered = list(results)
    for place in sorted(taken):
        ordered.insert(place - 1, taken[place])  # beyond the end it is the last
    return ordered
