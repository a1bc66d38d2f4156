"""The dominant colours and the prints of a store's pictures: measured while a picture is encoded.

The colours of those that an earlier version encoded without are measured later, and their prints with them.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.colours import codes_text, lab_text
from deepstyle.catalogue.item import ItemFilter
from deepstyle.errors import ImageError
from deepstyle.images.item_image import ItemImage
from deepstyle.images.picture_print import picture_print, with_print
from deepstyle.images.pixels import decode
from deepstyle.platform import usable_cores
from deepstyle.store.base import Measured, Store
from deepstyle.style.dominant import dominant_colours
from deepstyle.style.spec import Preprocessing

UNMEASURED: Final = ItemFilter(dominant_colours=("",))
_READ_ITEMS: Final = 5000


def measured_picture(item_id: str, image: ItemImage, prepared: NDArray[np.uint8], print_: str) -> Measured:
    """What a store has of ``image``, its colours and its print, whose prepared pixels are (H, W, 3) uint8."""
    colours = dominant_colours(prepared)
    values = {"dominant_colour": codes_text(colours), "dominant_lab": lab_text(colours), "picture_print": print_}
    return Measured(item_id, image.sha256, values)


def measured_prints(store: Store, position: int, prints: Mapping[str, str]) -> list[Measured]:
    """The ``prints`` of further pictures, by item, beside those that ``store`` has of the items' other pictures."""
    items, first = store.get(list(prints)), store.image_sha256s(list(prints))
    return [
        Measured(item_id, first[item_id], {"picture_print": with_print(item.picture_print, position, prints[item_id])})
        for item_id, item in items.items()
        if item_id in first
    ]


def fill_colours(store: Store, preprocessing: Preprocessing, *, shard_size: int = 256) -> int:
    """Measure the pictures of items without colours, which an earlier version encoded; return how many it were."""
    filled = 0
    with ThreadPoolExecutor(usable_cores()) as pool:
        for item_ids in _unmeasured(store, shard_size):
            found = pool.map(lambda item_id: _measure(store, preprocessing, item_id), item_ids)
            filled += store.put_measured([one for one in found if one])
    return filled


def _measure(store: Store, wanted: Preprocessing, item_id: str) -> Measured | None:
    image = store.image(item_id)
    if image is None:
        return None
    try:
        rgb = decode(image.data, min_side_px=wanted.longest_px)
    except ImageError:
        return None  # reported where its vector is computed
    prepared = wanted.apply(rgb)
    return measured_picture(item_id, image, prepared, picture_print(prepared))


def _unmeasured(store: Store, shard_size: int) -> Iterator[Sequence[str]]:
    after, more = "", True
    while more:
        page = store.browse(UNMEASURED, limit=_READ_ITEMS, after=after)
        after, more = page.after, bool(page.after)
        with_image = sorted(store.image_sha256s([item.item_id for item in page.items]))
        for start in range(0, len(with_image), shard_size):
            yield with_image[start : start + shard_size]
