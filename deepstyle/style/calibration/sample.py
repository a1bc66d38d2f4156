"""The fixed sample of a catalogue's own pictures that its calibration is measured on.

An item's place in the draw is a hash of its id, so the sample changes only as the catalogue does. Categories take
turns, so that a small one is measured as well as a large one.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Self

from deepstyle.catalogue.item import Item
from deepstyle.store.base import Store

SAMPLE_SIZE: Final = 500
LEAST_PICTURES, LEAST_CATEGORIES = 50, 3
"""With fewer there is no calibration."""
KNOWN_SHARE: Final = 0.95
"""The share of items whose category must be known for it to count what is absent."""
MOST_CATEGORIES: Final = 12
"""More are pooled, the smallest first: each is left out in turn."""
VERSION: Final = 1
"""Changes whenever the same sample would be calibrated to something else."""

Level = Literal["semantic_category", "category"]


@dataclass(frozen=True, slots=True)
class Sample:
    """Items to ask with, and what the whole catalogue sells.

    ``level`` is the field whose values are left out in turn; ``kinds`` are its values in the catalogue, pooled where
    they are many, and ``kind_of`` names the pool of each.
    """

    items: tuple[Item, ...]
    image_sha256s: tuple[str, ...]
    level: Level
    kind_of: dict[str, str]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The categories that are left out in turn, ascending."""
        return tuple(sorted(set(self.kind_of.values())))

    def kind(self, item: Item) -> str | None:
        """The category of an item, ``None`` where unknown."""
        return self.kind_of.get(_value(item, self.level))

    def of(self, rows: Sequence[int]) -> Self:
        """The same with these items only."""
        items = tuple(self.items[row] for row in rows)
        return replace(self, items=items, image_sha256s=tuple(self.image_sha256s[row] for row in rows))

    def digest(self, model: str) -> str:
        """Identifies what a calibration of ``model`` (a fingerprint, and whatever else it depends on) would see."""
        items = [
            (item.item_id, sha256, item.semantic_category, item.category, item.model_id)
            for item, sha256 in zip(self.items, self.image_sha256s, strict=True)
        ]
        content = [VERSION, model, self.level, sorted(self.kind_of.items()), items]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def draw_sample(store: Store, space: str, size: int = SAMPLE_SIZE) -> Sample:
    """At most ``size`` items with a vector in ``space`` and a known category."""
    level, counts = _level_of(store)
    kind_of = _kinds_of(counts)
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for item in store.iter_items():
        kind = kind_of.get(_value(item, level))
        if kind is not None:
            places[kind].append((hashlib.sha256(item.item_id.encode()).hexdigest(), item.item_id))
            if len(places[kind]) > 4 * size:
                places[kind] = sorted(places[kind])[: 2 * size]
    drawn = list(_in_turn([[item_id for _, item_id in sorted(one)] for _, one in sorted(places.items())]))
    known = store.vectors(space, drawn[: 2 * size])
    pairs = dict(zip(known.item_ids, known.image_sha256s, strict=True))
    chosen = [item_id for item_id in drawn[: 2 * size] if item_id in pairs][:size]
    items = store.get(chosen)
    found = [item_id for item_id in chosen if item_id in items]
    return Sample(tuple(items[one] for one in found), tuple(pairs[one] for one in found), level, kind_of)


def too_few(sample: Sample) -> str:
    """Why the sample is too small to calibrate on, in a sentence; empty where it is not."""
    if len(sample.kinds) < LEAST_CATEGORIES:
        return f"the catalogue has fewer than {LEAST_CATEGORIES} categories, or too many items name none."
    if len(sample.items) < LEAST_PICTURES:
        return f"fewer than {LEAST_PICTURES} pictures are encoded and have a category."
    return ""


def _level_of(store: Store) -> tuple[Level, Counter[str]]:
    """The field that nearly every item has a value of, the semantic category first; the number of items by value."""
    counts: dict[Level, Counter[str]] = {"semantic_category": Counter(), "category": Counter()}
    for item in store.iter_items():
        for level, values in counts.items():
            values[_value(item, level)] += 1
    for level, values in counts.items():
        known = values.total() - values[""]
        if known and known >= KNOWN_SHARE * values.total():
            values.pop("", None)
            return level, values
    return "semantic_category", Counter()


def _kinds_of(counts: Counter[str]) -> dict[str, str]:
    """The pool of each value: itself, or ``""`` for the smallest where there are many."""
    largest = {value for value, _ in counts.most_common(MOST_CATEGORIES - (len(counts) > MOST_CATEGORIES))}
    return {value: value if value in largest else "" for value in counts}


def _value(item: Item, level: Level) -> str:
    return item.catalogued.semantic_category if level == "semantic_category" else item.category.casefold()


def _in_turn(groups: Iterable[list[str]]) -> Iterator[str]:
    """One of each group, then the next of each, until all are through."""
    waiting = list(groups)
    for turn in range(max(map(len, waiting), default=0)):
        yield from (group[turn] for group in waiting if turn < len(group))
