"""The limits on everything that a client controls, in one table that the tests walk.

A limit that an operator may change names its setting; the table holds the default.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from deepstyle.catalogue.colour_profile import MAX_PROFILE_BYTES
from deepstyle.catalogue.image import MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS, MAX_SIDE_PX, MAX_WORK_NS
from deepstyle.catalogue.image_parts import MAX_BLOCKS, MAX_FRAMES
from deepstyle.catalogue.jpeg_header import MAX_SCANS


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: ``value`` in the unit that ``name`` ends with, and the HTTP ``status`` of a request beyond it.

    ``status`` 0 means that the connection is closed without an answer, 200 that a request beyond it is answered.
    ``setting`` is the field of ``Settings`` that overrides the value, ``""`` where it is fixed.
    """

    name: str
    value: float
    status: int
    what: str
    setting: str = ""


_LIMITS: Final[tuple[Limit, ...]] = (
    # Connections: held by the server before a request exists.
    # Requests: held by the application.
    # Bodies and forms.
    # Pictures.
    Limit("image_bytes", MAX_IMAGE_BYTES, 413, "one picture's file", "max_upload_bytes"),
    Limit("image_pixels", MAX_IMAGE_PIXELS, 413, "one picture's width times its height", "max_image_pixels"),
    Limit("image_side_px", MAX_SIDE_PX, 413, "one picture's longer side"),
    Limit("image_work_ns", MAX_WORK_NS, 413, "CPU time that decoding one picture may take, by its header"),
    Limit("image_scans", MAX_SCANS, 413, "scans of a JPEG"),
    Limit("image_frames", MAX_FRAMES, 413, "frames of an animation, of which the first is read"),
    Limit("image_blocks", MAX_BLOCKS, 413, "segments or chunks of one file"),
    Limit("profile_bytes", MAX_PROFILE_BYTES, 200, "an ICC profile; a larger one is ignored"),
    Limit("decode_memory_bytes", 512 * 1024 * 1024, 503, "memory of all decoding together", "decode_memory_bytes"),
    Limit("decode_timeout_s", 10.0, 503, "a picture's wait for that memory", "decode_timeout_s"),
    Limit("image_cache_bytes", 512 * 1024 * 1024, 200, "served widths on disk; the oldest go", "image_cache_bytes"),
)

LIMITS: Final[Mapping[str, Limit]] = MappingProxyType({limit.name: limit for limit in _LIMITS})
"""Every limit by name."""
