"""The upper body that tops, dresses and outerwear share: neckline, sleeves and trunk from one set of measures."""

import math
from dataclasses import dataclass

from deepstyle.demo.canvas import Canvas, mirrored
from deepstyle.demo.curves import Corner, Point, Polyline, curve, symmetric
from deepstyle.demo.look import Look


@dataclass(frozen=True, slots=True)
class Cut:
    """Measures in pixels; widths are half widths from the centre line, ``sleeve`` 0 is sleeveless.

    ``neck`` is ``round``, ``v`` or ``square``; ``spread`` is the sleeve's angle from the vertical in degrees,
    ``cuff`` its width at the end, ``bell`` how much its outer line bows out.
    """

    top: float = 62
    hem_y: float = 300
    shoulder: float = 62
    chest: float = 58
    waist: float = 54
    hem: float = 58
    neck: str = "round"
    neck_width: float = 25
    neck_depth: float = 18
    slope: float = 15
    sleeve: float = 70
    spread: float = 28
    cuff: float = 34
    bell: float = 0
    armhole: float = 66
    hem_drop: float = 5


def trunk(cut: Cut) -> Polyline:
    """Outline of the body without sleeves."""
    side: list[Point] = [
        Corner(160 + cut.shoulder, cut.top + cut.slope),
        (160 + cut.shoulder - 5, cut.top + cut.slope + cut.armhole * 0.45),
        Corner(160 + cut.chest, cut.top + cut.armhole),
        (160 + cut.waist, cut.top + cut.armhole + (cut.hem_y - cut.top - cut.armhole) * 0.45),
        Corner(160 + cut.hem, cut.hem_y),
        (160, cut.hem_y + cut.hem_drop),
    ]
    return symmetric([*neckline(cut), *side])


def neckline(cut: Cut) -> list[Point]:
    """The right half of the neckline, from the centre to the shoulder."""
    low = cut.top + cut.neck_depth
    side = Corner(160 + cut.neck_width, cut.top)
    if cut.neck == "v":
        return [Corner(160, low), (160 + cut.neck_width * 0.62, cut.top + cut.neck_depth * 0.42), side]
    if cut.neck == "square":
        return [(160, low), Corner(160 + cut.neck_width - 2, low - 1), side]
    return [(160, low), (160 + cut.neck_width * 0.72, cut.top + cut.neck_depth * 0.62), side]


def sleeve(cut: Cut) -> Polyline:
    """Outline of the right sleeve."""
    angle = math.radians(cut.spread)
    start = (160 + cut.shoulder + 1, cut.top + cut.slope)
    end = (start[0] + math.sin(angle) * cut.sleeve, start[1] + math.cos(angle) * cut.sleeve)
    inner = (end[0] - cut.cuff * math.cos(angle), end[1] + cut.cuff * math.sin(angle))
    bow = (
        (start[0] + end[0]) / 2 + 3 + cut.bell * math.cos(angle),
        (start[1] + end[1]) / 2 - cut.bell * math.sin(angle) * 0.4,
    )
    armpit = (160 + cut.chest - 2, cut.top + cut.armhole + 2)
    fall = ((inner[0] + armpit[0]) / 2 - cut.bell * 0.35, (inner[1] + armpit[1]) / 2 + cut.bell * 0.2)
    return curve(
        [
            Corner(*start),
            bow,
            Corner(*end),
            Corner(*inner),
            fall,
            Corner(*armpit),
            (160 + cut.shoulder - 16, cut.top + 45),
        ]
    )


def cuff_band(cut: Cut, width: float, *, grow: float = 1.0) -> Polyline:
    """The band of ``width`` at the end of the right sleeve."""
    angle = math.radians(cut.spread)
    along, across = (math.sin(angle), math.cos(angle)), (math.cos(angle), -math.sin(angle))
    start = (160 + cut.shoulder + 1, cut.top + cut.slope)
    end = (start[0] + along[0] * cut.sleeve, start[1] + along[1] * cut.sleeve)
    far = (end[0] + along[0] * width, end[1] + along[1] * width)
    wide, narrow = cut.cuff + grow, cut.cuff - 3 + grow
    return curve(
        [
            Corner(end[0] + across[0] * grow, end[1] + across[1] * grow),
            Corner(far[0] - across[0], far[1] - across[1]),
            Corner(far[0] - across[0] * narrow, far[1] - across[1] * narrow),
            Corner(end[0] - across[0] * wide, end[1] - across[1] * wide),
        ]
    )


def draw_torso(canvas: Canvas, look: Look, cut: Cut, *, collar_back: bool = True) -> None:
    """Draw the back of the neck, both sleeves and the trunk with its natural folds."""
    if collar_back:
        inside = [(160, cut.top - 5), Corner(160 + cut.neck_width, cut.top), (160, cut.top + cut.neck_depth + 3)]
        canvas.piece(symmetric(inside), look.fabric.shaded(0.38), lift_px=0, round_px=3)
    if cut.sleeve:
        arm = sleeve(cut)
        canvas.piece(arm, look.fabric, angle=-cut.spread, lift_px=1)
        canvas.piece(mirrored(arm), look.fabric, angle=cut.spread, lift_px=1)
    canvas.piece(trunk(cut), look.fabric, folds=body_folds(look, cut), lift_px=1.2, round_px=11)


def body_folds(look: Look, cut: Cut) -> list[Polyline]:
    """Folds that fall from the armpits, and a few from the waist to the hem."""
    start = cut.top + cut.armhole
    length = cut.hem_y - start
    folds = []
    for side in (-1, 1):
        x = 160 + side * (cut.chest - 8)
        sway = look.vary(8, 20)
        folds.append(curve([(x, start + 6), (x - side * sway, start + length * 0.3)], closed=False))
        x = 160 + side * cut.waist * look.vary(0.25, 0.75)
        folds.append(
            curve(
                [(x, start + length * look.vary(0.4, 0.55)), (x + side * 5, start + length * 0.97)],
                closed=False,
            )
        )
    return folds


def neck_curve(cut: Cut, inset: float = 0.0) -> Polyline:
    """The whole neckline as an open line from left to right, ``inset`` pixels inside the garment."""
    lower = Cut(neck=cut.neck, neck_width=cut.neck_width + inset * 0.9, neck_depth=cut.neck_depth + inset, top=cut.top)
    right = neckline(lower)
    left = [type(p)(320 - p[0], p[1]) if isinstance(p, Corner) else (320 - p[0], p[1]) for p in reversed(right[1:])]
    return curve([*left, *right], closed=False)
