"""Worn looks to learn from: garments cut out of street photos by their labels, in two views, and questions about them.

A worn garment shares light and backdrop with the rest of its look, a packshot does not. So each garment is seen in its
box (``tight``) and without its background (``cut``), and a garment is paired with the others of its look in either
view: what only the photo has in common is no reason. No crop is ever written to disk, only its features.
"""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.scoring import Rows
from deepstyle.errors import DataError
from deepstyle.evaluation.questions import Blank, Questions
from deepstyle.evaluation.street_looks import Garment, Look, Split, cut, garments_in, read_label_names, read_looks
from deepstyle.style.encoder import Encoder
from deepstyle.style.feature_table import FeatureTable, read_features, write_features

BACKGROUNDS: Final = (True, False)
"""Whether a view keeps the background: ``tight``, then ``cut``."""
CUT: Final = 1
WRONG_ANSWERS: Final = 3
DRAWS: Final = 4
"""How many negatives each look of the questions has."""


@dataclass(frozen=True, slots=True)
class Worn:
    """``features`` (2 N, F): all garments in their first view, then in the second; ``categories`` (2 N,) names.

    ``looks`` are the garments of each look with two or more, as rows of the first view, by split.
    """

    features: NDArray[np.floating]
    categories: tuple[str, ...]
    looks: dict[Split, tuple[Rows, ...]]

    @property
    def garments(self) -> int:
        """N: the second view of row r is r + N."""
        return len(self.features) // len(BACKGROUNDS)

    def pairs(self, split: Split) -> list[Rows]:
        """Every two garments of a look in every two views, each an outfit of two rows."""
        shifts = [view * self.garments for view in range(len(BACKGROUNDS))]
        return [
            np.array([one + first, other + second])
            for look in self.looks[split]
            for one, other in combinations(look.tolist(), 2)
            for first, second in product(shifts, shifts)
        ]

    def questions(self, split: Split, *, view: int = CUT, seed: int = 0) -> Questions:
        """Looks against looks in which every garment is another of its category, and a blank at every garment."""
        rng, kinds = np.random.default_rng(seed), np.array(self.categories)
        looks = self.looks[split]
        worn = np.concatenate(looks)
        good = [look for look in looks for _ in range(DRAWS)]
        bad = [np.array([_drawn(_others(worn, kinds, row, look), row, rng) for row in look]) for look in good]
        blanks = [
            Blank(np.delete(look, at), np.append(row, rng.choice(others, WRONG_ANSWERS, replace=False)), 0)
            for look in looks
            for at, row in enumerate(look)
            if len(others := _others(worn, kinds, row, look)) >= WRONG_ANSWERS
        ]
        shift = view * self.garments
        return Questions(
            tuple(outfit + shift for outfit in [*good, *bad]),
            np.repeat([True, False], len(good)),
            tuple(Blank(blank.items + shift, blank.answers + shift, 0) for blank in blanks),
        )

    def crowded(self, split: Split, *, view: int = CUT, seed: int = 0) -> Questions:
        """Looks against looks in which one garment is replaced by a second one of another's category: two hats."""
        rng, kinds = np.random.default_rng(seed), np.array(self.categories)
        looks = self.looks[split]
        worn = np.concatenate(looks)
        bad = []
        for look in looks:
            kept, out = rng.choice(len(look), 2, replace=False)
            second = _drawn(_others(worn, kinds, look[kept], look), look[kept], rng)
            bad.append(np.append(np.delete(look, out), second))
        shift = view * self.garments
        return Questions(tuple(outfit + shift for outfit in [*looks, *bad]), np.repeat([True, False], len(looks)), ())


def read_worn(
    folder: Path,
    encoder: Encoder,
    cache_dir: Path,
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Worn:
    """The garments of the looks in ``folder``; features that ``cache_dir`` lacks are computed, view by view."""
    names, looks = read_label_names(folder), read_looks(folder)
    with ThreadPoolExecutor(2 * encoder.streams) as pool:
        found = list(pool.map(lambda look: garments_in(look.read()[1], names), looks))
    garments = [(look, garment) for look, own in zip(looks, found, strict=True) for garment in own]
    total = len(garments) * len(BACKGROUNDS)
    tables = [
        _features(
            garments, encoder, cache_dir, background, partial(_counting, on_progress, view * len(garments), total)
        )
        for view, background in enumerate(BACKGROUNDS)
    ]
    ends = np.cumsum([len(own) for own in found])
    rows = [np.arange(end - len(own), end) for end, own in zip(ends, found, strict=True)]
    by_split: dict[Split, list[Rows]] = {"train": [], "valid": [], "test": []}
    for look, own_rows in zip(looks, rows, strict=True):
        if len(own_rows) > 1:
            by_split[look.split].append(own_rows)
    return Worn(
        np.concatenate(tables).astype(np.float32),
        tuple(garment.semantic_category for _, garment in garments) * len(BACKGROUNDS),
        {split: tuple(of_split) for split, of_split in by_split.items()},
    )


def _features(
    garments: Sequence[tuple[Look, Garment]],
    encoder: Encoder,
    cache_dir: Path,
    background: bool,
    on_progress: Callable[[int], None],
) -> NDArray[np.floating]:
    """The features of one view of all garments, from the cache where it has them."""
    ids = tuple(f"{look.look_id}-{garment.value}" for look, garment in garments)
    boxes = [f"{one} {garment.box}" for one, (_, garment) in zip(ids, garments, strict=True)]
    keys = tuple(hashlib.sha256(box.encode()).hexdigest() for box in boxes)
    content = hashlib.sha256("".join(keys).encode()).hexdigest()[:32]
    place = cache_dir / "features" / encoder.fingerprint / ("worn-tight" if background else "worn-cut") / content
    try:
        return read_features(place).features
    except DataError:
        pass

    def encode(pair: tuple[Look, Garment]) -> NDArray[np.float16]:
        rgb, labels = pair[0].read()
        row: NDArray[np.float16] = (
            encoder.encode([cut(rgb, labels, pair[1], background=background)]).features[0].astype(np.float16)
        )
        return row

    rows = []
    with ThreadPoolExecutor(2 * encoder.streams) as pool:
        for row in pool.map(encode, garments):
            rows.append(row)
            on_progress(len(rows))
    table = FeatureTable(encoder.fingerprint, ids, keys, np.stack(rows))
    write_features(table, place)
    return table.features


def _counting(on_progress: Callable[[int, int], None], before: int, total: int, done: int) -> None:
    on_progress(before + done, total)


def _drawn(others: Rows, row: int, rng: np.random.Generator) -> int:
    """One of ``others``; the ``row`` itself where there are none."""
    return int(rng.choice(others)) if len(others) else int(row)


def _others(worn: Rows, kinds: NDArray[np.str_], row: int, look: Rows) -> Rows:
    """The rows of ``worn`` that are of the category of ``row`` and not in ``look``."""
    others: Rows = worn[(kinds[worn] == kinds[row]) & ~np.isin(worn, look)]
    return others
