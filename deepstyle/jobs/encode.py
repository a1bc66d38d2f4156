"""Encode what a job changed, as ``deepstyle encode`` does, but calibrate only once much has changed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from deepstyle.shop import EncodeResult, Shop
from deepstyle.store.base import INSTANCE_FACTS

CHANGED_PICTURES: Final = f"{INSTANCE_FACTS}changed_pictures"
"""The fact that counts the pictures that jobs encoded since the calibration."""
SHARD_SIZE: Final = 64
"""Pictures between two moments at which a job can stop."""
CALIBRATE_AGAIN: Final = 0.05
"""The share of pictures that may change before a store is calibrated again, which encodes up to 500 photos."""


def encode_changes(shop: Shop, check: Callable[..., None]) -> EncodeResult:
    """Encode the pictures without a vector and bring the suggestions up to date; ``check`` may stop it.

    The store is calibrated again where the calibration is missing, or ``CALIBRATE_AGAIN`` of the pictures changed since
    it was made.
    """
    result = shop.encode(shard_size=SHARD_SIZE, calibrate=False, on_progress=check, on_suggest=check)
    changed = int(shop.store.meta(CHANGED_PICTURES) or 0) + result.encoded
    if result.encoded:
        shop.store.set_meta(CHANGED_PICTURES, str(changed))
    is_due = shop.calibration is None or changed >= max(1, CALIBRATE_AGAIN * shop.store.count())
    if not result.serving or not is_due:
        return result
    calibration = shop.calibrate(on_progress=check)
    shop.store.set_meta(CHANGED_PICTURES, "0")
    return replace(result, calibration=calibration)
