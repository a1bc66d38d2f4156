"""A search as a picture: a heading, the query on the left, the results in a grid beside it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from deepstyle.plain import plain

Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

PAPER: Final[Colour] = (247, 245, 242)
CARD: Final[Colour] = (255, 255, 255)
EDGE: Final[Colour] = (228, 224, 218)
INK: Final[Colour] = (32, 30, 28)
MUTED: Final[Colour] = (126, 120, 112)
ACCENT: Final[Colour] = (176, 64, 48)

COLUMNS: Final = 5
CARD_PX: Final = (280, 472)
PICTURE_PX: Final = (248, 300)
QUERY_PX: Final = 400
GAP_PX: Final = 24
RADIUS_PX: Final = 16
HEADING_PX: Final = 64
TITLE_PX: Final = 22
NOTE_PX: Final = 18


@dataclass(frozen=True, slots=True)
class Tile:
    """One card: an RGB picture (H, W, 3) uint8, ``None`` where it is missing, with text below it.

    ``title`` is the name, ``detail`` what identifies it (category and id), ``note`` its rank and score; ``label`` is
    emphasised.
    """

    picture: NDArray[np.uint8] | None
    title: str
    note: str = ""
    detail: str = ""
    label: str = ""


def render_sheet(query: Tile, found: Sequence[Tile]) -> bytes:
    """The sheet as PNG: the query's name, its card, then ``found`` in rows of five, in the order given."""
    columns = max(1, min(COLUMNS, len(found)))
    rows = max(1, -(-len(found) // COLUMNS))
    left = GAP_PX + QUERY_PX + 2 * GAP_PX
    width = left + columns * (CARD_PX[0] + GAP_PX)
    height = HEADING_PX + rows * (CARD_PX[1] + GAP_PX)
    sheet = Image.new("RGB", (width, height), PAPER)
    draw_heading(sheet, f"Query: {query.detail or query.title}", (GAP_PX, HEADING_PX - GAP_PX), width - 2 * GAP_PX)
    draw_card(sheet, query, (GAP_PX, HEADING_PX), (QUERY_PX, min(height - HEADING_PX - GAP_PX, 640)), ACCENT)
    for at, tile in enumerate(found):
        row, column = divmod(at, COLUMNS)
        place = left + column * (CARD_PX[0] + GAP_PX), HEADING_PX + row * (CARD_PX[1] + GAP_PX)
        draw_card(sheet, tile, place, CARD_PX, EDGE)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def draw_card(sheet: Image.Image, tile: Tile, place: tuple[int, int], size: tuple[int, int], edge: Colour) -> None:
    """A white card with the picture on top, at most two lines of title, the detail, and label and note at its foot."""
    draw = ImageDraw.Draw(sheet)
    left, top = place
    width, height = size
    draw.rounded_rectangle((left, top, left + width, top + height), RADIUS_PX, CARD, edge, 2)
    margin = (CARD_PX[0] - PICTURE_PX[0]) // 2
    text_px = CARD_PX[1] - PICTURE_PX[1] - margin
    box = left + margin, top + margin, left + width - margin, top + height - text_px
    if tile.picture is not None:
        _paste_inside(sheet, tile.picture, box)
    wide, at = width - 2 * margin, top + height - text_px + 10
    for line in wrapped(tile.title, text_font(TITLE_PX), wide, lines=2):
        draw.text((left + margin, at), line, INK, text_font(TITLE_PX))
        at += TITLE_PX + 6
    foot = top + height - margin
    lines = ((at + NOTE_PX + 4, tile.detail, MUTED), (foot - NOTE_PX - 8, tile.label, ACCENT), (foot, tile.note, INK))
    for baseline, text, colour in lines:
        shown = "".join(wrapped(text, text_font(NOTE_PX), wide, lines=1))
        draw.text((left + margin, baseline), shown, colour, text_font(NOTE_PX), anchor="ls")


def draw_heading(sheet: Image.Image, text: str, place: tuple[int, int], width_px: int) -> None:
    """One line of large text, its baseline at ``place``."""
    font = text_font(TITLE_PX + 6)
    ImageDraw.Draw(sheet).text(place, "".join(wrapped(text, font, width_px, lines=1)), INK, font, anchor="ls")


def _paste_inside(sheet: Image.Image, rgb: NDArray[np.uint8], box: tuple[int, int, int, int]) -> None:
    """Scale the picture to fit ``box`` and centre it there."""
    left, top, right, bottom = box
    height, width = rgb.shape[:2]
    scale = min((right - left) / width, (bottom - top) / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    picture = Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS)
    sheet.paste(picture, ((left + right - size[0]) // 2, (top + bottom - size[1]) // 2))


def wrapped(text: str, font: Font, width_px: int, *, lines: int) -> list[str]:
    """``text`` broken at spaces into at most ``lines`` that fit; an ellipsis stands for the rest."""
    rows: list[str] = []
    words = plain(text).split()
    while words and len(rows) < lines:
        row = words.pop(0)
        while words and font.getlength(f"{row} {words[0]}") <= width_px:
            row += f" {words.pop(0)}"
        rows.append(row)
    if words:
        rows[-1] = f"{rows[-1]} {words[0]}"
    return [_shortened(row, font, width_px, force=bool(words) and row is rows[-1]) for row in rows]


def _shortened(row: str, font: Font, width_px: int, *, force: bool) -> str:
    if not force and font.getlength(row) <= width_px:
        return row
    while row and font.getlength(f"{row}...") > width_px:
        row = row[:-1]
    return f"{row.rstrip()}..."


def text_font(size_px: int) -> Font:
    """The TrueType font that comes with Pillow."""
    return ImageFont.load_default(size_px)
