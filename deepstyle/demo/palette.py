"""The demo catalogue's colours: their names, their pixels, the family each belongs to, and which style wears which."""

from dataclasses import dataclass
from typing import Final

Rgb = tuple[float, float, float]
"""Red, green and blue in 0..1, sRGB."""

NEUTRAL: Final = "neutral"


@dataclass(frozen=True, slots=True)
class Colour:
    """A named colour; ``family`` is ``warm``, ``cool``, ``berry`` or ``neutral``, ``code`` ends an item id."""

    name: str
    family: str
    rgb: Rgb
    code: str


def hex_rgb(text: str) -> Rgb:
    """``"#ff8000"`` as red, green and blue in 0..1."""
    return (int(text[1:3], 16) / 255, int(text[3:5], 16) / 255, int(text[5:7], 16) / 255)


_TABLE: Final = {
    "neutral": {
        "black": "#2b2b30",
        "white": "#f6f4f0",
        "grey": "#96989d",
        "charcoal": "#4c4f57",
        "ecru": "#e6dcc8",
        "silver": "#c9ccd2",
    },
    "warm": {
        "mustard": "#d9a02b",
        "rust": "#b4512a",
        "camel": "#bd8d5a",
        "olive": "#7c7a3a",
        "orange": "#ee7a2d",
        "yellow": "#f4cb3f",
        "chocolate": "#6b432e",
        "gold": "#cfa349",
    },
    "cool": {
        "navy": "#27365f",
        "royal blue": "#2a5cc4",
        "sky blue": "#8cbbe4",
        "denim blue": "#5179a8",
        "teal": "#1f7f86",
        "turquoise": "#3bb9bd",
        "emerald": "#13805a",
        "mint": "#a2d9c0",
    },
    "berry": {
        "burgundy": "#7b1f3a",
        "ruby": "#b3173f",
        "fuchsia": "#d9338a",
        "pink": "#f0a3b9",
        "rose": "#cc7488",
        "plum": "#6a3167",
        "lilac": "#b9a0d6",
        "magenta": "#a62b85",
    },
}

COLOURS: Final = {
    name: Colour(name, family, hex_rgb(value), f"{row:d}{column:d}")
    for row, (family, names) in enumerate(_TABLE.items(), start=1)
    for column, (name, value) in enumerate(names.items(), start=1)
}
"""Every colour by its name."""

STYLE_COLOURS: Final = {
    "sporty": (
        *("black", "white", "grey", "orange", "yellow", "olive"),
        *("royal blue", "turquoise", "mint", "fuchsia", "ruby", "lilac"),
    ),
    "casual": (
        *("white", "grey", "ecru", "mustard", "camel", "olive"),
        *("denim blue", "sky blue", "mint", "pink", "ruby", "rose"),
    ),
    "boho": (
        *("ecru", "white", "charcoal", "mustard", "rust", "chocolate"),
        *("teal", "turquoise", "emerald", "plum", "rose", "burgundy"),
    ),
    "business": (
        *("black", "white", "charcoal", "grey", "camel", "chocolate", "mustard"),
        *("navy", "sky blue", "teal", "burgundy", "pink", "plum"),
    ),
    "evening": (
        *("black", "silver", "white", "gold", "rust", "mustard"),
        *("emerald", "royal blue", "teal", "ruby", "magenta", "plum"),
    ),
}
"""The colours that a style comes in; every style wears all four families, so that colour alone does not tell it."""


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """``first`` with ``share`` (0..1) of ``second`` mixed in."""
    return (
        first[0] + (second[0] - first[0]) * share,
        first[1] + (second[1] - first[1]) * share,
        first[2] + (second[2] - first[2]) * share,
    )


def darker(colour: Rgb, share: float = 0.35) -> Rgb:
    """``colour`` with ``share`` of near-black mixed in."""
    return mix(colour, (0.06, 0.05, 0.07), share)


def lighter(colour: Rgb, share: float = 0.35) -> Rgb:
    """``colour`` with ``share`` of white mixed in."""
    return mix(colour, (1.0, 1.0, 1.0), share)


def luminance(colour: Rgb) -> float:
    """Perceived lightness in 0..1 (Rec. 709 weights)."""
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]
