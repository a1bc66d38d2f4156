"""A picture's print: its grey values on a coarse grid, by which a copy of another size or compression is recognised.

Unlike the bits of ``perceptual_hash``, grey values tell white garments on white backdrops apart. A print is text, so
that it can be a field of an item. Prints compare only where both pictures were first resized to one shape in one way.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image

from deepstyle.images.pixels import Rgb

SIDE: Final = 8
"""The cells along each side of the grid."""
MAX_DISTANCE: Final = 1.5
"""The prints of two copies differ by no more: the root mean square over the cells, in grey values of 0..255."""
FLAT: Final = 1.0
"""A print whose grey values have a lower standard deviation shows nothing to compare."""


def picture_print(rgb: Rgb) -> str:
    """The print of a picture (H, W, 3) uint8; ``""`` where it is flat."""
    cells = Image.fromarray(rgb).resize((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=1.0).convert("L").tobytes()
    return base64.b64encode(cells).decode() if np.frombuffer(cells, np.uint8).std() >= FLAT else ""


def with_print(prints: str, position: int, print_: str) -> str:
    """An item's ``prints``, separated by commas in the order of its pictures, with that of the one at ``position``."""
    every = prints.split(",")
    every += [""] * (position + 1 - len(every))
    every[position] = print_
    return ",".join(every).rstrip(",")


def same_picture(wanted: str, prints: Sequence[str]) -> int | None:
    """The place among ``prints`` of a copy of the picture whose print is ``wanted``, ``None`` where there is none.

    Of several, the nearest. What is no print, such as ``""``, is a copy of nothing.
    """
    known = [(at, cells) for at, text in enumerate(prints) if (cells := _cells(text))]
    own = _cells(wanted)
    if not (own and known):
        return None
    grid = np.frombuffer(b"".join(cells for _, cells in known), np.uint8).reshape(-1, SIDE * SIDE)
    squares = np.square(grid.astype(np.int32) - np.frombuffer(own, np.uint8)).mean(axis=1)
    nearest = int(squares.argmin())
    return known[nearest][0] if squares[nearest] <= MAX_DISTANCE**2 else None


def _cells(text: str) -> bytes:
    """The grey values of a print, row by row; none where it is not one."""
    try:
        cells = binascii.a2b_base64(text)  # what ``base64.b64decode`` calls, a hundred times for each search
    except (binascii.Error, ValueError):
        return b""
    return cells if len(cells) == SIDE * SIDE else b""
