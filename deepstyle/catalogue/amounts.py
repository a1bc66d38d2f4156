"""Amounts of money in text: which digits belong together, and which separator marks the decimals."""

import re
import unicodedata
from typing import Final

from deepstyle.catalogue.currencies import THREE_DECIMALS, WITHOUT_DECIMALS, decimal_mark_of

AMOUNT: Final = re.compile(
    r"(?<![\d.,])\d+(?:[.,'\u2019]\d+|[ \u00a0\u2009\u202f]\d{3}(?!\d))*"  # a space only groups thousands
)
_PERCENT: Final = re.compile(r"\d+(?:[.,]\d+)?\s?%")
_NO_CENTS: Final = re.compile(r"(\d[\d.,'\u2019 ]*?)\s?([.,:])\s?[-\u2013\u2014]{1,2}(?!\d)")
_SIGN_AS_MARK: Final = re.compile(r"(?<=\d)(€|£|kr|zł|Kč)(\d{2})(?![\d.,])")
_ABBREVIATION: Final = re.compile(r"(?<=[^\W\d_])\.(?=\d)|(?<=/)\.(?=\d)")  # Rs.500, S/.20
_NO_UNITS: Final = re.compile(r"(?<![\w.,/'\u2019])(?=[.,]\d{1,2}(?![\d.,]))")  # $.99
_ARABIC_MARKS: Final = str.maketrans({"\u066b": ".", "\u066c": ","})
_WESTERN: Final = re.compile(r"\d+|\d{1,3}(?:([.,'\u2019 \u00a0\u2009\u202f])\d{3})(?:\1\d{3})*")
_INDIAN: Final = re.compile(r"\d{1,2}(?:,\d{2})*,\d{3}")
_THOUSAND: Final = 3


def plain_digits(text: str) -> str:
    """``text`` with ASCII digits, without percentages, and with cents in digits: ``1.299,-`` is ``1.299,00``.

    The full stop of an abbreviation stands apart (``Rs. 500``), and an amount has units (``$0.99``).
    """
    digits = "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)
    apart = _NO_UNITS.sub("0", _ABBREVIATION.sub(". ", digits.translate(_ARABIC_MARKS)))
    written = _NO_CENTS.sub(_with_cents, _PERCENT.sub(" ", apart))
    return _SIGN_AS_MARK.sub(r",\2 \1 ", written)


def _with_cents(found: re.Match[str]) -> str:
    """Cents behind an amount and a mark; behind another mark where this one groups the thousands (``1.299.-``)."""
    amount, mark = found.groups()
    return f"{amount}{mark if mark in '.,' and mark not in amount else ',' if '.' in amount else '.'}00"


def read_amount(digits: str, currency: str, decimal_mark: str) -> tuple[float, bool]:
    """The number that a match of ``AMOUNT`` writes, and whether it cannot be another; raises ``ValueError``.

    "1.299" can be 1299 or 1.299: ``decimal_mark`` decides where it is known, else what is usual in ``currency``. With
    neither, or against what is usual, it is 1299 and not clear.
    """
    whole, decimals, is_clear = _split(digits)
    if not is_clear:
        is_decimal, is_clear = _is_decimal(digits[len(whole)], currency, decimal_mark)
        whole, decimals = (whole, decimals) if is_decimal else (whole + decimals, "")
    if not (_WESTERN.fullmatch(whole) or _INDIAN.fullmatch(whole)) or not (decimals.isdigit() or not decimals):
        raise ValueError(digits)
    return float(re.sub(r"\D", "", whole) + "." + (decimals or "0")), is_clear


def has_cents(digits: str) -> bool:
    """Whether a match of ``AMOUNT`` has decimals that are not all zero."""
    _, decimals, is_clear = _split(digits)
    return is_clear and bool(decimals.strip("0"))


def proven_mark(digits: str) -> str:
    """The decimal mark that a match of ``AMOUNT`` proves; empty where it leaves a doubt."""
    whole, decimals, is_clear = _split(digits)
    if is_clear and decimals:
        return digits[len(whole)]
    groups = set(re.findall(r"[.,]", digits)) if is_clear else set()
    return {".": ",", ",": "."}[groups.pop()] if len(groups) == 1 else ""


def _split(digits: str) -> tuple[str, str, bool]:
    """The digits before and after the decimal mark, and whether that is certain."""
    marks = re.findall(r"[.,]", digits)
    if not marks or (len(marks) > 1 and len(set(marks)) == 1):
        return digits, "", True
    whole, _, decimals = digits.rpartition(marks[-1])
    could_group = len(decimals) == _THOUSAND and whole.isdigit() and len(whole) <= _THOUSAND and whole[0] != "0"
    return whole, decimals, len(marks) > 1 or not could_group


def _is_decimal(mark: str, currency: str, decimal_mark: str) -> tuple[bool, bool]:
    """Whether ``mark`` before exactly three digits marks decimals, and whether that is clear."""
    if currency in WITHOUT_DECIMALS:
        return False, True
    if currency in THREE_DECIMALS:
        return mark == ".", mark == "."
    if decimal_mark:
        return mark == decimal_mark, True
    return False, bool(currency) and mark != decimal_mark_of(currency)
