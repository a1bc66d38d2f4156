"""The pictures beside a link: what a product's page or a look shows, drawn by the server."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

from deepstyle.api.encoding import DecodeBudget
from deepstyle.api.page_meta import PREVIEW_PX
from deepstyle.api.problems import ProblemError
from deepstyle.errors import ImageError
from deepstyle.images.flat_lay import flat_lay, on_ground
from deepstyle.images.pixels import Rgb, checked_header, decode, encode_jpeg, memory_bytes
from deepstyle.store.base import Store

VERSION: Final = 1
"""Of what is drawn: another one when the same pictures are laid out in another way."""


class RecentPreviews:
    """The previews that were asked for last, by name, at most ``limit``; safe for threads.

    Looks can be made up without end: on disk they would drive out the products' pictures.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The preview called ``name``, kept or by ``make``, whose exceptions it raises."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
        jpeg = make()
        with self._lock:
            self._kept[name] = jpeg
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
        return jpeg


def preview_name(sha256s: Mapping[str, str]) -> str:
    """What tells a preview of these pictures, by item id, from every other, and is safe as a path."""
    return hashlib.sha256(f"{VERSION} {' '.join(sha256s.values())}".encode()).hexdigest() + "-preview"


def draw_preview(store: Store, sha256s: Mapping[str, str], budget: DecodeBudget) -> bytes:
    """The pictures ``sha256s``, by item id, as one JPEG of ``PREVIEW_PX``, without those that cannot be decoded.

    Raises ``ProblemError`` where none is left, or one has just changed, and ``OverloadedError`` where the memory for
    decoding is not free in time.
    """
    width_px, height_px = PREVIEW_PX
    side_px = height_px if len(sha256s) == 1 else height_px // 2
    found = [_picture(store, item_id, sha256, budget, side_px) for item_id, sha256 in sha256s.items()]
    pictures = [picture for picture in found if picture is not None]
    if not pictures:
        raise ProblemError("no-image", "no picture of the items can be shown.", remedy="Import them again.")
    return encode_jpeg(flat_lay(pictures, width_px, height_px))


def _picture(store: Store, item_id: str, sha256: str, budget: DecodeBudget, side_px: int) -> Rgb | None:
    """The item's picture, reduced where it is large; ``None`` where it cannot be decoded."""
    stored = store.image(item_id)
    if stored is None or stored.sha256 != sha256:
        raise ProblemError("no-image", f"the image of {item_id!r} has just changed.", remedy="Ask again.")
    try:
        header = checked_header(stored.data)
        with budget.reserve(memory_bytes(header, min_side_px=side_px)):
            return on_ground(decode(stored.data, min_side_px=side_px, header=header))
    except ImageError:  # stored by a version that allowed more
        return None
