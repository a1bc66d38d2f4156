"""Vectors of a store's pictures: only missing ones are computed, and a kill between two writes is repaired."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.head import Head
from deepstyle.compatibility.mapping import update_mapping
from deepstyle.compatibility.space import project_store, serving_space, space_name
from deepstyle.errors import FingerprintMismatchError, ImageBrokenError
from deepstyle.images.item_image import ItemImage
from deepstyle.store import Entry, Store, open_store
from tests.compatibility.tiny import write_tiny_head

KINDS = ("shoes", "tops", "bags", "hats")


def picture(number: int) -> ItemImage:
    data = number.to_bytes(4, "big")
    return ItemImage(data, hashlib.sha256(data).hexdigest(), "image/jpeg", 1, 1)


def features_of(image: ItemImage) -> NDArray[np.float64]:
    if image.data == b"\0\0\0\x07":
        raise ImageBrokenError("seven")
    return np.random.default_rng(int.from_bytes(image.data, "big")).standard_normal(12)


def put(store: Store, numbers: range, shift: int = 0) -> None:
    store.put([Entry(Item(f"i{n:02}", semantic_category=KINDS[n % 4]), picture(n + shift)) for n in numbers])


def test_projects_what_is_missing_and_serves_after_the_mapping(tmp_path: Path) -> None:
    write_tiny_head(tmp_path, "b", 12)
    head = Head.open(tmp_path)
    space = space_name(head, "fp32")
    assert space != space_name(head, "int8")
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        put(store, range(20))
        report = project_store(store, space, head, features_of, workers=3)
        assert len(report.item_ids) == 19
        assert report.failed == ("i07",)
        expected = head.project(features_of(picture(3))[None])[0]
        np.testing.assert_allclose(store.vectors(space, ["i03"]).vectors[0], expected, atol=1e-6)
        with pytest.raises(FingerprintMismatchError, match="no compatibility vectors"):
            serving_space(store, head, "fp32")
        update_mapping(store, space)
        assert serving_space(store, head, "fp32") == space
        with pytest.raises(FingerprintMismatchError, match="int8"):
            serving_space(store, head, "int8")
        put(store, range(20, 22))
        assert project_store(store, space, head, features_of).item_ids == ("i20", "i21")


def test_a_changed_picture_loses_its_suggestions_at_once(tmp_path: Path) -> None:
    write_tiny_head(tmp_path, "b", 12)
    head = Head.open(tmp_path)
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        put(store, range(40, 80))
        project_store(store, "s", head, features_of)
        update_mapping(store, "s")
        assert store.compatible("i50")
        put(store, range(50, 51), shift=500)
        project_store(store, "s", head, features_of)
        assert store.compatible("i50") == ()  # killed here, the next update fills the gap
        update_mapping(store, "s")
        updated = {f"i{n}": store.compatible(f"i{n}") for n in range(40, 80)}
        update_mapping(store, "s", full=True)
        assert updated == {f"i{n}": store.compatible(f"i{n}") for n in range(40, 80)}
