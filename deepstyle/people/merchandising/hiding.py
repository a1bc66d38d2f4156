"""What the merchandiser's rules hide where results are no search's: what goes with an item, looks and carts."""

from collections.abc import Sequence
from datetime import UTC, datetime

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.stylist import Hides
from deepstyle.people.merchandising.composition import hidden
from deepstyle.people.merchandising.live import Live
from deepstyle.people.merchandising.rules import Surface
from deepstyle.people.merchandising.stage import holding_on, read_for
from deepstyle.store.base import Store


def hides_on(surface: Surface, live: Live, store: Store) -> Hides:
    """Which of given items a rule without words hides on ``surface`` now: a function of items that returns ids."""

    def hides(items: Sequence[Item]) -> frozenset[str]:
        rules = {rule_id: rule for rule_id, rule in live.decided().rules.items() if rule.action == "hide"}
        holding = holding_on(surface, frozenset(), rules, datetime.now(UTC).date())
        if not holding:
            return frozenset()
        held = read_for(holding, store, items, live.margins, "product")
        return frozenset(item.item_id for item in hidden(held.rules, items, held.concerns))

    return hides
