"""The only decode and resize of pictures: import, batch encode, training and uploads all come through here.

Any bytes may be given; only subclasses of ``ImageError`` come out. The caps hold before anything is decoded.
"""

import hashlib
import io
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import simplejpeg  # type: ignore[import-untyped]
from numpy.typing import NDArray
from PIL import Image

from deepstyle.errors import ImageTooLargeError
from deepstyle.images.colour_profile import Colours, read_colours
from deepstyle.images.header import read_header
from deepstyle.images.heif_header import PILLOW_FORMATS as HEIF_FORMATS
from deepstyle.images.heif_header import let_pillow_read, reads_heic
from deepstyle.images.item_image import ItemImage
from deepstyle.images.parts import Header, broken

MAX_IMAGE_BYTES: Final = 10 * 1024 * 1024
MAX_IMAGE_PIXELS: Final = 40_000_000
MAX_REDUCED_PIXELS: Final = 200_000_000
"""A larger picture than ``MAX_IMAGE_PIXELS`` is decoded at a reduced scale where its format has one (JPEG)."""
MAX_REDUCED_HELD_BYTES: Final = 256 * 1024 * 1024
"""What the decoder of such a picture may hold: a progressive JPEG's coefficients are all in memory."""
MAX_SIDE_PX: Final = 65_535
"""JPEG's own limit, for every format."""
MAX_WORK_NS: Final = 900_000_000
"""CPU time that decoding one picture may take, as ``Header.work_ns`` estimates it."""

Fit = Literal["stretch", "pad", "crop"]
Interpolation = Literal["bicubic", "bilinear"]
Rounding = Literal["nearest", "down"]
Rgb = NDArray[np.uint8]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom as fractions of the upright picture."""

WHOLE: Final[Box] = (0.0, 0.0, 1.0, 1.0)
_PILLOW_FORMATS: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    **HEIF_FORMATS,
}
MEDIA_TYPES: Final = tuple(_PILLOW_FORMATS)
"""The formats that are read; HEIC only with the extra `heif`."""
_METHODS: Final = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}
_LONGEST_RESIZED: Final = 8
"""A picture longer than this many times its width is not resized as a whole before it is cropped."""
_LARGE_PX: Final = 4_000_000
"""Only larger pictures are decoded reduced where the format itself has no reduced scale."""


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What the header says; ``width_px`` and ``height_px`` are those of the upright picture."""

    media_type: str
    width_px: int
    height_px: int
    frames: int


def readable_types() -> tuple[str, ...]:
    """Those of ``MEDIA_TYPES`` that are read here."""
    return tuple(media for media in MEDIA_TYPES if media != "image/heic" or reads_heic())


def probe(data: bytes, *, max_bytes: int = MAX_IMAGE_BYTES, max_pixels: int = MAX_IMAGE_PIXELS) -> ImageInfo:
    """Read the header alone, in milliseconds and without memory, whatever it claims.

    Raises ``ImageTooLargeError`` over ``max_bytes``, ``max_pixels``, ``MAX_WORK_NS`` or the limits of
    ``image_header``, ``ImageFormatError`` for another format than JPEG, PNG, WebP, GIF, AVIF or HEIC, or an unusual
    coding of one, ``ImageBrokenError`` for a malformed one.
    """
    header = checked_header(data, max_bytes=max_bytes, max_pixels=max_pixels)
    width_px, height_px = upright_size(header)
    return ImageInfo(header.media_type, width_px, height_px, header.frames)


def upright_size(header: Header) -> tuple[int, int]:
    """Width and height of the upright picture."""
    if header.orientation >= 5:
        return header.height_px, header.width_px
    return header.width_px, header.height_px


def checked_header(data: bytes, *, max_bytes: int = MAX_IMAGE_BYTES, max_pixels: int = MAX_IMAGE_PIXELS) -> Header:
    """The header of a picture within the caps; raises what ``probe`` raises."""
    if len(data) > max_bytes:
        raise ImageTooLargeError(
            f"The picture has {len(data):,} bytes; the limit is {max_bytes:,}.", remedy="Send a smaller file."
        )
    header = read_header(data)
    can_be_reduced = header.reduced_work_ns > 0 and max_pixels >= MAX_IMAGE_PIXELS
    limit = MAX_REDUCED_PIXELS if can_be_reduced else max_pixels
    if header.width_px * header.height_px > limit or max(header.width_px, header.height_px) > MAX_SIDE_PX:
        raise ImageTooLargeError(
            f"The picture has {header.width_px:,} x {header.height_px:,} pixels; the limit is {limit:,}, "
            f"and {MAX_SIDE_PX:,} a side.",
            remedy="Scale the picture down.",
        )
    is_reduced = _scale_down(header) > 1
    is_slow = (header.reduced_work_ns if is_reduced else header.work_ns) > MAX_WORK_NS
    if is_slow or (is_reduced and header.held_bytes > MAX_REDUCED_HELD_BYTES):
        raise ImageTooLargeError(
            f"The picture's {header.width_px:,} x {header.height_px:,} pixels take too long to decode in this coding.",
            remedy="Scale the picture down, or save it as an ordinary JPEG.",
        )
    return header


def _scale_down(header: Header) -> int:
    """The power of two that a picture's sides are divided by so that ``MAX_IMAGE_PIXELS`` are left."""
    factor = 1
    while header.width_px * header.height_px > MAX_IMAGE_PIXELS * factor**2:
        factor *= 2
    return factor


def _least_side(header: Header, min_side_px: int) -> int:
    """``min_side_px``, or what a picture over ``MAX_IMAGE_PIXELS`` is reduced to."""
    factor = _scale_down(header)
    if factor == 1:
        return min_side_px
    reduced_px = min(header.width_px, header.height_px) // factor
    return min(min_side_px or reduced_px, reduced_px)


def memory_bytes(header: Header, *, min_side_px: int = 0) -> int:
    """What decoding takes at most, besides the file itself and with the result."""
    min_side_px = _least_side(header, min_side_px)
    pixels = header.width_px * header.height_px // _scale_down(header) ** 2
    if header.media_type == "image/jpeg" and header.channels in (1, 3):
        decoded_pixels = header.width_px * header.height_px / _jpeg_reduction(header, min_side_px) ** 2
        copies = 2 if header.orientation == 1 and not header.profile else 4
        return header.held_bytes + int(3 * copies * decoded_pixels)
    return header.held_bytes + pixels * (8 if _reduction(header, min_side_px) > 1 else 12)


def decode(
    data: bytes,
    *,
    max_bytes: int = MAX_IMAGE_BYTES,
    max_pixels: int = MAX_IMAGE_PIXELS,
    min_side_px: int = 0,
    box: Box = WHOLE,
    header: Header | None = None,
) -> Rgb:
    """The first frame, upright (EXIF), in sRGB, transparency on white: (H, W, 3) uint8 RGB, C-contiguous.

    ``min_side_px > 0`` lets a large picture decode at a reduced scale that keeps both sides at least that long (or at
    full size where one is shorter); one of over ``MAX_IMAGE_PIXELS`` always does. ``box`` cuts a part of it out, of one
    pixel at least. ``header`` is what ``checked_header`` returned for ``data``, which is then not parsed again. Raises
    what ``probe`` raises, and ``ImageBrokenError`` for what does not decode.
    """
    header = header or checked_header(data, max_bytes=max_bytes, max_pixels=max_pixels)
    part = _stored_box(box, header.orientation)
    min_side_px = _least_side(header, min_side_px)
    try:
        colours = read_colours(data, header)
        rgb = _decode_jpeg(data, header, colours, min_side_px, part) if header.media_type == "image/jpeg" else None
        if rgb is None:
            rgb = _decode(data, header, colours, min_side_px, part)
    except Exception as error:  # decoders raise almost anything: OSError, SyntaxError, struct.error, MemoryError, …
        raise broken(f"it does not decode ({str(error) or type(error).__name__})") from error
    return upright(rgb, header.orientation)


def read_image(data: bytes, *, max_bytes: int = MAX_IMAGE_BYTES, max_pixels: int = MAX_IMAGE_PIXELS) -> ItemImage:
    """Check ``data`` by decoding it once in full; the result holds ``data`` itself. Raises what ``decode`` raises."""
    header = checked_header(data, max_bytes=max_bytes, max_pixels=max_pixels)
    decode(data, header=header)
    return ItemImage(data, hashlib.sha256(data).hexdigest(), header.media_type, *upright_size(header))


def resize(
    rgb: Rgb,
    height_px: int,
    width_px: int,
    fit: Fit,
    *,
    interpolation: Interpolation = "bicubic",
    shorter_px: int = 0,
    rounding: Rounding = "nearest",
) -> Rgb:
    """Resize (H, W, 3) to (height_px, width_px, 3), antialiased; bicubic has a = -0.5.

    ``stretch`` ignores the aspect ratio, ``pad`` centres the picture between white borders, ``crop`` keeps its centre:
    as much as fits, or with ``shorter_px`` what is left of the picture once its shorter side has that length.
    ``rounding`` is that of the crop's corner, in whole pixels of the resized picture.
    """
    high, wide = rgb.shape[:2]
    picture, method = Image.fromarray(rgb), _METHODS[interpolation]
    if fit == "pad":
        scale = min(height_px / high, width_px / wide)
        size = max(1, round(wide * scale)), max(1, round(high * scale))
        framed = Image.new("RGB", (width_px, height_px), "white")
        resized = picture.resize(size, method)
        framed.paste(resized, ((width_px - size[0]) // 2, (height_px - size[1]) // 2))
        return np.asarray(framed)
    if fit == "crop" and shorter_px:
        return np.asarray(_centre_crop(picture, (width_px, height_px), shorter_px, method, rounding))
    box: tuple[float, float, float, float] = (0, 0, wide, high)
    if fit == "crop":
        scale = max(height_px / high, width_px / wide)
        left, top = max(0.0, wide - width_px / scale) / 2, max(0.0, high - height_px / scale) / 2
        box = (left, top, wide - left, high - top)
    return np.asarray(picture.resize((width_px, height_px), method, box=box))


def _centre_crop(
    picture: Image.Image, size: tuple[int, int], shorter_px: int, method: Image.Resampling, rounding: Rounding
) -> Image.Image:
    """Resize so that the shorter side is ``shorter_px``, then keep the centre, of ``size`` (width, height).

    The longer side is rounded down, as torchvision and transformers do. A very long picture is resized only where it
    is kept, so that no header makes it large; that differs by a few levels in some pixels, since Pillow may choose
    another order of axes.
    """
    shortest = min(picture.size)
    wide, high = (int(shorter_px * side / shortest) for side in picture.size)
    left, top = (
        (resized - kept) // 2 if rounding == "down" else round((resized - kept) / 2)
        for resized, kept in zip((wide, high), size, strict=True)
    )
    box = (left, top, left + size[0], top + size[1])
    if max(wide, high) <= _LONGEST_RESIZED * shorter_px:
        return picture.resize((wide, high), method).crop(box)
    across, down = picture.width / wide, picture.height / high
    end = min(picture.width, box[2] * across), min(picture.height, box[3] * down)
    return picture.resize(size, method, box=(left * across, top * down, *end))


def thumbnail(data: bytes, width_px: int, *, header: Header | None = None) -> bytes:
    """A JPEG of at most ``width_px``, upright and without metadata; never larger than the original."""
    rgb = decode(data, min_side_px=width_px, header=header)
    height, width = rgb.shape[:2]
    if width > width_px:
        size = width_px, max(1, round(height * width_px / width))
        rgb = np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BICUBIC))
    return encode_jpeg(rgb)


def encode_jpeg(rgb: Rgb, quality: int = 90, subsampling: Literal["420", "444"] = "420") -> bytes:
    """Encode (H, W, 3) uint8 RGB as baseline JPEG, without metadata."""
    jpeg: bytes = simplejpeg.encode_jpeg(np.ascontiguousarray(rgb), quality, "RGB", subsampling)
    return jpeg


def upright(rgb: Rgb, orientation: int) -> Rgb:
    """Turn stored pixels the way EXIF's ``orientation`` (1 to 8) says they are to be seen."""
    if orientation >= 5:
        rgb = rgb.transpose(1, 0, 2)
    if orientation in (3, 4, 7, 8):
        rgb = rgb[::-1]
    if orientation in (2, 3, 6, 7):
        rgb = rgb[:, ::-1]
    return np.ascontiguousarray(rgb)


def _decode_jpeg(data: bytes, header: Header, colours: Colours, min_side_px: int, box: Box) -> Rgb | None:
    """libjpeg-turbo directly; ``None`` for what it is too strict for: CMYK, odd subsampling, harmless damage.

    Strict libjpeg-turbo accepts nothing that Pillow refuses, so that Pillow alone decides what is broken. What is too
    much work to be done twice is left to Pillow at once.
    """
    if header.channels not in (1, 3) or 2 * header.work_ns > MAX_WORK_NS or _scale_down(header) > 1:
        return None
    least_px = min_side_px if min_side_px <= min(header.width_px, header.height_px) else 0
    try:
        rgb: Rgb = simplejpeg.decode_jpeg(data, "RGB", min_height=least_px, min_width=least_px, strict=True)
    except ValueError:
        return None
    left, top, right, bottom = _pixel_box(box, rgb.shape[1], rgb.shape[0])
    rgb = rgb[top:bottom, left:right]
    if colours.transform is None:
        return rgb
    return np.asarray(colours.to_srgb(Image.fromarray(rgb if header.channels == 3 else rgb[..., 0])))


def _jpeg_reduction(header: Header, min_side_px: int) -> float:
    """How many times shorter the sides get: libjpeg-turbo scales by eighths."""
    side_px = min(header.width_px, header.height_px)
    return 8 / max(1, -(-8 * min_side_px // side_px)) if 0 < min_side_px <= side_px else 1.0


def _decode(data: bytes, header: Header, colours: Colours, min_side_px: int, box: Box) -> Rgb:
    if header.media_type == "image/heic":
        let_pillow_read()
    with Image.open(io.BytesIO(header.payload(data)), formats=[_PILLOW_FORMATS[header.media_type]]) as picture:
        if header.media_type == "image/jpeg" and min_side_px > 0:
            picture.draft("", (min_side_px, min_side_px))
        picture.load()
        shown: Image.Image = picture if box == WHOLE else picture.crop(_pixel_box(box, *picture.size))
        if header.media_type == "image/png":
            shown = _eight_bits(shown, bits=data[24])
        if (factor := _reduction(header, min_side_px)) > 1 and header.media_type != "image/jpeg":
            shown = _reduced(shown, factor)
        return np.asarray(_on_white(colours.to_srgb(shown)))


def _reduction(header: Header, min_side_px: int) -> int:
    """The whole number that a large picture's sides are divided by; they stay twice as long as they must."""
    if min_side_px <= 0 or header.width_px * header.height_px <= _LARGE_PX:
        return 1
    return max(1, min(header.width_px, header.height_px) // (2 * min_side_px))


def _reduced(picture: Image.Image, factor: int) -> Image.Image:
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
    elif picture.mode in ("1", "P"):
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    return picture.reduce(factor)


def _stored_box(box: Box, orientation: int) -> Box:
    """``box`` in the picture as stored, before ``upright`` turns it."""
    left, top, right, bottom = box
    if orientation in (2, 3, 6, 7):
        left, right = 1 - right, 1 - left
    if orientation in (3, 4, 7, 8):
        top, bottom = 1 - bottom, 1 - top
    return (top, left, bottom, right) if orientation >= 5 else (left, top, right, bottom)


def _pixel_box(box: Box, width_px: int, height_px: int) -> tuple[int, int, int, int]:
    """``box`` in whole pixels: inside the picture, and one pixel at least."""
    left, top = (min(int(at * size), size - 1) for at, size in ((box[0], width_px), (box[1], height_px)))
    right = min(width_px, max(left + 1, round(box[2] * width_px)))
    bottom = min(height_px, max(top + 1, round(box[3] * height_px)))
    return left, top, right, bottom


def _eight_bits(picture: Image.Image, bits: int) -> Image.Image:
    """PNG samples as 8 bits, and the transparent colour (tRNS), which Pillow leaves in the file's depth, with them."""
    key = picture.info.get("transparency")
    if picture.mode.startswith("I;16"):
        grey = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
        if key is not None:
            grey.putalpha(Image.fromarray(np.where(np.asarray(picture) == key, 0, 255).astype(np.uint8)))
        return grey
    if key is not None and bits == 16 and picture.mode == "RGB":
        picture.info["transparency"] = tuple(value >> 8 for value in key)
    elif key is not None and bits < 8 and picture.mode == "L":
        picture.info["transparency"] = key * 255 // (2**bits - 1)
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    picture = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white
