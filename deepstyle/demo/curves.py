"""Smooth outlines from a few key points: every silhouette of the demo catalogue is a list of these."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDTH_PX: Final = 320
HEIGHT_PX: Final = 400
CENTRE: Final = WIDTH_PX / 2
_STEPS: Final = 10

Polyline = NDArray[np.float32]
"""(N, 2) float32: x to the right and y down, in pixels of a 320 x 400 picture."""


class Corner(NamedTuple):
    """A key point where the outline turns sharply; a plain ``(x, y)`` is passed smoothly."""

    x: float
    y: float


Point = tuple[float, float] | Corner


def curve(points: Sequence[Point], *, closed: bool = True) -> Polyline:
    """Interpolate ``points`` by cubic Béziers whose handles follow Catmull and Rom, without handles at corners."""
    count = len(points)
    position = np.array([(p[0], p[1]) for p in points], np.float32)
    handles = np.zeros_like(position)
    for index, point in enumerate(points):
        inner = closed or 0 < index < count - 1
        if inner and not isinstance(point, Corner):
            handles[index] = (position[(index + 1) % count] - position[index - 1]) / 6
    t = np.linspace(0, 1, _STEPS, endpoint=False, dtype=np.float32)[:, None]
    spans = [
        _bezier(position[i], handles[i], position[(i + 1) % count], handles[(i + 1) % count], t)
        for i in range(count if closed else count - 1)
    ]
    return np.concatenate(spans if closed else [*spans, position[-1:]])


def _bezier(start: Polyline, leave: Polyline, end: Polyline, arrive: Polyline, t: NDArray[np.float32]) -> Polyline:
    first, second = start + leave, end - arrive
    u = 1 - t
    points: Polyline = u**3 * start + 3 * u**2 * t * first + 3 * u * t**2 * second + t**3 * end
    return points


def flip(points: Sequence[Point]) -> list[Point]:
    """The mirror image of ``points`` about the picture's vertical centre line."""
    return [type(p)(WIDTH_PX - p[0], p[1]) if isinstance(p, Corner) else (WIDTH_PX - p[0], p[1]) for p in points]


def symmetric(half: Sequence[Point]) -> Polyline:
    """A closed outline from its right half, given from the top centre to the bottom centre."""
    left = [p for p in reversed(flip(half)) if p[0] < CENTRE - 0.01]
    return curve([*half, *left])


def ellipse(x: float, y: float, radius_x: float, radius_y: float | None = None) -> Polyline:
    """An ellipse around ``(x, y)``; a circle where one radius is given."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False, dtype=np.float32)
    radii = (radius_x, radius_x if radius_y is None else radius_y)
    return np.stack([x + radii[0] * np.cos(angle), y + radii[1] * np.sin(angle)], axis=1)


def box(x: float, y: float, width: float, height: float, radius: float = 4.0) -> Polyline:
    """A rectangle with rounded corners; ``(x, y)`` is its top left."""
    r = min(radius, width / 2, height / 2)
    quarter = np.linspace(0, np.pi / 2, 8, dtype=np.float32)
    centres = [
        (x + width - r, y + r, -np.pi / 2),
        (x + width - r, y + height - r, 0),
        (x + r, y + height - r, np.pi / 2),
        (x + r, y + r, np.pi),
    ]
    arcs = [np.stack([cx + r * np.cos(quarter + a), cy + r * np.sin(quarter + a)], axis=1) for cx, cy, a in centres]
    return np.concatenate(arcs).astype(np.float32)


def moved(line: Polyline, dx: float, dy: float) -> Polyline:
    """``line`` shifted by ``(dx, dy)`` pixels."""
    return line + np.array([dx, dy], np.float32)


def along(line: Polyline, count: int) -> Polyline:
    """``count`` points at equal distances along an open ``line``, its ends included: (count, 2)."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    distance = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0, distance[-1], count)
    return np.stack([np.interp(at, distance, line[:, 0]), np.interp(at, distance, line[:, 1])], 1).astype(np.float32)
