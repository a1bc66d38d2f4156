"""Jewellery and watches: beads, stones, chains and dials."""

# An outline reads better as a few rows of points than as a column.
# fmt: off

import math

from deepstyle.demo.canvas import Canvas, Fabric, both, contrast
from deepstyle.demo.curves import Corner, Polyline, along, box, curve, ellipse, symmetric
from deepstyle.demo.look import Look
from deepstyle.demo.palette import Rgb, darker, lighter


def _necklace_line(drop: float) -> Polyline:
    return curve([(92, 70), (84, 130), (104, 150 + drop * 0.6), (160, 170 + drop), (216, 150 + drop * 0.6),
        (236, 130), (228, 70)], closed=False)


def _watch(canvas: Canvas, look: Look, strap: str, dial: Polyline, rim: Fabric, face: Rgb) -> None:
    """A watch from above: two strap ends, a case and a face with hands."""
    for tip, root in ((40, 150), (360, 250)):
        wide, narrow = 25, 19
        band = curve([Corner(160 - narrow, tip), Corner(160 + narrow, tip), Corner(160 + wide, root),
            Corner(160 - wide, root)])
        canvas.piece(band, Fabric(look.fabric.colour, strap), round_px=7)
    canvas.piece(dial, rim, round_px=7, lift_px=3)
    centre = dial.mean(axis=0)
    inner = (dial - centre) * 0.8 + centre
    canvas.piece(inner, Fabric(face, "cotton"), round_px=2, lift_px=0)
    x, y = float(centre[0]), float(centre[1])
    for hour in range(12):
        angle = hour * math.pi / 6
        canvas.lines([curve([(x + 33 * math.cos(angle), y + 33 * math.sin(angle)), (x + 38 * math.cos(angle),
            y + 38 * math.sin(angle))], closed=False)], contrast(face), 2.4)
    canvas.lines([curve([(x, y), (x + 16, y - 14)], closed=False), curve([(x, y), (x - 10, y - 27)], closed=False)],
        contrast(face), 2.8)


def sports_watch(canvas: Canvas, look: Look) -> None:
    """A rubber sports watch with pushers and a contrast bezel."""
    for y in (180, 220):
        canvas.piece(box(206, y - 6, 16, 12, 3), Fabric((0.5, 0.5, 0.52), "metal"), round_px=2)
    _watch(canvas, look, "rubber", ellipse(160, 200, 54), Fabric(look.fabric.colour, "rubber"), (0.14, 0.14, 0.16))
    canvas.lines([ellipse(160, 200, 48.5)], look.trim, 4)
    for y in (60, 80, 100, 300, 320, 340):
        canvas.piece(box(152, y, 16, 8, 4), Fabric(darker(look.fabric.colour, 0.6), "rubber"), round_px=1, lift_px=0)
    canvas.lines([curve([(148, 222), (172, 222)], closed=False)], look.trim, 6)


def dress_watch(canvas: Canvas, look: Look) -> None:
    """A slim office watch on a leather strap."""
    square = look.with_probability(0.4)
    dial = box(112, 150, 96, 100, 14) if square else ellipse(160, 200, look.vary(46, 52))
    canvas.piece(box(205, 195, 12, 10, 3), Fabric(look.metal, "metal"), round_px=2)
    _watch(canvas, look, "leather", dial, Fabric(look.metal, "metal"), (0.96, 0.95, 0.92))
    for line in both([(178, 44), (181, 140)]) + both([(181, 262), (178, 354)]):
        canvas.stitches(line, lighter(look.fabric.colour, 0.45))
    canvas.piece(box(134, 322, 52, 18, 4), Fabric(look.metal, "metal"), round_px=2)
    canvas.piece(box(142, 327, 36, 8, 2), Fabric(look.fabric.colour, "leather"), round_px=1, lift_px=0)


def cord_bracelet(canvas: Canvas, look: Look) -> None:
    """A stack of cotton and rubber bracelets with an anchor bead."""
    for index, y in enumerate((170, 190, 212)):
        ring = ellipse(160, y, 92 - index * 2, 44)
        colour = (look.fabric.colour, lighter(look.fabric.colour, 0.35), look.fabric.colour)[index]
        canvas.cord(curve([(float(p[0]), float(p[1])) for p in ring[::4]] + [(float(ring[0][0]), float(ring[0][1]))],
            closed=False), colour, look.vary(8, 12), "cotton")
    front = ellipse(160, 212, 88, 44)
    canvas.stitches(front[2:23], (0.97, 0.96, 0.93), step_px=9, width_px=3)
    canvas.button(160, 256, 13, (0.62, 0.44, 0.28), "wool")
    canvas.button(136, 253, 8, look.fabric.colour)
    canvas.button(184, 253, 8, look.fabric.colour)


def hoop_earrings(canvas: Canvas, look: Look) -> None:
    """Round enamel hoops."""
    radius = look.vary(36, 46)
    for x in (108, 212):
        ring = ellipse(x, 210, radius, radius * look.vary(1.0, 1.15))
        canvas.cord(_closed(ring), look.fabric.colour, look.vary(9, 14), "patent")
        canvas.cord(curve([(x, 210 - radius), (x + 4, 152 - radius * 0.1), (x + 12, 164)], closed=False),
            (0.80, 0.80, 0.82), 3, "metal")


def _closed(ring: Polyline) -> Polyline:
    return curve([(float(p[0]), float(p[1])) for p in ring[::3]] + [(float(ring[0][0]), float(ring[0][1]))],
        closed=False)


def tassel_earrings(canvas: Canvas, look: Look) -> None:
    """Long cotton tassels under a beaded disc."""
    length = look.vary(86, 130)
    for x in (110, 210):
        canvas.cord(curve([(x, 118), (x + 3, 96), (x + 12, 104)], closed=False), look.metal, 3, "metal")
        canvas.piece(ellipse(x, 138, 21), Fabric(look.metal, "metal"), round_px=6)
        canvas.button(x, 138, 11, look.trim)
        for dx in range(-15, 16, 3):
            canvas.cord(curve([(x + dx * 0.4, 164), (x + dx, 190), (x + dx * 1.25 + look.vary(-1, 1), 178 + length)],
                closed=False), look.fabric.colour, 3.4, "cotton")
        canvas.piece(box(x - 11, 156, 22, 18, 5), look.fabric.dyed(look.trim, "knit"), round_px=4)


def bead_necklace(canvas: Canvas, look: Look) -> None:
    """Layered strings of wooden and coloured beads with a feather charm."""
    for index, drop in enumerate((10.0, 50.0, 92.0)):
        beads = along(_necklace_line(drop), 44 - 3 * index)
        for step, (x, y) in enumerate(beads):
            colour = (look.trim if step % 5 == 0 else look.fabric.colour if (step + index) % 2
                else darker(look.fabric.colour, 0.25))
            canvas.button(float(x), float(y), look.vary(4.2, 6), colour)
    for dx in (-16, 0, 16):
        canvas.piece(curve([Corner(160 + dx, 262), (168 + dx, 284), Corner(160 + dx * 1.4, 318), (152 + dx, 284)]),
            Fabric(look.metal if dx else look.trim, "metal"), round_px=4)


def pearl_necklace(canvas: Canvas, look: Look) -> None:
    """A strict single row of even pearls, and matching studs."""
    for x, y in along(_necklace_line(look.vary(20, 60)), 36):
        canvas.button(float(x), float(y), 7.4, lighter(look.fabric.colour, 0.25), "patent")
    for x in (146, 174):
        canvas.button(x, 112, 9, lighter(look.fabric.colour, 0.25), "patent")


def drop_earrings(canvas: Canvas, look: Look) -> None:
    """Chandelier earrings: faceted stones in sparkling settings."""
    length = look.vary(60, 96)
    for x in (108, 212):
        canvas.cord(curve([(x, 118), (x + 3, 92), (x + 12, 100)], closed=False), look.metal, 3, "metal")
        _stone(canvas, look, x, 130, 15, 15)
        canvas.cord(curve([(x, 148), (x, 160 + length * 0.3)], closed=False), look.metal, 3, "metal")
        for dx in (-21, 21):
            _stone(canvas, look, x + dx, 176 + length * 0.2, 9, 13)
        _stone(canvas, look, x, 190 + length * 0.6, 20, 30)


def _stone(canvas: Canvas, look: Look, x: float, y: float, rx: float, ry: float) -> None:
    """An oval stone with facets in a ring of brilliants."""
    for angle in range(0, 360, 30 if rx > 12 else 45):
        rad = math.radians(angle)
        canvas.button(x + (rx + 3) * math.cos(rad), y + (ry + 3) * math.sin(rad), 3.2, lighter(look.metal, 0.65), "gem")
    canvas.piece(ellipse(x, y, rx, ry), Fabric(look.fabric.colour, "gem"), round_px=max(rx * 0.5, 2))
    table = curve([Corner(x - rx * 0.5, y - ry * 0.2), Corner(x, y - ry * 0.6), Corner(x + rx * 0.5, y - ry * 0.2),
        Corner(x, y + ry * 0.6)])
    canvas.piece(table, Fabric(lighter(look.fabric.colour, 0.3), "gem"), round_px=2, lift_px=0)


def statement_necklace(canvas: Canvas, look: Look) -> None:
    """A collar of big stones on a metal chain."""
    line = _necklace_line(look.vary(30, 62))
    canvas.cord(line, look.metal, 5, "metal")
    stones = along(line, 17)[3:-3]
    for index, (x, y) in enumerate(stones):
        size = 9 + 8 * (1 - abs(index - 5) / 5)
        _stone(canvas, look, float(x), float(y) + size * 0.8, size, size * 1.25)


def bangle(canvas: Canvas, look: Look) -> None:
    """A broad carved folk bangle with inlays and a fringe of coins."""
    outer = symmetric([(160, 148), (226, 160), (248, 200), (226, 246), (160, 260)])
    canvas.piece(outer, Fabric(look.fabric.colour, "leather"), round_px=12)
    canvas.piece(ellipse(160, 190, 70, 26), look.fabric.shaded(0.6), lift_px=0)
    for x in range(-66, 67, 22):
        y = 238 - x * x * 0.0046
        canvas.piece(curve([Corner(160 + x, y - 13), Corner(169 + x, y), Corner(160 + x, y + 13),
            Corner(151 + x, y)]), Fabric(look.metal, "metal"), round_px=4)
        canvas.button(171 + x, y, 3, look.trim)
    for x in range(-72, 73, 16):
        y = 266 - x * x * 0.0062
        canvas.button(160 + x, y + 8, 7, look.fabric.colour if x % 32 else look.metal, "metal")
