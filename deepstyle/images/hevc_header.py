"""The largest picture that an HEVC stream can make a decoder allocate (ITU-T H.265, 7.3; ISO/IEC 14496-15, 8.3.3).

A container may say another size than the stream that it holds, and the decoder believes the stream.
"""

import struct
from collections.abc import Iterator
from typing import Final

from deepstyle.images.bits import Bits
from deepstyle.images.parts import broken, too_many, unusual

MAX_UNITS: Final = 4_096
_SEQUENCE: Final = 33
_PARAMETERS: Final = range(32, 35)
_HIGHEST_PICTURE: Final = 31
_CHROMA_4_4_4: Final = 3


def hevc_pixels(configuration: bytes, stream: bytes) -> int:
    """Pixels of the one picture in ``stream``, whose parameters are in the box ``hvcC``, at most."""
    length_bytes = (configuration[21] & 3) + 1
    _check_stream(stream, length_bytes)
    sizes = [_sequence_pixels(unit) for unit in _parameters(configuration) if unit[0] >> 1 & 63 == _SEQUENCE]
    if not sizes:
        raise broken("its HEVC stream has no parameters")
    return max(sizes)


def _parameters(configuration: bytes) -> Iterator[bytes]:
    at = 23
    for _ in range(configuration[22]):
        (units,) = struct.unpack_from(">H", configuration, at + 1)
        at += 3
        for _ in range(min(units, MAX_UNITS)):
            (size,) = struct.unpack_from(">H", configuration, at)
            if not size or at + 2 + size > len(configuration):
                raise broken("its HEVC parameters are incomplete")
            yield configuration[at + 2 : at + 2 + size]
            at += 2 + size


def _check_stream(stream: bytes, length_bytes: int) -> None:
    """Refuse parameters within the stream, which could be others, and more than one picture."""
    at, pictures = 0, 0
    for _ in range(MAX_UNITS):
        if at >= len(stream):
            break
        size, start = int.from_bytes(stream[at : at + length_bytes], "big"), at + length_bytes
        if start + max(size, 3) > len(stream):
            raise broken("its HEVC stream is incomplete")
        kind = stream[start] >> 1 & 63
        if kind in _PARAMETERS:
            raise unusual("HEVC with parameters in the stream:", "HEIC")
        pictures += kind <= _HIGHEST_PICTURE and stream[start + 2] >> 7  # first_slice_segment_in_pic_flag
        at = start + size
    else:
        raise too_many("units", MAX_UNITS)
    if pictures != 1:
        raise broken(f"its HEVC stream has {pictures} pictures")


def _sequence_pixels(unit: bytes) -> int:
    bits = Bits(unit[2:].replace(b"\0\0\3", b"\0\0"))
    bits.read(4)
    layers = bits.read(3)
    bits.read(1 + 88 + 8)  # the general profile and level
    flags = [bits.read(2) for _ in range(layers)]
    bits.read(2 * (8 - layers) if layers else 0)
    for flag in flags:
        bits.read(88 * (flag >> 1) + 8 * (flag & 1))
    bits.read_golomb()
    if bits.read_golomb() == _CHROMA_4_4_4:
        bits.read(1)
    return bits.read_golomb() * bits.read_golomb()
