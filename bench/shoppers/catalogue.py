"""Two catalogues for the simulator: A to tune on, B to report on. Garments, brands and photos differ.

Each has one half of the demo catalogue and, where DEEPSTYLE_DATA has the shared photos, an even sample of those of its
half. Rankers see the item and its style vector. Tastes are made of the facts and of a second model's vectors, which no
ranker sees. Both vectors are kept in the cache folder; the first run encodes some thousand pictures (minutes).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.words_rows.catalogue import rows
from bench.words_rows.pictures import Letter, half, pictures
from deepstyle import Shop
from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import Record
from deepstyle.demo.source import open_catalogue
from deepstyle.store.base import Entry
from deepstyle.store.ingest_pictures import normalised

PHOTOS: Final = 1_200
"""Of each catalogue; fewer where there are fewer."""
MODELS: Final = ("packaged", "packaged:lite0")
"""What the rankers see, and what tastes are made of."""
BATCH: Final = 500
Vectors = NDArray[np.float32]
Facts = Mapping[str, str]
"""What is true of a garment: ``type``, ``colour``, ``brand``, ``material`` and ``price_band``; "" where unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """N items with their style ``vectors`` (N, D), ``facts``, and the ``second`` model's vectors (N, E)."""

    items: Sequence[Item]
    vectors: Vectors
    facts: Sequence[Facts]
    second: Vectors


@dataclass(frozen=True, slots=True)
class _Shown:
    item: Item
    path: Path
    facts: Facts


def catalogue(letter: Letter, data: Path | None, cache: Path) -> Catalogue:
    """The catalogue of a letter, from the demo alone where there is no folder ``data``."""
    shown = sorted([*_demo(letter), *(_photos(letter, data) if data else ())], key=lambda one: one.item.item_id)
    by_model = [_encoded(shown, model, cache) for model in MODELS]
    return Catalogue([one.item for one in shown], by_model[0], [one.facts for one in shown], by_model[1])


def _demo(letter: Letter) -> Iterator[_Shown]:
    for record in open_catalogue("demo").records():
        if isinstance(record, Record) and isinstance(record.image_path, Path) and half(record.item.item_id) == letter:
            item = record.item
            kind = item.category.casefold().split()[-1]  # a "Sports Dress" is a dress to who looks for one
            facts = {"type": kind, "colour": item.colour, "pattern": item.pattern, "brand": item.brand}
            yield _Shown(item, record.image_path, {**facts, "price_band": price_band(item.price)})


def _photos(letter: Letter, data: Path) -> Iterator[_Shown]:
    found = pictures(data, letter)
    sample = found[:: max(1, len(found) // PHOTOS)][:PHOTOS]
    paths = {one.picture_id: one.path for one in sample}
    for row in rows(sample, letter, len(sample)):
        facts = {name: str(getattr(row.facts, name)) for name in ("type", "colour", "brand", "material")}
        yield _Shown(row.item, paths[row.picture_id], {**facts, "price_band": price_band(row.facts.price)})


def price_band(price: float | None) -> str:
    """The octave that a price is in, "" where it is unknown."""
    return "" if not price else str(int(np.log2(max(price, 1.0))))


def _encoded(shown: Sequence[_Shown], model: str, cache: Path) -> Vectors:
    """The vectors (N, D) of the pictures; those that the cache does not have yet are computed."""
    cache.mkdir(parents=True, exist_ok=True)
    ids = [f"{one.path.parent.parent.name}-{one.path.stem}" for one in shown]
    with Shop.open(f"sqlite:///{cache / model.replace(':', '-')}.db", model=model) as shop:
        known = shop.store.image_sha256s(ids)
        new = {one: seen.path for one, seen in zip(ids, shown, strict=True) if one not in known}
        for start in range(0, len(new), BATCH):
            batch = list(new.items())[start : start + BATCH]
            shop.store.put([Entry(Item(one), normalised(path.read_bytes())) for one, path in batch])
        if new:
            shop.encode(suggest=False, calibrate=False)
        stored = shop.store.vectors(shop.space, ids)
    rows_by_id = dict(zip(stored.item_ids, stored.vectors, strict=True))
    return np.stack([rows_by_id[one] for one in ids])
