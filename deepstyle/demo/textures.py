"""Relief of a material: how high its surface stands at each place, which the light then makes visible."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from deepstyle.demo.patterns import Field, field

Relief = Callable[[Field, Field], Field]
"""Place on the cloth in pixels, (H, W) twice, to a height of about -1..1."""


def _flat(u: Field, v: Field) -> Field:
    return np.zeros_like(u)


def _twill(u: Field, v: Field) -> Field:
    return field(np.sin((u + v) * 2.1))


def _knit(u: Field, v: Field) -> Field:
    """Columns of small Vs."""
    slope = np.abs((u / 7) % 1 - 0.5) * 7
    return field(np.sin((v + slope) * 1.35) * 0.8 + np.cos(u * 2 * np.pi / 7) * 0.9)


def _cable(u: Field, v: Field) -> Field:
    rib = np.cos((u + 3 * np.sin(v / 9)) * 2 * np.pi / 24)
    return field(1.6 * rib + 0.6 * _knit(u, v))


def _rib(u: Field, v: Field) -> Field:
    return field(np.cos(u * 2 * np.pi / 5))


def _quilt(u: Field, v: Field) -> Field:
    """Horizontal channels filled with down."""
    return field(6 * np.abs(np.sin(v * np.pi / 34)))


def _mesh(u: Field, v: Field) -> Field:
    return field(np.sin(u * 1.7) * np.sin(v * 1.7) * 1.1)


def _sequin(u: Field, v: Field) -> Field:
    """Overlapping discs, each tilted its own way."""
    j = np.floor(v / 5)
    i = np.floor(u / 6 + 0.5 * (j % 2))
    tilt = np.sin(i * 12.9 + j * 78.2) * 4375.5
    tilt = (tilt - np.floor(tilt) - 0.5) * 1.6
    return field((u / 6 + 0.5 * (j % 2) - i - 0.5) * 3 * tilt + (v / 5 - j) * 1.8 * (0.4 + tilt))


def _straw(u: Field, v: Field) -> Field:
    return field((np.sin(u * 1.5) * np.sign(np.sin(v * 0.75)) + np.sin(v * 1.5)) * 0.9)


def _fur(u: Field, v: Field) -> Field:
    strand = np.sin(u * 0.9 + 3 * np.sin(v * 0.11 + u * 0.05)) + np.sin(u * 1.7 + v * 0.35)
    return field(2.2 * strand)


def _crochet(u: Field, v: Field) -> Field:
    return field(1.7 * np.sin(u * 0.62) * np.sin(v * 0.62))


def _lace(u: Field, v: Field) -> Field:
    return field(1.2 * np.cos(np.hypot(np.mod(u, 18) - 9, np.mod(v, 18) - 9) * 1.1))


@dataclass(frozen=True, slots=True)
class Texture:
    """How a material takes the light.

    ``grain`` is the strength of fine noise, ``relief_depth`` of the relief, ``wrinkles`` of soft creases;
    ``gloss`` 0..1 goes from matt wool to polished metal.
    """

    relief: Relief
    relief_depth: float = 0.0
    grain: float = 0.02
    wrinkles: float = 1.0
    gloss: float = 0.0


TEXTURES: Final = {
    "cotton": Texture(_flat, grain=0.015),
    "jersey": Texture(_flat, grain=0.02, wrinkles=0.7),
    "denim": Texture(_twill, 0.05, grain=0.05, wrinkles=0.8),
    "wool": Texture(_twill, 0.03, grain=0.035, wrinkles=0.35),
    "suiting": Texture(_flat, grain=0.012, wrinkles=0.3),
    "knit": Texture(_knit, 0.075, grain=0.03, wrinkles=0.4),
    "cable": Texture(_cable, 0.08, grain=0.03, wrinkles=0.3),
    "rib": Texture(_rib, 0.1, wrinkles=0.3),
    "nylon": Texture(_flat, grain=0.008, wrinkles=1.3, gloss=0.25),
    "down": Texture(_quilt, 0.05, grain=0.008, wrinkles=0.8, gloss=0.25),
    "mesh": Texture(_mesh, 0.09, wrinkles=0.4),
    "satin": Texture(_flat, grain=0.0, wrinkles=2.0, gloss=0.75),
    "sequin": Texture(_sequin, 0.16, grain=0.05, wrinkles=0.6, gloss=0.55),
    "velvet": Texture(_flat, grain=0.05, wrinkles=1.2, gloss=0.15),
    "chiffon": Texture(_flat, grain=0.012, wrinkles=1.1),
    "crochet": Texture(_crochet, 0.13, grain=0.03, wrinkles=0.3),
    "lace": Texture(_lace, 0.1, grain=0.02, wrinkles=0.5),
    "suede": Texture(_flat, grain=0.07, wrinkles=0.7),
    "leather": Texture(_flat, grain=0.012, wrinkles=0.5, gloss=0.4),
    "patent": Texture(_flat, grain=0.0, wrinkles=0.3, gloss=0.9),
    "canvas": Texture(_mesh, 0.035, grain=0.03, wrinkles=0.5),
    "rubber": Texture(_flat, grain=0.01, wrinkles=0.0, gloss=0.1),
    "straw": Texture(_straw, 0.11, grain=0.03, wrinkles=0.0),
    "fur": Texture(_fur, 0.09, grain=0.08, wrinkles=0.8),
    "metal": Texture(_flat, grain=0.0, wrinkles=0.3, gloss=1.0),
    "gem": Texture(_flat, grain=0.0, wrinkles=0.0, gloss=1.0),
    "felt": Texture(_flat, grain=0.045, wrinkles=0.3),
}
"""Every texture by its name."""


def smooth_noise(rng: np.random.Generator, height: int, width: int, cell_y: float, cell_x: float) -> Field:
    """Random hills of about ``cell`` pixels, (height, width), in about -1..1."""
    coarse = rng.standard_normal((int(height / cell_y) + 3, int(width / cell_x) + 3)).astype(np.float32)
    return field(np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)))
