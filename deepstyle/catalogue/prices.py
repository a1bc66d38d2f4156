"""Prices as shops write them: ``1.299,00 €``, ``$19.90``, ``CHF 1'250.-``, ``₹1,29,999.00``, ``from 19.99``."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from deepstyle.catalogue.amounts import AMOUNT, has_cents, plain_digits, proven_mark, read_amount
from deepstyle.catalogue.currencies import WITHOUT_DECIMALS, currency_code, possible_codes
from deepstyle.catalogue.moments import iso_day
from deepstyle.catalogue.rows import RowError
from deepstyle.catalogue.text import TEXT_LIMITS_CHARS

_NONE: Final = ("", "-", "\u2013", "n/a", "na", "none", "null", "nan")
_NEGATIVE: Final = re.compile(r"^\s*[-\u2212]|[-\u2212]$")
_GAP: Final = re.compile(r"[\s()\[\]*|;~\u2013\u2014\u2212\u00b9\u00b2\u00b3\u2020\u200e\u200f\u2026]+")
_SPAN: Final = re.compile(r"\s+(?:[-\u2013/]|to|until|bis|au|al|hasta)\s+")
"""Between the first and the last day of a sale, where it is no slash alone."""
_MARKS: Final = ".,:'\u2019/+=-"
_MAX_AMOUNTS: Final = 2
_MEANINGLESS: Final = """
at only now just price sale was rrp msrp srp each incl including inc excl excluding ex tax taxes vat gst plus to and or
as low up nur jetzt statt uvp vk preis inkl inklusive zzgl mwst ust bis von und oder stück stk pro à a de prix ttc ht
tva au lieu et ou jusqu'à precio hasta iva incluido sin solo ahora da prezzo fino compresa inclusa só por preço até com
sem voor prijs tot van en of btw slechts nu do cena tylko teraz brutto netto lub za till och moms pris до цена
per pair piece pieces pc pcs unit item paar st pièce paire unité pieza par unidad ud pezzo paio peça szt para ks шт
税込 税抜 税別
"""
_LOWEST: Final = "from starting ab partir dès desde partire vanaf od fra från от"
_FROM: Final = frozenset(_LOWEST.split())
"""Words that say that there are higher prices as well."""
_AROUND: Final = _FROM | frozenset(_MEANINGLESS.split())
"""Words that say nothing of an amount or its currency."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What an item costs now, and what it usually costs where that is more, in units of ``currency``.

    ``warnings`` say what could not be read (``bad-price``), or not without a doubt (``unclear-price``).
    """

    price: float | None = None
    regular_price: float | None = None
    currency: str = ""
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
    """The prices of one row: the full price ``regular`` and, where there is one, the ``sale`` price. Never raises.

    ``currency`` applies where a text names none, and decides what a shared sign such as "$" means. The sale price
    counts within ``sale_dates`` only (ISO 8601, "start/end", either may be empty); ``today`` is today by default.
    ``decimal_mark`` is that of the column, see ``column_mark``.
    """
    full, reduced = _read(regular, currency, decimal_mark), _read(sale, currency, decimal_mark)
    warnings = (*full.warnings, *reduced.warnings)
    if full.price is None or reduced.price is None:
        only = full if reduced.price is None else reduced
        return Prices(only.price, None, only.currency, warnings)
    if full.currency and reduced.currency and full.currency != reduced.currency:
        why = f"The sale price is in {reduced.currency}, the price in {full.currency}; the sale price is omitted."
        return Prices(full.price, None, full.currency, (*warnings, _unclear(why)))
    is_on, problems = _is_on(sale_dates, today or datetime.now(UTC).date())
    price = reduced.price if is_on else full.price
    higher = full.price if full.price > price else None
    return Prices(price, higher, full.currency or reduced.currency, (*warnings, *problems))


def column_mark(values: Iterable[Any]) -> str:
    """The decimal mark of a column of prices: that of the values that leave no doubt; empty where these differ."""
    texts = (plain_digits(value) for value in values if isinstance(value, str))
    marks = {proven_mark(digits) for text in texts for digits in AMOUNT.findall(text)} - {""}
    return marks.pop() if len(marks) == 1 else ""


def _read(value: Any, declared: str, decimal_mark: str) -> Prices:
    """One price; every problem is a warning."""
    declared = currency_code(declared)
    if value is None or (isinstance(value, str) and value.strip().lower() in _NONE):
        return Prices(currency=declared)
    try:
        if isinstance(value, str) and len(value) <= TEXT_LIMITS_CHARS["price"]:
            return _parse(value, declared, decimal_mark)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Prices(_checked(value, value), None, declared)
        raise _bad(value)
    except RowError as why:
        return Prices(currency=declared, warnings=(why,))


@lru_cache(maxsize=4096)
def _parse(text: str, declared: str, decimal_mark: str) -> Prices:
    prepared = plain_digits(text)
    found = list(AMOUNT.finditer(prepared))
    if not found or len(found) > _MAX_AMOUNTS or _NEGATIVE.search(prepared[: found[0].start()]):
        raise _bad(text)
    amounts = [one[0] for one in found]
    signs = _signs(AMOUNT.sub(" ", prepared), text)
    currency, problems = _currency(signs, declared, text, cents=any(map(has_cents, amounts)))
    try:
        amount, is_clear = min(read_amount(digits, currency, decimal_mark) for digits in amounts)
    except ValueError:
        raise _bad(text) from None
    if not is_clear:
        problems += (_unclear(f"The price {_shown(text)} is read as {amount:.0f}, but may have three decimals."),)
    if len(amounts) > 1 or _FROM.intersection(prepared.casefold().split()):
        problems += (_unclear(f"The price {_shown(text)} is a range; its lowest amount counts."),)
    return Prices(_checked(amount, text), None, currency, problems)


def _signs(around: str, text: str) -> list[str]:
    """The currencies' signs and words in ``around``, which is ``text`` without its amounts. Raises ``RowError``."""
    found = []
    for word in _words(around):
        plain = word.strip(_MARKS)
        sign = next(
            (form for form in (word, word.strip(",:'-"), plain, plain.lstrip("$")) if form and possible_codes(form)), ""
        )
        if sign:
            found.append(sign)
        elif plain and plain.casefold() not in _AROUND:
            raise _bad(text)
    return found


def _words(around: str) -> Iterator[str]:
    """The words, where "€/pair" is two of them and "s/." one."""
    for word in _GAP.split(around):
        parts = [part for part in word.split("/") if part]
        is_one = len(parts) < 2 or possible_codes(word) or not any(map(possible_codes, parts))
        yield from [word] if is_one else parts


def _currency(signs: Sequence[str], declared: str, text: str, *, cents: bool) -> tuple[str, tuple[RowError, ...]]:
    """The currency that ``signs`` name, else the ``declared`` one, and what is doubtful about it."""
    if not signs:
        return declared, ()
    choices = [possible_codes(sign) for sign in signs]
    shared = [code for code in choices[0] if code and all(code in other for other in choices)]
    if cents and len(shared) > 1:
        shared = [code for code in shared if code not in WITHOUT_DECIMALS]
    if not shared:
        raise _bad(text)
    if declared in shared:
        return declared, ()
    if len(shared) > 1 and not any(other[0] for other in choices):
        names = ", ".join(shared)
        return declared, (_unclear(f"The price {_shown(text)} does not say which currency it is in: {names}."),)
    if declared:
        return shared[0], (_unclear(f"The price {_shown(text)} is in {shared[0]}, its row says {declared}."),)
    return shared[0], ()


def _is_on(sale_dates: str, today: date) -> tuple[bool, tuple[RowError, ...]]:
    """Whether ``today`` is within ``sale_dates``; not where they cannot be read."""
    first, _, last = _SPAN.sub("/", sale_dates.strip(), count=1).partition("/")
    try:
        start, end = (datetime.fromisoformat(iso_day(one)).date() if one else None for one in (first, last))
    except ValueError:
        return False, (_unclear(f"The dates {_shown(sale_dates)} of the sale cannot be read; its price is omitted."),)
    return (start is None or start <= today) and (end is None or today <= end), ()


def _checked(number: float, value: Any) -> float:
    """``number`` as a float. Raises ``RowError`` where it is no amount."""
    try:
        amount = float(number)
    except OverflowError:
        amount = math.inf
    if not math.isfinite(amount) or amount < 0:
        raise _bad(value)
    return amount


def _shown(text: str) -> str:
    return ascii(text[:40])


def _unclear(message: str) -> RowError:
    return RowError(
        "unclear-price", message, "Write one amount with two decimals, and the currency's code: 1299.00 EUR."
    )


def _bad(value: Any) -> RowError:
    if isinstance(value, str):
        shown = _shown(value)
    elif isinstance(value, int | float) and not abs(value) >= 1e18:
        shown = repr(value)
    else:
        shown = f"of the type {type(value).__name__}"
    return RowError("bad-price", f"The price {shown} cannot be read; it is omitted.", "Write 1299.00 or 1.299,00 €.")
