"""Bottoms: trousers, shorts and skirts, from a waistband and two families of outlines."""

# An outline reads better as a few rows of points than as a column.
# fmt: off

from dataclasses import dataclass

from deepstyle.demo.canvas import Canvas, both, mirrored
from deepstyle.demo.curves import Corner, Point, Polyline, curve, moved, symmetric
from deepstyle.demo.look import Look
from deepstyle.demo.palette import Rgb, darker, lighter

_THREAD: Rgb = (0.85, 0.62, 0.30)


@dataclass(frozen=True, slots=True)
class Legs:
    """Measures of trousers in pixels: half widths, and the y of waist, crotch and hem."""

    waist: float = 46
    hip: float = 60
    hem_out: float = 62
    hem_in: float = 26
    top: float = 44
    crotch: float = 150
    hem_y: float = 370
    knee: float = 0


def leg(legs: Legs) -> Polyline:
    """Outline of the right leg, from the centre front to the side seam."""
    middle = (legs.crotch + legs.hem_y) / 2
    inside = 3 + (legs.hem_in - 3) * 0.5
    outside = (legs.hip + legs.hem_out) / 2 + legs.knee
    return curve([Corner(159, legs.top + 3), Corner(160 + legs.waist, legs.top), (160 + legs.hip,
        legs.top + (legs.crotch - legs.top) * 0.72), (160 + outside, middle), Corner(160 + legs.hem_out, legs.hem_y),
        Corner(160 + legs.hem_in, legs.hem_y + 3), (160 + inside, middle), Corner(161, legs.crotch)])


def draw_legs(canvas: Canvas, look: Look, legs: Legs, *, crease: bool = False) -> None:
    """Both legs with the folds of the cloth, pressed ``crease`` lines where asked."""
    right = leg(legs)
    x = 160 + legs.hip * 0.55
    foot = 160 + (legs.hem_in + legs.hem_out) / 2
    folds = [curve([(164, legs.crotch - 6), (x, legs.crotch + 26)], closed=False), curve([(x, legs.crotch + 30),
        (foot, legs.hem_y - 8)], closed=False)]
    canvas.piece(mirrored(right), look.fabric, angle=3, folds=[mirrored(fold) for fold in folds], lift_px=1)
    canvas.piece(right, look.fabric, angle=-3, folds=folds, lift_px=1)
    if crease:
        for line in both([(x - 6, legs.top + 16), (x, legs.crotch), (foot, legs.hem_y)]):
            canvas.seam(line, look.fabric, width_px=1.4, strength=0.6)


def waistband(canvas: Canvas, look: Look, half: float, top: float, height: float, *, rib: bool = False) -> None:
    """A band around the waist with the dark inside of the back showing above it."""
    inside = symmetric([(160, top - 5), Corner(160 + half - 1, top), (160, top + 6)])
    canvas.piece(inside, look.fabric.shaded(0.45), lift_px=0, round_px=2)
    band = symmetric([(160, top + 4), Corner(160 + half, top), Corner(160 + half + 2, top + height),
        (160, top + height + 4)])
    canvas.piece(band, look.fabric.plain("rib") if rib else look.fabric.plain(), round_px=3, lift_px=0.8)


def jeans(canvas: Canvas, look: Look) -> None:
    """Five-pocket jeans, skinny to wide, with topstitching."""
    wide = look.vary(-8, 16)
    legs = Legs(hem_out=56 + wide, hem_in=26 - wide / 3, hem_y=look.vary(345, 372), hip=look.vary(57, 63))
    draw_legs(canvas, look, legs)
    for line in both([(160 + 40, 120), (160 + 42, 210)]):
        canvas.lines([line], lighter(look.fabric.colour, 0.5), 16, 0.10)
        canvas.lines([line], lighter(look.fabric.colour, 0.6), 7, 0.12)
    _denim_details(canvas, look, legs)
    for line in both([(160 + legs.hem_in, legs.hem_y - 6), (160 + legs.hem_out, legs.hem_y - 9)]):
        canvas.stitches(line, _THREAD)


def denim_shorts(canvas: Canvas, look: Look) -> None:
    """Cut-off denim shorts with a frayed hem."""
    hem = look.vary(195, 235)
    legs = Legs(hem_out=look.vary(72, 84), hem_in=8, hem_y=hem, hip=64)
    for side in (-1, 1):
        for step in range(24):
            x = 160 + side * (9 + step * (legs.hem_out - 10) / 23)
            canvas.cord(curve([(x, hem), (x + look.vary(-2, 2), hem + look.vary(6, 13))], closed=False),
                (0.93, 0.92, 0.9), 1.2, "cotton")
    draw_legs(canvas, look, legs)
    _denim_details(canvas, look, legs)


def _denim_details(canvas: Canvas, look: Look, legs: Legs) -> None:
    for pocket in both([(160 + legs.waist - 22, legs.top + 10), (160 + legs.waist - 14, legs.top + 34),
        (160 + legs.hip - 3, legs.top + 42)]):
        canvas.seam(pocket, look.fabric)
        canvas.stitches(moved(pocket, 0, 3), _THREAD)
    canvas.seam(curve([(160, legs.top + 10), (161, legs.crotch)], closed=False), look.fabric)
    canvas.stitches(curve([(171, legs.top + 12), (171, legs.crotch - 34), (162, legs.crotch - 16)], closed=False),
        _THREAD)
    waistband(canvas, look, legs.waist, legs.top - 6, 13)
    canvas.stitches(curve([(160 - legs.waist, legs.top + 5), (160, legs.top + 9), (160 + legs.waist, legs.top + 5)],
        closed=False), _THREAD)
    for x in (-32, -14, 14, 32):
        canvas.lines([curve([(160 + x, legs.top - 4), (160 + x, legs.top + 9)], closed=False)],
            darker(look.fabric.colour, 0.25), 4)
    canvas.button(160, legs.top + 4, 3.6, (0.75, 0.55, 0.32), "metal")


def track_pants(canvas: Canvas, look: Look) -> None:
    """Joggers with side stripes, drawstring and ribbed cuffs."""
    legs = Legs(hem_out=look.vary(46, 56), hem_in=22, hip=look.vary(60, 68), hem_y=look.vary(338, 356), knee=6)
    draw_legs(canvas, look, legs)
    _side_stripes(canvas, look, legs, int(look.dice.choice([1, 2])))
    cuff = curve([Corner(160 + legs.hem_out, legs.hem_y - 2), Corner(157 + legs.hem_out, legs.hem_y + 16),
        Corner(162 + legs.hem_in, legs.hem_y + 18), Corner(160 + legs.hem_in, legs.hem_y)])
    canvas.pair(cuff, look.fabric.plain("rib"))
    _drawstring_waist(canvas, look, legs)


def running_shorts(canvas: Canvas, look: Look) -> None:
    """Short shorts with a notched hem, piping and a drawstring."""
    legs = Legs(hem_out=look.vary(78, 90), hem_in=12, hip=66, hem_y=look.vary(180, 225), crotch=142)
    draw_legs(canvas, look, legs)
    _side_stripes(canvas, look, legs, int(look.dice.choice([1, 2])))
    for hem in both([(160 + legs.hem_in, legs.hem_y), (160 + legs.hem_out - 10, legs.hem_y - 2),
        (160 + legs.hem_out - 1, legs.hem_y - 22)]):
        canvas.cord(hem, look.trim, 4, "jersey")
    _drawstring_waist(canvas, look, legs)


def _side_stripes(canvas: Canvas, look: Look, legs: Legs, count: int) -> None:
    middle = (legs.crotch + legs.hem_y) / 2
    for index in range(count):
        inset = 7 + 7 * index
        for line in both([(160 + legs.waist - inset, legs.top + 8), (160 + legs.hip - inset, legs.top + 76),
            (160 + (legs.hip + legs.hem_out) / 2 + legs.knee - inset, middle),
            (160 + legs.hem_out - inset, legs.hem_y)]):
            canvas.lines([line], look.trim, 4.2 if count > 1 else 8)


def _drawstring_waist(canvas: Canvas, look: Look, legs: Legs) -> None:
    waistband(canvas, look, legs.waist, legs.top - 8, 18, rib=True)
    for string in both([(163, legs.top + 6), (170, legs.top + 22), (167, legs.top + look.vary(36, 52))]):
        canvas.cord(string, look.trim, 2.8, "cotton")


def tailored_trousers(canvas: Canvas, look: Look) -> None:
    """Suit trousers with pressed creases, slanted pockets and a hook fastening."""
    wide = look.vary(-10, 12)
    legs = Legs(hem_out=54 + wide, hem_in=24 - wide / 4, hem_y=look.vary(352, 374), hip=58, waist=44)
    draw_legs(canvas, look, legs, crease=True)
    for pocket in both([(160 + legs.waist - 14, legs.top + 10), (160 + legs.hip - 4, legs.top + 52)]):
        canvas.seam(pocket, look.fabric)
    canvas.seam(curve([(160, legs.top + 10), (161, legs.crotch)], closed=False), look.fabric)
    waistband(canvas, look, legs.waist, legs.top - 6, 13)
    canvas.piece(curve([Corner(156, legs.top - 2), Corner(176, legs.top - 3), Corner(180, legs.top + 3),
        Corner(176, legs.top + 9), Corner(156, legs.top + 10)]), look.fabric.plain(), round_px=2, lift_px=1)
    canvas.button(172, legs.top + 3, 2.4, darker(look.fabric.colour))


def wide_trousers(canvas: Canvas, look: Look) -> None:
    """Flowing folk trousers with a tie belt and an embroidered hem."""
    legs = Legs(waist=44, hip=64, hem_out=look.vary(84, 98), hem_in=8, hem_y=look.vary(345, 362), crotch=158)
    draw_legs(canvas, look, legs)
    for height, colour in ((18, look.trim), (30, look.metal)):
        for band in both([(160 + legs.hem_in, legs.hem_y - height), (160 + legs.hem_out - 2, legs.hem_y - height - 3)]):
            canvas.lines([band], colour, 6 if height < 20 else 2.4, 0.95)
    waistband(canvas, look, legs.waist, legs.top - 10, 20, rib=True)
    for string in both([(163, legs.top + 4), (174, legs.top + 40), (170, legs.top + look.vary(66, 92))]):
        canvas.cord(string, look.trim, 3, "cotton")
        canvas.cord(moved(string[-4:], 0, 8), look.trim, 7, "fur")


@dataclass(frozen=True, slots=True)
class Skirt:
    """Measures of a skirt in pixels: half widths at waist, hip and hem; ``waves`` ripple its hem."""

    waist: float = 44
    hip: float = 60
    hem: float = 70
    top: float = 70
    hem_y: float = 300
    waves: int = 0


def skirt_outline(skirt: Skirt) -> Polyline:
    """Outline of a skirt without its waistband."""
    hip_y = skirt.top + min(70, (skirt.hem_y - skirt.top) * 0.45)
    half: list[Point] = [
        (160, skirt.top + 4),
        Corner(160 + skirt.waist, skirt.top),
        (160 + skirt.hip, hip_y),
        Corner(160 + skirt.hem, skirt.hem_y),
    ]
    steps = max(1, skirt.waves) * 2
    depth = 4.5 if skirt.waves else 0.0
    wave: list[Point] = [
        (160 + skirt.hem * (1 - step / steps), skirt.hem_y + 7 * (step / steps) + (depth if step % 2 else -depth * 0.3))
        for step in range(1, steps + 1)
    ]
    return symmetric([*half, *wave])


def skirt_folds(skirt: Skirt, look: Look, count: int) -> list[Polyline]:
    """Folds that fan out from the waist to the hem."""
    folds = []
    for index in range(count):
        share = (index + 0.5) / count * 2 - 1 + look.vary(-0.06, 0.06)
        start = skirt.top + look.vary(4, 30)
        folds.append(curve([(160 + skirt.waist * share, start), (160 + skirt.hip * share, skirt.top + 60),
            (160 + skirt.hem * share, skirt.hem_y)], closed=False))
    return folds


def pencil_skirt(canvas: Canvas, look: Look) -> None:
    """A narrow knee-length skirt with darts, a slit or a button row."""
    skirt = Skirt(waist=46, hip=62, hem=look.vary(48, 56), top=62, hem_y=look.vary(290, 330))
    canvas.piece(skirt_outline(skirt), look.fabric, round_px=12)
    for dart in both([(188, 76), (192, 112)]):
        canvas.seam(dart, look.fabric)
    if look.with_probability(0.5):
        canvas.seam(curve([(160, 80), (160, skirt.hem_y + 6)], closed=False), look.fabric)
        for index in range(6):
            canvas.button(166, 92 + index * 34, 3, look.metal, "metal")
    else:
        slit = curve([Corner(184, skirt.hem_y - 64), Corner(190, skirt.hem_y + 4), Corner(180, skirt.hem_y + 5)])
        canvas.piece(slit, look.fabric.shaded(0.55), lift_px=0, round_px=2)
    waistband(canvas, look, 46, 52, 14)


def tiered_skirt(canvas: Canvas, look: Look) -> None:
    """A gathered maxi skirt in tiers with ribbon between them."""
    top, count = 60.0, int(look.dice.choice([3, 4]))
    length = look.vary(270, 300) / count
    for index in reversed(range(count)):
        skirt = Skirt(waist=40 + 17 * index, hip=48 + 20 * index, hem=62 + 22 * index, top=top + length * index,
            hem_y=top + length * (index + 1) + 5, waves=4 + index)
        folds = skirt_folds(skirt, look, 6 + 2 * index)
        canvas.piece(skirt_outline(skirt), look.fabric, folds=folds, fold_px=8, round_px=5, lift_px=1.5)
        y = skirt.hem_y - 4
        if index < count - 1:
            canvas.lines([curve([(160 - skirt.hem, y - 3), (160, y + 5), (160 + skirt.hem, y - 3)], closed=False)],
                look.trim, 3.4)
    waistband(canvas, look, 40, 52, 14, rib=True)
    for string in both([(162, 66), (170, 92), (167, 116)]):
        canvas.cord(string, look.trim, 2.6, "cotton")


def satin_skirt(canvas: Canvas, look: Look) -> None:
    """A bias-cut slip skirt that shines."""
    skirt = Skirt(waist=43, hip=60, hem=look.vary(64, 84), top=60, hem_y=look.vary(310, 350), waves=2)
    canvas.piece(skirt_outline(skirt), look.fabric, folds=skirt_folds(skirt, look, 5), fold_px=20, round_px=12)
    canvas.cord(curve([(117, 60), (160, 64), (203, 60)], closed=False), look.fabric.colour, 6, "satin")
    canvas.button(160, 63, 3.2, look.metal, "gem")


def sequin_skirt(canvas: Canvas, look: Look) -> None:
    """A short party skirt in sequins."""
    skirt = Skirt(waist=46, hip=62, hem=look.vary(60, 74), top=72, hem_y=look.vary(205, 245))
    canvas.piece(skirt_outline(skirt), look.fabric, round_px=11)
    for _ in range(24):
        x, y = look.vary(-54, 54), look.vary(95, skirt.hem_y - 8)
        canvas.button(160 + x, y, look.vary(1.2, 2), lighter(look.fabric.colour, 0.8), "gem")
    waistband(canvas, look, 46, 62, 12)


def tennis_skirt(canvas: Canvas, look: Look) -> None:
    """A short pleated skirt with stripes above the hem."""
    skirt = Skirt(waist=45, hip=66, hem=look.vary(88, 102), top=74, hem_y=look.vary(195, 220))
    canvas.piece(skirt_outline(skirt), look.fabric, folds=skirt_folds(skirt, look, 11), fold_px=9, round_px=6)
    for lift in (12, 21):
        hem = skirt.hem_y - lift
        canvas.lines([curve([(160 - skirt.hem + 5, hem), (160, hem + 8), (160 + skirt.hem - 5, hem)], closed=False)],
            look.trim, 4)
    waistband(canvas, look, 45, 62, 16, rib=True)


def chinos(canvas: Canvas, look: Look) -> None:
    """Casual cotton trousers with slanted pockets and turned-up hems."""
    legs = Legs(hem_out=look.vary(50, 58), hem_in=25, hem_y=look.vary(322, 350), hip=60)
    draw_legs(canvas, look, legs)
    turn_up = curve([Corner(162 + legs.hem_out, legs.hem_y - 14), Corner(162 + legs.hem_out, legs.hem_y + 2),
        Corner(159 + legs.hem_in, legs.hem_y + 5), Corner(158 + legs.hem_in, legs.hem_y - 10)])
    canvas.pair(turn_up, look.fabric.dyed(lighter(look.fabric.colour, 0.18)))
    for pocket in both([(160 + legs.waist - 16, legs.top + 8), (160 + legs.hip - 5, legs.top + 50)]):
        canvas.seam(pocket, look.fabric)
        canvas.stitches(moved(pocket, -3, 0), darker(look.fabric.colour))
    canvas.seam(curve([(160, legs.top + 10), (161, legs.crotch)], closed=False), look.fabric)
    waistband(canvas, look, legs.waist, legs.top - 6, 13)
    for x in (-32, -14, 14, 32):
        canvas.lines([curve([(160 + x, legs.top - 4), (160 + x, legs.top + 9)], closed=False)],
            darker(look.fabric.colour, 0.3), 4)
    canvas.button(160, legs.top + 4, 3.2, (0.45, 0.33, 0.22))
