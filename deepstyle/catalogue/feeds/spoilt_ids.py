"""Ids that a spreadsheet changed: ``1.08775E+16``, digits lost at the end, zeros lost at the start.

What an id was cannot be recovered, so the item is accepted with a warning.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from deepstyle.catalogue.rows import RowError

SAMPLE_ROWS: Final = 1_000
"""How many ids tell how long the others should be."""

_EXPONENT: Final = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{1,3}")
# Spreadsheets keep 15 digits of a number, and write zeros for the others.
_CUT_OFF: Final = re.compile(r"\d{15}0+")
_LEAST_SHARE: Final = 0.9
_LEAST_DIGITS: Final = 8
_REMEDY: Final = (
    "Export the feed again, and do not save it from a spreadsheet, or format the ids' column as text there."
)


def common_digits(ids: Iterable[Any]) -> int:
    """How many digits nearly all of ``ids`` have, 0 where that differs or others have more.

    Numbers of fewer than eight digits count only where one begins with a zero, since a shop that counts its articles
    has shorter ones too.
    """
    texts = [text for item_id in ids if (text := str(item_id).strip()).isdecimal()]
    if not texts:
        return 0
    digits, count = Counter(map(len, texts)).most_common(1)[0]
    has_zeros = any(text[0] == "0" and len(text) == digits > 1 for text in texts)
    is_common = count >= _LEAST_SHARE * len(texts) and max(map(len, texts)) == digits
    return digits if is_common and (digits >= _LEAST_DIGITS or has_zeros) else 0


def spoilt_id(item_id: str, digits: int) -> tuple[RowError, ...]:
    """The warning where ``item_id`` looks spoilt; nearly all ids have ``digits`` digits (0: that differs)."""
    if _EXPONENT.fullmatch(item_id) or _CUT_OFF.fullmatch(item_id):
        why = f"The id {item_id} is a number that a spreadsheet rounded."
    elif digits and item_id.isdecimal() and len(item_id) < digits:
        why = f"The id {item_id} has {len(item_id)} digits, nearly all others {digits}: it may have lost leading zeros."
    else:
        return ()
    return (RowError("spoilt-id", why, _REMEDY),)
