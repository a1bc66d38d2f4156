"""Copies of pictures, as large as a shop's photographs or a phone's uploads often are."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image


def enlarged(paths: Sequence[Path], side_px: int, folder: Path) -> list[Path]:
    """Copies of ``paths`` in ``folder``, as JPEG, whose longer side has ``side_px`` pixels."""
    folder.mkdir(parents=True, exist_ok=True)
    copies = []
    for path in paths:
        with Image.open(path) as picture:
            scale = side_px / max(picture.size)
            size = round(picture.width * scale), round(picture.height * scale)
            copy = folder / f"{path.stem}.jpg"
            picture.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(copy, quality=90)
        copies.append(copy)
    return copies
