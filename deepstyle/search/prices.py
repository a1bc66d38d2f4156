"""The price limits that a query names: "under 80 €", "zwischen 20 und 40 Euro", "ab 30"."""

import re
from dataclasses import dataclass
from typing import Final

from deepstyle.catalogue.currencies import possible_codes

_AMOUNT: Final = r"(\d{1,6}(?:[.,]\d{1,2})?)"
_SIGN: Final = r"(€|\$|£|¥|eur|euros?|usd|dollars?|gbp|pounds?|chf|franken|francs?|pln|zł|sek|dkk|nok|czk|jpy|yen)"
_MOST: Final = (
    r"(?:under|below|less than|up to|max(?:imum|imal)?\.?|at most|not over|cheaper than|bis(?: zu)?|unter|höchstens|"
    r"hoechstens|weniger als|maximal|günstiger als|billiger als|<)"
)
_LEAST: Final = r"(?:over|above|more than|from|at least|min(?:imum|destens)?\.?|ab|über|ueber|mehr als|>)"
_ONE: Final = rf"{_SIGN}?\s*{_AMOUNT}\s*{_SIGN}?"
_RANGE: Final = re.compile(rf"(?:(?:between|zwischen|von|from)\s+)?{_ONE}\s*(?:-|\u2013|to|and|bis|und)\s*{_ONE}(?!\w)")
_LIMIT: Final = re.compile(rf"(?<!\w)(?:({_MOST})|({_LEAST}))\s*{_ONE}(?!\w)")
_AFTER: Final = re.compile(
    rf"(?<!\w){_ONE}\s*(?:(max(?:imum|imal)?|or less|oder weniger)|(or more|oder mehr|plus))(?!\w)"
)
_BETWEEN: Final = re.compile(r"^(?:between|zwischen|von|from)\s")


@dataclass(frozen=True, slots=True)
class PriceLimit:
    """A lowest and a highest price, ``None`` for no bound, in a currency where one is named; ``start`` and ``end``."""

    least: float | None
    most: float | None
    currency: str
    start: int
    end: int


def price_limit(text: str) -> PriceLimit | None:
    """The first price limit in a lower-case text."""
    found = _RANGE.search(text)
    if found:
        one, low, two, three, high, four = found.groups()
        currency = _currency(one, two, three, four)
        if (currency or _BETWEEN.match(found[0])) and _number(low) <= _number(high):
            return PriceLimit(_number(low), _number(high), currency, *found.span())
    found = _LIMIT.search(text)
    if found:
        most, _, before, amount, after = found.groups()
        value, currency = _number(amount), _currency(before, after)
        return PriceLimit(None if most else value, value if most else None, currency, *found.span())
    found = _AFTER.search(text)
    if found and (found[1] or found[3]):
        before, amount, after, most, _ = found.groups()
        value = _number(amount)
        return PriceLimit(None if most else value, value if most else None, _currency(before, after), *found.span())
    return None


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _currency(*signs: str | None) -> str:
    return next((codes[0] for sign in signs if sign and (codes := possible_codes(sign))), "")
