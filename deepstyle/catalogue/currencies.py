"""Currencies as shops write them: codes, signs and words, and how each writes its decimals (``currencies.toml``)."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

_DATA: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

CODES: Final = frozenset(_DATA["codes"].split())
"""The codes of ISO 4217."""
WITHOUT_DECIMALS: Final = frozenset(_DATA["without_decimals"].split())
"""Currencies that have no smaller unit."""
THREE_DECIMALS: Final = frozenset(_DATA["three_decimals"].split())
"""Currencies whose smaller unit is a thousandth."""
_COMMA: Final = frozenset(_DATA["decimal_comma"].split())
_SIGNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        sign: tuple(code.strip("-") for code in codes.split())
        for codes, signs in _DATA["signs"].items()
        for sign in signs.split()
    }
)


def decimal_mark_of(code: str) -> str:
    """The mark that the currency ``code`` usually puts before decimals; empty for an empty code."""
    return "" if not code else "," if code in _COMMA else "."


def currency_code(text: str) -> str:
    """The code of the currency that a catalogue declares as ``text``: a code, a sign or a word; else as it is."""
    written = text.strip()
    return next(iter(possible_codes(written)), "") or written.upper()


def possible_codes(sign: str) -> tuple[str, ...]:
    """The codes that ``sign`` can mean, likeliest first; an empty one comes first where none is likelier than others.

    Empty where the sign is unknown.
    """
    code = sign.upper()
    if code in CODES:
        return (code,)
    folded = sign.casefold()
    return _SIGNS.get(folded) or _SIGNS.get(folded.rstrip(".")) or ()
