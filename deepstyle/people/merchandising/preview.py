"""What rules would change: the results without drafts and with them, and why each result is elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from deepstyle.catalogue.item import Item
from deepstyle.people.merchandising.rules import Rule
from deepstyle.people.merchandising.stage import MarginsOf, held_rules, hiding, rules_stage
from deepstyle.search.context import SearchContext, Stage
from deepstyle.search.query import Query

Results = Callable[[tuple[Stage, ...]], Sequence[Item]]
"""The first results of a search with these later stages."""


@dataclass(frozen=True, slots=True)
class Move:
    """An item whose place, from 1, changed; ``None`` where it is not among the results.

    ``rules`` are the ids of those that concern it; others may have moved it.
    """

    item_id: str
    before: int | None
    after: int | None
    rules: tuple[str, ...] = ()
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """The results before and after, and what moved."""

    before: Sequence[Item]
    after: Sequence[Item]
    moves: tuple[Move, ...]


def with_drafts(rules: Mapping[str, Rule], drafts: Mapping[str, Rule | None]) -> dict[str, Rule]:
    """``rules`` with ``drafts`` in place of those with their ids; ``None`` removes one."""
    merged = {**rules, **drafts}
    return {rule_id: rule for rule_id, rule in merged.items() if rule is not None}


def preview(
    context: SearchContext,
    query: Query,
    results: Results,
    rules: Mapping[str, Rule],
    drafts: Mapping[str, Rule | None],
    margins_of: MarginsOf,
    day: date,
) -> Preview:
    """Compare the ``results`` of ``query`` under ``rules`` with those under these and ``drafts``."""
    merged = with_drafts(rules, drafts)
    before = results((rules_stage(rules, margins_of, day),))
    after = results((rules_stage(merged, margins_of, day),))
    held = held_rules(context, query, merged, [*before, *after], margins_of, day)
    places = [{item.item_id: at for at, item in enumerate(items, start=1)} for items in (before, after)]
    items = {item.item_id: item for item in (*before, *after)}
    moves = [
        Move(one, places[0].get(one), places[1].get(one), held.why(item), hiding(held, item))
        for one, item in items.items()
        if places[0].get(one) != places[1].get(one)
    ]
    return Preview(before, after, tuple(moves))
