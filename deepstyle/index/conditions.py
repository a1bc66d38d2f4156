"""Filters as an index compares them: every declared field as a number, or as a list of numbers.

A text is folded as its field folds it, and stands in the index as the first 64 bits of its BLAKE2 digest: nothing to
escape, no limit on its length. Two texts with the same 64 bits only cost a proposal, which the store's facts refuse.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, get_args

from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS, Item, ItemFilter
from deepstyle.catalogue.variants import GroupBy, group_of
from deepstyle.catalogue.words import word_pattern
from deepstyle.index.base import Condition

MISSING: Final = 1e308
"""Stands for no number; every bound leaves it out."""
MAX_NUMBER: Final = 1e307
WORDS_MAX: Final = 1024
"""An item with more words is proposed for any word."""
LISTS: Final = ("words", *(field.name for field in VALUE_FILTERS if field.many))
CODES: Final = (*(field.name for field in VALUE_FILTERS if not field.many), *(f"of_{by}" for by in get_args(GroupBy)))
NUMBERS: Final = tuple(field.name for field in RANGE_FILTERS)
COMPARED: Final = ("model_id", *(field.name for field in (*VALUE_FILTERS, *RANGE_FILTERS)))
"""The fields of an item that ``row_values`` reads beside its text, which is that of ``SEARCHED``, a line each."""

_LETTERS: Final = re.compile(r"[^\W_]+")


@lru_cache(maxsize=65_536)
def code(text: str) -> int:
    """The 64 bits (signed) that stand for ``text``."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def row_values(item_id: str, text: str, values: Mapping[str, Any]) -> dict[str, int | float | list[int]]:
    """What filters compare of an item whose ``COMPARED`` are ``values``, by ``CODES``, ``LISTS`` and ``NUMBERS``.

    Folded values and a folded ``text`` give the same as those that were written.
    """
    found: dict[str, int | float | list[int]] = {}
    for field in VALUE_FILTERS:
        codes = [code(field.fold(value)) for value in field.values(values[field.name])]
        found[field.name] = codes if field.many else codes[0]
    for field in RANGE_FILTERS:
        number = values[field.name]
        found[field.name] = MISSING if number is None else float(number)
    words = set(_LETTERS.findall(text.casefold()))
    found["words"] = [code(word) for word in sorted(words)] if len(words) <= WORDS_MAX else [code("")]
    item = Item(item_id, model_id=values["model_id"], colour=values["colour"])
    return found | {f"of_{by}": group_code(group_of(item, by)) for by in get_args(GroupBy)}


def group_code(group: tuple[str, ...]) -> int:
    """What stands for a group of ``group_of``."""
    return code("\0".join(("group", *group)))


def conditions_of(where: ItemFilter, currency: str) -> list[Condition]:
    """What an index compares for ``where``; ``currency`` is that of most prices.

    Whatever matches ``where`` meets them; of words that are no plain runs of letters and digits they say nothing.
    """
    found = []
    for field in VALUE_FILTERS:
        if wanted := where.folded(field):
            found.append(Condition(field.name, "has" if field.many else "among", _codes(wanted)))
    for field in RANGE_FILTERS:
        low, high = where.bounds(field)
        if low is None and high is None:
            continue
        found.append(Condition(field.name, "high", (MAX_NUMBER if high is None else min(high, MAX_NUMBER),)))
        if low is not None:
            found.append(Condition(field.name, "low", (low,)))
        if field.money:
            found.append(Condition("currency", "among", _codes(where.price_currencies(currency))))
    return found + [Condition("words", "has", _codes((word, ""))) for word in where.words if _is_plain(word)]


def outside_groups(groups: Iterable[tuple[str, ...]], by: GroupBy) -> list[Condition]:
    """What all items meet that are of none of ``groups``."""
    codes = tuple(sorted(map(group_code, groups)))
    return [Condition(f"of_{by}", "outside", codes)] if codes else []


def _codes(texts: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted(map(code, texts)))


def _is_plain(word: str) -> bool:
    """Whether an item has ``word`` exactly where it is one of the runs of letters and digits of its text."""
    is_bound = word_pattern(word) == rf"(?<![^\W_]){re.escape(word)}(?![^\W_])"
    return is_bound and _LETTERS.fullmatch(word) is not None
