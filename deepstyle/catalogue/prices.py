"""Prices as shops write them: ``1.299,00 €``, ``$19.90``, ``CHF 1'250``."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from deepstyle.catalogue.rows import RowError
from deepstyle.catalogue.text import TEXT_LIMITS_CHARS

_SIGNS: Final = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₺": "TRY", "zł": "PLN", "₽": "RUB"}
_NONE: Final = ("", "-", "\u2013", "n/a", "na", "none", "null", "nan")
_THREE_DECIMALS: Final = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_AMOUNT: Final = re.compile(r"\d(?:[\d.,'\u2019\s]*\d)?")
_GROUPED: Final = re.compile(r"\d{1,3}(?:[.,'\u2019\s]\d{3})*")


@dataclass(frozen=True, slots=True)
class Prices:
    """What an item costs now and regularly, ``None`` where unknown, and what could not be read."""

    price: float | None
    regular_price: float | None
    currency: str
    warnings: tuple[RowError, ...] = ()


def read_prices(
    regular: Any,
    sale: Any = None,
    *,
    currency: str = "",
    sale_dates: str = "",
    today: date | None = None,
    decimal_mark: str = "",
) -> Prices:
    """The prices of an item; an unreadable one is a warning."""
    currency = currency.upper()
    amounts: list[float | None] = []
    warnings: list[RowError] = []
    for value in (regular, sale):
        try:
            amount, currency = parse_price(value, currency)
        except RowError as error:
            amount = None
            warnings.append(error)
        amounts.append(amount)
    return Prices(amounts[0] if amounts[1] is None else amounts[1], amounts[0], currency, tuple(warnings))


def column_mark(values: Iterable[Any]) -> str:
    """The decimal mark of a column of prices."""
    return ""


def parse_price(value: Any, currency: str = "") -> tuple[float | None, str]:
    """The amount in currency units and the currency's code; ``None`` where there is no price.

    A number is taken as it is. In text, of two kinds of separators the last one marks the decimals; a single one does
    so unless exactly three digits follow it ("1.299" is 1299, but "0.999" and "1.299 KWD" have three decimals).
    ``currency`` applies where the text names none. Raises ``RowError`` ``bad-price``.
    """
    if value is None or (isinstance(value, str) and value.strip().lower() in _NONE):
        return None, currency
    if isinstance(value, int | float) and not isinstance(value, bool):
        amount, named = _finite(value), currency
    elif isinstance(value, str) and len(value) <= TEXT_LIMITS_CHARS["price"]:
        amount, named = _parse(value, currency)
    else:
        raise _bad(value)
    if not math.isfinite(amount) or amount < 0:
        raise _bad(value)
    return amount, named


def _parse(text: str, currency: str) -> tuple[float, str]:
    amounts = _AMOUNT.findall(text)
    around = _AMOUNT.sub(" ", text).strip(" .,'\u2019\xa0\u202f")
    named = _SIGNS.get(around.lower(), around.upper())
    if len(amounts) != 1 or (named and not re.fullmatch(r"[A-Z]{3}", named)):
        raise _bad(text)
    return _amount(amounts[0], named or currency, text), named or currency


def _amount(digits: str, currency: str, text: str) -> float:
    separators = re.findall(r"[.,]", digits)
    whole, decimals = digits, ""
    if separators:
        mark = separators[-1]
        head, tail = digits.rsplit(mark, 1)
        thousands = len(tail) == 3 and head != "0" and currency not in _THREE_DECIMALS
        if mark not in head and not (thousands and len(set(separators)) == 1):
            whole, decimals = head, tail
    if not (_GROUPED.fullmatch(whole) or whole.isdigit()) or not (decimals.isdigit() or not decimals):
        raise _bad(text)
    return float(re.sub(r"\D", "", whole) + "." + (decimals or "0"))


def _finite(number: float) -> float:
    """``number`` as a float, infinite where it is an integer that no float can hold."""
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _bad(value: Any) -> RowError:
    if isinstance(value, str):
        shown = ascii(value[:40])
    elif isinstance(value, int | float) and not abs(value) >= 1e18:
        shown = repr(value)
    else:
        shown = f"of the type {type(value).__name__}"
    return RowError("bad-price", f"The price {shown} cannot be read.", "Write 1299.00 or 1.299,00 €.")
