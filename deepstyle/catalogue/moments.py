"""Moments as feeds write them, such as when a product was added."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from math import nan
from typing import Final

from deepstyle.catalogue.rows import RowError

_FORMATS: Final = ("%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d %b %Y")
_MONTHS: Final = 12
_NUMBERS: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?!\d)")
_SECONDS_DIGITS, _MILLISECONDS_DIGITS = 10, 13


def kept_moment(text: str) -> tuple[str, tuple[RowError, ...]]:
    """``text`` as ``2026-11-02T09:30:00Z``, or ``""`` and the reason; a time without a zone is taken as UTC.

    A date whose day and month could be exchanged is not read.
    """
    if not text:
        return "", ()
    moment = next((found for read in _READERS if (found := _tried(read, text))), None)
    if moment is None:
        why = f"The date {text[:40]!a} cannot be read; it is omitted."
        return "", (RowError("bad-date", why, "Write it as 2026-11-02 or 2026-11-02T09:30:00Z."),)
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), ()


def iso_day(text: str, *, month_first: bool = False) -> str:
    """The day that ``text`` begins with, as ``2026-11-02``; ``text`` itself where there is none, or it may be two days.

    Of ``2/3/24`` the month is the first number where ``month_first``, and otherwise unknown; of ``2.3.24`` the second.
    """
    if found := _YEAR_FIRST.match(text):
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    if not (found := _NUMBERS.match(text)):
        return text
    first, second, year = int(found[1]), int(found[3]), found[4] if len(found[4]) > 2 else f"20{found[4]}"
    if month_first or second > _MONTHS:
        return f"{year}-{first:02}-{second:02}"
    return f"{year}-{second:02}-{first:02}" if found[2] == "." or first > _MONTHS or first == second else text


def seconds_of(moment: str) -> float:
    """What ``kept_moment`` returned in seconds since 1970, NaN for ``""`` and for what is not such a text."""
    if not moment:  # in most catalogues every item's, and an exception each is slow
        return nan
    try:
        return datetime.fromisoformat(moment).timestamp()
    except ValueError:
        return nan


def _tried(read: Callable[[str], datetime | None], text: str) -> datetime | None:
    try:
        found = read(text)
        return found if found and 1970 <= found.year < 10_000 else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _since_1970(text: str) -> datetime | None:
    if not text.isdecimal() or len(text) not in (_SECONDS_DIGITS, _MILLISECONDS_DIGITS):
        return None
    return datetime.fromtimestamp(int(text[:_SECONDS_DIGITS]), UTC)


def _as_written(text: str) -> datetime | None:
    return next((found for form in _FORMATS if (found := _tried(partial(_strptime, form), text))), None)


def _strptime(form: str, text: str) -> datetime:
    return datetime.strptime(text, form)


_READERS: Final[Sequence[Callable[[str], datetime | None]]] = (
    _since_1970,
    datetime.fromisoformat,
    _as_written,
    parsedate_to_datetime,
)
