"""What the merchandiser's rules hide where results are no search's: what goes with an item, looks and carts."""

from collections.abc import Sequence
from datetime import UTC, datetime

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import group_of
from deepstyle.compatibility.stylist import Hides
from deepstyle.people.merchandising.composition import hidden
from deepstyle.people.merchandising.live import Live
from deepstyle.people.merchandising.rules import Surface
from deepstyle.people.merchandising.stage import Held
from deepstyle.store.base import Store


def hides_on(surface: Surface, live: Live, store: Store) -> Hides:
    """Which of given items a rule without words hides on ``surface`` now: a function of items that returns ids."""

    def hides(items: Sequence[Item]) -> frozenset[str]:
        today = datetime.now(UTC).date()
        rules = {
            rule_id: rule
            for rule_id, rule in live.decided().rules.items()
            if rule.action == "hide" and rule.holds(surface, frozenset(), today)
        }
        if not rules:
            return frozenset()
        named = store.get(list(dict.fromkeys(one for rule in rules.values() for one in rule.item_ids)))
        has_margin = any(rule.has_margin for rule in rules.values())
        margins = live.margins([item.item_id for item in items]) if has_margin else {}
        held = Held(rules, named, lambda item: group_of(item, "product"), margins)
        return frozenset(item.item_id for item in hidden(rules, items, held.concerns))

    return hides
