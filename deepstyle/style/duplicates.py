"""Different products that share a picture, or nearly the same one, such as a copy of another size or compression.

Candidates are pictures with near perceptual hashes; their thumbnails confirm them, and so do their style vectors.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

import numpy as np

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import group_of
from deepstyle.errors import ImageError
from deepstyle.images.perceptual_hash import MAX_DIFFERENCE, SIDE_PX, difference, near_pairs, perceptual_hash, thumb
from deepstyle.images.pixels import Rgb, decode
from deepstyle.platform import usable_cores
from deepstyle.store.base import Store

MIN_SIMILARITY: Final = 0.8
"""The least cosine of the style vectors of nearly the same picture."""
MAX_PAIRS: Final = 10_000
_READ_ITEMS: Final = 512
_CONFIRM_AT_ONCE: Final = 2048


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Items of two products whose pictures are the same (``distance`` 0, ``is_identical``) or nearly so.

    ``distance`` counts the bits of 64 in which the hashes differ, ``difference`` is that of the thumbnails in 0..255;
    ``similarity`` is the cosine of the style vectors, ``None`` where one of the two is not encoded.
    """

    first: Item
    second: Item
    distance: int = 0
    difference: float = 0.0
    similarity: float | None = None
    is_identical: bool = False


@dataclass(frozen=True, slots=True)
class DuplicateReport:
    """The pairs, by item id, among how many different ``pictures``; ``is_complete`` says whether these are all.

    Where several products have the very same file, each is paired with the first.
    """

    pictures: int
    pairs: tuple[Duplicate, ...]
    is_complete: bool


@dataclass(slots=True)
class _Picture:
    """What a picture is compared by, ``None`` where it cannot be, and the first item of each product that has it."""

    hash: int | None
    thumb: Rgb | None
    items: dict[tuple[str, ...], Item] = field(default_factory=dict)


def find_duplicates(
    store: Store, space: str = "", *, on_progress: Callable[[int, int], None] | None = None
) -> DuplicateReport:
    """Compare the pictures of all products; the vectors of ``space`` confirm what the hashes say, if it is given.

    Each different picture is read once. In memory are about 1.5 KB for each, at most ``MAX_PAIRS`` pairs, and the
    vectors of 2,048 pairs. A picture that does not decode, or shows a single colour, is only compared by its bytes.
    """
    pictures = _read_pictures(store, on_progress)
    found = list(islice(_shared(pictures), MAX_PAIRS + 1))
    for candidates in _batches(_near(pictures), _CONFIRM_AT_ONCE):
        if len(found) > MAX_PAIRS:
            break
        found += _confirmed(store, space, candidates)
    found.sort(key=lambda pair: (pair.first.item_id, pair.second.item_id))
    return DuplicateReport(len(pictures), tuple(found[:MAX_PAIRS]), len(found) <= MAX_PAIRS)


def _read_pictures(store: Store, on_progress: Callable[[int, int], None] | None) -> list[_Picture]:
    pictures: dict[str, _Picture] = {}
    done, total, rest = 0, store.count(), store.iter_items()
    with ThreadPoolExecutor(usable_cores()) as pool:
        while items := list(islice(rest, _READ_ITEMS)):
            shas = store.image_sha256s([item.item_id for item in items])
            new = {sha: item_id for item_id, sha in shas.items() if sha not in pictures}
            pictures |= zip(new, pool.map(lambda item_id: _read(store, item_id), new.values()), strict=True)
            for item in items:
                if item.item_id in shas:
                    pictures[shas[item.item_id]].items.setdefault(group_of(item, "product"), item)
            done += len(items)
            if on_progress:
                on_progress(done, total)
    return list(pictures.values())


def _read(store: Store, item_id: str) -> _Picture:
    image = store.image(item_id)
    try:
        rgb = decode(image.data, min_side_px=SIDE_PX) if image else None
    except ImageError:
        rgb = None
    return _Picture(None, None) if rgb is None else _Picture(perceptual_hash(rgb), thumb(rgb))


def _shared(pictures: Sequence[_Picture]) -> Iterator[Duplicate]:
    """The products that have the very same picture."""
    for picture in pictures:
        first, *others = picture.items.values()
        yield from (Duplicate(first, other, similarity=1.0, is_identical=True) for other in others)


def _near(pictures: Sequence[_Picture]) -> Iterator[Duplicate]:
    """The products whose hashes and thumbnails are near; their vectors are not known yet."""
    hashed = [picture for picture in pictures if picture.hash is not None]
    hashes = np.array([picture.hash for picture in hashed], np.uint64)
    for firsts, seconds, distances in near_pairs(hashes):
        for first, second, distance in zip(firsts.tolist(), seconds.tolist(), distances.tolist(), strict=True):
            one, other = hashed[first], hashed[second]
            pair = _of_two_products(one, other)
            if pair and one.thumb is not None and other.thumb is not None:
                differs = difference(one.thumb, other.thumb)
                if differs <= MAX_DIFFERENCE:
                    yield Duplicate(*pair, distance, differs)


def _of_two_products(one: _Picture, other: _Picture) -> tuple[Item, Item] | None:
    """An item of each picture, of different products, by item id; ``None`` where both have one product alone."""
    for product, item in islice(one.items.items(), 2):
        for another, partner in islice(other.items.items(), 2):
            if product != another:
                first, second = sorted((item, partner), key=lambda item: item.item_id)
                return first, second
    return None


def _confirmed(store: Store, space: str, candidates: Sequence[Duplicate]) -> list[Duplicate]:
    """The candidates that are similar enough, as far as their vectors are known."""
    item_ids = sorted({item.item_id for pair in candidates for item in (pair.first, pair.second)})
    batch = store.vectors(space, item_ids) if space else None
    vectors = dict(zip(batch.item_ids, batch.vectors, strict=True)) if batch else {}
    found = []
    for pair in candidates:
        known = [vectors[item.item_id] for item in (pair.first, pair.second) if item.item_id in vectors]
        similarity = min(1.0, float(known[0] @ known[1])) if len(known) == 2 else None
        if similarity is None or similarity >= MIN_SIMILARITY:
            found.append(replace(pair, similarity=similarity))
    return found


def _batches(pairs: Iterator[Duplicate], size: int) -> Iterator[list[Duplicate]]:
    while batch := list(islice(pairs, size)):
        yield batch
