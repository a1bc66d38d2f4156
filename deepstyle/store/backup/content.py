"""A store's content in chunks, the same for every store that has it.

Items are cut into ranges by their ids: where one is added or deleted, the ranges beside it stay as they are. The
pictures of a range are in chunks of about 250 kB, so a changed item costs a chunk of items, and a changed picture
one of pictures as well.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from typing import Any, Final, Protocol

from deepstyle.catalogue.item import Item
from deepstyle.errors import StoreError
from deepstyle.images.item_image import ItemImage
from deepstyle.store.backup.chunks import (
    Stocked,
    chunk_name,
    fact_chunk,
    item_chunk,
    look_chunk,
    picture_chunk,
    vector_chunk,
)
from deepstyle.store.base import ImageSource, Store
from deepstyle.store.copy import look_pages
from deepstyle.store.keys import KEYS

RANGE_ITEMS: Final = 64
"""Items of a range, on average; the longest has four times as many."""
PICTURE_BYTES: Final = 250_000
"""Bytes of a chunk of pictures, on average."""
Report = Callable[[int, int], None]


class Sink(Protocol):
    """Where chunks go."""

    def put(self, data: bytes) -> str:
        """Take a chunk; return its name."""
        ...

    def pictures_of(self, key: str) -> tuple[str, ...] | None:
        """The chunks of a range's pictures where it has them already, ``None`` where they have to be read."""
        ...


class Comparing:
    """A sink that keeps nothing: only the names of the chunks are wanted."""

    def put(self, data: bytes) -> str:
        """The chunk's name."""
        return chunk_name(data)

    def pictures_of(self, key: str) -> tuple[str, ...] | None:
        """``None``: every picture is read."""
        return None


@dataclass(frozen=True, slots=True)
class Range:
    """The chunks of items whose ids follow each other; ``key`` is the digest of where their pictures came from."""

    items: str
    key: str
    pictures: tuple[str, ...]
    vectors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Content:
    """All chunks of a store, and what they hold, counted."""

    ranges: tuple[Range, ...]
    looks: tuple[str, ...]
    facts: Mapping[str, str]
    keys: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """The digest of the content: equal for stores of equal content, of whatever kind."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def chunks(self) -> Iterator[str]:
        """The names of all chunks; one may come several times."""
        for one in self.ranges:
            yield one.items
            yield from one.pictures
            yield from one.vectors.values()
        yield from self.looks
        yield from self.facts.values()
        if self.keys:
            yield self.keys


def content_from(fields: Mapping[str, Any]) -> Content:
    """The content that ``asdict`` was given; raises ``LookupError`` and ``TypeError`` where it is none."""
    ranges = tuple(Range(**{**one, "pictures": tuple(one["pictures"])}) for one in fields["ranges"])
    return Content(ranges, tuple(fields["looks"]), fields["facts"], fields["keys"], fields["counts"])


def read_content(store: Store, sink: Sink, report: Report) -> Content:
    """Give ``sink`` every chunk of ``store``, which nobody writes meanwhile; raises ``StoreError`` for damage."""
    total, counts = store.count(), dict.fromkeys(("items", "images", "vectors", "mappings"), 0)
    spaces = sorted(store.spaces())
    ranges = []
    for items in item_ranges(store.iter_items()):
        ranges.append(_read_range(store, sink, items, spaces, counts))
        report(counts["items"], total)
    looks = []
    counts["looks"] = 0
    for page in look_pages(store):
        counts["looks"] += len(page)
        looks.append(sink.put(look_chunk(page)))
    facts = {key: sink.put(fact_chunk(value)) for key, value in store.facts().items()}
    counts["facts"] = len(facts)
    keys = store.meta(KEYS)
    return Content(tuple(ranges), tuple(looks), facts, sink.put(fact_chunk(keys)) if keys else "", counts)


def item_ranges(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Cut items behind the ids that say so, wherever they are."""
    found: list[Item] = []
    for item in items:
        found.append(item)
        ends = zlib.crc32(item.item_id.encode("utf-8", "surrogatepass")) % RANGE_ITEMS == 0
        if ends or len(found) == 4 * RANGE_ITEMS:
            yield found
            found = []
    if found:
        yield found


def _read_range(
    store: Store, sink: Sink, items: Sequence[Item], spaces: Sequence[str], counts: dict[str, int]
) -> Range:
    stocked = _stocked(store, items)
    places = _places(stocked)
    key = hashlib.sha256(json.dumps([astuple(source) for source in places]).encode()).hexdigest() if places else ""
    pictures = sink.pictures_of(key) if places else ()
    if pictures is None:
        pictures = tuple(sink.put(picture_chunk(pack)) for pack in _packs(_read_pictures(store, places)))
    vectors = {}
    for space in spaces:
        batch = store.vectors(space, [item.item_id for item in items])
        if batch.item_ids:
            vectors[space] = sink.put(vector_chunk(batch))
            counts["vectors"] += len(batch.item_ids)
    counts["items"] += len(items)
    counts["images"] += sum(source is not None for _, sources, _ in stocked for source in sources)
    counts["mappings"] += sum(bool(suggested) for *_, suggested in stocked)
    return Range(sink.put(item_chunk(stocked)), key, pictures, vectors)


def _stocked(store: Store, items: Sequence[Item]) -> list[Stocked]:
    ids = [item.item_id for item in items]
    first, more = store.image_sources(ids), store.more_image_sources(ids)
    return [
        (item, [first.get(item.item_id), *more.get(item.item_id, ())], list(store.compatible(item.item_id)))
        for item in items
    ]


def _places(stocked: Sequence[Stocked]) -> dict[ImageSource, tuple[str, int]]:
    """Each distinct picture of a range, and one place where it is."""
    places: dict[ImageSource, tuple[str, int]] = {}
    for item, sources, _ in stocked:
        for position, source in enumerate(sources):
            if source is not None:
                places.setdefault(source, (item.item_id, position))
    return places


def _read_pictures(store: Store, places: Mapping[ImageSource, tuple[str, int]]) -> Iterator[ItemImage]:
    for source, (item_id, position) in places.items():
        image = store.image(item_id, position)
        if image is None or hashlib.sha256(image.data).hexdigest() != source.sha256:
            raise StoreError(
                f"the image of item {item_id!r} is not what its hash says.",
                remedy="Run `deepstyle check`: it lists what is damaged, and with --repair removes that.",
            )
        yield image


def _packs(images: Iterator[ItemImage]) -> Iterator[list[ItemImage]]:
    """Cut pictures behind those whose hash says so, the more often the larger they are."""
    pack: list[ItemImage] = []
    for image in images:
        pack.append(image)
        if int(image.sha256[:8], 16) * PICTURE_BYTES < len(image.data) << 32:
            yield pack
            pack = []
    if pack:
        yield pack
