"""Pictures of a write on their way out, and of a read on their way in."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import Entry
from deepstyle.store.check import damaged, sound_image
from deepstyle.store.external.objects import is_sound
from deepstyle.store.external.open import DATABASE
from deepstyle.store.external.pictures import ExternalPictures


@contextlib.contextmanager
def sent_out(external: ExternalPictures, entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """The ``entries`` to write in the block: without bytes, which are outside by then, where the store has them there.

    An object that was there before may be one that ``prune`` was about to remove, so it is looked at again afterwards.
    """
    pictures = {image.sha256: image.data for entry in entries for image in _images(entry)}
    place = external.for_writing() if pictures else None
    if place is None or place.url == DATABASE:
        yield entries
        return
    there = external.send(place, pictures)
    yield [_without_bytes(entry) for entry in entries]
    external.send(place, {sha256: pictures[sha256] for sha256 in there})


def filled(external: ExternalPictures, item_id: str, image: ItemImage | None) -> ItemImage | None:
    """``image`` as it was read, with its bytes where they are outside; raises ``StoreError`` where it is damaged."""
    if image is None:
        return None
    image = sound_image(item_id, image)
    if image.data:
        return image
    data = external.read(image.sha256)
    if data is None or not is_sound(image.sha256, data):
        raise damaged(f"the image of item {item_id!r}")
    return replace(image, data=data)


def _images(entry: Entry) -> Iterator[ItemImage]:
    if entry.image is not None:
        yield entry.image
    yield from entry.more_images or ()


def _without_bytes(entry: Entry) -> Entry:
    first = replace(entry.image, data=b"") if entry.image else None
    more = entry.more_images
    return replace(entry, image=first, more_images=more and tuple(replace(image, data=b"") for image in more))
