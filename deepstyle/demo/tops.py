"""Tops: T-shirts, knitwear, shirts, blouses and evening tops."""

# An outline reads better as a few rows of points than as a column.
# fmt: off

from deepstyle.demo.canvas import Canvas, both, contrast
from deepstyle.demo.curves import Corner, box, curve, ellipse, moved, symmetric
from deepstyle.demo.look import Look
from deepstyle.demo.palette import darker, lighter
from deepstyle.demo.torso import Cut, cuff_band, draw_torso, neck_curve


def t_shirt(canvas: Canvas, look: Look) -> None:
    """A crew- or V-neck T-shirt with a chest pocket or without."""
    cut = Cut(hem_y=look.vary(285, 315), waist=look.vary(52, 60), hem=look.vary(56, 64), sleeve=look.vary(52, 72),
        cuff=look.vary(38, 46), spread=look.vary(30, 40), neck=look.dice.choice(["round", "round", "v"]),
        neck_depth=look.vary(16, 26))
    draw_torso(canvas, look, cut)
    canvas.cord(neck_curve(cut, 2), look.fabric.colour, 5, "rib")
    thread = darker(look.fabric.colour, 0.35)
    canvas.stitches(curve([(160 - cut.hem + 2, cut.hem_y - 7), (160, cut.hem_y - 3),
        (160 + cut.hem - 2, cut.hem_y - 7)], closed=False), thread)
    if look.with_probability(0.6):
        pocket = curve([Corner(178, 132), Corner(206, 132), Corner(206, 158), Corner(192, 166), Corner(178, 158)])
        canvas.piece(pocket, look.fabric, round_px=3, lift_px=1)
        canvas.stitches(curve([(179, 137), (205, 137)], closed=False), thread)


def sports_top(canvas: Canvas, look: Look) -> None:
    """A racer-back training vest with contrast binding and side panels."""
    cut = Cut(shoulder=look.vary(38, 44), neck_width=look.vary(22, 26), neck_depth=look.vary(28, 42), slope=7,
        chest=54, waist=look.vary(46, 52), hem=look.vary(50, 58), hem_y=look.vary(255, 305), sleeve=0, armhole=74)
    draw_torso(canvas, look, cut)
    panel = curve([Corner(214, 140), (208, 190), Corner(160 + cut.hem, cut.hem_y),
        Corner(160 + cut.hem - 17, cut.hem_y + 1), (191, 190)])
    canvas.pair(panel, look.fabric.dyed(look.trim, "mesh"), lift_px=0.5)
    canvas.cord(neck_curve(cut, 1), look.trim, 4.5, "jersey")
    for line in both([(160 + cut.shoulder, cut.top + 7), (160 + cut.shoulder - 6, 100),
        (160 + cut.chest, cut.top + 74)]):
        canvas.cord(line, look.trim, 4.5, "jersey")
    canvas.badge(192, 126, 14, look.trim)


def hoodie(canvas: Canvas, look: Look) -> None:
    """A hooded sweatshirt with a kangaroo pocket, drawstrings and ribbed hems."""
    cut = Cut(top=74, hem_y=look.vary(295, 312), shoulder=66, chest=66, waist=look.vary(62, 68), hem=58,
        sleeve=look.vary(180, 195), spread=13, cuff=28, bell=6, neck_width=28, neck_depth=26, neck="v")
    hood = symmetric([(160, 38), (192, 46), (204, 78), Corner(186, 102), (160, 92)])
    canvas.piece(hood, look.fabric.shaded(0.18))
    canvas.piece(ellipse(160, 78, 28, 30), look.fabric.shaded(0.5), lift_px=0)
    draw_torso(canvas, look, cut, collar_back=False)
    rib = look.fabric.plain("rib")
    canvas.pair(cuff_band(cut, 16), rib)
    canvas.piece(symmetric([(160, cut.hem_y + 2), Corner(160 + cut.hem + 1, cut.hem_y - 3),
        Corner(160 + cut.hem - 3, cut.hem_y + 15), (160, cut.hem_y + 20)]), rib, round_px=4)
    for edge in both([(160, cut.top + 28), (186, 88), (196, 66), (188, 50)]):
        canvas.cord(edge, look.fabric.colour, 9, "jersey")
    pocket = symmetric([(160, 228), Corner(186, 228), (200, 250), Corner(204, 280), (160, 281)])
    canvas.piece(pocket, look.fabric.plain(), round_px=4, lift_px=1.5)
    for string in both([(170, 104), (172, 130), (170, look.vary(148, 166))]):
        canvas.cord(string, look.trim, 3, "cotton")
    for stripe in both([(226, 100), (240, 160), (252, 236)]):
        canvas.lines([stripe, moved(stripe, 6, -1)], look.trim, 3.2, 0.95)


def jumper(canvas: Canvas, look: Look) -> None:
    """A chunky knit with a round, V or roll neck."""
    roll = look.with_probability(0.4)
    cut = Cut(top=76 if roll else 66, hem_y=look.vary(280, 312), shoulder=64, chest=64, waist=look.vary(62, 70),
        hem=look.vary(56, 62), sleeve=look.vary(170, 190), spread=14, cuff=28, bell=look.vary(4, 12),
        neck=look.dice.choice(["round", "v"]) if not roll else "round", neck_depth=look.vary(16, 26) if not roll
        else 10)
    draw_torso(canvas, look, cut)
    rib = look.fabric.plain("rib")
    canvas.pair(cuff_band(cut, 18), rib)
    canvas.piece(symmetric([(160, cut.hem_y + 1), Corner(160 + cut.hem + 1, cut.hem_y - 4),
        Corner(160 + cut.hem - 2, cut.hem_y + 14), (160, cut.hem_y + 19)]), rib, round_px=4)
    if roll:
        canvas.piece(symmetric([(160, 54), Corner(183, 53), (187, 68), Corner(188, 86), (160, 92)]), rib, round_px=8)
    else:
        canvas.cord(neck_curve(cut, 3), look.fabric.colour, 9, "rib")


def shirt(canvas: Canvas, look: Look) -> None:
    """A tailored shirt: pointed collar, placket, buttons and cuffs."""
    cut = Cut(top=66, hem_y=look.vary(300, 322), shoulder=60, chest=58, waist=look.vary(48, 56), hem=58,
        sleeve=look.vary(182, 196), spread=11, cuff=27, neck="v", neck_width=20, neck_depth=24, hem_drop=12)
    draw_torso(canvas, look, cut)
    canvas.pair(cuff_band(cut, 20), look.fabric)
    for line in both([(160 + 60, 81), (214, 110), (218, 132)]):
        canvas.seam(line, look.fabric, strength=0.35)
    canvas.piece(box(153.5, 90, 13, cut.hem_y - 80), look.fabric, round_px=2.5, lift_px=0.6)
    for index in range(6):
        canvas.button(160, 104 + index * 36, 3.1, lighter(look.fabric.colour, 0.55))
    wide = look.vary(0, 8)
    canvas.piece(symmetric([(160, 56), Corner(180, 60), Corner(180, 66), (160, 74)]), look.fabric.shaded(0.25),
        lift_px=0, round_px=3)
    collar = curve([Corner(161, 92), Corner(179, 56), (186, 62), Corner(193 + wide, 100), Corner(176, 104)])
    canvas.pair(collar, look.fabric, angle=20)
    canvas.seam(curve([(180, 138), (204, 138)], closed=False), look.fabric)


def bow_blouse(canvas: Canvas, look: Look) -> None:
    """An office blouse with a pussy bow at the neck and gathered cuffs."""
    cut = Cut(top=68, hem_y=look.vary(285, 305), shoulder=58, chest=58, waist=54, hem=60, sleeve=look.vary(160, 178),
        spread=15, cuff=36, bell=look.vary(6, 13), neck_width=19, neck_depth=10, neck="v")
    draw_torso(canvas, look, cut)
    canvas.pair(cuff_band(cut, 15, grow=-5), look.fabric.plain(), lift_px=1)
    canvas.seam(curve([(160, 90), (160, cut.hem_y)], closed=False), look.fabric)
    cloth = look.fabric
    canvas.piece(symmetric([(160, 56), Corner(181, 60), (183, 72), (160, 84)]), cloth, round_px=6)
    tail = look.vary(150, 195)
    canvas.pair(curve([Corner(158, 84), (172, 120), Corner(182, tail), Corner(166, tail + 6), (158, 120)]), cloth,
        angle=10)
    loop = curve([Corner(160, 82), (184, 64), (206, 72), (204, 94), (184, 98)])
    canvas.pair(loop, cloth, angle=60)
    canvas.piece(ellipse(160, 83, 8, 9), cloth, round_px=5)


def peasant_blouse(canvas: Canvas, look: Look) -> None:
    """A folk blouse: gathered wide neck, balloon sleeves, embroidered yoke and tassels."""
    cut = Cut(top=80, hem_y=look.vary(270, 300), shoulder=66, chest=58, waist=62, hem=look.vary(70, 82),
        neck_width=46, neck_depth=20, slope=6, sleeve=look.vary(120, 160), spread=24, cuff=42, bell=look.vary(14, 24))
    draw_torso(canvas, look, cut)
    canvas.pair(cuff_band(cut, 14, grow=4), look.fabric.dyed(look.trim), lift_px=1)
    yoke = symmetric([(160, 101), (196, 92), Corner(206, 81), Corner(210, 92), (160, 134)])
    canvas.piece(yoke, look.fabric.dyed(lighter(look.fabric.colour, 0.25)), round_px=3, lift_px=0.6)
    for x in range(-32, 33, 13):
        y = 117 - 0.011 * x * x
        canvas.button(160 + x, y, 4, look.trim)
        canvas.button(160 + x, y, 1.6, look.metal)
    for string in both([(160, 104), (167, 128), (165, 158)]):
        canvas.cord(string, look.trim, 2.2, "cotton")
        canvas.piece(ellipse(float(string[-1][0]), 166, 4, 9), look.fabric.dyed(look.trim, "fur"), round_px=3)
    ruffle = [(160 + s * (8 + 12 * k), cut.hem_y - 30) for s in (-1, 1) for k in range(5)]
    canvas.lines([curve([(x, y), (x + (x - 160) * 0.1, y + 32)], closed=False) for x, y in ruffle],
        darker(look.fabric.colour), 1, 0.5)


def crochet_top(canvas: Canvas, look: Look) -> None:
    """A festival top in crochet with scallops and a fringe."""
    cut = Cut(top=70, hem_y=look.vary(215, 240), shoulder=44, chest=54, waist=52, hem=62, neck="v", neck_width=32,
        neck_depth=look.vary(42, 60), slope=6, sleeve=0, armhole=70)
    fringe = [curve([(160 + x, cut.hem_y), (160 + x * 1.08, cut.hem_y + look.vary(40, 58))], closed=False)
        for x in range(-60, 61, 4)]
    for strand in fringe:
        canvas.cord(strand, darker(look.fabric.colour, 0.08), 2, "cotton")
    draw_torso(canvas, look, cut)
    for x in range(-54, 55, 18):
        canvas.piece(ellipse(160 + x, cut.hem_y, 10, 8), look.fabric.plain("crochet"), round_px=4)
        canvas.button(160 + x, cut.hem_y, 2.4, look.trim)
    canvas.cord(neck_curve(cut, 2), look.trim, 4, "crochet")


def camisole(canvas: Canvas, look: Look) -> None:
    """A satin camisole on thin straps with a lace edge."""
    hem = look.vary(270, 296)
    for strap in both([(160 + 34, 122), (160 + 30, 84), (160 + 25, 52)]):
        canvas.cord(strap, look.fabric.colour, 2.6, "satin")
    outline = symmetric([(160, look.vary(128, 146)), (180, 124), Corner(196, 112), (204, 128), Corner(212, 150),
        (204, 200), Corner(212, hem), (160, hem + 6)])
    folds = [curve([(160 + x, 160), (160 + x * 1.3 + look.vary(-14, 14), hem)], closed=False)
        for x in (-30, -8, 16, 36)]
    canvas.piece(outline, look.fabric, folds=folds)
    lace = look.fabric.dyed(darker(look.fabric.colour, 0.25), "lace")
    canvas.piece(symmetric([(160, hem - 8), Corner(211, hem - 14), Corner(213, hem + 1), (160, hem + 8)]), lace,
        round_px=2, lift_px=0.5)
    canvas.button(160, 150, 3, look.metal, "gem")


def sequin_top(canvas: Canvas, look: Look) -> None:
    """A party top covered in sequins."""
    cut = Cut(top=84, hem_y=look.vary(262, 290), shoulder=look.vary(46, 60), chest=54, waist=47, hem=52,
        neck=look.dice.choice(["round", "v"]), neck_width=34, neck_depth=look.vary(16, 44), slope=8,
        sleeve=look.dice.choice([0, 28, 150]), spread=16, cuff=26)
    draw_torso(canvas, look, cut)
    canvas.cord(neck_curve(cut, 1), darker(look.fabric.colour, 0.3), 3, "satin")
    for _ in range(26):
        x, y = look.vary(-44, 44), look.vary(120, cut.hem_y - 10)
        canvas.button(160 + x, y, look.vary(1.2, 2), lighter(look.fabric.colour, 0.75), "gem")


def polo(canvas: Canvas, look: Look) -> None:
    """A polo shirt with a ribbed collar and a short placket."""
    cut = Cut(hem_y=look.vary(288, 308), waist=56, hem=60, sleeve=58, cuff=40, spread=34, neck="v", neck_width=20,
        neck_depth=34)
    draw_torso(canvas, look, cut)
    rib = look.fabric.dyed(look.trim, "rib")
    canvas.pair(cuff_band(cut, 7), rib, lift_px=0.5)
    canvas.piece(box(153, 92, 14, 46, 2), look.fabric.plain(), round_px=2, lift_px=0.6)
    for y in (104, 120, 132):
        canvas.button(160, y, 2.4, contrast(look.fabric.colour))
    canvas.pair(curve([Corner(161, 98), Corner(179, 55), (188, 66), Corner(190, 92), Corner(178, 98)]), rib)
