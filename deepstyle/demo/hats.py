"""Hats: caps, beanies, bucket hats, floppy hats, fedoras, berets and fascinators."""

# An outline reads better as a few rows of points than as a column.
# fmt: off

from deepstyle.demo.canvas import Canvas
from deepstyle.demo.curves import Corner, Polyline, curve, ellipse, symmetric
from deepstyle.demo.look import Look
from deepstyle.demo.palette import darker, lighter


def _arc(half: float, y: float, drop: float) -> Polyline:
    return curve([(160 - half, y), (160, y + drop), (160 + half, y)], closed=False)


def baseball_cap(canvas: Canvas, look: Look) -> None:
    """A panelled cap seen from the side, with a contrast peak and a badge."""
    height, reach = look.vary(98, 116), look.vary(60, 76)
    top = 236 - height
    peak = curve([Corner(196, 226), (240, 222), (236 + reach * 0.8, 234), Corner(236 + reach, 254), (240, 250),
        Corner(190, 246)])
    canvas.piece(peak, look.fabric.dyed(look.trim), round_px=7)
    canvas.stitches(curve([(206, 232), (244, 231), (226 + reach, 246)], closed=False), darker(look.trim, 0.35))
    crown = curve([Corner(64, 242), (66, 190), (98, top + 16), (150, top), (202, top + 22), (230, 196),
        Corner(234, 234), (150, 248)])
    canvas.piece(crown, look.fabric, round_px=22)
    for x in (-58, 6, 58):
        canvas.seam(curve([(150, top + 2), (150 + x * 0.8, top + height * 0.4), (150 + x, 244)], closed=False),
            look.fabric)
    canvas.button(150, top, 6, look.trim)
    canvas.lines([curve([(65, 238), (150, 244), (233, 230)], closed=False)], look.trim, 5)
    canvas.badge(190, 194, 28, look.trim)


def sun_visor(canvas: Canvas, look: Look) -> None:
    """A tennis visor seen from the side: an open band and a long peak."""
    reach, tall = look.vary(70, 88), look.vary(34, 44)
    canvas.piece(ellipse(140, 202, 82, 26), look.fabric.shaded(0.45), lift_px=0)
    canvas.fade(ellipse(140, 200, 70, 17), 1.0)
    band = curve([Corner(58, 204), (90, 222), (150, 228), (200, 220), Corner(224, 200), Corner(228, 200 + tall),
        (196, 222 + tall), (140, 230 + tall), (86, 220 + tall), Corner(60, 206 + tall * 0.7)])
    peak = curve([Corner(150, 226 + tall * 0.5), (200, 208 + tall * 0.4), Corner(228, 202 + tall * 0.4),
        (236 + reach * 0.6, 214 + tall), Corner(230 + reach, 246 + tall), (220, 250 + tall), Corner(150, 230 + tall)])
    canvas.piece(peak, look.fabric, round_px=9)
    canvas.piece(band, look.fabric, round_px=8)
    canvas.lines([curve([(62, 214), (140, 236), (226, 208)], closed=False)], look.trim, 6)
    canvas.badge(112, 236 + tall * 0.1, 18, look.trim)


def beanie(canvas: Canvas, look: Look) -> None:
    """A knitted hat with a turned-up brim and a pompom or none."""
    height = look.vary(100, 130)
    if look.with_probability(0.6):
        canvas.piece(ellipse(160, 222 - height, 28, 27), look.fabric.dyed(look.trim, "fur"), round_px=14)
    crown = symmetric([(160, 236 - height), (200, 246 - height), (232, 200), Corner(238, 250), (160, 258)])
    canvas.piece(crown, look.fabric, round_px=24)
    canvas.piece(symmetric([(160, 236), Corner(240, 228), (244, 254), Corner(240, 280), (160, 290)]),
        look.fabric.plain("rib"), round_px=10, lift_px=3)


def bucket_hat(canvas: Canvas, look: Look) -> None:
    """A cotton bucket hat with a stitched brim."""
    top = look.vary(110, 126)
    brim = symmetric([(160, 190), (216, 196), Corner(look.vary(256, 270), 262), (210, 282), (160, 286)])
    canvas.piece(brim, look.fabric, round_px=11)
    for drop in (14, 28, 42):
        canvas.stitches(_arc(72 + drop * 0.6, 208 + drop, 16), darker(look.fabric.colour, 0.4))
    crown = symmetric([(160, top), Corner(210, top + 6), (222, 160), Corner(228, 212), (160, 226)])
    canvas.piece(crown, look.fabric, round_px=14)
    canvas.stitches(_arc(50, top + 10, 5), darker(look.fabric.colour, 0.4))
    for x in (-30, -20):
        canvas.button(160 + x, 168, 3, (0.55, 0.55, 0.56), "metal")


def _brimmed(canvas: Canvas, look: Look, *, brim: float, tall: float, droop: float, crease: bool) -> None:
    """Brim, crown and the inside of a brim in the shade."""
    canvas.piece(symmetric([(160, 214), (160 + brim * 0.7, 220), (160 + brim, 246 + droop), (160 + brim * 0.62, 272),
        (160, 280)]), look.fabric, round_px=12)
    top = 240 - tall
    dent = 12 if crease else -6
    crown = symmetric([(160, top + dent), (188, top - 2), (216, top + 14), (224, 206), Corner(230, 244), (160, 258)])
    canvas.piece(crown, look.fabric, round_px=16, lift_px=3)
    if crease:
        canvas.seam(curve([(132, top + 10), (160, top + 26), (188, top + 10)], closed=False), look.fabric, width_px=3,
            strength=0.35)


def floppy_hat(canvas: Canvas, look: Look) -> None:
    """A wide felt hat with a braided band, beads and a feather."""
    _brimmed(canvas, look, brim=look.vary(122, 136), tall=look.vary(104, 124), droop=look.vary(6, 20), crease=False)
    canvas.cord(_arc(68, 232, 13), look.trim, 9, "cotton")
    canvas.stitches(_arc(68, 232, 13), look.fabric.colour, step_px=8, width_px=3)
    for x in range(-60, 61, 20):
        canvas.button(160 + x, 245 - x * x * 0.0034, 4, look.metal, "metal")
    feather = curve([Corner(206, 240), (226, 200), (252, 150), Corner(262, 132), (258, 170), (232, 216)])
    canvas.piece(feather, look.fabric.dyed(look.trim, "fur"), round_px=4)


def straw_hat(canvas: Canvas, look: Look) -> None:
    """A straw sun hat with a ribbon and fringed edge."""
    brim = look.vary(118, 134)
    _brimmed(canvas, look, brim=brim, tall=look.vary(84, 100), droop=8, crease=False)
    for x in range(-int(brim * 0.92), int(brim * 0.92) + 1, 7):
        y = 281 - 28 * (x / brim) ** 2
        canvas.cord(curve([(160 + x, y - 3), (160 + x * 1.03, y + 9)], closed=False),
            lighter(look.fabric.colour, 0.2), 1.8, "straw")
    canvas.cord(_arc(68, 230, 14), look.trim, 15, "cotton")
    canvas.pair(curve([Corner(202, 234), (222, 222), Corner(240, 232), (224, 246)]), look.fabric.dyed(look.trim),
        lift_px=1)


def fedora(canvas: Canvas, look: Look) -> None:
    """A creased felt fedora with a grosgrain band."""
    _brimmed(canvas, look, brim=look.vary(104, 114), tall=look.vary(108, 122), droop=-8, crease=True)
    canvas.cord(_arc(68, 231, 14), darker(look.fabric.colour, 0.6), 17, "rib")
    canvas.piece(curve([Corner(212, 222), Corner(226, 218), Corner(228, 240), Corner(214, 244)]),
        look.fabric.dyed(darker(look.fabric.colour, 0.5), "rib"), round_px=2)


def beret(canvas: Canvas, look: Look) -> None:
    """A wool beret with a leather edge, pulled to one side."""
    lean = look.vary(8, 26)
    top = curve([(90, 216), (70, 180), (110, 142), (170, 132), (236 + lean, 150), (262 + lean, 196), (236, 232),
        (160, 242)])
    canvas.piece(top, look.fabric, round_px=22, folds=[curve([(110, 200), (160, 180), (230, 190)], closed=False)])
    canvas.cord(curve([(96, 220), (160, 240), (226, 228)], closed=False), darker(look.fabric.colour, 0.55), 10,
        "leather")
    canvas.cord(curve([(170, 134), (172, 118)], closed=False), look.fabric.colour, 5, "felt")


def fascinator(canvas: Canvas, look: Look) -> None:
    """A cocktail hat with feathers, a veil and a jewel."""
    for turn in range(5):
        tip_x, tip_y = 190 + turn * 18, 96 + turn * look.vary(12, 20)
        feather = curve([Corner(172, 214), (176 + turn * 8, 160), Corner(tip_x, tip_y), (190 + turn * 12, 176)])
        canvas.piece(feather, look.fabric.dyed(lighter(look.fabric.colour, 0.08 * turn), "fur"), round_px=5)
    canvas.piece(ellipse(150, 226, look.vary(70, 82), 34), look.fabric, round_px=18)
    net = [curve([(70 + 15 * i, 200), (90 + 13 * i, 262)], closed=False) for i in range(12)]
    net += [curve([(235 - 15 * i, 200), (215 - 13 * i, 262)], closed=False) for i in range(12)]
    canvas.lines(net, darker(look.fabric.colour, 0.4), 1, 0.45)
    for petal in range(6):
        x, y = 170 + 16 * [1, 0.5, -0.5, -1, -0.5, 0.5][petal], 214 + 16 * [0, 0.87, 0.87, 0, -0.87, -0.87][petal]
        canvas.piece(ellipse(x, y, 13), look.fabric.plain("satin"), round_px=7)
    canvas.button(170, 214, 8, look.metal, "gem")
