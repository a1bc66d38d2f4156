"""The colours of the website that a theme may change, and whether text can be read in them.

Contrast is that of WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) of the relative luminances, from 1 to 21.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from deepstyle.errors import DataError

Scheme = Literal["light", "dark"]
TEXT: Final = 4.5
CONTROLS: Final = 3.0

PALETTE: Final[Mapping[Scheme, Mapping[str, str]]] = MappingProxyType(
    {
        "light": {
            "paper": "#fbfaf8",
            "surface": "#ffffff",
            "wash": "#f3f0eb",
            "ink": "#1c1a18",
            "muted": "#655f57",
            "line": "#e6e1da",
            "edge": "#8a8379",
            "accent": "#8c2f39",
            "on_accent": "#ffffff",
            "blush": "#f8e9e7",
        },
        "dark": {
            "paper": "#151413",
            "surface": "#1f1d1b",
            "wash": "#292624",
            "ink": "#f3f0ea",
            "muted": "#aea79d",
            "line": "#35322e",
            "edge": "#7d766d",
            "accent": "#f0a7a4",
            "on_accent": "#2b0e11",
            "blush": "#3a2122",
        },
    }
)
"""The colours without a theme: those of ``web/src/styles.css``."""

_PAIRS: Final = (
    ("ink", ("paper", "surface", "wash"), TEXT),
    ("muted", ("paper", "surface", "wash"), TEXT),
    ("accent", ("paper", "surface", "blush"), TEXT),
    ("on_accent", ("accent",), TEXT),
    ("edge", ("paper", "surface"), CONTROLS),
)
"""What is drawn upon what, and the least contrast between them."""


def contrast(one: str, other: str) -> float:
    """The contrast of two colours ``#rrggbb``."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def with_defaults(scheme: Scheme, given: Mapping[str, str], file: str) -> dict[str, str]:
    """All colours of a scheme; raises ``DataError`` where a given one makes something unreadable."""
    colours = {**PALETTE[scheme], **given}
    for name, grounds, least in _PAIRS:
        for ground in grounds:
            found = contrast(colours[name], colours[ground])
            if found < least and not given.keys().isdisjoint({name, ground}):
                field, other = (name, ground) if name in given else (ground, name)
                raise DataError(
                    f"{file}: colours.{scheme}.{field} = {colours[field]} has a contrast of {_rounded(found)} to "
                    f"{other} ({colours[other]}); it must be {least:.2f} at least.",
                    remedy=f"Choose a darker or lighter {field}, or set colours.{scheme}.{other} too.",
                )
    return colours


def _rounded(ratio: float) -> str:
    """Downwards: 4.49 is not 4.5."""
    return f"{int(ratio * 100) / 100:.2f}"


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
