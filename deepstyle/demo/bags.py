"""Bags: sports bags, backpacks, totes, hobos, briefcases and clutches."""

# An outline reads better as a few rows of points than as a column.
# fmt: off

from deepstyle.demo.canvas import Canvas, both
from deepstyle.demo.curves import Corner, box, curve, ellipse, symmetric
from deepstyle.demo.look import Look
from deepstyle.demo.palette import Rgb, darker, lighter

_TAN: Rgb = (0.60, 0.40, 0.24)


def gym_bag(canvas: Canvas, look: Look) -> None:
    """A holdall with contrast end panels, webbing handles and a stripe."""
    half, top = look.vary(108, 122), look.vary(170, 186)
    for lift in (0, 12):
        arch = curve([(104, top + 24), (116, top - 40 - lift), (160, top - 62 - lift), (204, top - 40 - lift),
            (216, top + 24)], closed=False)
        canvas.cord(arch, look.trim, 8, "nylon")
    body = symmetric([(160, top), (160 + half * 0.8, top), (160 + half, top + 40), (160 + half - 2, top + 96),
        (160 + half * 0.8, top + 116), (160, top + 118)])
    canvas.piece(body, look.fabric, round_px=18)
    end = curve([Corner(160 + half * 0.66, top + 1), (160 + half * 0.9, top + 4), (160 + half, top + 58),
        (160 + half * 0.86, top + 114), Corner(160 + half * 0.66, top + 117), (160 + half * 0.62, top + 60)])
    canvas.pair(end, look.fabric.dyed(look.trim, "nylon"))
    for webbing in both([(216, top + 12), (214, top + 117)]):
        canvas.cord(webbing, look.trim, 8, "nylon")
    canvas.lines([curve([(62, top + 16), (160, top + 10), (258, top + 16)], closed=False)],
        darker(look.fabric.colour, 0.6), 4)
    canvas.badge(160, top + 64, 42, look.trim)


def sports_backpack(canvas: Canvas, look: Look) -> None:
    """A technical rucksack: mesh pocket, reflective stripes, zips and buckled straps."""
    half = look.vary(72, 84)
    canvas.cord(curve([(144, 84), (146, 62), (174, 62), (176, 84)], closed=False), look.trim, 7, "nylon")
    body = symmetric([(160, 76), (160 + half * 0.7, 84), (160 + half, 140), Corner(160 + half + 2, 310), (160, 326)])
    canvas.piece(body, look.fabric, round_px=20)
    canvas.lines([curve([(160 - half + 6, 178), (160 - half + 18, 112), (160, 94), (160 + half - 18, 112),
        (160 + half - 6, 178)], closed=False)], look.trim, 4)
    pocket = symmetric([(160, 208), (160 + half - 26, 212), Corner(160 + half - 12, 306), (160, 316)])
    canvas.piece(pocket, look.fabric.dyed(look.trim, "mesh"), round_px=9)
    for line in both([(160 + half - 12, 130), (160 + half - 20, 205)]):
        canvas.lines([line], look.trim, 5)
    canvas.badge(160, 152, 34, look.trim)


def backpack(canvas: Canvas, look: Look) -> None:
    """A canvas rucksack with a flap, leather straps and buckles."""
    half = look.vary(70, 84)
    canvas.cord(curve([(146, 88), (148, 64), (172, 64), (174, 88)], closed=False), _TAN, 6)
    canvas.piece(symmetric([(160, 82), (160 + half - 10, 90), (160 + half, 150), Corner(160 + half, 300),
        (160, 312)]), look.fabric, round_px=16)
    canvas.piece(symmetric([(160, 222), Corner(160 + half - 16, 222), Corner(160 + half - 16, 300), (160, 304)]),
        look.fabric, round_px=7)
    canvas.piece(symmetric([(160, 80), (160 + half - 8, 88), Corner(160 + half + 2, 130), (160 + half - 14, 188),
        (160, look.vary(196, 212))]), look.fabric, round_px=10, lift_px=4)
    for strap in both([(190, 100), (191, 180), (190, 252)]):
        canvas.cord(strap, _TAN, 10)
        canvas.stitches(strap - (3, 0), (0.92, 0.85, 0.70))
    for x in (121, 181):
        canvas.piece(box(x, 214, 18, 15, 3), look.fabric.dyed((0.80, 0.66, 0.38), "metal"), round_px=2)
        canvas.piece(box(x + 4, 218, 10, 7, 1), look.fabric.dyed(_TAN, "leather"), round_px=1, lift_px=0)


def tote(canvas: Canvas, look: Look) -> None:
    """A canvas shopper with long handles and a stitched print."""
    half, top = look.vary(78, 92), look.vary(158, 180)
    for lift in (0, 14):
        canvas.cord(curve([(122, top + 34), (124, top - 50 - lift), (160, top - 90 - lift), (196, top - 50 - lift),
            (198, top + 34)], closed=False), lighter(look.fabric.colour, 0.2 if lift else 0), 9, "canvas")
    body = symmetric([(160, top + 2), Corner(160 + half, top), (160 + half - 4, top + 90),
        Corner(160 + half - 12, top + 172), (160, top + 178)])
    canvas.piece(body, look.fabric, round_px=10, folds=both([(200, top + 40), (206, top + 150)]))
    for handle in both([(198, top - 1), (198, top + 38)]):
        canvas.cord(handle, look.fabric.colour, 10, "canvas")
        canvas.stitches(handle, darker(look.fabric.colour))
    canvas.stitches(curve([(160 - half + 2, top + 12), (160, top + 14), (160 + half - 2, top + 12)], closed=False),
        darker(look.fabric.colour, 0.4))
    if look.fabric.pattern == "plain":
        canvas.piece(box(136, top + 66, 48, 56, 4), look.fabric.dyed((0.95, 0.93, 0.88)), round_px=2, lift_px=0)
        canvas.lines([ellipse(160, top + 88, 12), curve([(146, top + 110), (174, top + 110)], closed=False)],
            look.fabric.colour, 3)


def fringed_hobo(canvas: Canvas, look: Look) -> None:
    """A slouchy suede shoulder bag with a long fringe, beads and tassels."""
    half, low = look.vary(78, 92), look.vary(228, 244)
    canvas.cord(curve([(160 - half + 8, 158), (112, 70), (160, 34), (208, 70), (160 + half - 8, 158)], closed=False),
        darker(look.fabric.colour, 0.1), 7, "suede")
    body = symmetric([(160, 166), (196, 160), Corner(160 + half, 146), (160 + half + 6, 200), (204, low),
        (160, low + 8)])
    canvas.piece(body, look.fabric, folds=both([(188, 170), (196, 220)]), round_px=15)
    length = look.vary(70, 105)
    for x in range(-64, 65, 4):
        y = 204 + 16 * (1 - (x / 64) ** 2)
        canvas.cord(curve([(160 + x, y), (160 + x * 0.98, y + length / 2), (160 + x + look.vary(-3, 3), y + length)],
            closed=False), darker(look.fabric.colour, 0.12), 2.6, "suede")
    canvas.cord(curve([(94, 203), (160, 221), (226, 203)], closed=False), look.trim, 5, "cotton")
    for x in range(-48, 49, 16):
        canvas.button(160 + x, 219 - x * x * 0.0042, 5, look.metal, "metal")


def bucket_bag(canvas: Canvas, look: Look) -> None:
    """A woven bucket bag with a drawstring, pompoms and an embroidered band."""
    canvas.cord(curve([(98, 160), (110, 80), (160, 48), (210, 80), (222, 160)], closed=False), _TAN, 6)
    wide = look.vary(56, 68)
    body = symmetric([(160, 150), Corner(226, 144), (160 + wide + 4, 210), Corner(160 + wide, 300), (160, 312)])
    canvas.piece(symmetric([(160, 138), (205, 139), Corner(226, 146), (160, 158)]), look.fabric.shaded(0.55), lift_px=0)
    canvas.piece(body, look.fabric, round_px=14)
    for y, colour, width in ((218, look.trim, 10), (230, look.metal, 4), (206, look.metal, 4)):
        canvas.lines([curve([(160 - wide - 3, y - 4), (160, y + 4), (160 + wide + 3, y - 4)], closed=False)], colour,
            width)
    canvas.cord(curve([(97, 168), (160, 176), (223, 168)], closed=False), look.trim, 3.4, "cotton")
    for string in both([(164, 176), (176, 200), (172, look.vary(222, 250))]):
        canvas.cord(string, look.trim, 3.4, "cotton")
        canvas.piece(ellipse(float(string[-1][0]), float(string[-1][1]) + 8, 9), look.fabric.dyed(look.trim, "fur"),
            round_px=6)


def briefcase(canvas: Canvas, look: Look) -> None:
    """A leather satchel with a flap, two locks and a top handle."""
    half, top = look.vary(96, 110), look.vary(148, 160)
    canvas.cord(curve([(126, top + 4), (128, top - 30), (160, top - 38), (192, top - 30), (194, top + 4)],
        closed=False), look.fabric.shaded(0.2).colour, 11)
    canvas.piece(box(160 - half, top, 2 * half, 150, 9), look.fabric, round_px=10)
    flap = symmetric([(160, top - 2), Corner(160 + half + 1, top - 1), Corner(160 + half, top + 62),
        (160 + half - 12, top + 76), (160, top + 78)])
    canvas.piece(flap, look.fabric, round_px=8, lift_px=4)
    canvas.stitches(curve([(160 - half + 6, top + 4), (160 - half + 7, top + 60), (160 - half + 18, top + 70),
        (160, top + 72), (160 + half - 18, top + 70), (160 + half - 7, top + 60), (160 + half - 6, top + 4)],
        closed=False), lighter(look.fabric.colour, 0.35))
    for x in (112, 192):
        canvas.piece(box(x, top + 58, 16, 44, 3), look.fabric.shaded(0.25), round_px=3)
        canvas.piece(box(x - 2, top + 72, 20, 16, 3), look.fabric.dyed(look.metal, "metal"), round_px=2)


def handbag(canvas: Canvas, look: Look) -> None:
    """A structured office handbag with two handles and a padlock."""
    wide, top = look.vary(84, 100), 164.0
    for lift in (14, 0):
        canvas.cord(curve([(120, top + 22), (124, top - 46 - lift), (160, top - 74 - lift), (196, top - 46 - lift),
            (200, top + 22)], closed=False), darker(look.fabric.colour, 0.25), 8)
    body = symmetric([(160, top), Corner(160 + wide - 18, top), (160 + wide - 8, top + 60),
        Corner(160 + wide, top + 132), (160, top + 136)])
    canvas.piece(body, look.fabric, round_px=10)
    for side in both([(160 + wide - 36, top + 1), (160 + wide - 28, top + 60), (160 + wide - 26, top + 133)]):
        canvas.seam(side, look.fabric, width_px=1.6)
    canvas.piece(symmetric([(160, top - 2), Corner(160 + wide - 16, top - 2), Corner(160 + wide - 13, top + 24),
        (160, top + 26)]), look.fabric.plain(), round_px=5)
    canvas.piece(box(149, top + 14, 22, 22, 4), look.fabric.dyed(look.metal, "metal"), round_px=3)
    for x in (120, 200):
        canvas.button(x, top + 22, 5, look.metal, "metal")


def clutch(canvas: Canvas, look: Look) -> None:
    """A small evening clutch with a jewelled clasp and a chain."""
    half, top = look.vary(92, 106), look.vary(170, 184)
    if look.with_probability(0.6):
        chain = curve([(160 - half + 10, top + 4), (70, top - 70), (130, top - 96), (230, top - 70),
            (160 + half - 10, top + 4)], closed=False)
        canvas.cord(chain, look.metal, 4, "metal")
        canvas.stitches(chain, darker(look.metal, 0.4), step_px=6, width_px=1.6)
    canvas.piece(box(160 - half, top, 2 * half, look.vary(96, 112), 12), look.fabric, round_px=14,
        folds=[curve([(90, top + 20), (230, top + 86)], closed=False)], fold_px=26)
    if look.with_probability(0.5):
        canvas.piece(symmetric([(160, top), Corner(160 + half - 2, top + 2), Corner(160, top + 76)]), look.fabric,
            round_px=6, lift_px=4)
    canvas.cord(curve([(160 - half + 4, top + 3), (160, top - 1), (160 + half - 4, top + 3)], closed=False),
        look.metal, 8, "metal")
    for x in (-11, 0, 11):
        canvas.button(160 + x, top - 3, 7, lighter(look.metal, 0.55) if x else look.fabric.colour, "gem")


def evening_bag(canvas: Canvas, look: Look) -> None:
    """A round-framed pouch in satin with pearls and a chain."""
    wide = look.vary(70, 88)
    chain = curve([(160 - wide * 0.6, 156), (112, 76), (160, 48), (208, 76), (160 + wide * 0.6, 156)], closed=False)
    canvas.cord(chain, look.metal, 3.6, "metal")
    canvas.stitches(chain, darker(look.metal, 0.4), step_px=6, width_px=1.6)
    folds = [curve([(160 + x * 0.6, 164), (160 + x, 270)], closed=False) for x in (-54, -30, -8, 14, 36, 58)]
    body = symmetric([(160, 154), Corner(160 + wide * 0.66, 154), (160 + wide, 220), (160 + wide * 0.7, 280),
        (160, 292)])
    canvas.piece(body, look.fabric, folds=folds, round_px=16)
    canvas.cord(curve([(160 - wide * 0.68, 160), (160, 146), (160 + wide * 0.68, 160)], closed=False), look.metal, 10,
        "metal")
    canvas.button(152, 140, 8, lighter(look.metal, 0.6), "gem")
    canvas.button(168, 140, 8, lighter(look.metal, 0.6), "gem")
    for _ in range(14):
        canvas.button(160 + look.vary(-50, 50), look.vary(180, 270), 2.4, lighter(look.metal, 0.75), "gem")
