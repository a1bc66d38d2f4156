"""The training data of the style embedding: labels as numbers, splits by model id, and category-balanced batches.

Everything here is a pure function of the items, a seed and a step's number, so that a training that was killed resumes
with the same batches.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.errors import DataError
from deepstyle.learning.style.config import Batch, Data

Codes = NDArray[np.int64]
Split = Literal["train", "valid", "test"]
BUCKETS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Labels:
    """Equal values as equal numbers from 0, -1 where unknown: each (N,) int64.

    ``garment`` stands for the model id; an item without one is a garment of its own. ``category`` is the fine category,
    or else the semantic category. ``subtype`` is known of pictures of ``Sources`` alone.
    """

    garment: Codes
    semantic: Codes
    category: Codes
    colour: Codes
    brand: Codes
    subtype: Codes

    def rows(self, chosen: Codes) -> "Labels":
        """The labels of the ``chosen`` items, with the same numbers."""
        return Labels(*(getattr(self, name)[chosen] for name in self.__slots__))

    def count(self, name: str) -> int:
        """How many different values the label ``name`` has."""
        return int(getattr(self, name).max(initial=-1)) + 1


def read_labels(items: Sequence[Item]) -> Labels:
    """The labels of ``items``; text is compared without regard to case."""
    return Labels(
        garment=codes_of([item.model_id or item.item_id for item in items]),
        semantic=codes_of([item.semantic_category for item in items]),
        category=codes_of([item.category.casefold() or item.semantic_category for item in items]),
        colour=codes_of([item.colour.casefold() for item in items]),
        brand=codes_of([item.brand.casefold() for item in items]),
        subtype=np.full(len(items), -1, np.int64),
    )


def split_of(item: Item, data: Data, seed: int) -> Split:
    """The split of an item, from a digest of its model id: all colours of a garment are in one split."""
    digest = hashlib.sha256(f"{seed}:{item.model_id or item.item_id}".encode()).digest()
    share = int.from_bytes(digest[:8]) % BUCKETS / BUCKETS
    if share < data.test_share:
        return "test"
    return "valid" if share < data.test_share + data.valid_share else "train"


def split_rows(items: Sequence[Item], data: Data, seed: int) -> dict[Split, Codes]:
    """The rows of each split, ascending; raises ``DataError`` where training or validation has too few."""
    splits = np.array([split_of(item, data, seed) for item in items], dtype=object)
    names: tuple[Split, ...] = ("train", "valid", "test")
    rows = {name: np.flatnonzero(splits == name).astype(np.int64) for name in names}
    if min(len(rows["train"]), len(rows["valid"])) < 2:
        raise DataError(f"{len(items)} items with pictures are too few to train on.", remedy="Give a larger catalogue.")
    return rows


class BalancedBatches:
    """P x K batches: fine categories equally often, a few garments of each, K pictures of each garment.

    The K pictures of a garment in several colours are different items as far as there are any, then other views.
    Garments of the same category are each other's hard negatives.
    """

    def __init__(self, labels: Labels, batch: Batch, views: int, seed: int, *, groups: Codes | None = None) -> None:
        """``groups`` (N,) are drawn equally often in place of the fine categories, where given."""
        self._batch, self._views, self._seed = batch, views, seed
        groups = labels.category if groups is None else groups
        order = np.lexsort((labels.garment, groups))
        self._groups: list[list[Codes]] = []
        for members in _runs(order, groups[order]):
            self._groups.append(_runs(members, labels.garment[members]))

    def draw(self, step: int) -> tuple[Codes, Codes]:
        """The batch of this ``step``: item rows and view numbers (0 is the whole picture), each (B,) int64."""
        rng = np.random.default_rng((self._seed, step))
        rows: list[int] = []
        views: list[int] = []
        for group in _cycle(rng, len(self._groups), self._batch.categories):
            for garment in _cycle(rng, len(self._groups[group]), self._batch.garments):
                items = self._groups[group][garment]
                rows += [int(items[one]) for one in _cycle(rng, len(items), self._batch.pictures)]
                views += _cycle(rng, self._views, self._batch.pictures)
        return np.array(rows, np.int64), np.array(views, np.int64)


def _cycle(rng: np.random.Generator, count: int, wanted: int) -> list[int]:
    """``wanted`` of ``count`` numbers, none twice before each occurred once."""
    drawn: list[int] = []
    while len(drawn) < wanted:
        drawn += rng.permutation(count).tolist()
    return drawn[:wanted]


def _runs(rows: Codes, keys: Codes) -> list[Codes]:
    """``rows`` cut wherever ``keys``, which are sorted, change."""
    return list(np.split(rows, np.flatnonzero(np.diff(keys)) + 1)) if len(rows) else []


def codes_of(values: Sequence[str]) -> Codes:
    """Equal values as equal numbers from 0, -1 for the empty string: (N,) int64."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) if value else -1 for value in values], np.int64)
