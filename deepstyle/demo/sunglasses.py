"""Sunglasses seen from the front, one frame shape a style."""

# An outline reads better as a few rows of points than as a column.
# fmt: off

from deepstyle.demo.canvas import Canvas, Fabric, both, mirrored
from deepstyle.demo.curves import Corner, Polyline, curve, ellipse, moved
from deepstyle.demo.look import Look
from deepstyle.demo.palette import Rgb, darker, lighter

_SMOKE: Rgb = (0.24, 0.24, 0.27)


def _arms(canvas: Canvas, colour: Rgb, texture: str, y: float, width: float) -> None:
    for arm in both([(264, y), (272, y - 18), (262, y - 44), (236, y - 58)]):
        canvas.cord(arm, darker(colour, 0.25), width, texture)


def _lenses(canvas: Canvas, frame: Polyline, lens: Polyline, cloth: Fabric, tint: Rgb) -> None:
    """Both rims with their lenses and a reflection across each."""
    for rim, glass in ((frame, lens), (mirrored(frame), mirrored(lens))):
        canvas.piece(rim, cloth, round_px=5)
        canvas.piece(glass, Fabric(tint, "patent"), round_px=3, lift_px=0)
        middle = glass.mean(axis=0)
        shine = curve([(middle[0] - 20, middle[1] + 12), (middle[0] + 8, middle[1] - 18)], closed=False)
        canvas.lines([shine, moved(shine, 9, 2)], (1, 1, 1), 4, 0.22)
        canvas.fade(glass, 0.10)


def sport_glasses(canvas: Canvas, look: Look) -> None:
    """A wraparound shield with a mirrored lens and contrast arms."""
    drop = look.vary(52, 70)
    _arms(canvas, look.trim, "rubber", 196, 12)
    shield = curve([Corner(50, 178), (100, 166), (160, 172), (220, 166), Corner(270, 178), (264, 178 + drop * 0.75),
        (214, 178 + drop), (176, 172 + drop * 0.55), (160, 168 + drop * 0.4), (144, 172 + drop * 0.55),
        (106, 178 + drop), (56, 178 + drop * 0.75)])
    canvas.piece(shield, Fabric(look.fabric.colour, "metal"), round_px=14,
        folds=[curve([(80, 200), (240, 186)], closed=False)], fold_px=24)
    canvas.cord(curve([(50, 178), (100, 166), (160, 172), (220, 166), (270, 178)], closed=False), look.trim, 11,
        "rubber")
    canvas.button(64, 178, 4, look.fabric.colour)
    canvas.button(256, 178, 4, look.fabric.colour)


def wayfarers(canvas: Canvas, look: Look) -> None:
    """Thick acetate frames with rivets."""
    deep = look.vary(60, 70)
    _arms(canvas, look.fabric.colour, "rubber", 186, 11)
    canvas.cord(curve([(142, 192), (160, 184), (178, 192)], closed=False), look.fabric.colour, 12, "rubber")
    frame = curve([Corner(172, 176), (220, 170), Corner(272, 168), (264, 176 + deep * 0.7), (226, 176 + deep),
        (186, 176 + deep * 0.72)])
    lens = curve([(182, 186), (222, 180), (258, 182), (252, 174 + deep * 0.7), (226, 166 + deep),
        (192, 172 + deep * 0.68)])
    _lenses(canvas, frame, lens, look.fabric.plain("rubber"), _SMOKE)
    for x in (64, 256):
        canvas.button(x, 176, 2.4, (0.85, 0.85, 0.86), "metal")


def round_glasses(canvas: Canvas, look: Look) -> None:
    """Round wire glasses with tinted lenses and a beaded cord."""
    radius = look.vary(42, 50)
    loop = curve([(56, 196), (60, 270), (110, 310), (160, 318), (210, 310), (260, 270), (264, 196)], closed=False)
    canvas.cord(loop, look.trim, 2.4, "cotton")
    for index in range(4, len(loop) - 3, 6):
        canvas.button(float(loop[index][0]), float(loop[index][1]), 5, look.trim if index % 12 else look.metal,
            "rubber")
    _arms(canvas, look.metal, "metal", 196, 4)
    canvas.cord(curve([(140, 194), (160, 182), (180, 194)], closed=False), look.metal, 4, "metal")
    frame, lens = ellipse(220, 202, radius, radius), ellipse(220, 202, radius - 5, radius - 5)
    _lenses(canvas, frame, lens, Fabric(look.metal, "metal"), lighter(look.fabric.colour, 0.05))


def browline(canvas: Canvas, look: Look) -> None:
    """Rectangular browline glasses: a firm upper rim over a thin wire."""
    deep = look.vary(46, 56)
    _arms(canvas, look.fabric.colour, "rubber", 184, 7)
    canvas.cord(curve([(142, 188), (160, 182), (178, 188)], closed=False), look.metal, 5, "metal")
    frame = curve([Corner(174, 176), Corner(266, 174), Corner(262, 176 + deep), Corner(184, 176 + deep)])
    lens = curve([Corner(178, 184), Corner(262, 182), (258, 172 + deep), Corner(250, 173 + deep),
        Corner(190, 173 + deep)])
    _lenses(canvas, frame, lens, look.fabric.plain("rubber"), _SMOKE)
    for brow in both([(172, 180), (220, 173), (270, 173)]):
        canvas.cord(brow, look.fabric.colour, 15, "rubber")


def cat_eye(canvas: Canvas, look: Look) -> None:
    """Cat-eye frames that sweep up to jewelled tips."""
    sweep = look.vary(18, 30)
    _arms(canvas, look.metal, "metal", 180, 7)
    canvas.cord(curve([(142, 196), (160, 188), (178, 196)], closed=False), look.fabric.colour, 9, "patent")
    frame = curve([Corner(172, 186), (214, 178), Corner(280, 178 - sweep), (268, 214), (230, 246), (188, 232)])
    lens = curve([(183, 196), (216, 188), (258, 186 - sweep * 0.35), (254, 212), (228, 235), (194, 224)])
    _lenses(canvas, frame, lens, look.fabric.plain("patent"), darker(look.fabric.colour, 0.75))
    for side in (-1, 1):
        for step in range(5):
            canvas.button(160 + side * (112 - step * 10), 168 - sweep + 11 + step * (2 + sweep / 9), 3.2,
                lighter(look.metal, 0.7), "gem")
