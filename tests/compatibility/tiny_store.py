"""A small store whose items have random vectors, for tests of what is worn with what."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.compatibility.calibration import Calibration
from deepstyle.compatibility.head import Head, HeadSpec
from deepstyle.compatibility.mapping import update_mapping
from deepstyle.compatibility.stylist import Stylist
from deepstyle.images.item_image import ItemImage
from deepstyle.store import Entry, Store, VectorBatch, open_store
from tests.compatibility.tiny import tiny_head_weights

COUNT, SPACE = 66, "compat-test"
HEAD = Head(HeadSpec("b", 12, 10, "", Calibration(5.0, -1.0), Calibration(3.0, 0.5)), tiny_head_weights(12))


@contextmanager
def tiny_stylist(tmp_path: Path) -> Iterator[Stylist]:
    rng = np.random.default_rng(5)
    vectors = rng.standard_normal((COUNT, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    image = ItemImage(b"x", "0" * 64, "image/jpeg", 1, 1)
    ids = [f"i{number:02}" for number in range(COUNT)]
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        store.put(
            [
                Entry(
                    Item(name, semantic_category=SEMANTIC_CATEGORIES[at % 11], brand="A" if at < 33 else "B"),
                    None if at == 65 else image,
                )
                for at, name in enumerate(ids)
            ]
        )
        store.put_vectors(SPACE, VectorBatch(tuple(ids), ("0" * 64,) * COUNT, vectors))
        update_mapping(store, SPACE)
        yield Stylist(store, SPACE, HEAD)


def everything(store: Store) -> dict[str, tuple[Item, np.ndarray]]:
    batch = store.vectors(SPACE)
    items = store.get(batch.item_ids)
    return {name: (items[name], vector) for name, vector in zip(batch.item_ids, batch.vectors, strict=True)}


def dress(stylist: Stylist, **fields: dict[str, str]) -> None:
    """Set fields of items: ``gender={"i00": "men"}``."""
    for name, values in fields.items():
        items = stylist.store.get(list(values))
        stylist.store.put([Entry(replace(items[one], **{name: value})) for one, value in values.items()])
