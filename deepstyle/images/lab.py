"""From sRGB to CIELAB (D65, 2 degrees), where distances are roughly those that people see."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_TO_XYZ: Final = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE: Final = np.array([0.95047, 1.0, 1.08883])
_LINEAR_BELOW: Final = (6 / 29) ** 3


def lab_of(rgb: NDArray[np.floating | np.integer]) -> NDArray[np.float64]:
    """Lightness L in [0, 100] and the opponent colours a and b, (..., 3) float64, of ``rgb`` (..., 3) in [0, 255].

    Source: IEC 61966-2-1 (sRGB) and CIE 15 (CIELAB).
    """
    channels = np.asarray(rgb, np.float64) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _TO_XYZ.T / _WHITE
    x, y, z = np.moveaxis(np.where(xyz > _LINEAR_BELOW, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
