"""The largest picture that an AV1 stream can make a decoder allocate (AV1 bitstream specification, 5.5 and 5.9).

A container may say another size than the stream that it holds, and the decoder believes the stream.
"""

from typing import Final

from deepstyle.images.bits import Bits
from deepstyle.images.parts import broken, too_many

MAX_UNITS: Final = 4_096
MAX_FRAMES: Final = 4
"""A still picture has one frame, a progressive one a frame for each of up to four layers."""
_SEQUENCE, _FRAME_HEADER, _FRAME = 1, 3, 6


def av1_pixels(stream: bytes) -> int:
    """Pixels of all frames of ``stream`` together, at most."""
    pixels, frames, at = 0, 0, 0
    for _ in range(MAX_UNITS):
        if at >= len(stream):
            break
        kind, has_extension, has_size = stream[at] >> 3 & 15, stream[at] >> 2 & 1, stream[at] >> 1 & 1
        at += 1 + has_extension
        size, at = _leb128(stream, at) if has_size else (len(stream) - at, at)
        if kind == _SEQUENCE:
            pixels = max(pixels, _sequence_pixels(Bits(stream[at : at + size])))
        frames += kind in (_FRAME_HEADER, _FRAME)
        at += size
    else:
        raise too_many("units", MAX_UNITS)
    if at != len(stream) or not pixels or not frames:
        raise broken("its AV1 stream is incomplete")
    if frames > MAX_FRAMES:
        raise too_many("frames of one picture", MAX_FRAMES)
    return pixels * frames


def _leb128(stream: bytes, at: int) -> tuple[int, int]:
    value = 0
    for byte in range(8):
        value |= (stream[at + byte] & 0x7F) << (7 * byte)
        if not stream[at + byte] & 0x80:
            return value, at + byte + 1
    raise broken("a size in its AV1 stream has over eight bytes")


def _sequence_pixels(bits: Bits) -> int:
    """The size in a sequence header; only that of a still picture holds for every frame, others may be larger."""
    bits.read(4)  # profile, still_picture
    is_reduced = bits.read(1)
    if is_reduced:
        bits.read(5)
    else:
        _skip_operating_points(bits)
    width_bits, height_bits = bits.read(4) + 1, bits.read(4) + 1
    width_px, height_px = bits.read(width_bits) + 1, bits.read(height_bits) + 1
    return width_px * height_px if is_reduced else 1 << (width_bits + height_bits)


def _skip_operating_points(bits: Bits) -> None:
    delay_bits = 0
    if bits.read(1):  # timing_info
        bits.read(64)
        if bits.read(1):
            bits.read_golomb()
        if bits.read(1):  # decoder_model_info
            delay_bits = bits.read(5) + 1
            bits.read(32 + 5 + 5)
    has_display_delays = bits.read(1)
    for _ in range(bits.read(5) + 1):
        bits.read(12)
        if bits.read(5) > 7:
            bits.read(1)
        if delay_bits and bits.read(1):
            bits.read(2 * delay_bits + 1)
        if has_display_delays and bits.read(1):
            bits.read(4)
