"""Pictures made on the spot: every variant of the allowed formats, and files built to do harm."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image


def photo(width_px: int = 48, height_px: int = 32, seed: int = 0) -> Image.Image:
    """A smooth random picture without symmetry, so that a turn or a flip always shows."""
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(0, 256, (5, 7, 3), dtype=np.uint8))
    return small.resize((width_px, height_px), Image.Resampling.BICUBIC)


def save(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def exif(orientation: int) -> Image.Exif:
    result = Image.Exif()
    result[0x0112] = orientation
    return result


def with_alpha(picture: Image.Image) -> Image.Image:
    """``picture`` under a horizontal ramp of opacity from 0 to 255."""
    ramp = np.linspace(0, 255, picture.width).round().astype(np.uint8)
    picture = picture.convert("RGBA")
    picture.putalpha(Image.fromarray(np.broadcast_to(ramp, (picture.height, picture.width)).copy()))
    return picture


def variants(picture: Image.Image) -> dict[str, bytes]:
    """One file for every mode, coding and container that an upload may come in."""
    grey, palette, clear = picture.convert("L"), picture.quantize(64), with_alpha(picture)
    deep = np.asarray(picture).astype(np.uint16) * 257
    deep_alpha = np.asarray(clear).astype(np.uint16) * 257
    frames = [picture.rotate(turn) for turn in (90, 180, 270)]
    return {
        "jpeg": save(picture, "JPEG", quality=92),
        "jpeg 4:4:4": save(picture, "JPEG", quality=92, subsampling="4:4:4"),
        "jpeg 4:2:2": save(picture, "JPEG", quality=92, subsampling="4:2:2"),
        "jpeg progressive": save(picture, "JPEG", quality=92, progressive=True),
        "jpeg restart": save(picture, "JPEG", quality=92, restart_marker_blocks=2),
        "jpeg grey": save(grey, "JPEG", quality=92),
        "jpeg cmyk": save(picture.convert("CMYK"), "JPEG", quality=92),
        "jpeg rgb": save(picture, "JPEG", quality=92, keep_rgb=True),
        "jpeg icc": save(picture, "JPEG", quality=92, icc_profile=bytes(100_000)),
        **{f"jpeg exif {turn}": save(picture, "JPEG", exif=exif(turn)) for turn in range(1, 9)},
        "png": save(picture, "PNG"),
        "png exif 6": save(picture, "PNG", exif=exif(6)),
        "png 1": save(picture.convert("1"), "PNG"),
        "png L": save(grey, "PNG"),
        "png LA": save(clear.convert("LA"), "PNG"),
        "png RGBA": save(clear, "PNG"),
        "png P": save(palette, "PNG"),
        "png P 2-bit": save(picture.quantize(4), "PNG", bits=2),
        "png P transparent": save(palette, "PNG", transparency=5),
        "png P alphas": save(palette, "PNG", transparency=bytes(range(0, 256, 4))),
        "png L transparent": save(grey, "PNG", transparency=100),
        "png RGB transparent": save(picture, "PNG", transparency=picture.getpixel((3, 3))),
        "png 16-bit L": png(deep[..., :1], bits=16, colour=0),
        "png 16-bit LA": png(deep_alpha[..., [0, 3]], bits=16, colour=4),
        "png 16-bit RGB": png(deep, bits=16, colour=2),
        "png 16-bit RGBA": png(deep_alpha, bits=16, colour=6),
        "apng": save(picture, "PNG", save_all=True, append_images=frames),
        "gif": save(palette, "GIF"),
        "gif grey": save(grey, "GIF"),
        "gif transparent": save(palette, "GIF", transparency=5),
        "gif animated": save(picture, "GIF", save_all=True, append_images=frames),
        "webp": save(picture, "WEBP", quality=92),
        "webp lossless": save(picture, "WEBP", lossless=True),
        "webp alpha": save(clear, "WEBP", lossless=True, exact=True),
        "webp exif 8": save(picture, "WEBP", quality=92, exif=exif(8)),
        "webp animated": save(picture, "WEBP", save_all=True, append_images=frames, lossless=True),
    }


# -- PNG by hand: depths and chunks that Pillow does not write ---------------------------------------------------------


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_file(width_px: int, height_px: int, bits: int, colour: int, pixels: bytes, before: bytes = b"") -> bytes:
    """A PNG file of already filtered and compressed ``pixels``; ``before`` holds whole chunks."""
    header = struct.pack(">IIBBBBB", width_px, height_px, bits, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + before + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def png(samples: np.ndarray, *, bits: int, colour: int, transparent: bytes = b"") -> bytes:
    """``samples`` (H, W, C) uint16 for 16 bits, else uint8; fewer than 8 bits need C = 1."""
    height_px, width_px = samples.shape[:2]
    if bits == 16:
        rows = [row.astype(">u2").tobytes() for row in samples]
    else:
        spread = np.unpackbits(samples[..., :1].astype(np.uint8), axis=2)[..., 8 - bits :]
        rows = [np.packbits(row.reshape(-1)).tobytes() for row in spread]
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    before = chunk(b"tRNS", transparent) if transparent else b""
    return png_file(width_px, height_px, bits, colour, pixels, before)


# -- files built to do harm --------------------------------------------------------------------------------------------


def png_bomb(side_px: int) -> bytes:
    """A complete black PNG of one bit a pixel: 50,000² are 312 MB of rows in 300 kB."""
    squeeze = zlib.compressobj(1)
    row = bytes(1 + (side_px + 7) // 8)
    pixels = b"".join(squeeze.compress(row * 100) for _ in range(side_px // 100)) + squeeze.flush()
    return png_file(side_px, side_px, 1, 0, pixels)


def jpeg_bomb(side_px: int) -> bytes:
    """A small JPEG whose frame header claims ``side_px``²: libjpeg would allocate before it misses the data."""
    data = bytearray(save(photo(), "JPEG", progressive=True))
    at = data.index(b"\xff\xc2")
    data[at + 5 : at + 9] = struct.pack(">HH", side_px, side_px)
    return bytes(data)


def webp_bomb(side_px: int) -> bytes:
    canvas = (side_px - 1).to_bytes(3, "little") * 2
    return riff(riff_chunk(b"VP8X", bytes(4) + canvas) + _webp_pixels())


def gif_frames(count: int) -> bytes:
    frame = b"!\xf9\x04\0\0\0\0\0" + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6) + frame * count + b";"


def apng_frames(count: int) -> bytes:
    control = struct.pack(">IIIIHHBB", 1, 1, 0, 0, 1, 10, 0, 0)
    pixels = zlib.compress(b"\0\0")
    frames = [
        chunk(b"fcTL", struct.pack(">I", 2 * n - 1) + control) + chunk(b"fdAT", struct.pack(">I", 2 * n) + pixels)
        for n in range(1, count)
    ]
    first = chunk(b"acTL", struct.pack(">II", count, 0)) + chunk(b"fcTL", struct.pack(">I", 0) + control)
    still = png_file(1, 1, 8, 0, pixels, first)
    return still[:-12] + b"".join(frames) + still[-12:]


def webp_frames(count: int) -> bytes:
    frame = riff_chunk(b"ANMF", bytes(6) + bytes(6) + (100).to_bytes(3, "little") + b"\0" + _webp_pixels())
    head = riff_chunk(b"VP8X", b"\x02\0\0\0" + bytes(6)) + riff_chunk(b"ANIM", bytes(6))
    return riff(head + frame * count)


def _webp_pixels() -> bytes:
    return save(Image.new("RGB", (1, 1)), "WEBP", lossless=True)[12:]


def riff_chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def riff(chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def text_bomb(chunks: int = 60) -> bytes:
    """A tiny PNG with compressed text: each chunk inflates to a gibibyte per mebibyte of file."""
    squeezed = zlib.compress(bytes(30_000_000), 9)
    text = chunk(b"zTXt", b"k\0\0" + squeezed) + chunk(b"iCCP", b"p\0\0" + squeezed)
    return png_file(1, 1, 8, 0, zlib.compress(b"\0\x80"), text * chunks)


def scan_bomb(scans: int = 20_000) -> bytes:
    """A progressive JPEG that repeats its last scan: a pass over all pixels for a few bytes each."""
    data = save(photo(), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * scans + data[-2:]


def bombs() -> dict[str, bytes]:
    return {
        "png 13,300²": png_bomb(13_300),
        "png 50,000²": png_bomb(50_000),
        "jpeg 13,300²": jpeg_bomb(13_300),
        "jpeg 50,000²": jpeg_bomb(50_000),
        "webp 13,300²": webp_bomb(13_300),
        "gif 20,000 frames": gif_frames(20_000),
        "apng 20,000 frames": apng_frames(20_000),
        "webp 20,000 frames": webp_frames(20_000),
        "jpeg 20,000 scans": scan_bomb(),
        "gif of 1-byte blocks": gif_frames(1)[:-2] + b"\x01\0" * 2_000_000 + b"\0;",
        "png of empty chunks": png_file(1, 1, 8, 0, zlib.compress(b"\0\0"), chunk(b"teSt", b"") * 500_000),
        "jpeg of empty segments": b"\xff\xd8" + b"\xff\xfe\0\x02" * 1_000_000,
        "jpeg of fill bytes": b"\xff\xd8" + b"\xff" * 5_000_000,
        "11 MiB": save(photo(), "JPEG") + bytes(11 << 20),
    }
