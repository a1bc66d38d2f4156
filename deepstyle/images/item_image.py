"""An item's picture as it is stored."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ItemImage:
    """An item's picture as stored: an allowed format that was decoded once in full.

    ``sha256`` is the hex digest of ``data``; ``media_type`` is
    ``image/jpeg``, ``image/png``, ``image/webp`` or ``image/gif``. ``source_sha256`` is the digest of the original file
    that the picture was made from, ``""`` where it is the original; ``normalisation`` is the version of what was done.
    """

    data: bytes
    sha256: str
    media_type: str
    width_px: int
    height_px: int
    source_sha256: str = ""
    normalisation: int = 0
