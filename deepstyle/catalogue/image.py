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

from deepstyle.catalogue.image_header import Header, broken, read_header
from deepstyle.catalogue.item import ItemImage
from deepstyle.errors import ImageTooLargeError

MAX_IMAGE_BYTES: Final = 10 * 1024 * 1024
MAX_IMAGE_PIXELS: Final = 40_000_000

Fit = Literal["stretch", "pad", "crop"]
Rgb = NDArray[np.uint8]

_PILLOW_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What the header says; ``width_px`` and ``height_px`` are those of the upright picture."""

    media_type: str
    width_px: int
    height_px: int
    frames: int


def probe(data: bytes, *, max_bytes: int = MAX_IMAGE_BYTES, max_pixels: int = MAX_IMAGE_PIXELS) -> ImageInfo:
    """Read the header alone, in milliseconds and without memory, whatever it claims.

    Raises ``ImageTooLargeError`` over ``max_bytes``, ``max_pixels`` or the limits of ``image_header``,
    ``ImageFormatError`` for another format than JPEG, PNG, WebP or GIF, ``ImageBrokenError`` for a malformed one.
    """
    header = _checked_header(data, max_bytes, max_pixels)
    width_px, height_px = header.width_px, header.height_px
    if header.orientation >= 5:
        width_px, height_px = height_px, width_px
    return ImageInfo(header.media_type, width_px, height_px, header.frames)


def decode(
    data: bytes, *, max_bytes: int = MAX_IMAGE_BYTES, max_pixels: int = MAX_IMAGE_PIXELS, min_side_px: int = 0
) -> Rgb:
    """The first frame, upright (EXIF), transparency on white: (H, W, 3) uint8 RGB, C-contiguous.

    ``min_side_px > 0`` lets a JPEG decode at a reduced scale that keeps both sides at least that long (or at full
    size where one is shorter). Raises what ``probe`` raises, and ``ImageBrokenError`` for what does not decode.
    """
    header = _checked_header(data, max_bytes, max_pixels)
    try:
        rgb = _decode_jpeg(data, header, min_side_px) if header.media_type == "image/jpeg" else _decode(data, header)
    except Exception as error:  # decoders raise almost anything: OSError, SyntaxError, struct.error, MemoryError, …
        raise broken(f"it does not decode ({str(error) or type(error).__name__})") from error
    return upright(rgb, header.orientation)


def read_image(data: bytes, *, max_bytes: int = MAX_IMAGE_BYTES, max_pixels: int = MAX_IMAGE_PIXELS) -> ItemImage:
    """Check ``data`` by decoding it once in full; the result holds ``data`` itself. Raises what ``decode`` raises."""
    info = probe(data, max_bytes=max_bytes, max_pixels=max_pixels)
    decode(data, max_bytes=max_bytes, max_pixels=max_pixels)
    return ItemImage(data, hashlib.sha256(data).hexdigest(), info.media_type, info.width_px, info.height_px)


def resize(rgb: Rgb, height_px: int, width_px: int, fit: Fit) -> Rgb:
    """Resize (H, W, 3) to (height_px, width_px, 3), antialiased bicubic (a = -0.5).

    ``stretch`` ignores the aspect ratio, ``pad`` centres the picture between white borders, ``crop`` keeps its centre.
    """
    high, wide = rgb.shape[:2]
    picture = Image.fromarray(rgb)
    if fit == "pad":
        scale = min(height_px / high, width_px / wide)
        size = max(1, round(wide * scale)), max(1, round(high * scale))
        framed = Image.new("RGB", (width_px, height_px), "white")
        resized = picture.resize(size, Image.Resampling.BICUBIC)
        framed.paste(resized, ((width_px - size[0]) // 2, (height_px - size[1]) // 2))
        return np.asarray(framed)
    box: tuple[float, float, float, float] = (0, 0, wide, high)
    if fit == "crop":
        scale = max(height_px / high, width_px / wide)
        left, top = max(0.0, wide - width_px / scale) / 2, max(0.0, high - height_px / scale) / 2
        box = (left, top, wide - left, high - top)
    return np.asarray(picture.resize((width_px, height_px), Image.Resampling.BICUBIC, box=box))


def thumbnail(data: bytes, width_px: int) -> bytes:
    """A JPEG of at most ``width_px``, upright and without metadata; never larger than the original."""
    rgb = decode(data, min_side_px=width_px)
    height, width = rgb.shape[:2]
    if width > width_px:
        size = width_px, max(1, round(height * width_px / width))
        rgb = np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BICUBIC))
    return encode_jpeg(rgb)


def encode_jpeg(rgb: Rgb, quality: int = 90) -> bytes:
    """Encode (H, W, 3) uint8 RGB as JPEG, 4:2:0, without metadata."""
    told: bytes = simplejpeg.encode_jpeg(np.ascontiguousarray(rgb), quality, "RGB", "420")
    return told


def upright(rgb: Rgb, orientation: int) -> Rgb:
    """Turn stored pixels the way EXIF's ``orientation`` (1 to 8) says they are to be seen."""
    if orientation >= 5:
        rgb = rgb.transpose(1, 0, 2)
    if orientation in (3, 4, 7, 8):
        rgb = rgb[::-1]
    if orientation in (2, 3, 6, 7):
        rgb = rgb[:, ::-1]
    return np.ascontiguousarray(rgb)


def _checked_header(data: bytes, max_bytes: int, max_pixels: int) -> Header:
    if len(data) > max_bytes:
        raise ImageTooLargeError(
            f"The picture has {len(data):,} bytes; the limit is {max_bytes:,}.", remedy="Send a smaller file."
        )
    header = read_header(data)
    if header.width_px * header.height_px > max_pixels:
        raise ImageTooLargeError(
            f"The picture has {header.width_px:,} x {header.height_px:,} pixels; the limit is {max_pixels:,}.",
            remedy="Scale the picture down.",
        )
    return header


def _decode_jpeg(data: bytes, header: Header, min_side_px: int) -> Rgb:
    """libjpeg-turbo directly, and Pillow for what it is too strict for: CMYK, odd subsampling, harmless damage.

    Strict libjpeg-turbo accepts nothing that Pillow refuses, so that Pillow alone decides what is broken.
    """
    least_px = min_side_px if min_side_px <= min(header.width_px, header.height_px) else 0
    if header.channels in (1, 3):
        try:
            rgb: Rgb = simplejpeg.decode_jpeg(data, "RGB", min_height=least_px, min_width=least_px, strict=True)
            return rgb
        except ValueError:
            pass
    return _decode(data, header)


def _decode(data: bytes, header: Header) -> Rgb:
    payload = header.payload(data)
    with Image.open(io.BytesIO(payload), formats=[_PILLOW_FORMATS[header.media_type]]) as picture:
        picture.load()
        if header.media_type == "image/png":
            return np.asarray(_on_white(_eight_bits(picture, bits=data[24])))
        return np.asarray(_on_white(picture))


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
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white
