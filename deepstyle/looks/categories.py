"""The kinds of garments that are found in photos of worn looks, in the order of the detector's outputs."""

from typing import Final

GARMENTS: Final = ("tops", "bottoms", "all-body", "outerwear", "shoes", "bags", "hats")
"""Their semantic categories; the detector's map has the background before them."""
