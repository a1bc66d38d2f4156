"""The sheet: every picture and every word in its place, whatever their size."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from deepstyle.report import sheet
from deepstyle.report.sheet import Tile, render_sheet


def solid(colour: tuple[int, int, int], width_px: int = 40, height_px: int = 60) -> np.ndarray:
    return np.full((height_px, width_px, 3), colour, np.uint8)


def rendered(query: Tile, found: list[Tile]) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(render_sheet(query, found))))


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 10, 23])
def test_every_picture_is_there_once_in_reading_order(count: int) -> None:
    colours = [(10 * n + 5, 255 - 10 * n, 77) for n in range(count)]
    pixels = rendered(Tile(solid((1, 2, 3)), "query"), [Tile(solid(colour), "x") for colour in colours])
    places = []
    for colour in [(1, 2, 3), *colours]:
        shown = np.argwhere((pixels == colour).all(axis=2))
        high, wide = shown.max(0) - shown.min(0) + 1
        assert len(shown) == high * wide  # one whole rectangle, nothing drawn over it
        assert abs(wide / high - 40 / 60) < 0.01
        places.append(tuple(shown.min(0).tolist()))
    assert places[1:] == sorted(places[1:])
    assert all(left > places[0][1] for _, left in places[1:])


def test_the_heading_names_the_query() -> None:
    named, other, unnamed = (rendered(Tile(None, "", detail=text), []) for text in ("shoes · a", "shoes · b", ""))
    differ = np.argwhere((named != other).any(axis=2))
    assert differ[:, 0].min() < sheet.HEADING_PX, "the heading is above the cards"
    assert (unnamed[: sheet.HEADING_PX] != sheet.PAPER).any()


@pytest.mark.parametrize(("width_px", "height_px"), [(1, 900), (900, 1), (3000, 2000)])
def test_odd_pictures_stay_inside_their_card(width_px: int, height_px: int) -> None:
    plain = rendered(Tile(None, ""), [Tile(None, "")])
    pixels = rendered(Tile(None, ""), [Tile(solid((255, 0, 0), width_px, height_px), "")])
    changed = np.argwhere((pixels != plain).any(axis=2))
    high, wide = changed.max(0) - changed.min(0) + 1
    assert wide <= sheet.PICTURE_PX[0] and high <= sheet.PICTURE_PX[1]


@pytest.mark.parametrize("text", ["", "x", "word " * 60, "unbrokenname" * 30, "été Ünïcode 裙子 \N{DRESS}", "a\nb\tc"])
def test_text_never_leaves_its_card(text: str) -> None:
    font = sheet.text_font(sheet.TITLE_PX)
    rows = sheet.wrapped(text, font, 248, lines=2)
    assert len(rows) <= 2
    assert all(font.getlength(row) <= 248 for row in rows)
    rendered(Tile(None, text, text, text, text), [Tile(None, text, text, text, text)])


def test_wrapping_loses_no_word_that_fits_and_marks_what_it_drops() -> None:
    font = sheet.text_font(sheet.TITLE_PX)
    assert sheet.wrapped("Versace boots", font, 248, lines=2) == ["Versace boots"]
    rows = sheet.wrapped("one two three four five six seven eight nine ten eleven", font, 248, lines=2)
    assert rows[0].startswith("one two") and rows[1].endswith("...")


def test_lines_of_text_do_not_touch() -> None:
    def shown(**text: str) -> np.ndarray:
        return rendered(Tile(None, "x"), [Tile(None, **{"title": name} | text)])

    name = "A name that needs two whole lines here"
    pairs = [(shown(title=""), shown()), *((shown(), shown(**{part: "gjy"})) for part in ("detail", "label", "note"))]
    changed = [np.argwhere((before != after).any(axis=2))[:, 0] for before, after in pairs]
    assert all(above.max() + 3 < below.min() for above, below in itertools.pairwise(changed))
