"""Accessories: socks, belts, headbands, ties, gloves."""

# An outline reads better as a few rows of points than as a column.
# fmt: off

from deepstyle.demo.canvas import Canvas, Fabric, mirrored
from deepstyle.demo.curves import Corner, along, box, curve, ellipse, moved
from deepstyle.demo.look import Look
from deepstyle.demo.palette import darker, lighter


def sports_socks(canvas: Canvas, look: Look) -> None:
    """Ribbed crew socks with bands, heel and toe in a contrast colour."""
    top = look.vary(60, 120)
    sock = curve([Corner(100, top), Corner(152, top), (152, 190), (160, 236), (206, 264), (228, 290), (206, 312),
        (150, 306), (112, 272), (100, 210)])
    canvas.piece(sock, look.fabric, round_px=14)
    rib = Fabric(look.fabric.colour, "rib")
    canvas.piece(curve([Corner(98, top - 4), Corner(154, top - 4), Corner(153, top + 52), Corner(100, top + 52)]),
        rib, round_px=7)
    for y in (14, 30):
        canvas.lines([curve([(99, top + y), (153, top + y)], closed=False)], look.trim, 8)
    accent = look.fabric.dyed(look.trim, "jersey")
    canvas.piece(curve([Corner(102, 246), (130, 254), Corner(140, 298), (116, 284)]), accent, round_px=6, lift_px=0.5)
    canvas.piece(curve([Corner(196, 260), (226, 280), (222, 308), Corner(190, 312), (200, 286)]), accent, round_px=6,
        lift_px=0.5)
    canvas.double(34, -22)


def headband(canvas: Canvas, look: Look) -> None:
    """A terry sweatband set: one for the head, two for the wrists."""
    for x, y, half, height in ((160, 140, 92, 56), (108, 260, 44, 66), (212, 260, 44, 66)):
        band = curve([Corner(x - half, y - height / 2), (x, y - height / 2 + 9), Corner(x + half, y - height / 2),
            (x + half + 3, y), Corner(x + half, y + height / 2), (x, y + height / 2 + 11),
            Corner(x - half, y + height / 2), (x - half - 3, y)])
        canvas.piece(ellipse(x, y - height / 2, half, 10), look.fabric.shaded(0.4), lift_px=0)
        canvas.piece(band, look.fabric.plain("cotton"), round_px=13)
        for dy in (-8, 8):
            canvas.lines([curve([(x - half - 1, y + dy - 4), (x, y + dy + 6), (x + half + 1, y + dy - 4)],
                closed=False)], look.trim, 5)


def _coil(low: float) -> list[tuple[float, float]]:
    return [(60, low), (70, 176), (120, 146), (200, 146), (252, 180), (258, 222), (220, 254), (160, 262), (92, 250)]


def canvas_belt(canvas: Canvas, look: Look) -> None:
    """A webbing belt with a D-ring and a contrast tip."""
    line = curve(_coil(look.vary(196, 220)), closed=False)
    canvas.cord(line, look.fabric.colour, 25, "canvas")
    canvas.stitches(moved(line, 0, -8), darker(look.fabric.colour), step_px=6)
    canvas.stitches(moved(line, 0, 8), darker(look.fabric.colour), step_px=6)
    canvas.piece(box(52, 200, 40, 34, 5), Fabric((0.60, 0.42, 0.26), "leather"), round_px=5)
    for x in (80, 94):
        canvas.cord(curve([(x, 232), (x - 14, 246), (x, 268), (x + 12, 262)], closed=False), (0.80, 0.80, 0.82), 5,
            "metal")


def concho_belt(canvas: Canvas, look: Look) -> None:
    """A woven leather belt with metal discs and hanging cords."""
    line = curve(_coil(208), closed=False)
    canvas.cord(line, look.fabric.colour, 17, "suede")
    canvas.stitches(line, lighter(look.fabric.colour, 0.3), step_px=7, width_px=4)
    for x, y in along(line, 9):
        canvas.piece(ellipse(float(x), float(y), 15, 17), Fabric(look.metal, "metal"), round_px=5)
        canvas.button(float(x), float(y), 6, look.trim)
    for dx in (0, 10, 20):
        end = look.vary(308, 340)
        canvas.cord(curve([(92 + dx, 254), (90 + dx * 1.2, 290), (92 + dx * 1.3, end)], closed=False),
            look.fabric.colour, 4, "suede")
        canvas.button(92 + dx * 1.3, end, 6, look.trim)


def leather_belt(canvas: Canvas, look: Look) -> None:
    """A narrow polished belt with a frame buckle, coiled."""
    line = curve(_coil(look.vary(200, 214)), closed=False)
    canvas.cord(line, look.fabric.colour, 21, "leather")
    canvas.lines([moved(line, 0, -7), moved(line, 0, 7)], darker(look.fabric.colour, 0.4), 1)
    for step in range(4):
        canvas.button(178 + step * 13, 261 - step * 1.4, 2, (0.15, 0.13, 0.12))
    canvas.piece(box(64, 232, 44, 40, 5), Fabric(look.metal, "metal"), round_px=3)
    canvas.piece(box(72, 240, 28, 24, 2), look.fabric.plain("leather"), round_px=4, lift_px=0)
    canvas.cord(curve([(86, 252), (108, 252)], closed=False), look.metal, 4, "metal")


def tie(canvas: Canvas, look: Look) -> None:
    """A silk tie with its knot."""
    wide = look.vary(26, 36)
    canvas.piece(curve([Corner(150, 96), Corner(172, 96), Corner(160 + wide * 0.7, 290), Corner(164, 312),
        Corner(140, 292)]), look.fabric.shaded(0.2), round_px=6)
    blade = curve([Corner(148, 92), Corner(172, 92), (178, 190), Corner(160 + wide, 312), Corner(160, 346),
        Corner(160 - wide, 312), (142, 190)])
    canvas.piece(blade, look.fabric, angle=32, round_px=9)
    canvas.piece(curve([Corner(136, 58), Corner(184, 58), Corner(174, 98), (160, 102), Corner(146, 98)]), look.fabric,
        angle=-28, round_px=9, lift_px=3)


def gloves(canvas: Canvas, look: Look) -> None:
    """Long satin evening gloves with jewelled buttons."""
    top = look.vary(44, 84)
    hand = curve([Corner(96, top), Corner(156, top + 4), (148, 220), (158, 250), (176, 268), (184, 288), (172, 292),
        (156, 274), (152, 312), (148, 352), (140, 356), (136, 322), (132, 358), (124, 362), (120, 324), (114, 354),
        (106, 354), (106, 318), (98, 338), (91, 334), (94, 290), (100, 220)])
    canvas.piece(hand, look.fabric, round_px=9, folds=[curve([(102, y), (126, y + 9), (148, y + look.vary(-6, 4))],
        closed=False) for y in range(int(top) + 40, 230, 28)])
    canvas.cord(curve([(96, top + 2), (126, top + 9), (156, top + 5)], closed=False), look.metal, 6, "sequin")
    for index in range(4):
        canvas.button(126, top + 26 + 16 * index, 4, lighter(look.metal, 0.55), "gem")
    canvas.double(46, -10)


def sash(canvas: Canvas, look: Look) -> None:
    """A jewelled evening belt in satin with a big bow."""
    line = curve(_coil(206), closed=False)
    canvas.cord(line, look.fabric.colour, 26, "satin")
    for x, y in along(line, 26)[2:-2]:
        canvas.button(float(x), float(y), 3.4, lighter(look.metal, 0.65), "gem")
    loop = curve([Corner(98, 250), (130, 218), (158, 226), (158, 268), (130, 274)])
    tail = curve([Corner(98, 256), (120, 300), Corner(136, 338), Corner(110, 340), (98, 300)])
    for piece in (loop, tail):
        canvas.piece(piece, look.fabric)
        canvas.piece(moved(mirrored(piece), 192 - 320, 0), look.fabric)
    canvas.piece(ellipse(96, 252, 14, 16), look.fabric, round_px=7)
    canvas.button(96, 252, 7, look.metal, "gem")


def mittens(canvas: Canvas, look: Look) -> None:
    """Knitted mittens with ribbed cuffs."""
    hand = curve([Corner(102, 236), (94, 190), (96, 130), (124, 96), (154, 126), (158, 168), (174, 156), (188, 168),
        (176, 204), Corner(158, 238)])
    canvas.piece(hand, look.fabric, round_px=16)
    canvas.piece(curve([Corner(100, 230), Corner(160, 232), Corner(162, look.vary(286, 300)),
        Corner(98, look.vary(286, 300))]), Fabric(look.trim, "rib"), round_px=9)
    canvas.double(56, 14)
