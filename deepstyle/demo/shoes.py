"""Shoes in profile, the toe to the right, as a pair: soles, heels, uppers, laces and straps."""

# An outline reads better as a few rows of points than as a column.
# fmt: off

from deepstyle.demo.canvas import Canvas
from deepstyle.demo.curves import Corner, Point, Polyline, box, curve, ellipse
from deepstyle.demo.look import Look
from deepstyle.demo.palette import darker, lighter

_GROUND = 280.0
_PAIR = (26, -34)
_WOOD = (0.62, 0.44, 0.28)


def _open(*points: Point) -> Polyline:
    return curve(points, closed=False)


def trainers(canvas: Canvas, look: Look) -> None:
    """Running shoes: sculpted sole, mesh upper, overlays, laces and a heel tab."""
    thick, rise = look.vary(20, 34), look.vary(0, 10)
    sole = curve([Corner(52, _GROUND - thick - 8), (60, _GROUND), Corner(90, _GROUND), Corner(230, _GROUND),
        (268, _GROUND - 8), Corner(276, _GROUND - thick + 2), (200, _GROUND - thick + 6), (110, _GROUND - thick)])
    low = _GROUND - thick
    upper = curve([Corner(56, low + 2), (54, low - 40), Corner(62, low - 74 - rise), (84, low - 66), (108, low - 78),
        Corner(128, low - 82 - rise), (172, low - 48), (220, low - 30), (264, low - 16), Corner(275, low + 5),
        (200, low + 9)])
    canvas.piece(ellipse(98, low - 70 - rise / 2, 32, 10), look.fabric.shaded(0.6), lift_px=0)
    canvas.piece(upper, look.fabric, round_px=14, angle=12)
    canvas.piece(curve([Corner(58, low), (56, low - 36), (74, low - 46), (96, low - 22), Corner(104, low + 4)]),
        look.fabric.dyed(look.trim, "leather"), round_px=5)
    canvas.piece(curve([Corner(226, low + 7), (236, low - 18), (262, low - 14), Corner(275, low + 5)]),
        look.fabric.dyed(look.trim, "leather"), round_px=5)
    for index in range(int(look.dice.choice([1, 2, 4]))):
        canvas.lines([_open((130 + 15 * index, low + 5), (146 + 15 * index, low - 24), (154 + 15 * index, low - 50))],
            look.trim, 6)
    for index in range(5):
        x, y = 128 + index * 16, low - 76 - rise + rise * index / 5 + index * 10
        canvas.cord(_open((x - 6, y + 10), (x + 12, y - 2)), (0.97, 0.97, 0.97), 3.6, "cotton")
    canvas.piece(sole, look.fabric.dyed((0.95, 0.95, 0.94), "rubber"), round_px=6)
    canvas.lines([_open((58, _GROUND - 7), (150, _GROUND - 5), (262, _GROUND - 9))], look.fabric.colour, 4)
    canvas.double(*_PAIR)


def canvas_shoes(canvas: Canvas, look: Look) -> None:
    """Low canvas plimsolls or high-tops with a rubber toe cap."""
    tall = 46.0 if look.with_probability(0.4) else 0.0
    low = _GROUND - 18
    upper = curve([Corner(62, low + 2), (60, low - 40), Corner(62, low - 68 - tall), Corner(118, low - 72 - tall),
        (134, low - 60 - tall / 2), (176, low - 40), (232, low - 26), (262, low - 10), Corner(264, low + 4)])
    canvas.piece(upper, look.fabric, round_px=12, angle=10)
    canvas.piece(curve([Corner(222, low + 4), (226, low - 24), (252, low - 22), (266, low - 6),
        Corner(266, low + 4)]), look.fabric.dyed((0.96, 0.95, 0.93), "rubber"), round_px=6)
    canvas.stitches(_open((66, low - 56 - tall), (84, low - 30), (90, low)), darker(look.fabric.colour, 0.5))
    for index in range(6 if tall else 4):
        x, y = (122 + index * (12 if tall else 16)), low - 62 - tall + index * ((tall + 22) / (5 if tall else 4))
        canvas.button(x - 9, y + 8, 2, (0.8, 0.8, 0.8), "metal")
        canvas.cord(_open((x - 9, y + 8), (x + 10, y)), (0.98, 0.98, 0.97), 4, "cotton")
    sole = curve([Corner(56, low - 2), Corner(58, _GROUND), Corner(250, _GROUND), (270, _GROUND - 6),
        Corner(272, low - 4), (160, low + 2)])
    canvas.piece(sole, look.fabric.dyed((0.96, 0.95, 0.93), "rubber"), round_px=5)
    canvas.lines([_open((60, _GROUND - 10), (160, _GROUND - 8), (268, _GROUND - 11))], look.trim, 2.4)
    canvas.double(*_PAIR)


def ankle_boots(canvas: Canvas, look: Look) -> None:
    """Chelsea or lace-up boots with a block heel."""
    heel, shaft = look.vary(16, 32), look.vary(110, 150)
    low = _GROUND - heel
    upper = curve([Corner(66, low), (60, low - 46), Corner(68, low - shaft), Corner(138, low - shaft - 2),
        (142, low - 74), (176, low - 46), (236, low - 22), (262, _GROUND - 22), Corner(264, _GROUND - 8),
        (200, _GROUND - 9), (140, low + 2)])
    canvas.piece(ellipse(103, low - shaft, 34, 7), look.fabric.shaded(0.6), lift_px=0)
    canvas.piece(upper, look.fabric, round_px=15, folds=[_open((120, low - 60), (160, low - 46)),
        _open((76, low - 58), (110, low - 50))])
    if look.with_probability(0.5):
        gusset = curve([Corner(92, low - shaft), Corner(120, low - shaft), (114, low - 70), Corner(106, low - 56),
            (98, low - 70)])
        canvas.piece(gusset, look.fabric.dyed(darker(look.fabric.colour, 0.5), "rib"), round_px=3, lift_px=0.5)
    else:
        for index in range(6):
            y = low - shaft + 14 + index * (shaft - 40) / 6
            canvas.cord(_open((120 + index * 2.5, y + 5), (142 + index * 4.5, y)), look.trim, 3.4, "cotton")
    sole = curve([Corner(64, low - 5), Corner(66, _GROUND), Corner(104, _GROUND), Corner(110, low + 6),
        (170, _GROUND - 4), Corner(200, _GROUND), Corner(250, _GROUND), Corner(268, _GROUND - 8), (220, _GROUND - 10),
        (150, low - 2)])
    canvas.piece(sole, look.fabric.dyed((0.30, 0.21, 0.15), "rubber"), round_px=4)
    canvas.double(*_PAIR)


def fringed_boots(canvas: Canvas, look: Look) -> None:
    """Suede ankle boots with a fringe, a conch and a stacked wooden heel."""
    heel, shaft = look.vary(26, 44), look.vary(118, 150)
    low = _GROUND - heel
    upper = curve([Corner(70, low), (62, low - 46), Corner(62, low - shaft), Corner(146, low - shaft - 4),
        (144, low - 74), (178, low - 44), (236, low - 12), (268, _GROUND - 16), Corner(274, _GROUND - 6),
        (200, _GROUND - 8), (140, low + 4)])
    canvas.piece(upper, look.fabric, round_px=15)
    sole = curve([Corner(68, low - 4), Corner(78, _GROUND), Corner(106, _GROUND), Corner(116, low + 8),
        (170, _GROUND - 4), Corner(200, _GROUND), Corner(256, _GROUND), Corner(278, _GROUND - 5), (220, _GROUND - 10),
        (150, low)])
    canvas.piece(sole, look.fabric.dyed(_WOOD, "wool"), round_px=4)
    length = look.vary(46, 70)
    for row in range(2):
        y = low - shaft + 14 + row * 34
        for x in range(63, 146, 5):
            canvas.cord(_open((x, y), (x + look.vary(-3, 3), y + length)),
                darker(look.fabric.colour, 0.06 + 0.08 * row), 3, "suede")
        canvas.cord(_open((62, y), (104, y + 3), (146, y - 1)), look.trim, 5, "leather")
    canvas.button(112, low - shaft + 16, 8, look.metal, "metal")
    canvas.double(*_PAIR)


def gladiator_sandals(canvas: Canvas, look: Look) -> None:
    """Flat sandals with straps up the ankle, beads and a braided sole edge."""
    rows, shaft = int(look.dice.choice([3, 4, 5])), look.vary(70, 120)
    low = _GROUND - 14
    canvas.piece(curve([Corner(62, low), (64, low - 30), Corner(70, low - shaft), Corner(82, low - shaft),
        (84, low - 36), Corner(96, low)]), look.fabric, round_px=5)
    for index in range(rows):
        y = low - shaft + 10 + index * (shaft - 16) / rows
        canvas.cord(_open((72, y), (106, y + 9), (134 + index * 6, y - 3)), look.fabric.colour, 7, look.fabric.texture)
        canvas.button(106, y + 7, 4, look.trim, "rubber")
    canvas.cord(_open((134, low - shaft + 8), (146, low - 60), (186, low - 34), (232, low - 8)), look.fabric.colour,
        7, look.fabric.texture)
    for x, top in ((150, 46), (186, 34), (222, 22)):
        canvas.cord(_open((x - 18, low), (x, low - top), (x + 22, low)), look.fabric.colour, 9, look.fabric.texture)
        canvas.button(x, low - top + 3, 4.5, look.metal, "metal")
    canvas.piece(curve([Corner(56, low - 4), Corner(58, _GROUND - 4), (160, _GROUND), (262, _GROUND - 2),
        Corner(272, low - 2), (160, low + 2)]), look.fabric.dyed(_WOOD, "straw"), round_px=4)
    canvas.double(*_PAIR)


def loafers(canvas: Canvas, look: Look) -> None:
    """Leather loafers with an apron seam and a strap, horsebit or tassel."""
    low = _GROUND - 14
    upper = curve([Corner(60, low), (58, low - 36), Corner(64, low - 62), (90, low - 52), Corner(136, low - 56),
        (150, low - 54), (196, low - 44), (244, low - 32), (266, low - 12), Corner(266, low + 3)])
    canvas.piece(ellipse(102, low - 54, 40, 8), look.fabric.shaded(0.6), lift_px=0)
    canvas.piece(upper, look.fabric, round_px=14)
    canvas.seam(_open((140, low - 34), (186, low - 26), (240, low - 20), (254, low - 26)), look.fabric, width_px=2.4,
        strength=0.8)
    canvas.seam(_open((62, low - 44), (84, low - 24), (90, low)), look.fabric)
    canvas.piece(curve([Corner(140, low - 58), Corner(172, low - 52), (166, low - 24), Corner(158, low + 2),
        Corner(132, low + 2), (142, low - 26)]), look.fabric.plain(), round_px=5)
    if look.with_probability(0.5):
        canvas.cord(_open((140, low - 40), (156, low - 34), (170, low - 38)), look.metal, 5, "metal")
        canvas.button(144, low - 38, 4, look.metal, "metal")
        canvas.button(168, low - 37, 4, look.metal, "metal")
    else:
        canvas.piece(curve([Corner(147, low - 40), Corner(164, low - 38), (158, low - 32), Corner(163, low - 26),
            Corner(146, low - 28), (151, low - 34)]), look.fabric.shaded(0.5), round_px=2)
    sole = curve([Corner(58, low - 2), Corner(60, _GROUND + 4), Corner(108, _GROUND + 4), Corner(110, _GROUND - 3),
        (200, _GROUND - 2), Corner(250, _GROUND), Corner(272, low + 4), (160, low + 3)])
    canvas.piece(sole, look.fabric.dyed((0.24, 0.18, 0.15), "rubber"), round_px=3)
    canvas.double(*_PAIR)


def _pump_upper(low: float) -> Polyline:
    return curve([Corner(66, low + 2), (58, low - 30), Corner(70, low - 52), (88, low - 28),
        (126, low - 2 + (_GROUND - low) * 0.25), (180, _GROUND - 46), Corner(206, _GROUND - 44), (246, _GROUND - 28),
        (270, _GROUND - 10), Corner(272, _GROUND - 2), (220, _GROUND - 3), (180, _GROUND - 8),
        (120, low + (_GROUND - low) * 0.5)])


def court_shoes(canvas: Canvas, look: Look) -> None:
    """Plain court shoes with a pointed toe and a medium block heel."""
    low = _GROUND - look.vary(44, 66)
    heel = curve([Corner(66, low - 4), Corner(76, _GROUND), Corner(100, _GROUND), (104, low + 32),
        Corner(118, low + 14)])
    canvas.piece(heel, look.fabric.shaded(0.3), round_px=6)
    canvas.piece(_pump_upper(low), look.fabric, round_px=12)
    canvas.seam(_open((74, low - 40), (92, low - 20), (128, low + 4), (180, _GROUND - 40), (205, _GROUND - 38)),
        look.fabric)
    canvas.lines([_open((118, low + 26), (170, _GROUND - 5), (220, _GROUND - 1), (270, _GROUND - 1))],
        (0.22, 0.17, 0.14), 3)
    if look.with_probability(0.6):
        canvas.piece(box(196, _GROUND - 44, 18, 12, 2), look.fabric.dyed(look.metal, "metal"), round_px=2)
    canvas.double(*_PAIR)


def heeled_sandals(canvas: Canvas, look: Look) -> None:
    """Evening stilettos: thin straps, glitter and an ankle strap with a jewel."""
    low = _GROUND - look.vary(92, 116)
    heel = curve([Corner(64, low - 2), (72, low + 40), Corner(78, _GROUND), Corner(84, _GROUND), (90, low + 44),
        Corner(112, low + 18)])
    canvas.piece(heel, look.fabric.dyed(look.metal, "metal"), round_px=4)
    sole = curve([Corner(64, low - 4), (100, low + 6), (140, low + 42), (176, _GROUND - 12), (220, _GROUND - 7),
        Corner(276, _GROUND - 6), Corner(274, _GROUND), (210, _GROUND), (166, _GROUND - 4), (120, low + 44),
        Corner(84, low + 16)])
    canvas.piece(sole, look.fabric, round_px=4)
    canvas.piece(curve([Corner(64, low), (56, low - 32), Corner(66, low - 62), Corner(76, low - 62), (72, low - 30),
        Corner(92, low + 4)]), look.fabric, round_px=5)
    canvas.cord(_open((70, low - 58), (98, low - 46), (132, low - 60)), look.fabric.colour, 6, "satin")
    canvas.button(126, low - 57, 6, look.metal, "gem")
    for x in (196, 216, 240) if look.with_probability(0.5) else (204, 232):
        canvas.cord(_open((x - 14, _GROUND - 9), (x - 2, _GROUND - 40), (x + 16, _GROUND - 8)), look.fabric.colour, 8,
            look.fabric.texture)
        for step in range(3):
            canvas.button(x - 6 + 6 * step, _GROUND - 33 + 4 * step, 2.2, lighter(look.metal, 0.7), "gem")
    canvas.double(*_PAIR)


def stilettos(canvas: Canvas, look: Look) -> None:
    """Shining pumps on a needle heel with a jewelled toe."""
    low = _GROUND - look.vary(88, 112)
    heel = curve([Corner(64, low - 4), (74, low + 44), Corner(80, _GROUND), Corner(86, _GROUND), (90, low + 48),
        Corner(122, low + 20)])
    canvas.piece(heel, look.fabric, round_px=4)
    canvas.piece(_pump_upper(low), look.fabric, round_px=14)
    canvas.lines([_open((120, low + 40), (170, _GROUND - 6), (220, _GROUND - 1), (270, _GROUND - 1))], look.metal, 3)
    for index in range(7):
        canvas.button(206 + 5 * (index % 4), _GROUND - 40 + 5 * (index // 4), 2.6, lighter(look.metal, 0.6), "gem")
    canvas.double(*_PAIR)


def winter_boots(canvas: Canvas, look: Look) -> None:
    """Padded snow boots with a treaded sole, fur edge and sporty laces."""
    low, shaft = _GROUND - 26, look.vary(120, 160)
    canvas.piece(ellipse(104, low - shaft + 2, 48, 15), look.fabric.dyed((0.93, 0.91, 0.87), "fur"), round_px=5)
    upper = curve([Corner(58, low + 2), (56, low - 46), Corner(60, low - shaft), (104, low - shaft + 9),
        Corner(150, low - shaft), (150, low - 76), (186, low - 52), (244, low - 34), (266, low - 12),
        Corner(268, low + 3)])
    canvas.piece(upper, look.fabric, round_px=14)
    canvas.piece(curve([Corner(58, low), (58, low - 34), (100, low - 24), (180, low - 30), (240, low - 32),
        (268, low - 8), Corner(268, low + 4)]), look.fabric.dyed(darker(look.trim, 0.1), "rubber"), round_px=7)
    for index in range(5):
        y = low - shaft + 20 + index * (shaft - 56) / 5
        canvas.cord(_open((112, y + 6), (148 + max(0, index - 2) * 7, y)), look.trim, 4.5, "nylon")
    canvas.piece(curve([Corner(52, low - 4), Corner(54, _GROUND), Corner(250, _GROUND), (274, _GROUND - 8),
        Corner(274, low - 2), (160, low + 2)]), look.fabric.dyed((0.22, 0.22, 0.24), "rubber"), round_px=5)
    for x in range(64, 252, 15):
        canvas.lines([_open((x, _GROUND), (x + 3, _GROUND - 9))], (0.45, 0.45, 0.47), 4)
    canvas.double(*_PAIR)
