"""What is said of items that the catalogue gives no semantic category."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.store.base import Entry, Store, VectorBatch
from deepstyle.store.open import open_store
from deepstyle.style.calibration.garment_types import GarmentTypes
from deepstyle.style.calibration.sample import draw_sample
from deepstyle.style.item_categories import LEAST_CONFIDENCE, fill_categories
from tests.store.model import image_of

SPACE = "space"
# One axis of the vectors for each type: the further along it, the surer.
TYPES = GarmentTypes("model", ("", "shoes", "tops"), np.eye(3, dtype=np.float32) * 6, np.zeros(3, np.float32))
VECTORS = {"nothing": (1, 0, 0), "shoe": (0, 1, 0), "top": (0, 0, 1), "unclear": (0, 0.7071, 0.7071), "hat": (0, 1, 0)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/x.db") as opened:
        items = [Item(name, semantic_category="hats" if name == "hat" else "") for name in VECTORS]
        opened.put([Entry(item, image_of(item.item_id)) for item in items])
        vectors = np.array(list(VECTORS.values()), np.float32)
        opened.put_vectors(
            SPACE, VectorBatch(tuple(VECTORS), tuple(image_of(name).sha256 for name in VECTORS), vectors)
        )
        yield opened


def test_a_clear_picture_gives_the_category_marked_with_its_confidence(store: Store) -> None:
    assert fill_categories(store, SPACE, TYPES) == 2
    items = store.get(list(VECTORS))
    assert {name: (item.semantic_category, item.category_source) for name, item in items.items()} == {
        "nothing": ("", ""),
        "unclear": ("", ""),
        "shoe": ("shoes", "encoder"),
        "top": ("tops", "encoder"),
        "hat": ("hats", ""),
    }
    confidence = items["shoe"].category_confidence
    assert confidence is not None and LEAST_CONFIDENCE <= confidence <= 1
    assert items["hat"].category_confidence is items["unclear"].category_confidence is None
    assert store.browse().facets.counts["semantic_categories"] == {"hats": 1, "shoes": 1, "tops": 1}


def test_it_stays_until_the_catalogue_brings_a_category_or_another_picture(store: Store) -> None:
    fill_categories(store, SPACE, TYPES)
    store.put([Entry(Item("shoe", title="again"), image_of("shoe")), Entry(Item("top", semantic_category="bags"))])
    store.put([Entry(Item("hat"))])
    items = store.get(["shoe", "top", "hat"])
    assert (items["shoe"].semantic_category, items["shoe"].category_source) == ("shoes", "encoder")
    assert items["top"] == Item("top", semantic_category="bags")
    assert items["hat"] == Item("hat")
    assert fill_categories(store, SPACE, TYPES) == 1
    assert store.get(["hat"])["hat"].semantic_category == "shoes"
    store.put([Entry(Item("shoe"), image_of("another"))])
    assert store.get(["shoe"])["shoe"] == Item("shoe")


def test_without_a_classifier_nothing_is_said(store: Store) -> None:
    assert fill_categories(store, SPACE, None) == 0
    assert store.get(["shoe"])["shoe"] == Item("shoe")


def test_a_calibration_learns_nothing_from_it(store: Store) -> None:
    fill_categories(store, SPACE, TYPES)
    assert draw_sample(store, SPACE).kinds == ()
