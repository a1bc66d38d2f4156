"""The rules that are in force, as a stage of a search after ranking."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Final

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import GroupBy, group_of
from deepstyle.people.merchandising.composition import Pin, hidden, in_force, placed, weighed
from deepstyle.people.merchandising.conditions import Margins, concerns
from deepstyle.people.merchandising.live import Live
from deepstyle.people.merchandising.rules import Rule, Surface, words_of
from deepstyle.search.context import SearchContext, Stage
from deepstyle.search.query import Query
from deepstyle.search.state import State
from deepstyle.store.base import Store
from deepstyle.style.search import Match

NAME: Final = "rules"
MarginsOf = Callable[[Sequence[str]], Margins]


def rules_stage(rules: Mapping[str, Rule], margins_of: MarginsOf, today: date | None = None) -> Stage:
    """A stage that applies ``rules``, by id; ``margins_of`` finds the margins of items."""

    def apply(context: SearchContext, state: State) -> str:
        items = [match.item for match in state.matches]
        held = held_rules(context, state.query, rules, items, margins_of, today or datetime.now(UTC).date())
        if held.rules:
            _apply(held, context, state)
        return ", ".join(held.rules)

    return Stage(NAME, apply)


def stages_of(live: Live) -> tuple[Stage, ...]:
    """The stage of the rules that are decided now, for ``later`` of a search; none where there are no rules."""
    rules = live.decided().rules
    return (rules_stage(rules, live.margins),) if rules else ()


def held_rules(
    context: SearchContext,
    query: Query,
    rules: Mapping[str, Rule],
    items: Sequence[Item],
    margins_of: MarginsOf,
    today: date,
) -> "Held":
    """Those of ``rules`` that hold for ``query``, with what they read of its ``items``."""
    holding = holding_on(surface_of(query), words_of(query.text), rules, today)
    return read_for(holding, context.store, items, margins_of, query.group_by)


def holding_on(surface: Surface, words: frozenset[str], rules: Mapping[str, Rule], today: date) -> dict[str, Rule]:
    """Those of ``rules`` that hold for a search with ``words``, in the order in which they take effect."""
    return {rule_id: rule for rule_id, rule in in_force(rules) if rule.holds(surface, words, today)}


def read_for(
    holding: Mapping[str, Rule], store: Store, items: Sequence[Item], margins_of: MarginsOf, group_by: GroupBy
) -> "Held":
    """``holding`` with what these rules read of ``items``, and of those that they name."""
    named = store.get(list(dict.fromkeys(one for rule in holding.values() for one in rule.item_ids)))
    needs_margins = any(rule.has_margin for rule in holding.values())
    margins = margins_of([*named, *(item.item_id for item in items)]) if needs_margins else {}
    return Held(holding, named, lambda item: group_of(item, group_by), margins)


def surface_of(query: Query) -> Surface:
    """Where the results of a query are shown."""
    if query.vectors:
        return "photo"
    if query.like:
        return "item"
    return "words" if query.text.strip() else "browse"


@dataclass(frozen=True)
class Held:
    """The rules that hold for one search, by id in the order in which they take effect, and the items they name."""

    rules: Mapping[str, Rule]
    named: Mapping[str, Item]
    by: Callable[[Item], tuple[str, ...]]
    margins: Margins

    @cached_property
    def groups(self) -> Mapping[int, frozenset[tuple[str, ...]]]:
        """The groups of the items that each rule names, by the ``id`` of the rule."""
        return {
            id(rule): frozenset(self.by(self.named[one]) for one in rule.item_ids if one in self.named)
            for rule in self.rules.values()
        }

    def concerns(self, rule: Rule, item: Item) -> bool:
        """Whether an item is one of the rule's."""
        return concerns(rule, item, self.groups[id(rule)], self.by(item), self.margins)

    def why(self, item: Item) -> tuple[str, ...]:
        """The ids of the rules that concern an item."""
        return tuple(rule_id for rule_id, rule in self.rules.items() if self.concerns(rule, item))


def hiding(held: Held, item: Item) -> bool:
    """Whether a rule hides the item."""
    return bool(hidden(held.rules, [item], held.concerns))


def _apply(held: Held, context: SearchContext, state: State) -> None:
    gone = {item.item_id for item in hidden(held.rules, [match.item for match in state.matches], held.concerns)}
    window = [match for match in state.matches[: state.window] if match.item.item_id not in gone]
    tail = [match for match in state.matches[state.window :] if match.item.item_id not in gone]
    if state.part == "fixed":
        state.matches = [*window, *tail]
        return
    pins = _pins(held, context, state, [*window, *tail])
    pinned = {held.by(pin.result.item) for pin in pins}
    free, rest = ([match for match in part if held.by(match.item) not in pinned] for part in (window, tail))
    ordered = [*weighed(held.rules, free, lambda rule, match: held.concerns(rule, match.item)), *rest]
    state.matches = placed(ordered, pins) if state.part == "first" else ordered


def _pins(held: Held, context: SearchContext, state: State, kept: Sequence[Match]) -> list[Pin[Match]]:
    """The pins that may be shown: what was found, and other items that pass the filters; of a group the first."""
    found = {held.by(match.item): match for match in kept}
    wanted = [
        (rule.place + at, held.named[item_id])
        for rule in held.rules.values()
        if rule.action == "pin"
        for at, item_id in enumerate(rule.item_ids)
        if item_id in held.named
    ]
    absent = [item.item_id for _, item in wanted if held.by(item) not in found]
    passing = set(context.store.matching(state.where, among=absent, limit=len(absent)) or ()) if absent else set()
    pins: dict[tuple[str, ...], Pin[Match]] = {}
    for place, item in wanted:
        group = held.by(item)
        match = found.get(group) or (Match(place, item, 0.0) if item.item_id in passing else None)
        if match and group not in pins and match.item.item_id not in state.query.like and not hiding(held, match.item):
            pins[group] = Pin(place, match)
    return list(pins.values())
