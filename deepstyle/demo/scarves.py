"""Scarves: tube scarves, knitted scarves, shawls, silk squares and stoles."""

# An outline reads better as a few rows of points than as a column.
# fmt: off

import math

from deepstyle.demo.canvas import Canvas, both
from deepstyle.demo.curves import Corner, curve, symmetric
from deepstyle.demo.look import Look
from deepstyle.demo.palette import darker, lighter


def tube_scarf(canvas: Canvas, look: Look) -> None:
    """A sports tube of stretch cloth with bold bands and a mark."""
    half = look.vary(64, 76)
    outline = symmetric([(160, 104), Corner(160 + half, 98), (160 + half - 9, 180), Corner(160 + half + 4, 276),
        (160, 284)])
    canvas.piece(symmetric([(160, 90), Corner(160 + half, 99), (160, 112)]), look.fabric.shaded(0.5), lift_px=0)
    folds = [curve([(160 - half, y), (160, y + look.vary(4, 16)), (160 + half, y - 3)], closed=False)
        for y in (140, 172, 206, 244)]
    canvas.piece(outline, look.fabric, folds=folds, fold_px=10)
    for y, width in ((122, 7), (134, 3), (262, 7), (250, 3)):
        canvas.lines([curve([(160 - half + 2, y - 4), (160, y + 3), (160 + half - 2, y - 4)], closed=False)],
            look.trim, width)
    canvas.badge(160, 194, 42, look.trim)


def knitted_scarf(canvas: Canvas, look: Look) -> None:
    """A thick knitted scarf, looped once, with tassels."""
    low = look.vary(270, 320)
    for x, end in ((138, low), (190, low - look.vary(20, 50))):
        for step in range(7):
            canvas.cord(curve([(x - 21 + step * 7, end - 3), (x - 22 + step * 7.4, end + 24)], closed=False),
                look.fabric.colour, 3.6, "knit")
        tail = curve([Corner(x - 22, 110), Corner(x + 22, 110), (x + 25, 200), Corner(x + 24, end),
            Corner(x - 24, end), (x - 23, 200)])
        canvas.piece(tail, look.fabric, angle=3 if x < 160 else -3, round_px=12)
    loop = curve([(92, 94), (120, 62), (160, 56), (206, 64), (230, 98), (206, 136), (160, 146), (112, 134)])
    canvas.piece(loop, look.fabric, angle=60, round_px=20, lift_px=4)
    hole = symmetric([(160, 74), (192, 80), (202, 94), (160, 106)])
    canvas.piece(hole, look.fabric.shaded(0.6), round_px=5, lift_px=0)


def fringed_shawl(canvas: Canvas, look: Look) -> None:
    """A triangular shawl with embroidery along its border and a long knotted fringe."""
    width, low = look.vary(118, 130), look.vary(250, 275)
    for side in (-1, 1):
        for step in range(27):
            share = step / 26
            x, y = 160 + side * width * (1 - share), 112 + (low - 112) * share
            canvas.cord(curve([(x, y - 4), (x + side * 2, y + 26), (x + look.vary(-3, 3), y + 54)], closed=False),
                look.trim, 2.2, "cotton")
    outline = symmetric([(160, 92), Corner(160 + width, 104), (160 + width * 0.52, 184), Corner(160, low + 4)])
    folds = both([(184, 110), (176, 190)])
    canvas.piece(outline, look.fabric, folds=folds, fold_px=14, round_px=8)
    for border in both([(160 + width - 16, 113), (160 + width * 0.46, 176), (161, low - 16)]):
        canvas.lines([border], look.trim, 6)
        canvas.stitches(border - (0, 9), look.metal, step_px=7, width_px=3)


def silk_scarf(canvas: Canvas, look: Look) -> None:
    """A folded silk square with a rolled contrast edge."""
    turn = look.vary(-4, 4)
    back = curve([Corner(66, 110 + turn), Corner(250, 96), Corner(262, 282), Corner(78, 296)])
    canvas.piece(back, look.fabric.plain(), angle=5, round_px=8)
    outline = curve([Corner(56, 122), Corner(236, 106 + turn), Corner(250, 290), Corner(70, 306 + turn)])
    canvas.piece(outline, look.fabric, angle=-5, round_px=9, folds=[curve([(70, 180), (160, 210), (244, 200)],
        closed=False), curve([(150, 120), (160, 298)], closed=False)], fold_px=22)
    inset = curve([Corner(66, 132), Corner(228, 117 + turn), Corner(240, 280), Corner(79, 295 + turn),
        Corner(66, 132)], closed=False)
    canvas.lines([inset], look.trim, 8)
    canvas.lines([inset], darker(look.fabric.colour, 0.4), 2)


def stole(canvas: Canvas, look: Look) -> None:
    """A shining evening stole, folded lengthwise over itself, with a jewelled clasp and a metal fringe."""
    low = look.vary(306, 336)
    for side, end in ((1, low - 26), (-1, low)):
        x = 160 + side * 26
        for step in range(13):
            fringe_x = x + side * 22 - 42 + step * 7
            canvas.cord(curve([(fringe_x, end - 4), (fringe_x, end + 20)], closed=False), look.metal, 2, "metal")
        tail = curve([Corner(x - 28, 150), Corner(x + 28, 150), (x + 40 + side * 14, 240),
            Corner(x + 44 + side * 22, end), Corner(x - 44 + side * 22, end), (x - 36 + side * 10, 240)])
        folds = [curve([(x + dx * 0.5, 160), (x + dx + side * 20, end)], closed=False) for dx in (-24, -4, 20)]
        canvas.piece(tail, look.fabric, folds=folds, fold_px=14, round_px=10, lift_px=4)
    drape = symmetric([(160, 92), (200, 62), Corner(246, 56), (250, 100), (214, 150), (160, 172)])
    canvas.piece(drape, look.fabric,
        folds=both([(240, 66), (206, 110), (164, 134)]) + both([(244, 96), (208, 136), (164, 154)]), fold_px=13,
        round_px=12, lift_px=4)
    for step in range(8):
        angle = step * math.pi / 4
        canvas.button(160 + 15 * math.cos(angle), 150 + 15 * math.sin(angle), 4.4, lighter(look.metal, 0.6), "gem")
    canvas.button(160, 150, 9, look.metal, "gem")
