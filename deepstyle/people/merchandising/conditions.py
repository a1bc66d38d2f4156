"""Which items a rule concerns."""

from collections.abc import Callable, Mapping
from typing import Final

from deepstyle.catalogue.item import FIELDS, Item
from deepstyle.people.merchandising.rules import Rule

Margins = Mapping[str, float]
"""Margins in percent of the price, by item id; what is not known is not there."""
_FIELDS: Final = tuple(
    field
    for field in FIELDS
    if field.filter in ("semantic_categories", "categories", "brands", "seasons", "availabilities")
)


def concerns(
    rule: Rule, item: Item, groups: frozenset[tuple[str, ...]], group: tuple[str, ...], margins: Margins
) -> bool:
    """Whether ``item`` meets all conditions of the rule; ``groups`` are those of its ``item_ids``."""
    if rule.item_ids and not (item.item_id in rule.item_ids or group in groups):
        return False
    for field in _FIELDS:
        wanted = getattr(rule, field.filter)
        if wanted and not _has_one(wanted, field.values(getattr(item, field.name)), field.fold):
            return False
    return not rule.has_margin or _is_between(margins.get(item.item_id), rule.margin_min, rule.margin_max)


def _has_one(wanted: tuple[str, ...], values: tuple[str, ...], fold: Callable[[str], str]) -> bool:
    return not {fold(one) for one in wanted}.isdisjoint(map(fold, values))


def _is_between(value: float | None, low: float | None, high: float | None) -> bool:
    return value is not None and (low is None or value >= low) and (high is None or value <= high)
