"""All-body pieces: dresses, gowns, dungarees and jumpsuits."""

# An outline reads better as a few rows of points than as a column.
# fmt: off

from deepstyle.demo.bottoms import Legs, Skirt, draw_legs, skirt_folds, skirt_outline
from deepstyle.demo.canvas import Canvas, both, contrast
from deepstyle.demo.curves import Corner, box, curve, ellipse, symmetric
from deepstyle.demo.look import Look
from deepstyle.demo.palette import darker, lighter
from deepstyle.demo.torso import Cut, cuff_band, draw_torso, neck_curve


def tennis_dress(canvas: Canvas, look: Look) -> None:
    """A sleeveless sports dress with a pleated skirt and contrast binding."""
    waist = look.vary(168, 185)
    skirt = Skirt(waist=44, hip=66, hem=look.vary(80, 94), top=waist, hem_y=look.vary(262, 290))
    canvas.piece(skirt_outline(skirt), look.fabric, folds=skirt_folds(skirt, look, 11), fold_px=8, round_px=6)
    hem = skirt.hem_y - 11
    canvas.lines([curve([(160 - skirt.hem + 3, hem), (160, hem + 8), (160 + skirt.hem - 3, hem)], closed=False)],
        look.trim, 5)
    cut = Cut(top=52, hem_y=waist + 6, shoulder=40, chest=50, waist=45, hem=45, neck_width=24,
        neck_depth=look.vary(26, 40), slope=6, sleeve=0, armhole=60)
    draw_torso(canvas, look, cut)
    canvas.cord(neck_curve(cut, 1), look.trim, 5, "jersey")
    for line in both([(200, 58), (194, 88), (209, 112)]):
        canvas.cord(line, look.trim, 5, "jersey")
    canvas.lines(both([(206, 118), (199, 150), (203, waist + 4)]), look.trim, 6)


def t_shirt_dress(canvas: Canvas, look: Look) -> None:
    """A loose jersey dress with short sleeves, pockets and a drawn waist or none."""
    cut = Cut(top=46, hem_y=look.vary(285, 325), shoulder=60, chest=58, waist=look.vary(54, 64),
        hem=look.vary(70, 82), sleeve=look.vary(50, 62), cuff=40, spread=32)
    draw_torso(canvas, look, cut)
    canvas.cord(neck_curve(cut, 2), look.fabric.colour, 5, "rib")
    for pocket in both([(208, 205), (192, 214), (190, 244)]):
        canvas.seam(pocket, look.fabric)
    canvas.stitches(curve([(160 - cut.hem + 2, cut.hem_y - 8), (160, cut.hem_y - 3),
        (160 + cut.hem - 2, cut.hem_y - 8)], closed=False), darker(look.fabric.colour))
    canvas.piece(box(146, 108, 28, 30, 3), look.fabric, round_px=3, lift_px=1)


def dungarees(canvas: Canvas, look: Look) -> None:
    """Denim dungarees with a bib, braces and patch pockets."""
    thread = (0.85, 0.62, 0.30)
    legs = Legs(waist=50, hip=60, hem_out=look.vary(54, 68), hem_in=22, top=150, crotch=225, hem_y=look.vary(352, 372))
    draw_legs(canvas, look, legs)
    for strap in both([(186, 100), (192, 60), (180, 36)]):
        canvas.cord(strap, look.fabric.colour, 12, "denim")
        canvas.stitches(strap, thread)
    bib = symmetric([(160, 94), Corner(192, 92), (196, 130), Corner(212, 156), (160, 162)])
    canvas.piece(bib, look.fabric)
    canvas.piece(symmetric([(160, 112), Corner(180, 112), Corner(180, 138), Corner(160, 146)]), look.fabric,
        round_px=3, lift_px=1)
    canvas.stitches(curve([(140, 117), (180, 117)], closed=False), thread)
    canvas.stitches(curve([(110, 162), (160, 166), (210, 162)], closed=False), thread)
    for x in (132, 188):
        canvas.button(x, 100, 4.5, (0.78, 0.76, 0.72), "metal")
    for pocket in both([(188, 170), (194, 192), (216, 200)]):
        canvas.stitches(pocket, thread)
    canvas.seam(curve([(160, 168), (161, 225)], closed=False), look.fabric)


def maxi_dress(canvas: Canvas, look: Look) -> None:
    """A tiered maxi dress with bell sleeves, ribbons and a tie at the neck."""
    cut = Cut(top=40, hem_y=138, shoulder=52, chest=50, waist=44, hem=44, neck="v", neck_width=28,
        neck_depth=look.vary(36, 52), slope=8, sleeve=look.vary(80, 118), spread=26, cuff=52, bell=10, armhole=56)
    tiers = 3
    length = look.vary(222, 238) / tiers
    for index in reversed(range(tiers)):
        skirt = Skirt(waist=44 + 15 * index, hip=56 + 19 * index, hem=64 + 21 * index, top=132 + length * index,
            hem_y=136 + length * (index + 1), waves=4 + index)
        canvas.piece(skirt_outline(skirt), look.fabric, folds=skirt_folds(skirt, look, 7 + 2 * index), fold_px=8,
            round_px=5)
        canvas.lines([curve([(160 - skirt.hem, skirt.hem_y - 8), (160, skirt.hem_y),
            (160 + skirt.hem, skirt.hem_y - 8)], closed=False)], look.trim, 3)
    draw_torso(canvas, look, cut)
    canvas.pair(cuff_band(cut, 8, grow=3), look.fabric.dyed(look.trim, "lace"), lift_px=0.6)
    canvas.cord(neck_curve(cut, 1), look.trim, 4, "cotton")
    canvas.cord(curve([(116, 135), (160, 140), (204, 135)], closed=False), look.trim, 6, "cotton")
    for string in both([(162, 140), (170, 165), (167, 190)]):
        canvas.cord(string, look.trim, 2.6, "cotton")
        canvas.piece(ellipse(float(string[-1][0]), 198, 4.5, 9), look.fabric.dyed(look.trim, "fur"), round_px=3)


def sheath_dress(canvas: Canvas, look: Look) -> None:
    """A fitted office dress with a belt and princess seams."""
    cut = Cut(top=42, hem_y=look.vary(290, 322), shoulder=52, chest=50, waist=45, hem=look.vary(50, 58),
        neck=look.dice.choice(["round", "v", "square"]), neck_width=27, neck_depth=look.vary(16, 28), slope=10,
        sleeve=look.dice.choice([0, 40, 120]), spread=16, cuff=30, armhole=58)
    draw_torso(canvas, look, cut)
    for line in both([(186, 98), (180, 160), (186, 220), (188, cut.hem_y)]):
        canvas.seam(line, look.fabric)
    belt = symmetric([(160, 168), Corner(205.5, 164), Corner(206, 178), (160, 182)])
    canvas.piece(belt, look.fabric.dyed(darker(look.fabric.colour, 0.55), "leather"), round_px=3)
    canvas.piece(box(150, 164, 20, 20, 3), look.fabric.dyed(look.metal, "metal"), round_px=2)
    canvas.piece(box(154, 168, 12, 12, 1), look.fabric.dyed(darker(look.fabric.colour, 0.55), "leather"), round_px=1,
        lift_px=0)


def shirt_dress(canvas: Canvas, look: Look) -> None:
    """A buttoned office dress with a collar, cuffs and a tie belt."""
    cut = Cut(top=44, hem_y=look.vary(310, 335), shoulder=56, chest=54, waist=50, hem=look.vary(72, 84), neck="v",
        neck_width=19, neck_depth=22, sleeve=look.vary(125, 160), spread=13, cuff=28, hem_drop=7)
    draw_torso(canvas, look, cut)
    canvas.pair(cuff_band(cut, 14), look.fabric)
    canvas.piece(box(153.5, 66, 13, cut.hem_y - 58), look.fabric, round_px=2.5, lift_px=0.6)
    for index in range(7):
        canvas.button(160, 80 + index * 36, 3, contrast(look.fabric.colour))
    canvas.pair(curve([Corner(161, 70), Corner(178, 36), (186, 42), Corner(194, 76), Corner(176, 82)]), look.fabric,
        angle=20)
    canvas.piece(symmetric([(160, 172), Corner(209, 168), Corner(209, 180), (160, 184)]), look.fabric.shaded(0.15),
        round_px=3)
    canvas.pair(curve([Corner(160, 176), Corner(176, 216), Corner(166, 220), Corner(158, 184)]),
        look.fabric.shaded(0.12))


def cocktail_dress(canvas: Canvas, look: Look) -> None:
    """A short strapless dress in satin or sequins with a full or narrow skirt."""
    full = look.with_probability(0.5)
    skirt = Skirt(waist=42, hip=84 if full else 58, hem=look.vary(92, 108) if full else 54, top=160,
        hem_y=look.vary(268, 296), waves=4 if full else 0)
    canvas.piece(skirt_outline(skirt), look.fabric, folds=skirt_folds(skirt, look, 8 if full else 3), fold_px=13)
    bodice = symmetric([(160, 92), (176, 80), (194, 80), Corner(208, 96), (202, 130), Corner(202, 165), (160, 172)])
    if look.with_probability(0.6):
        for strap in both([(192, 84), (188, 60), (180, 40)]):
            canvas.cord(strap, look.fabric.colour, 2.6, "satin")
    canvas.piece(bodice, look.fabric, folds=both([(180, 96), (174, 150)]))
    canvas.cord(curve([(118, 163), (160, 170), (202, 163)], closed=False), look.metal, 6, "metal")
    for x in range(-36, 37, 9):
        canvas.button(160 + x, 169 - 0.004 * x * x, 2.4, lighter(look.metal, 0.7), "gem")


def evening_gown(canvas: Canvas, look: Look) -> None:
    """A floor-length gown with a slit, a train of folds and a jewelled neckline."""
    skirt = Skirt(waist=38, hip=54, hem=look.vary(82, 104), top=142, hem_y=372, waves=4)
    canvas.piece(skirt_outline(skirt), look.fabric, folds=skirt_folds(skirt, look, 7), fold_px=18, round_px=12)
    if look.with_probability(0.5):
        canvas.piece(curve([Corner(188, 250), (196, 310), Corner(214, 374), Corner(190, 376)]),
            look.fabric.shaded(0.6), lift_px=0, round_px=3)
    cut = Cut(top=36, hem_y=148, shoulder=34, chest=45, waist=40, hem=38, neck="v", neck_width=27,
        neck_depth=look.vary(48, 66), slope=4, sleeve=0, armhole=58)
    draw_torso(canvas, look, cut)
    canvas.cord(neck_curve(cut, 1), look.metal, 4, "metal")
    canvas.cord(curve([(122, 146), (160, 152), (198, 146)], closed=False), look.metal, 7, "sequin")
    for x in range(-30, 31, 10):
        canvas.button(160 + x, 151 - 0.005 * x * x, 2.6, lighter(look.metal, 0.7), "gem")
