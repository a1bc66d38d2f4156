"""A record's picture, decoded once in full and made fit to store."""

from typing import Final

from deepstyle.catalogue.image import read_image, thumbnail
from deepstyle.catalogue.item import ItemImage
from deepstyle.catalogue.source import RowError
from deepstyle.errors import ImageBrokenError, ImageError, ImageFormatError, ImageTooLargeError

KEEP_BYTES: Final = 2 * 1024 * 1024
KEEP_SIDE_PX: Final = 2048
STORED_SIDE_PX: Final = 1600

_CODES: Final[tuple[tuple[type[ImageError], str], ...]] = (
    (ImageTooLargeError, "image-too-large"),
    (ImageFormatError, "image-format"),
    (ImageBrokenError, "image-broken"),
)


def check_picture(data: bytes) -> ItemImage:
    """Decode ``data`` in full. Raises ``RowError`` ``image-too-large``, ``image-format`` or ``image-broken``."""
    try:
        return read_image(data)
    except ImageError as error:
        code = next((code for kind, code in _CODES if isinstance(error, kind)), "image-broken")
        raise RowError(code, error.message, error.remedy or "Replace the image file.") from error


def fit_picture(image: ItemImage) -> ItemImage:
    """The picture as it is stored: itself up to 2 MiB and 2048 px, else an upright JPEG of at most 1600 px."""
    long_side_px = max(image.width_px, image.height_px)
    if len(image.data) <= KEEP_BYTES and long_side_px <= KEEP_SIDE_PX:
        return image
    scale = min(1.0, STORED_SIDE_PX / long_side_px)
    return read_image(thumbnail(image.data, max(1, round(image.width_px * scale))))
