"""Normalise a record's picture for storage: upright, in sRGB, baseline, without metadata; it is decoded once.

A picture that is already so only loses its metadata; its pixel data is copied byte for byte.
"""

import hashlib
import math
from typing import Final

import numpy as np
from PIL import Image

from deepstyle.catalogue.rows import RowError
from deepstyle.errors import ImageBrokenError, ImageError, ImageFormatError, ImageTooLargeError
from deepstyle.images.colour_profile import Colours, read_colours
from deepstyle.images.item_image import ItemImage
from deepstyle.images.parts import Header
from deepstyle.images.pixels import checked_header, decode, encode_jpeg, read_image, upright_size

NORMALISATION: Final = 1
"""The version of ``normalise_picture``; an import normalises stored pictures of an older version again."""

KEEP_BYTES: Final = 2 * 1024 * 1024
KEEP_SIDE_PX: Final = 2048
STORED_SIDE_PX: Final = 1600
STORED_QUALITY: Final = 95
_CHECKED_SIDE_PX: Final = 1
"""At the least scale that its format has, a picture is read to its last byte, and damage is found as at full size."""

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
        raise _row_error(error) from error


def normalise_picture(data: bytes) -> tuple[ItemImage, RowError | None]:
    """The picture as it is stored: upright, in sRGB, of one pass and without metadata; raises as ``check_picture``.

    Up to 2 MiB and 2048 px it keeps its pixels, and where they need no change its coding as well; a larger one becomes
    a JPEG of at most 1600 px. Transparency stays where the coding does, else it is on white. The second value says why
    its ICC profile is ignored: ``profile-broken``, ``profile-too-large``; ``None`` where it is not.
    """
    try:
        header = checked_header(data)
        colours = read_colours(data, header)
        return _normalised(data, header, colours), _profile_error(colours.problem)
    except ImageError as error:
        raise _row_error(error) from error


def _normalised(data: bytes, header: Header, colours: Colours) -> ItemImage:
    plain = header.payload(data) if _is_plain(header, colours) else b""
    if 0 < len(plain) <= KEEP_BYTES:
        decode(plain, min_side_px=_CHECKED_SIDE_PX, header=header if plain == data else None)
        return _stored(plain, data, header.media_type, header.width_px, header.height_px)
    rgb = _reduced(data, header)
    return _stored(encode_jpeg(rgb, STORED_QUALITY, "444"), data, "image/jpeg", rgb.shape[1], rgb.shape[0])


def _profile_error(problem: str) -> RowError | None:
    if not problem:
        return None
    return RowError(problem, "Its ICC profile cannot be used and is ignored.", "Save the picture in sRGB.")


def _is_plain(header: Header, colours: Colours) -> bool:
    """Whether the picture's pixels can be kept as they are coded."""
    fits = max(header.width_px, header.height_px) <= KEEP_SIDE_PX
    one_pass = header.media_type != "image/jpeg" or (header.held_bytes == 0 and header.channels in (1, 3))
    return fits and one_pass and header.bare and header.orientation == 1 and colours.transform is None


def _reduced(data: bytes, header: Header) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The upright pixels, at most ``STORED_SIDE_PX`` where they are more than is kept."""
    width_px, height_px = upright_size(header)
    long_px = max(width_px, height_px)
    if long_px <= KEEP_SIDE_PX and (len(data) <= KEEP_BYTES or long_px <= STORED_SIDE_PX):
        return decode(data, header=header)
    scale = STORED_SIDE_PX / long_px
    rgb = decode(data, min_side_px=math.ceil(scale * min(width_px, height_px)), header=header)
    size = max(1, round(scale * width_px)), max(1, round(scale * height_px))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BICUBIC))


def _stored(coded: bytes, original: bytes, media_type: str, width_px: int, height_px: int) -> ItemImage:
    digest = hashlib.sha256(coded).hexdigest()
    source = "" if coded == original else hashlib.sha256(original).hexdigest()
    return ItemImage(coded, digest, media_type, width_px, height_px, source, NORMALISATION)


def _row_error(error: ImageError) -> RowError:
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "image-broken")
    return RowError(code, error.message, error.remedy or "Replace the image file.")
