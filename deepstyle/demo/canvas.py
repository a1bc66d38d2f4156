"""The drawing board: pieces of cloth, seams, stitches and buttons, laid one over the other, then a packshot of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepstyle.demo import shading
from deepstyle.demo.curves import HEIGHT_PX, WIDTH_PX, Polyline, along, curve, ellipse, flip
from deepstyle.demo.palette import Rgb, darker, lighter, luminance
from deepstyle.demo.patterns import PATTERNS, Field
from deepstyle.demo.textures import TEXTURES, smooth_noise

SIZE_PX: Final = (WIDTH_PX, HEIGHT_PX)
MARGIN_PX: Final = 26


@dataclass(frozen=True, slots=True)
class Fabric:
    """What a piece is cut from; ``accents`` are the colours of its pattern, ``scale`` enlarges the pattern."""

    colour: Rgb
    texture: str = "cotton"
    pattern: str = "plain"
    accents: tuple[Rgb, Rgb] = ((1.0, 1.0, 1.0), (0.2, 0.2, 0.2))
    scale: float = 1.0

    def plain(self, texture: str = "") -> "Fabric":
        """The same colour without the pattern (of another ``texture``, where given)."""
        return replace(self, pattern="plain", texture=texture or self.texture)

    def dyed(self, colour: Rgb, texture: str = "") -> "Fabric":
        """Plain cloth of another ``colour``."""
        return replace(self, colour=colour, pattern="plain", texture=texture or self.texture)

    def shaded(self, share: float = 0.3) -> "Fabric":
        """Plain cloth, darker: linings, and what lies in the shade."""
        return replace(self, colour=darker(self.colour, share), pattern="plain")


class Canvas:
    """A product being drawn: premultiplied colours (400, 320, 3) and coverage (400, 320), float32 in 0..1."""

    def __init__(self, seed: int) -> None:
        self.rgb = np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.float32)
        self.alpha = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
        self._rng = np.random.default_rng(seed)

    def piece(
        self,
        outline: Polyline,
        fabric: Fabric,
        *,
        angle: float = 0.0,
        round_px: float = 9.0,
        folds: Sequence[Polyline] = (),
        fold_px: float = 12.0,
        lift_px: float = 2.0,
        edge: float = 0.45,
    ) -> None:
        """Lay a piece of ``fabric``, its grain turned by ``angle`` degrees, over what is there.

        ``round_px`` rounds its edges, ``folds`` are ridges of ``fold_px``, ``lift_px`` is how far it casts a shadow
        on what lies below, ``edge`` the strength of its outline.
        """
        box = shading.bounds(outline, 3, SIZE_PX)
        mask = shading.fill_mask(outline, box)
        texture = TEXTURES[fabric.texture]
        u, v = self._cloth(box, angle)
        height = shading.surface(mask, round_px, texture, self._rng)
        height += shading.fold_height(folds, fold_px, box) * fold_px * 0.32
        slope = shading.light(height) + texture.relief_depth * texture.relief(u, v)
        if texture.grain:
            slope += texture.grain * self._rng.standard_normal(mask.shape).astype(np.float32)
        self._cast_shadow(outline, lift_px)
        self._lay(box, mask, shading.lit(_printed(fabric, u, v), slope, texture))
        if edge:
            ring = np.concatenate([outline, outline[:1]])
            self._ink([ring], darker(fabric.colour, 0.45), 0.9, edge)

    def pair(self, outline: Polyline, fabric: Fabric, *, angle: float = 0.0, lift_px: float = 2.0) -> None:
        """Lay ``outline`` and its mirror image."""
        self.piece(outline, fabric, angle=angle, lift_px=lift_px)
        self.piece(mirrored(outline), fabric, angle=-angle, lift_px=lift_px)

    def seam(self, line: Polyline, fabric: Fabric, *, width_px: float = 1.1, strength: float = 0.55) -> None:
        """A sewn line: a dark groove and a light lip below it."""
        self._ink([line + 0.9], lighter(fabric.colour, 0.5), width_px, strength * 0.4)
        self._ink([line], darker(fabric.colour, 0.5), width_px, strength)

    def stitches(self, line: Polyline, colour: Rgb, *, step_px: float = 4.2, width_px: float = 1.0) -> None:
        """Topstitching in thread of ``colour`` along an open line."""
        length = float(np.hypot(*np.diff(line, axis=0).T).sum())
        points = along(line, max(2, int(length / step_px)) * 2)
        self._ink([points[i : i + 2] for i in range(0, len(points) - 1, 2)], colour, width_px, 0.9)

    def cord(self, line: Polyline, colour: Rgb, width_px: float, texture: str = "leather") -> None:
        """A round strap, lace, chain or wire along an open line."""
        ring = Fabric(colour, texture)
        box = shading.bounds(line, width_px + 3, SIZE_PX)
        mask = shading.stroke_mask([line], width_px, box)
        round_px = float(np.clip(width_px / 3, 0.7, 4.5))
        slope = shading.light(shading.blurred(mask, round_px) * round_px * 1.35)
        u, v = self._cloth(box, 0)
        self._ink([line + 1.2], (0.1, 0.1, 0.12), width_px, 0.22)
        self._lay(box, mask, shading.lit(_printed(ring, u, v), slope, TEXTURES[texture]))

    def lines(self, lines: Sequence[Polyline], colour: Rgb, width_px: float, strength: float = 1.0) -> None:
        """Flat lines drawn on the product only."""
        self._ink(lines, colour, width_px, strength)

    def button(self, x: float, y: float, radius_px: float, colour: Rgb, texture: str = "rubber") -> None:
        """A round button, stud, bead or stone."""
        self.piece(ellipse(x, y, radius_px), Fabric(colour, texture), round_px=max(radius_px * 0.6, 1), lift_px=1)

    def badge(self, x: float, y: float, size_px: float, colour: Rgb) -> None:
        """The mark that sports goods of this invented world wear: two leaning bars."""
        for shift in (-0.3, 0.3):
            start, end = (
                (x + (shift - 0.25) * size_px, y + size_px / 2),
                (x + (shift + 0.25) * size_px, y - size_px / 2),
            )
            self._ink([curve([start, end], closed=False)], colour, size_px * 0.24, 1.0)

    def fade(self, outline: Polyline, share: float) -> None:
        """Make what is inside ``outline`` see-through by ``share`` (0..1): lenses, chiffon, lace."""
        box = shading.bounds(outline, 1, SIZE_PX)
        keep = 1 - share * shading.fill_mask(outline, box)
        self.alpha[box.slices] *= keep
        self.rgb[box.slices] *= keep[..., None]

    def double(self, dx: int, dy: int) -> None:
        """Put a second one, shifted by ``(dx, dy)`` pixels, behind what is drawn: shoes, gloves and earrings."""
        rgb, alpha = np.roll(self.rgb, (dy, dx), (0, 1)), np.roll(self.alpha, (dy, dx), (0, 1))
        shade = shading.blurred(np.roll(self.alpha, (4, 2), (0, 1)), 4)
        rgb = rgb * (0.97 - 0.35 * shade)[..., None]
        self.rgb = self.rgb + rgb * (1 - self.alpha)[..., None]
        self.alpha = self.alpha + alpha * (1 - self.alpha)

    def packshot(self, ground: Rgb) -> NDArray[np.uint8]:
        """The product on a light ground with its soft shadow: (400, 320, 3) uint8 RGB."""
        rgb, alpha = _fitted(self.rgb, self.alpha)
        rows = np.linspace(0.025, -0.03, HEIGHT_PX, dtype=np.float32)[:, None, None]
        backdrop = np.clip(np.array(ground, np.float32) + rows, 0, 1) * np.ones((1, WIDTH_PX, 1), np.float32)
        far = np.roll(shading.blurred(alpha, 9), (9, 5), (0, 1))
        near = np.roll(shading.blurred(alpha, 3), (2, 1), (0, 1))
        backdrop *= (1 - 0.20 * far - 0.14 * near)[..., None]
        picture = backdrop * (1 - alpha[..., None]) + rgb
        return np.asarray(np.clip(picture, 0, 1) * 255 + 0.5, np.uint8)

    def _cloth(self, box: shading.Box, angle: float) -> tuple[Field, Field]:
        """Where each pixel of ``box`` lies on the cloth: turned by ``angle`` and softly warped."""
        rows, columns = box.size[::-1]
        y, x = np.mgrid[box[1] : box[3], box[0] : box[2]].astype(np.float32)
        x += 1.6 * smooth_noise(self._rng, rows, columns, 60, 60)
        y += 1.6 * smooth_noise(self._rng, rows, columns, 60, 60)
        cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
        return (x - 160) * cos + (y - 200) * sin + 160, (y - 200) * cos - (x - 160) * sin + 200

    def _cast_shadow(self, outline: Polyline, lift_px: float) -> None:
        if not lift_px:
            return
        box = shading.bounds(outline, 3 * lift_px + 3, SIZE_PX)
        shifted = outline + np.array([0.5, 0.9], np.float32) * lift_px
        shade = shading.blurred(shading.fill_mask(shifted, box), lift_px + 0.6)
        self.rgb[box.slices] *= (1 - 0.32 * shade)[..., None]

    def _lay(self, box: shading.Box, mask: Field, rgb: NDArray[np.float32]) -> None:
        cover = mask[..., None]
        self.rgb[box.slices] = self.rgb[box.slices] * (1 - cover) + rgb * cover
        self.alpha[box.slices] = self.alpha[box.slices] * (1 - mask) + mask

    def _ink(self, lines: Sequence[Polyline], colour: Rgb, width_px: float, strength: float) -> None:
        box = shading.bounds(np.concatenate(lines), width_px + 2, SIZE_PX)
        mask = (shading.stroke_mask(lines, width_px, box) * strength)[..., None]
        paint = np.array(colour, np.float32) * self.alpha[box.slices][..., None]
        self.rgb[box.slices] = self.rgb[box.slices] * (1 - mask) + paint * mask


def mirrored(line: Polyline) -> Polyline:
    """``line`` about the picture's vertical centre line."""
    return np.stack([WIDTH_PX - line[:, 0], line[:, 1]], axis=1)


def both(points: Sequence[tuple[float, float]]) -> tuple[Polyline, Polyline]:
    """An open curve and its mirror image."""
    return curve(points, closed=False), curve(flip(points), closed=False)


def contrast(colour: Rgb) -> Rgb:
    """White thread on dark cloth, dark thread on light cloth."""
    return (0.95, 0.94, 0.92) if luminance(colour) < 0.55 else (0.16, 0.17, 0.22)


def _printed(fabric: Fabric, u: Field, v: Field) -> NDArray[np.float32]:
    """The cloth's colours (H, W, 3) before light."""
    ground = np.broadcast_to(np.array(fabric.colour, np.float32), (*u.shape, 3))
    if fabric.pattern == "plain":
        return ground
    for cover, accent in zip(PATTERNS[fabric.pattern](u / fabric.scale, v / fabric.scale), fabric.accents, strict=True):
        ground = ground + (np.array(accent, np.float32) - ground) * np.clip(cover, 0, 1)[..., None]
    return np.asarray(ground, np.float32)


def _fitted(rgb: NDArray[np.float32], alpha: Field) -> tuple[NDArray[np.float32], Field]:
    """The product enlarged (at most 1.5 times) or reduced to fill the frame up to a margin, and centred in it."""
    rows, columns = np.flatnonzero(alpha.max(1) > 0.02), np.flatnonzero(alpha.max(0) > 0.02)
    left, top, right, bottom = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    zoom = min((WIDTH_PX - 2 * MARGIN_PX) / (right - left), (HEIGHT_PX - 2 * MARGIN_PX) / (bottom - top), 1.5)
    size = round((right - left) * zoom), round((bottom - top) * zoom)
    x, y = (WIDTH_PX - size[0]) // 2, (HEIGHT_PX - size[1]) // 2
    planes = np.zeros((HEIGHT_PX, WIDTH_PX, 4), np.float32)
    for channels, plane in ((slice(0, 3), rgb), (slice(3, 4), alpha)):
        picture = Image.fromarray(np.asarray(plane[top:bottom, left:right] * 255 + 0.5, np.uint8))
        fitted = np.asarray(picture.resize(size, Image.Resampling.BICUBIC), np.float32) / 255
        planes[y : y + size[1], x : x + size[0], channels] = fitted.reshape(size[1], size[0], -1)
    return planes[..., :3], planes[..., 3]
