"""Some two hundred pictures made by hand to cost more than they look: by passes, by inflation, by canvas, by metadata.

Most are made of black or grey areas, so that a few kilobytes order the work of 40 megapixels. ``nasty()`` names them
all and makes each when it is called for; the large ones take a second to make.
"""

import functools
import itertools
import random
import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image, ImageCms

from tests.images import pictures
from tests.images.pictures import chunk, photo, png_file, riff, riff_chunk, save

Make = Callable[[], bytes]
SIDE_PX = 6_320  # 39.9 megapixels
KIB, MIB = 1 << 10, 1 << 20


def nasty() -> dict[str, Make]:
    """Every nasty picture by name."""
    families = (jpeg_codings, jpeg_scans, jpeg_headers, png_sizes, png_streams, gifs, webps, profiles, metadata)
    return {name: make for family in families for name, make in family()}


# -- JPEG --------------------------------------------------------------------------------------------------------------


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def arithmetic_bomb(width_px: int = SIDE_PX, height_px: int = SIDE_PX, scans: int = 195) -> bytes:
    """A progressive arithmetic-coded grey JPEG: a scan without a byte of data is a valid one, of zeros alone."""
    frame = segment(0xCA, struct.pack(">BHHB", 8, height_px, width_px, 1) + b"\1\x11\0")
    tables = segment(0xDB, b"\0" + bytes([1] * 64))
    one = segment(0xDA, b"\1\1\0\0\0\0") + b"".join(
        segment(0xDA, b"\1\1\0" + bytes((1, 63, approximation))) for approximation in [1] + [0x10] * (scans - 2)
    )
    return b"\xff\xd8" + tables + frame + one + b"\xff\xd9"


@functools.cache
def flat(mode: str, width_px: int, height_px: int, kind: str, **options: object) -> bytes:
    return save(
        Image.new(mode, (width_px, height_px), (90, 120, 60, 20)[: len(mode)] if mode != "L" else 90), kind, **options
    )


def repeated_scan(mode: str, which: int, times: int, **options: object) -> bytes:
    """A flat progressive picture of 40 megapixels whose scan ``which``, with its tables, comes ``times`` times more."""
    data = flat(mode, SIDE_PX, SIDE_PX, "JPEG", progressive=True, quality=60, **options)
    starts = [at for at in range(len(data)) if data[at : at + 2] == b"\xff\xda"]
    start = starts[which]
    end = next(at for at in range(start + 2, len(data)) if data[at] == 0xFF and data[at + 1] not in (0, 0xFF))
    table = data.rindex(b"\xff\xc4", 0, start)
    again = data[table:end] if table + 2 + struct.unpack_from(">H", data, table + 2)[0] == start else data[start:end]
    return data[:end] + again * times + data[end:]


def jpeg_codings() -> Iterator[tuple[str, Make]]:
    plain = save(photo(), "JPEG")
    for marker in (0xC1, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF):
        yield f"jpeg SOF{marker - 0xC0}", lambda marker=marker: plain.replace(b"\xff\xc0", bytes((0xFF, marker)))
    yield "jpeg arithmetic, 195 scans, 40 MP", arithmetic_bomb
    yield "jpeg arithmetic, 195 scans, 4 MP", lambda: arithmetic_bomb(2_000, 2_000)
    yield "jpeg arithmetic, 8 scans, 1 MP", lambda: arithmetic_bomb(1_000, 1_000, 8)
    yield "jpeg baseline grey 40 MP", lambda: flat("L", SIDE_PX, SIDE_PX, "JPEG")
    yield "jpeg baseline 4:4:4 40 MP", lambda: flat("RGB", SIDE_PX, SIDE_PX, "JPEG", subsampling="4:4:4")
    yield "jpeg CMYK 40 MP", lambda: flat("CMYK", SIDE_PX, SIDE_PX, "JPEG")
    yield "jpeg CMYK progressive 40 MP", lambda: flat("CMYK", SIDE_PX, SIDE_PX, "JPEG", progressive=True)
    yield "jpeg strip 65,000 x 610", lambda: flat("RGB", 65_000, 610, "JPEG", progressive=True)
    yield "jpeg strip 610 x 65,000", lambda: flat("RGB", 610, 65_000, "JPEG", progressive=True)
    yield "jpeg restart at every block, 9 MP", lambda: flat("L", 3_000, 3_000, "JPEG", restart_marker_blocks=1)
    yield "jpeg noise 8 MP progressive", lambda: noise_jpeg(3_300, 2_400, 60)
    yield "jpeg noise 38 MP progressive", lambda: noise_jpeg(7_200, 5_300, 4)


def noise_jpeg(width_px: int, height_px: int, quality: int) -> bytes:
    rows = np.random.default_rng(0).integers(0, 256, (height_px, width_px), np.uint8)
    data = save(Image.fromarray(rows), "JPEG", quality=quality, progressive=True)
    assert len(data) < 10 * MIB, len(data)
    return data


def jpeg_scans() -> Iterator[tuple[str, Make]]:
    kinds = {"DC": 0, "AC": 1, "AC refined": 3, "DC refined": 4, "AC last": 5}
    for (name, which), times in itertools.product(kinds.items(), (4, 12, 40, 94)):
        yield f"jpeg grey 40 MP, {name} x{times}", lambda which=which, times=times: repeated_scan("L", which, times)
    for which, times in itertools.product((0, 3, 5, 6, 9), (1, 3, 30)):
        yield (
            f"jpeg 4:4:4 40 MP, scan {which} x{times}",
            lambda which=which, times=times: repeated_scan("RGB", which, times, subsampling="4:4:4"),
        )
    yield "jpeg 20,000 scans", pictures.scan_bomb
    yield "jpeg 99 scans of 48 x 32", lambda: pictures.scan_bomb(89)
    yield (
        "jpeg scans with damage between them",
        lambda: b"\xff\xd9".join(pictures.scan_bomb(30).replace(b"\xff\xda", b"junk\xff\xda").rsplit(b"\xff\xd9", 1)),
    )


def jpeg_headers() -> Iterator[tuple[str, Make]]:
    plain = save(photo(), "JPEG")
    frame = plain.index(b"\xff\xc0")
    scan = plain.index(b"\xff\xda")

    def patched(at: int, put: bytes) -> Make:
        return lambda: plain[:at] + put + plain[at + len(put) :]

    for name, put in {"0 x 0": bytes(4), "0 high": b"\0\0\0\x30", "65,535²": b"\xff" * 4}.items():
        yield f"jpeg of {name}", patched(frame + 5, put)
    for name, size in {"40 MP": (6_300, 6_300), "40 MP wide": (610, 65_500)}.items():
        yield f"jpeg claims {name}", patched(frame + 5, struct.pack(">HH", *size))
    for count in (0, 2, 4, 5, 255):
        yield f"jpeg of {count} components", patched(frame + 9, bytes((count,)))
    for factor in (0x00, 0x01, 0x14, 0x41, 0x44, 0x33, 0xFF):
        yield f"jpeg sampling {factor:02x}", patched(frame + 11, bytes((factor,)))
    yield "jpeg with one component thrice", patched(frame + 13, b"\1")
    yield "jpeg scan of 0 components", patched(scan + 4, b"\0")
    yield "jpeg scan of 255 components", patched(scan + 4, b"\xff")
    yield "jpeg two frames", lambda: plain[:scan] + plain[frame:scan] * 2 + plain[scan:]
    yield "jpeg without tables", lambda: plain.replace(b"\xff\xc4", b"\xff\xfe")
    yield (
        "jpeg lines by DNL",
        lambda: plain[: frame + 5] + b"\0\0" + plain[frame + 7 : -2] + b"\xff\xdc\0\4\0\x20\xff\xd9",
    )
    yield "jpeg with 9 MiB after its end", lambda: plain + plain[:400] * (9 * MIB // 400)
    yield "jpeg with 9 MiB of zeros in its scan", lambda: plain[:-2] + bytes(9 * MIB) + plain[-2:]
    yield "jpeg with 9 MiB of restarts", lambda: plain[:-2] + b"\xff\xd0" * (9 * MIB // 2) + plain[-2:]
    yield "jpeg with 9 MiB of fill", lambda: plain[:-2] + b"\xff" * (9 * MIB) + plain[-2:]
    yield "jpeg in a jpeg", lambda: plain[:2] + segment(0xE1, plain) * 40 + plain[2:]


# -- PNG ---------------------------------------------------------------------------------------------------------------

PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


@functools.cache
def flat_png(bits: int, colour: int, interlaced: bool, filter_kind: int, side_px: int = SIDE_PX) -> bytes:
    """A PNG of one value, its rows filtered by ``filter_kind``, with a palette of alphas where it has a palette."""
    squeeze = zlib.compressobj(1)
    steps = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    parts = []
    for left, top, right, down in steps if interlaced else [(0, 0, 1, 1)]:
        wide, high = -(-(side_px - left) // right), -(-(side_px - top) // down)
        row = bytes([filter_kind]) + b"\x01" * (-(-wide * bits * PNG_CHANNELS[colour] // 8))
        parts += [squeeze.compress(row * 64) for _ in range(high // 64)] + [squeeze.compress(row * (high % 64))]
    before = chunk(b"PLTE", bytes(range(256)) * 3)[:] if colour == 3 else b""
    if colour == 3:
        entries = 2**bits
        before = chunk(b"PLTE", bytes(3 * entries)) + chunk(b"tRNS", bytes(range(entries % 256 or 256)))
    elif colour in (0, 2):
        before = chunk(b"tRNS", bytes(2 * PNG_CHANNELS[colour]))
    header = struct.pack(">IIBBBBB", side_px, side_px, bits, colour, 0, 0, interlaced)
    body = chunk(b"IHDR", header) + before + chunk(b"IDAT", b"".join(parts) + squeeze.flush()) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def png_sizes() -> Iterator[tuple[str, Make]]:
    depths = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
    for colour, all_bits in depths.items():
        for bits, interlaced in itertools.product(all_bits, (False, True)):
            yield (
                f"png 40 MP, {bits} bits, colour {colour}{', interlaced' if interlaced else ''}",
                lambda bits=bits, colour=colour, interlaced=interlaced: flat_png(bits, colour, interlaced, 4),
            )
    for colour, side_px in ((6, 4_400), (2, 5_000), (4, 5_000)):
        yield (
            f"png {side_px}², 16 bits, colour {colour}",
            lambda colour=colour, side_px=side_px: flat_png(16, colour, False, 4, side_px),
        )
    for width_px, height_px in ((65_000, 610), (610, 65_000)):
        yield f"png strip {width_px:,} x {height_px:,}", lambda w=width_px, h=height_px: flat("RGB", w, h, "PNG")
    yield "png 40,000,000 x 1", lambda: png_file(40_000_000, 1, 8, 0, zlib.compress(bytes(40_000_001)))
    yield "png 1 x 40,000,000", lambda: png_file(1, 40_000_000, 8, 0, zlib.compress(bytes(80_000_000)))


def surplus_png(surplus_mib: int) -> bytes:
    """8 x 8 pixels, and after them ``surplus_mib`` MiB of zeros in the same stream."""
    squeeze = zlib.compressobj(9)
    pixels = squeeze.compress(bytes(72)) + b"".join(squeeze.compress(bytes(MIB)) for _ in range(surplus_mib))
    return png_file(8, 8, 8, 0, pixels + squeeze.flush())


def png_streams() -> Iterator[tuple[str, Make]]:
    pixels = zlib.compress(bytes(72))
    for surplus_mib in (10, 1_000):
        yield f"png with {surplus_mib:,} MiB behind its pixels", lambda mib=surplus_mib: surplus_png(mib)
    yield "png without data", lambda: png_file(SIDE_PX, SIDE_PX, 8, 6, zlib.compress(b""))
    yield "png of half its data", lambda: png_file(SIDE_PX, SIDE_PX, 8, 0, zlib.compress(bytes(SIDE_PX**2 // 2)))
    yield "png of stored blocks", lambda: png_file(2_900, 2_900, 8, 0, zlib.compress(bytes(2_901 * 2_900), 0))
    yield "png of 16,000 IDAT", lambda: png_file(8, 8, 8, 0, pixels, chunk(b"IDAT", b"") * 16_000)
    yield "png of 9 MiB of IDAT after its end", lambda: png_file(8, 8, 8, 0, pixels + bytes(9 * MIB))
    yield (
        "png with noise",
        lambda: png_file(2_900, 2_900, 8, 0, zlib.compress(random.Random(0).randbytes(2_901 * 2_900))),
    )
    for kind in (5, 255):
        yield (
            f"png filter {kind}",
            lambda kind=kind: png_file(8, 8, 8, 0, zlib.compress((bytes((kind,)) + bytes(8)) * 8)),
        )
    for bits, colour in ((3, 0), (16, 3), (4, 2), (8, 5), (0, 0), (8, 1), (255, 255)):
        yield f"png {bits} bits, colour {colour}", lambda b=bits, c=colour: png_file(8, 8, b, c, pixels)
    for size in ((0, 8), (2**31, 1), (2**32 - 1, 2**32 - 1)):
        yield f"png {size[0]:,} x {size[1]:,}", lambda size=size: png_file(*size, 8, 0, pixels)
    yield "png tRNS of 9 MiB", lambda: png_file(8, 8, 8, 0, pixels, chunk(b"tRNS", bytes(9 * MIB)))
    yield "png palette of 9 MiB", lambda: png_file(8, 8, 8, 3, pixels, chunk(b"PLTE", bytes(9 * MIB)))
    yield "png palette of none", lambda: png_file(8, 8, 8, 3, pixels, chunk(b"PLTE", b""))
    yield "png compressed text", pictures.text_bomb
    yield (
        "png second header",
        lambda: png_file(8, 8, 8, 0, pixels, chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE_PX, SIDE_PX, 16, 6, 0, 0, 1))),
    )


# -- GIF ---------------------------------------------------------------------------------------------------------------


def gif(
    screen: tuple[int, int], frame: tuple[int, int, int, int], lzw: bytes, before: bytes = b"", flags: int = 0
) -> bytes:
    """A GIF of two colours whose only frame has the LZW stream ``lzw``, its minimum code size first."""
    blocks = b"".join(bytes((len(part),)) + part for part in (lzw[at : at + 255] for at in range(1, len(lzw), 255)))
    head = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80, 0, 0) + bytes(3) + b"\xff" * 3
    return head + before + b"," + struct.pack("<HHHHB", *frame, flags) + lzw[:1] + blocks + b"\0;"


def gifs() -> Iterator[tuple[str, Make]]:
    one = b"\x02\x44\x01"
    yield "gif 40 MP", lambda: flat("P", SIDE_PX, SIDE_PX, "GIF")
    yield "gif 40 MP, interlaced", lambda: flat("P", SIDE_PX, SIDE_PX, "GIF", interlace=1)
    yield "gif screen of 40 MP, frame of one", lambda: gif((SIDE_PX, SIDE_PX), (0, 0, 1, 1), one)
    yield "gif screen of 65,535²", lambda: gif((65_535, 65_535), (0, 0, 1, 1), one)
    yield "gif frame far out", lambda: gif((1, 1), (65_000, 65_000, 1, 1), one)
    yield "gif frame of 40 MP out of its screen", lambda: gif((1, 1), (100, 100, 6_200, 6_200), one)
    yield "gif frame of no pixel", lambda: gif((8, 8), (0, 0, 0, 0), one)
    for size in (0, 1, 8, 11, 12, 255):
        yield f"gif code size {size}", lambda size=size: gif((64, 64), (0, 0, 64, 64), bytes((size,)) + bytes(300))
    yield (
        "gif LZW of noise",
        lambda: gif((3_000, 3_000), (0, 0, 3_000, 3_000), b"\x08" + random.Random(0).randbytes(9 * MIB)),
    )
    yield "gif LZW of clears", lambda: gif((3_000, 3_000), (0, 0, 3_000, 3_000), b"\x07" + b"\x80" * (9 * MIB))
    yield "gif LZW after its pixels", lambda: gif((1, 1), (0, 0, 1, 1), one + bytes(9 * MIB))
    yield "gif 60,000 comments first", lambda: gif((1, 1), (0, 0, 1, 1), one, b"!\xfe" + b"\x01a" * 60_000 + b"\0")
    yield "gif 16,000 controls first", lambda: gif((1, 1), (0, 0, 1, 1), one, b"!\xf9\x04\x09\0\0\0\0" * 16_000)
    yield "gif without end", lambda: gif((8, 8), (0, 0, 8, 8), one)[:-3]
    yield "gif 999 frames", lambda: pictures.gif_frames(999)
    yield "gif 20,000 frames", lambda: pictures.gif_frames(20_000)


# -- WebP --------------------------------------------------------------------------------------------------------------


@functools.cache
def webp_chunks(mode: str, width_px: int, height_px: int, **options: object) -> bytes:
    return save(Image.new(mode, (width_px, height_px), (90, 120, 60, 99)[: len(mode)]), "WEBP", **options)[12:]


def canvas(width_px: int, height_px: int, flags: int = 0) -> bytes:
    size = (width_px - 1).to_bytes(3, "little") + (height_px - 1).to_bytes(3, "little")
    return riff_chunk(b"VP8X", bytes((flags, 0, 0, 0)) + size)


def animation(canvas_px: int, frame_px: int, pixels: bytes, count: int = 2) -> bytes:
    size = (frame_px - 1).to_bytes(3, "little") * 2
    frame = riff_chunk(b"ANMF", bytes(6) + size + (100).to_bytes(3, "little") + b"\0" + pixels)
    return riff(canvas(canvas_px, canvas_px, 2) + riff_chunk(b"ANIM", bytes(6)) + frame * count)


def webps() -> Iterator[tuple[str, Make]]:
    tiny = webp_chunks("RGB", 1, 1, lossless=True)
    for name, mode, side_px, options in (
        ("lossy 40 MP", "RGB", SIDE_PX, {"method": 0}),
        ("lossy 26 MP", "RGB", 5_100, {"method": 0}),
        ("lossless 40 MP", "RGB", SIDE_PX, {"lossless": True, "method": 0}),
        ("lossless 14 MP", "RGB", 3_740, {"lossless": True, "method": 0}),
        ("alpha 13 MP", "RGBA", 3_600, {"method": 0, "alpha_quality": 50}),
    ):
        yield f"webp {name}", lambda m=mode, s=side_px, o=options: riff(webp_chunks(m, s, s, **o))
    yield "webp lossless noise", lambda: noise_webp(1_700, lossless=True, method=0, quality=0)
    yield "webp lossy noise", lambda: noise_webp(5_000, method=0, quality=20)
    yield "webp animation of 40 MP, frame of one", lambda: animation(SIDE_PX, 1, tiny)
    yield "webp animation of 16 MP, frame of one", lambda: animation(4_000, 1, tiny, 900)
    yield "webp animation of 16,000²", lambda: animation(16_000, 1, tiny)
    yield (
        "webp frame larger than its canvas",
        lambda: animation(1, 4_000, webp_chunks("RGB", 4_000, 4_000, lossless=True, method=0)),
    )
    yield (
        "webp pixels larger than their frame",
        lambda: animation(64, 64, webp_chunks("RGB", 4_000, 4_000, lossless=True, method=0)),
    )
    yield (
        "webp pixels larger than the canvas",
        lambda: riff(canvas(8, 8) + webp_chunks("RGB", 6_000, 6_000, lossless=True, method=0)),
    )
    yield "webp canvas larger than its pixels", lambda: riff(canvas(6_000, 6_000) + tiny)
    yield "webp 2^24 wide", lambda: riff(canvas(2**24, 2) + tiny)
    yield "webp frame in a frame", lambda: animation(64, 64, riff_chunk(b"ANMF", bytes(16) + tiny))
    yield "webp 999 frames", lambda: pictures.webp_frames(999)
    yield "webp 20,000 frames", lambda: pictures.webp_frames(20_000)
    yield "webp of empty chunks", lambda: riff(canvas(1, 1) + riff_chunk(b"none", b"") * 200_000 + tiny)
    yield "webp without pixels", lambda: riff(canvas(64, 64))
    yield "webp 16,383 x 2,400", lambda: riff(webp_chunks("RGB", 16_383, 2_400, lossless=True, method=0))
    yield "webp cut", lambda: riff(webp_chunks("RGB", 4_000, 4_000, method=0)[:-30])


def noise_webp(side_px: int, **options: object) -> bytes:
    grey = np.random.default_rng(0).integers(0, 256, (side_px, side_px, 1), np.uint8)
    data = save(Image.fromarray(np.broadcast_to(grey, (side_px, side_px, 3)).copy()), "WEBP", **options)
    assert len(data) < 10 * MIB, len(data)
    return data


# -- profiles and metadata ---------------------------------------------------------------------------------------------


def jpeg_with(*segments: bytes) -> bytes:
    plain = save(photo(), "JPEG")
    return plain[:2] + b"".join(segments) + plain[2:]


def icc(body: bytes, number: int = 1, count: int = 1) -> bytes:
    return segment(0xE2, b"ICC_PROFILE\0" + bytes((number, count)) + body)


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def png_profile(body: bytes, side_px: int = 8) -> bytes:
    return png_file(
        side_px, side_px, 8, 2, zlib.compress(bytes((3 * side_px + 1) * side_px)), chunk(b"iCCP", b"p\0\0" + body)
    )


def profiles() -> Iterator[tuple[str, Make]]:
    good = srgb_profile()

    def patched(at: int, put: bytes) -> bytes:
        return good[:at] + put + good[at + len(put) :]

    for name, body in {
        "of zeros": bytes(5_000),
        "of noise": random.Random(0).randbytes(5_000),
        "of one byte": b"\0",
        "cut": good[:200],
        "of CMYK": patched(16, b"CMYK"),
        "of grey": patched(16, b"GRAY"),
        "of Lab": patched(16, b"Lab "),
        "that links": patched(12, b"link"),
        "of named colours": patched(12, b"nmcl"),
        "of 2^32 tags": patched(128, b"\xff" * 4),
        "of 90 equal tags": patched(128, struct.pack(">I", 90)) + good[132:144] * 200,
        "whose tags point anywhere": patched(132, random.Random(1).randbytes(120)),
        "that says it has 4 GiB": patched(0, b"\xff" * 4),
    }.items():
        yield f"jpeg profile {name}", lambda body=body: jpeg_with(icc(body))
    yield "jpeg profile of 9 MiB", lambda: jpeg_with(*(icc(good[:1] * 65_000, n + 1, 140) for n in range(140)))
    yield "jpeg profile in 255 parts", lambda: jpeg_with(*(icc(good[n : n + 1], n + 1, 255) for n in range(255)))
    yield "jpeg profile parts repeated", lambda: jpeg_with(*(icc(good, 1, 1) for _ in range(1_000)))
    yield "jpeg profile part missing", lambda: jpeg_with(icc(good[:300], 1, 3), icc(good[400:], 3, 3))
    yield (
        "jpeg profile on 40 MP",
        lambda: (lambda plain: plain[:2] + icc(good.replace(b"XYZ ", b"XYZ ")[:-4] + b"abcd") + plain[2:])(
            flat("RGB", SIDE_PX, SIDE_PX, "JPEG")
        ),
    )
    for mib in (5, 900):
        yield f"png profile of {mib:,} MiB", lambda mib=mib: png_profile(zeros(mib))
    yield "png profile that does not inflate", lambda: png_profile(b"x" * 4_000)
    yield "png profile of zeros", lambda: png_profile(zlib.compress(bytes(4_000)))
    yield (
        "png profiles, 1,000",
        lambda: png_file(8, 8, 8, 0, zlib.compress(bytes(72)), chunk(b"iCCP", b"p\0\0" + zlib.compress(good)) * 1_000),
    )
    yield (
        "webp profile of 9 MiB",
        lambda: riff(canvas(1, 1, 32) + riff_chunk(b"ICCP", bytes(9 * MIB)) + webp_chunks("RGB", 1, 1, lossless=True)),
    )
    yield (
        "webp profile of noise",
        lambda: riff(
            canvas(1, 1, 32)
            + riff_chunk(b"ICCP", random.Random(2).randbytes(4_000))
            + webp_chunks("RGB", 1, 1, lossless=True)
        ),
    )


def zeros(mib: int) -> bytes:
    squeeze = zlib.compressobj(9)
    return b"".join(squeeze.compress(bytes(MIB)) for _ in range(mib)) + squeeze.flush()


def metadata() -> Iterator[tuple[str, Make]]:
    loops = {
        "pointing to itself": b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0",
        "of 65,535 entries": b"II*\0\x08\0\0\0\xff\xff" + bytes(60_000),
        "pointing far away": b"MM\0*\xff\xff\xff\xff",
        "of orientation 99": b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x63\0\0\0\0\0\0\0",
    }
    for name, body in loops.items():
        yield f"jpeg exif {name}", lambda body=body: jpeg_with(segment(0xE1, b"Exif\0\0" + body))
        yield f"png exif {name}", lambda body=body: png_file(8, 8, 8, 0, zlib.compress(bytes(72)), chunk(b"eXIf", body))
    yield "jpeg exif 150 times", lambda: jpeg_with(*[segment(0xE1, b"Exif\0\0" + loops["of 65,535 entries"])] * 150)
    yield "jpeg upside down 40 MP", lambda: flat("RGB", SIDE_PX, SIDE_PX, "JPEG", exif=pictures.exif(7).tobytes())
    yield (
        "webp upside down 20 MP",
        lambda: save(Image.new("RGB", (4_500, 4_500)), "WEBP", method=0, exif=pictures.exif(5)),
    )
    yield "jpeg of empty segments", lambda: b"\xff\xd8" + b"\xff\xfe\0\x02" * 1_000_000
    yield "png of empty chunks", lambda: png_file(1, 1, 8, 0, zlib.compress(b"\0\0"), chunk(b"teSt", b"") * 500_000)
