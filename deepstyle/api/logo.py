"""A shop's logo: an SVG or PNG that is served as it is, to be shown as a picture and never as part of a page."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from deepstyle.errors import DataError, ImageError
from deepstyle.images.header import PNG_SIGNATURE, read_header

MAX_LOGO_BYTES: Final = 100_000
LOGO_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""For whoever opens an SVG by its address: it runs no script, asks for nothing, and has an opaque origin."""
_TYPES: Final = {".svg": "image/svg+xml", ".png": "image/png"}
_SVG: Final = re.compile(r"\ufeff?\s*(?:<\?xml[^>]*\?>)?(?:\s|<!--.*?-->)*<svg\b([^>]*)>", re.S)
_VIEW_BOX: Final = re.compile(r"""\sviewBox=["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)\s*["']""")
_SIDES: Final = [re.compile(rf"""\s{name}=["']\s*([\d.]+)(?:px)?\s*["']""") for name in ("width", "height")]


@dataclass(frozen=True, slots=True)
class Logo:
    """The bytes of a logo; ``width`` and ``height`` are in any unit, and give the page its shape before it is there."""

    data: bytes
    suffix: str
    width: float
    height: float

    @property
    def media_type(self) -> str:
        """By its suffix."""
        return _TYPES[self.suffix]

    @classmethod
    def read(cls, path: Path, field: str) -> Self:
        """The logo at ``path``; raises ``DataError``, which begins with ``field``, where it cannot be used."""
        suffix = path.suffix.lower()
        if suffix not in _TYPES:
            raise DataError(
                f"{field} = {path.name} is no SVG or PNG.", remedy="Name a file that ends with .svg or .png."
            )
        try:
            with path.open("rb") as file:
                data = file.read(MAX_LOGO_BYTES + 1)
        except OSError as error:
            raise DataError(
                f"{field}: {path} cannot be read: {error.strerror}.",
                remedy="Write the path relative to the theme's file.",
            ) from error
        if len(data) > MAX_LOGO_BYTES:
            raise DataError(f"{field}: {path} has over {MAX_LOGO_BYTES:,} bytes.", remedy="Make the logo smaller.")
        width, height = _svg_size(data, field, path) if suffix == ".svg" else _png_size(data, field, path)
        return cls(data, suffix, width, height)


def _svg_size(data: bytes, field: str, path: Path) -> tuple[float, float]:
    """Of the view box, else of the sides."""
    found = _SVG.match(data.decode("utf-8", "replace"))
    if found is None:
        raise DataError(
            f"{field}: {path} does not begin with <svg>.", remedy="Save it as plain SVG, without a DOCTYPE."
        )
    box = _VIEW_BOX.search(found[1])
    texts = list(box.groups()) if box else [side[1] for one in _SIDES if (side := one.search(found[1]))]
    try:
        width, height = map(float, texts)
    except ValueError:
        width = height = 0
    if width <= 0 or height <= 0:
        raise DataError(
            f"{field}: {path} does not say how large it is.", remedy='Give <svg> a viewBox="0 0 WIDTH HEIGHT".'
        )
    return width, height


def _png_size(data: bytes, field: str, path: Path) -> tuple[float, float]:
    try:
        header = read_header(data)
    except ImageError as error:
        raise DataError(f"{field}: {path}: {error.message}", remedy=error.remedy) from error
    if not data.startswith(PNG_SIGNATURE):
        raise DataError(f"{field}: {path} is no PNG, although its name says so.", remedy="Save it as PNG.")
    return header.width_px, header.height_px
