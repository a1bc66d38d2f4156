"""The names of colours, in one table, and the dominant colours of an item's picture as text and as values.

The colours are read from the picture (``deepstyle.style.dominant``), never from what a feed says. A store keeps codes,
which filters compare, beside the measured values in CIELAB; clients name the codes by this table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Family = Literal["neutral", "warm", "cool", "berry"]
Lab = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class NamedColour:
    """A colour's ``code``, its names, its family, and the shades (sRGB, ``#rrggbb``) that it is recognised by.

    The first shade is the one to show.
    """

    code: str
    en: str
    de: str
    family: Family
    shades: tuple[str, ...]


def _colour(code: str, en: str, de: str, family: Family, shades: str) -> NamedColour:
    return NamedColour(code, en, de, family, tuple(f"#{shade}" for shade in shades.split()))


COLOURS: Final = (
    _colour("black", "black", "Schwarz", "neutral", "1d1d20 2b2b30"),
    _colour("grey", "grey", "Grau", "neutral", "8f9196 4c4f57 b4b6bb c9ccd2"),
    _colour("white", "white", "Weiß", "neutral", "f7f6f3 ededee"),
    _colour("cream", "cream", "Creme", "neutral", "e9dfcb f1e9da"),
    _colour("beige", "beige", "Beige", "neutral", "cdbb9e b9a894"),
    _colour("camel", "camel", "Camel", "warm", "bd8d5a a67647"),
    _colour("brown", "brown", "Braun", "warm", "6b432e 4a3226 86603f"),
    _colour("rust", "rust", "Rost", "warm", "b4512a 97462d"),
    _colour("orange", "orange", "Orange", "warm", "ee7a2d f29a58"),
    _colour("mustard", "mustard", "Senfgelb", "warm", "d9a02b c79532"),
    _colour("yellow", "yellow", "Gelb", "warm", "f4cb3f f6e08a"),
    _colour("olive", "olive", "Olivgrün", "warm", "7c7a3a 5d5f38 9a9867"),
    _colour("green", "green", "Grün", "cool", "13805a 3f8f45 234a36"),
    _colour("mint", "mint", "Mint", "cool", "a2d9c0 c3e6d3"),
    _colour("teal", "teal", "Petrol", "cool", "1f7f86 24555e"),
    _colour("turquoise", "turquoise", "Türkis", "cool", "3bb9bd 7fd3d3"),
    _colour("light-blue", "light blue", "Hellblau", "cool", "8cbbe4 b9d4ea"),
    _colour("blue", "blue", "Blau", "cool", "2a5cc4 5179a8 3f5f93"),
    _colour("navy", "navy", "Marineblau", "cool", "27365f 1d2540"),
    _colour("purple", "purple", "Lila", "berry", "6d3f8f b79bd6 5a3a63"),
    _colour("pink", "pink", "Rosa", "berry", "f0a3b9 f4cdd3 dc8b96"),
    _colour("fuchsia", "fuchsia", "Pink", "berry", "d9338a e0559c"),
    _colour("red", "red", "Rot", "berry", "c4202f b3173f d9453f"),
    _colour("burgundy", "burgundy", "Bordeaux", "berry", "7b1f3a 5a1f2d"),
)
"""The colours that a picture's colours are named by."""
COLOUR_OF_CODE: Final[Mapping[str, NamedColour]] = MappingProxyType({colour.code: colour for colour in COLOURS})

_CODE_OF_NAME: Final = MappingProxyType(
    {
        name.casefold(): colour.code
        for names in (("de",), ("en",), ("code",))  # a code wins over a name: "Pink" is German for fuchsia
        for colour in COLOURS
        for name in (getattr(colour, one) for one in names)
    }
)


@dataclass(frozen=True, slots=True)
class DominantColour:
    """A colour of a garment: its ``code`` in ``COLOURS``, its measured ``lab``, and its ``share`` in (0, 1]."""

    code: str
    lab: Lab
    share: float


def colour_code(name: str) -> str:
    """The code of a colour's code or name, in either language, whatever its case; another text case folded."""
    folded = name.strip().casefold()
    return _CODE_OF_NAME.get(folded, folded)


def colour_name(code: str, language: Literal["en", "de"] = "en") -> str:
    """The name of a colour in ``language``; a code that the table does not have is returned as it is."""
    named = COLOUR_OF_CODE.get(code)
    return code if named is None else named.de if language == "de" else named.en


def codes_text(colours: Sequence[DominantColour]) -> str:
    """The codes, largest share first, as an item's ``dominant_colour``: ``navy,white``."""
    return ",".join(colour.code for colour in colours)


def lab_text(colours: Sequence[DominantColour]) -> str:
    """The values as an item's ``dominant_lab``: L, a, b and the share of each, in the order of ``codes_text``."""
    return ",".join(" ".join(f"{value:.4g}" for value in (*colour.lab, colour.share)) for colour in colours)


def read_colours(codes: str, labs: str) -> tuple[DominantColour, ...]:
    """The colours that ``codes_text`` and ``lab_text`` wrote; none where the two do not fit each other."""
    try:
        values = [tuple(map(float, one.split())) for one in labs.split(",") if one]
        pairs = zip(codes.split(",") if codes else (), values, strict=True)
        return tuple(DominantColour(code, (light, a, b), share) for code, (light, a, b, share) in pairs)
    except ValueError:
        return ()
