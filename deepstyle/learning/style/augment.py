"""Augmentation for fine-tuning from pixels: the distortions that search is evaluated with, in random amounts."""

import numpy as np

from deepstyle.images.distort import Rgb, brighten, compress, crop, flip


def augment(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """A crop, mirrored half the time, brighter or darker, and JPEG-compressed one time in four: (H, W, 3) uint8."""
    rgb = crop(rgb, rng, share=float(rng.uniform(0.7, 1.0)))
    if rng.random() < 0.5:
        rgb = flip(rgb, rng)
    rgb = brighten(rgb, rng, factor=float(rng.uniform(0.7, 1.3)))
    if rng.random() < 0.25:
        rgb = compress(np.ascontiguousarray(rgb), rng, quality=int(rng.integers(20, 80)))
    return rgb
