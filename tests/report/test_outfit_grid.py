"""The board as a picture and as a page: every piece is there, and a shop's words stay words."""

import io

import numpy as np
from PIL import Image

from deepstyle.report.outfit_grid import Look, render_board, render_html
from deepstyle.report.sheet import PAPER, Tile

RED = np.full((60, 40, 3), (200, 0, 0), np.uint8)
LONG = "A title that is much too long for the column it stands in, and then some more of it"
SHOP_WORDS = Tile(None, "<b>Bold</b> & co")
LOOKS = [
    Look((Tile(RED, "Seed", "query"), SHOP_WORDS, Tile(RED, "Third")), "91 % compatible", ("both red",)),
    Look((Tile(RED, "Alone"),), LONG),
]


def test_every_look_has_a_row_and_every_picture_is_drawn() -> None:
    board = np.asarray(Image.open(io.BytesIO(render_board(LOOKS))))
    half = len(board) // 2
    reds = [(np.all(part == (200, 0, 0), axis=2)).any(axis=0) for part in (board[:half], board[half:])]
    runs = [int((np.diff(np.concatenate([[0], row.astype(int)])) == 1).sum()) for row in reds]
    assert runs == [2, 1]
    assert tuple(board[0, 0]) == PAPER
    assert np.all(board[:, -5:] == PAPER)


def test_the_page_escapes_what_the_shop_wrote_and_needs_no_other_file() -> None:
    page = render_html(LOOKS, "Looks & more")
    assert "<b>Bold" not in page
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; co" in page
    assert "Looks &amp; more" in page
    assert page.count("<figure") == 4
    assert page.count("data:image/jpeg;base64,") == 3
    assert "http" not in page


def test_no_look_is_still_a_picture() -> None:
    assert Image.open(io.BytesIO(render_board([]))).size[0] > 100
