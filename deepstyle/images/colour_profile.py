"""Convert pictures with an ICC profile to sRGB.

A profile that equals sRGB up to rounding costs nothing; one that cannot be used is ignored, as browsers do.
"""

import hashlib
import io
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageCms

from deepstyle.images.parts import Header, joined

MAX_PROFILE_BYTES: Final = 4 * 1024 * 1024
"""Profiles of printing presses are up to 3 MiB large."""

_MODES: Final = {b"RGB ": "RGB", b"GRAY": "L", b"CMYK": "CMYK"}
_CLASSES: Final = {b"mntr", b"scnr", b"prtr", b"spac"}
_HEADER_BYTES: Final = 128
_SAME: Final = 2
"""Two levels of 255: by so much do sRGB profiles of different writers differ."""


@dataclass(frozen=True, slots=True)
class Colours:
    """How to turn a picture of ``mode`` into sRGB; ``transform`` is ``None`` where it is sRGB already.

    ``problem`` is ``""``, or why the picture's profile is ignored: ``profile-broken`` or ``profile-too-large``.
    """

    mode: str = ""
    transform: ImageCms.ImageCmsTransform | None = None
    problem: str = ""

    def to_srgb(self, picture: Image.Image) -> Image.Image:
        """An RGB picture, or one with alpha as RGBA; ``picture`` itself where nothing has to change."""
        if self.transform is None or _colour_mode(picture) != self.mode:
            return picture
        if not picture.has_transparency_data:
            return self.transform.apply(picture.convert(self.mode))
        picture = picture.convert("RGBA")
        srgb = self.transform.apply(picture.convert(self.mode))
        srgb.putalpha(picture.getchannel("A"))
        return srgb


PLAIN: Final = Colours()
"""The colours of a picture without a profile."""


def read_colours(data: bytes, header: Header) -> Colours:
    """The conversion that the picture's profile requires, computed once per profile."""
    if not header.profile:
        return PLAIN
    profile = joined(data, header.profile)
    if header.media_type == "image/png":
        profile = _inflated(profile)
    if len(profile) > MAX_PROFILE_BYTES:
        return Colours(problem="profile-too-large")
    return _CACHE.get(profile)


class _Cache:
    """A cache of the latest profiles by SHA-256: a catalogue has a few, an attacker one per picture."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._colours: OrderedDict[bytes, Colours] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, profile: bytes) -> Colours:
        digest = hashlib.sha256(profile).digest()
        with self._lock:
            if digest in self._colours:
                self._colours.move_to_end(digest)
                return self._colours[digest]
        colours = _colours(profile)
        with self._lock:
            self._colours[digest] = colours
            if len(self._colours) > self._size:
                self._colours.popitem(last=False)
        return colours


_CACHE: Final = _Cache(8)


def _colours(profile: bytes) -> Colours:
    mode = _MODES.get(profile[16:20])
    if len(profile) < _HEADER_BYTES or mode is None or profile[12:16] not in _CLASSES:
        return Colours(problem="profile-broken")
    try:
        source, srgb = ImageCms.getOpenProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        transform = ImageCms.ImageCmsTransform(
            source, ImageCms.ImageCmsProfile(srgb), mode, "RGB", ImageCms.Intent.PERCEPTUAL
        )
        return Colours(mode, None if _changes_nothing(transform, mode) else transform)
    except (OSError, ValueError, MemoryError, ImageCms.PyCMSError):
        return Colours(problem="profile-broken")


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether the transform leaves a grid over all colours unchanged."""
    if mode == "CMYK":
        return False
    steps = np.linspace(0, 255, 18 if mode == "RGB" else 256).round().astype(np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(18, -1, 3) if mode == "RGB" else steps[None]
    before = Image.fromarray(grid)
    after = np.asarray(transform.apply(before), np.int16)
    return int(np.abs(after - np.asarray(before.convert("RGB"), np.int16)).max()) <= _SAME


def _colour_mode(picture: Image.Image) -> str:
    """The kind of profile that fits ``picture``."""
    if picture.mode in ("RGB", "RGBA", "RGBX", "P", "PA"):
        return "RGB"
    return "L" if picture.mode in ("1", "L", "LA") else picture.mode


def _inflated(squeezed: bytes) -> bytes:
    """At most one byte more than ``MAX_PROFILE_BYTES``; nothing where it does not inflate."""
    try:
        return zlib.decompressobj().decompress(squeezed, MAX_PROFILE_BYTES + 1)
    except zlib.error:
        return b""
