"""Each distinct picture encoded once, in a store of its own in the cache folder; the catalogues copy from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.words_rows.pictures import Picture
from deepstyle import Shop
from deepstyle.catalogue.item import MEASURED_FIELDS, Item
from deepstyle.store.base import Entry
from deepstyle.store.ingest_pictures import normalised

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Encoded:
    """Of each picture, by id: its style vector (D,), and the fields that were measured."""

    space: str
    vectors: Mapping[str, NDArray[np.float32]]
    measured: Mapping[str, Mapping[str, str | float]]


def encode_pictures(pictures: Sequence[Picture], folder: Path) -> Encoded:
    """The pictures' vectors, colours and seen categories; those that ``folder`` does not have yet are computed."""
    folder.mkdir(parents=True, exist_ok=True)
    with Shop.open(f"sqlite:///{folder / 'pictures.db'}") as shop:
        for start in range(0, len(pictures), BATCH):
            batch = pictures[start : start + BATCH]
            known = shop.store.image_sha256s([one.picture_id for one in batch])
            new = [one for one in batch if one.picture_id not in known]
            shop.store.put([Entry(Item(one.picture_id), normalised(one.path.read_bytes())) for one in new])
        shop.encode(suggest=False, calibrate=False)
        space = shop.store.meta("style_space") or ""
        ids = [one.picture_id for one in pictures]
        stored, items = shop.store.vectors(space, ids), shop.store.get(ids)
    vectors = dict(zip(stored.item_ids, stored.vectors, strict=True))
    return Encoded(space, vectors, {item_id: _measured(item) for item_id, item in items.items()})


def _measured(item: Item) -> dict[str, str | float]:
    values = {field.name: getattr(item, field.name) for field in MEASURED_FIELDS}
    seen = {"semantic_category": item.semantic_category} if item.category_source else {}
    return {name: value for name, value in {**values, **seen}.items() if value}
