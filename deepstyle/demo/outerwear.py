"""Outerwear: jackets, blazers and coats, open or closed over the front."""

# An outline reads better as a few rows of points than as a column.
# fmt: off

from collections.abc import Sequence

from deepstyle.demo.canvas import Canvas, both, contrast
from deepstyle.demo.curves import Corner, box, curve, ellipse, moved, symmetric
from deepstyle.demo.look import Look
from deepstyle.demo.palette import Rgb, darker, lighter
from deepstyle.demo.torso import Cut, cuff_band, draw_torso

_THREAD: Rgb = (0.85, 0.62, 0.30)


def _zip(canvas: Canvas, look: Look, top: float, bottom: float) -> None:
    canvas.lines([curve([(160, top), (160, bottom)], closed=False)], darker(look.fabric.colour, 0.55), 5)
    for y in range(int(top), int(bottom), 4):
        canvas.lines([curve([(158, y), (162, y)], closed=False)], look.metal, 1.6)
    canvas.piece(box(157, top + 4, 6, 14, 2), look.fabric.dyed(look.metal, "metal"), round_px=1.5)


def windbreaker(canvas: Canvas, look: Look) -> None:
    """A light sports jacket with a contrast yoke, zip, stand collar and side stripes."""
    cut = Cut(top=66, hem_y=look.vary(278, 298), shoulder=66, chest=66, waist=68, hem=62, sleeve=look.vary(182, 194),
        spread=13, cuff=30, bell=7, neck_width=24, neck_depth=12)
    draw_torso(canvas, look, cut)
    yoke = symmetric([(160, 128), Corner(225, look.vary(112, 124)), (222, 96), Corner(226, 81), Corner(184, 66),
        (160, 76)])
    canvas.piece(yoke, look.fabric.dyed(look.trim), round_px=5)
    for stripe in both([(228, 92), (243, 160), (258, 250)]):
        canvas.lines([stripe], look.trim, 8)
    canvas.pair(cuff_band(cut, 12), look.fabric.dyed(look.trim, "rib"))
    canvas.piece(symmetric([(160, cut.hem_y + 1), Corner(222, cut.hem_y - 4), Corner(218, cut.hem_y + 14),
        (160, cut.hem_y + 19)]), look.fabric.plain("rib"), round_px=4)
    canvas.piece(symmetric([(160, 50), Corner(182, 48), (188, 62), Corner(186, 84), (160, 90)]), look.fabric.plain(),
        round_px=5)
    _zip(canvas, look, 56, cut.hem_y + 14)
    for pocket in both([(196, 216), (208, 258)]):
        canvas.lines([pocket], look.trim, 3)


def puffer(canvas: Canvas, look: Look) -> None:
    """A quilted down jacket with a high collar."""
    cut = Cut(top=70, hem_y=look.vary(276, 320), shoulder=70, chest=74, waist=76, hem=72, sleeve=look.vary(178, 190),
        spread=16, cuff=38, bell=15, neck_width=26, neck_depth=10)
    draw_torso(canvas, look, cut)
    rows = int((cut.hem_y - 92) / 34)
    for row in range(rows + 1):
        y = 104 + row * 34
        if y < cut.hem_y - 8:
            canvas.seam(curve([(160 - cut.chest + 2, y - 2), (160, y + 4), (160 + cut.chest - 2, y - 2)],
                closed=False), look.fabric, width_px=1.8)
    canvas.pair(cuff_band(cut, 9, grow=-4), look.fabric.dyed(look.trim, "rib"))
    canvas.piece(symmetric([(160, 42), Corner(184, 42), (194, 60), Corner(190, 92), (160, 98)]),
        look.fabric.plain("down"), round_px=9)
    _zip(canvas, look, 50, cut.hem_y + 4)
    canvas.piece(box(196, 122, 22, 13, 3), look.fabric.dyed(look.trim, "rubber"), round_px=2)


def denim_jacket(canvas: Canvas, look: Look) -> None:
    """A trucker jacket with flap pockets, V seams and metal buttons."""
    cut = Cut(top=66, hem_y=look.vary(252, 272), shoulder=64, chest=63, waist=58, hem=55, sleeve=look.vary(180, 190),
        spread=13, cuff=29, neck_width=21, neck_depth=22, neck="v")
    draw_torso(canvas, look, cut)
    canvas.pair(cuff_band(cut, 16), look.fabric)
    canvas.seam(curve([(104, 118), (160, 122), (216, 118)], closed=False), look.fabric)
    canvas.stitches(curve([(104, 121), (160, 125), (216, 121)], closed=False), _THREAD)
    for line in both([(200, 134), (188, 190), (176, cut.hem_y)]):
        canvas.seam(line, look.fabric)
        canvas.stitches(moved(line, 3, 0), _THREAD)
    canvas.pair(curve([Corner(174, 120), Corner(208, 119), Corner(208, 134), Corner(191, 144), Corner(174, 134)]),
        look.fabric, lift_px=1.2)
    for x in (129, 191):
        canvas.button(x, 133, 3.4, (0.75, 0.55, 0.32), "metal")
    canvas.piece(symmetric([(160, cut.hem_y), Corner(216, cut.hem_y - 4), Corner(216, cut.hem_y + 13),
        (160, cut.hem_y + 18)]), look.fabric, round_px=3)
    canvas.piece(box(153, 88, 14, cut.hem_y - 72, 2), look.fabric, round_px=2, lift_px=0.6)
    for index in range(5):
        canvas.button(160, 102 + index * (cut.hem_y - 96) / 4.2, 3.8, (0.75, 0.55, 0.32), "metal")
    collar = curve([Corner(161, 90), Corner(180, 56), (188, 62), Corner(204, 94), Corner(178, 106)])
    canvas.pair(collar, look.fabric, angle=25)
    for line in both([(200, 92), (179, 101), (165, 90)]):
        canvas.stitches(line, _THREAD)


def parka(canvas: Canvas, look: Look) -> None:
    """A hooded parka with a fur edge, a drawn waist and big flap pockets."""
    cut = Cut(top=80, hem_y=look.vary(318, 342), shoulder=68, chest=69, waist=62, hem=76, sleeve=look.vary(182, 195),
        spread=12, cuff=33, bell=5, neck_width=28, neck_depth=22)
    canvas.piece(symmetric([(160, 34), (202, 44), (216, 84), Corner(192, 112), (160, 104)]),
        look.fabric.dyed((0.72, 0.60, 0.46), "fur"), round_px=8)
    canvas.piece(ellipse(160, 80, 33, 34), look.fabric.shaded(0.45), lift_px=0)
    draw_torso(canvas, look, cut, collar_back=False)
    canvas.piece(box(151, 98, 18, cut.hem_y - 92, 3), look.fabric.plain(), round_px=4)
    for index in range(5):
        canvas.button(160, 118 + index * 46, 4.4, look.metal, "metal")
    canvas.seam(curve([(96, 208), (160, 214), (224, 208)], closed=False), look.fabric, width_px=2)
    for string in both([(172, 212), (178, 236), (176, 250)]):
        canvas.cord(string, look.trim, 2.6, "cotton")
    canvas.pair(curve([Corner(182, 238), Corner(222, 234), Corner(225, 286), (204, 294), Corner(182, 288)]),
        look.fabric.plain(), lift_px=1.5)
    canvas.pair(curve([Corner(180, 234), Corner(224, 230), Corner(225, 248), (203, 256), Corner(180, 252)]),
        look.fabric.plain(), lift_px=1.5)


def fringed_jacket(canvas: Canvas, look: Look) -> None:
    """A suede jacket with fringes along yoke, sleeves and hem, open over the front."""
    cut = Cut(top=66, hem_y=look.vary(248, 278), shoulder=64, chest=62, waist=58, hem=64, sleeve=look.vary(178, 190),
        spread=15, cuff=31, neck="v", neck_width=24, neck_depth=60)
    draw_torso(canvas, look, cut)
    dark = darker(look.fabric.colour, 0.14)
    _fringe(canvas, look, [(160 + x, cut.hem_y - 3) for x in range(-63, 64, 4)], look.vary(38, 62), dark)
    for side in (-1, 1):
        points = [(160 + side * (70 + 0.26 * step), 100 + step) for step in range(10, 165, 6)]
        _fringe(canvas, look, [(x + side * 5, y) for x, y in points], 30, dark)
    for side in (-1, 1):
        yoke = [(160 + side * x, 134 + 0.25 * (60 - x)) for x in range(20, 61, 4)]
        _fringe(canvas, look, yoke, look.vary(28, 44), dark)
        canvas.seam(curve([yoke[0], yoke[-1]], closed=False), look.fabric)
    canvas.seam(curve([(160, 126), (160, cut.hem_y)], closed=False), look.fabric, width_px=2.4)
    canvas.pair(curve([Corner(161, 126), Corner(182, 58), (196, 68), Corner(204, 96), Corner(180, 112)]), look.fabric,
        angle=20)
    for y in (150, 190, 230):
        canvas.button(166, y, 4, look.trim, "rubber")


def _fringe(canvas: Canvas, look: Look, roots: Sequence[tuple[float, float]], length: float, colour: Rgb) -> None:
    for x, y in roots:
        sway = look.vary(-2.5, 2.5)
        canvas.cord(curve([(x, y), (x + sway * 0.4, y + length / 2), (x + sway, y + length)], closed=False), colour,
            2.2, "suede")


def kimono(canvas: Canvas, look: Look) -> None:
    """An open, wide-sleeved folk kimono with borders and tassels."""
    cut = Cut(top=56, hem_y=look.vary(292, 326), shoulder=66, chest=64, waist=72, hem=84, sleeve=look.vary(105, 125),
        spread=36, cuff=72, bell=2, neck="v", neck_width=26, neck_depth=24)
    draw_torso(canvas, look, cut)
    gap = symmetric([(160, 62), Corner(172, 66), (180, 170), Corner(186, cut.hem_y + 9), (160, cut.hem_y + 9)])
    canvas.piece(gap, look.fabric.shaded(0.5), lift_px=0, round_px=3)
    for border in both([(184, 56), (176, 90), (184, 180), (188, cut.hem_y + 4)]):
        canvas.cord(border, look.trim, 10, "cotton")
        canvas.stitches(border, look.fabric.colour, step_px=8, width_px=3)
    canvas.pair(cuff_band(cut, 9, grow=0), look.fabric.dyed(look.trim))
    for x in range(30, 84, 6):
        for side in (-1, 1):
            root = (160 + side * x, cut.hem_y + 2)
            canvas.cord(curve([root, (root[0] + side, root[1] + 22)], closed=False), look.trim, 2.4, "cotton")


def blazer(canvas: Canvas, look: Look) -> None:
    """A tailored blazer with notched lapels, flap pockets and one or two button rows."""
    cut = Cut(top=60, hem_y=look.vary(272, 300), shoulder=66, chest=61, waist=52, hem=63, sleeve=look.vary(188, 198),
        spread=10, cuff=28, neck="v", neck_width=22, neck_depth=30)
    draw_torso(canvas, look, cut)
    _lapels(canvas, look, look.vary(168, 196), double=look.with_probability(0.4), hem_y=cut.hem_y, satin=False)
    canvas.pair(curve([Corner(178, 228), Corner(212, 224), Corner(213, 236), Corner(179, 240)]), look.fabric, lift_px=1)
    for side in (-1, 1):
        for index in range(3):
            canvas.button(160 + side * (93 - index * 0.8), 254 - index * 8, 2, darker(look.fabric.colour, 0.5))


def tuxedo_jacket(canvas: Canvas, look: Look) -> None:
    """An evening jacket: shining shawl lapels and one jewelled button."""
    cut = Cut(top=60, hem_y=look.vary(262, 284), shoulder=65, chest=60, waist=49, hem=60, sleeve=look.vary(182, 194),
        spread=11, cuff=28, neck="v", neck_width=22, neck_depth=30)
    draw_torso(canvas, look, cut)
    _lapels(canvas, look, look.vary(190, 208), double=False, hem_y=cut.hem_y, satin=True)
    canvas.pair(cuff_band(cut, 12, grow=0), look.fabric.dyed(lighter(look.fabric.colour, 0.15), "satin"))
    canvas.piece(curve([Corner(194, 124), Corner(210, 116), Corner(214, 128), Corner(196, 134)]),
        look.fabric.dyed(look.metal, "satin"), round_px=3)


def _lapels(canvas: Canvas, look: Look, low: float, *, double: bool, hem_y: float, satin: bool) -> None:
    blouse = look.fabric.dyed(contrast(look.fabric.colour) if satin else (0.94, 0.93, 0.91), "cotton")
    canvas.piece(symmetric([(160, 56), Corner(181, 60), Corner(160, low)]), blouse.shaded(0.08), lift_px=0, round_px=4)
    shift = 12 if double else 0
    canvas.seam(curve([(160 + shift, low), (160 + shift, hem_y - 18), (170 + shift, hem_y + 3)], closed=False),
        look.fabric, width_px=1.6)
    cloth = look.fabric.dyed(lighter(look.fabric.colour, 0.12), "satin") if satin else look.fabric
    notch = [(200, 104)] if satin else [Corner(203, 98), Corner(194, 106), Corner(205, 114)]
    lapel = curve([Corner(160 + shift / 2, low + 2), (173, 100), Corner(180, 56), (187, 62), *notch, (192, 140)])
    canvas.pair(lapel, cloth, angle=-14, lift_px=3)
    for row in range(2):
        for x in (160 - shift, 160 + shift) if double else (160,):
            if not (satin and row):
                canvas.button(x, low + 10 + row * 32, 4.4, look.metal if satin or double
                    else darker(look.fabric.colour, 0.5), "gem" if satin else "rubber")


def wool_coat(canvas: Canvas, look: Look) -> None:
    """A long wool coat with wide lapels, big buttons and a belt or none."""
    cut = Cut(top=48, hem_y=look.vary(338, 366), shoulder=66, chest=63, waist=57, hem=look.vary(70, 82),
        sleeve=look.vary(185, 198), spread=10, cuff=31, neck="v", neck_width=22, neck_depth=30, hem_drop=4)
    draw_torso(canvas, look, cut)
    _lapels(canvas, look, look.vary(158, 178), double=True, hem_y=cut.hem_y, satin=False)
    canvas.pair(cuff_band(cut, 12, grow=1), look.fabric)
    canvas.pair(curve([Corner(180, 232), Corner(216, 228), Corner(218, 242), Corner(181, 247)]), look.fabric,
        lift_px=1.2)
    if look.with_probability(0.5):
        canvas.piece(symmetric([(160, 198), Corner(218, 193), Corner(219, 209), (160, 214)]),
            look.fabric.shaded(0.12), round_px=4)
        canvas.piece(box(147, 194, 26, 24, 4), look.fabric.dyed(darker(look.fabric.colour, 0.6), "rubber"), round_px=3)


def trench_coat(canvas: Canvas, look: Look) -> None:
    """A belted trench coat with storm flap, epaulettes and two button rows."""
    cut = Cut(top=48, hem_y=look.vary(322, 350), shoulder=64, chest=62, waist=54, hem=look.vary(76, 88),
        sleeve=look.vary(180, 192), spread=12, cuff=32, neck="v", neck_width=22, neck_depth=28)
    draw_torso(canvas, look, cut)
    _lapels(canvas, look, 150, double=True, hem_y=cut.hem_y, satin=False)
    canvas.piece(curve([Corner(104, 70), Corner(138, 74), Corner(146, 132), (124, 136), Corner(100, 126)]),
        look.fabric, lift_px=1.5)
    canvas.pair(curve([Corner(196, 56), Corner(222, 64), Corner(220, 73), Corner(194, 64)]), look.fabric, lift_px=1.2)
    canvas.piece(symmetric([(160, 196), Corner(215, 192), Corner(215, 207), (160, 212)]), look.fabric.shaded(0.1),
        round_px=3)
    canvas.piece(curve([Corner(160, 204), Corner(178, 268), Corner(166, 272), Corner(152, 212)]),
        look.fabric.shaded(0.06))
    canvas.piece(box(146, 192, 26, 22, 4), look.fabric.dyed((0.40, 0.27, 0.18), "rubber"), round_px=3)
    canvas.pair(cuff_band(cut, 11, grow=1), look.fabric.shaded(0.06))


def fur_jacket(canvas: Canvas, look: Look) -> None:
    """A short faux-fur evening jacket with a brooch."""
    cut = Cut(top=72, hem_y=look.vary(232, 262), shoulder=72, chest=74, waist=76, hem=74, sleeve=look.vary(140, 165),
        spread=18, cuff=46, bell=14, neck="v", neck_width=26, neck_depth=36)
    draw_torso(canvas, look, cut)
    canvas.seam(curve([(160, 120), (160, cut.hem_y)], closed=False), look.fabric, width_px=4)
    canvas.pair(curve([Corner(160, 142), (178, 96), Corner(182, 58), (204, 70), (210, 106), (190, 136)]), look.fabric,
        angle=-14, lift_px=4)
    for angle in range(8):
        x, y = (160 + (7 if angle % 2 else 11) * [1, 0.7, 0, -0.7, -1, -0.7, 0, 0.7][angle],
            150 + 9 * [0, 0.7, 1, 0.7, 0, -0.7, -1, -0.7][angle])
        canvas.button(x, y, 3, lighter(look.metal, 0.5), "gem")
    canvas.button(160, 150, 5, look.metal, "gem")


def cardigan(canvas: Canvas, look: Look) -> None:
    """A long knitted cardigan with patch pockets and wooden buttons."""
    cut = Cut(top=62, hem_y=look.vary(288, 320), shoulder=63, chest=63, waist=62, hem=64, sleeve=look.vary(178, 190),
        spread=13, cuff=29, bell=6, neck="v", neck_width=23, neck_depth=74)
    draw_torso(canvas, look, cut)
    rib = look.fabric.plain("rib")
    canvas.pair(cuff_band(cut, 15), rib)
    canvas.pair(curve([Corner(180, 226), Corner(214, 226), Corner(215, 272), Corner(181, 273)]), look.fabric.plain(),
        lift_px=1)
    for band in both([(184, 62), (174, 104), (164, 138), (164, cut.hem_y)]):
        canvas.cord(band, look.fabric.colour, 11, "rib")
    for index in range(5):
        canvas.button(161, 148 + index * (cut.hem_y - 168) / 4, 4.6, (0.45, 0.30, 0.19))
