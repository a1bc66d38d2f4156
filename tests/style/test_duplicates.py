"""Products that share a picture, in a real store with real pictures."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepstyle.catalogue.item import Item
from deepstyle.images.pixels import read_image
from deepstyle.store import Entry, VectorBatch, open_store
from deepstyle.style import duplicates
from deepstyle.style.duplicates import find_duplicates
from tests.images.pictures import save
from tests.images.test_perceptual_hash import drawing

ITEMS = {
    "a-S": ("A", save(Image.fromarray(drawing(1)), "PNG")),
    "a-M": ("A", save(Image.fromarray(drawing(1)), "PNG")),
    "b": ("B", save(Image.fromarray(drawing(1)), "PNG")),
    "c": ("", save(Image.fromarray(drawing(1)), "JPEG")),
    "d": ("D", save(Image.fromarray(drawing(2)), "PNG")),
    "e": ("D", save(Image.fromarray(drawing(2)), "JPEG")),
    "f": ("F", save(Image.fromarray(np.full((60, 60, 3), 90, np.uint8)), "PNG")),
    "g": ("", save(Image.fromarray(np.full((60, 60, 3), 91, np.uint8)), "PNG")),
}


def url_of(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/shop.db"
    with open_store(url) as store:
        store.put([Entry(Item(i, model_id=product), read_image(data)) for i, (product, data) in ITEMS.items()])
        store.put([Entry(Item("h", model_id="H"))])
    return url


def pairs(report: duplicates.DuplicateReport) -> set[tuple[str, str, bool]]:
    return {(pair.first.item_id, pair.second.item_id, pair.is_identical) for pair in report.pairs}


def test_products_with_the_same_and_nearly_the_same_picture_are_found(tmp_path: Path) -> None:
    with open_store(url_of(tmp_path)) as store:
        seen: list[tuple[int, int]] = []
        report = find_duplicates(store, on_progress=lambda done, total: seen.append((done, total)))
    assert pairs(report) == {("a-M", "b", True), ("a-M", "c", False)}
    assert (report.pictures, report.is_complete) == (6, True)
    assert {pair.similarity for pair in report.pairs} == {1.0, None}
    assert seen[-1] == (9, 9)


@pytest.mark.parametrize("cosine", [0.99, 0.5])
def test_vectors_confirm(tmp_path: Path, cosine: float) -> None:
    vectors = np.array([[1, 0], [cosine, (1 - cosine**2) ** 0.5]], np.float32)
    with open_store(url_of(tmp_path)) as store:
        shas = store.image_sha256s(["a-M", "c"])
        store.put_vectors("s", VectorBatch(("a-M", "c"), (shas["a-M"], shas["c"]), vectors))
        report = find_duplicates(store, "s")
    near = [pair.similarity for pair in report.pairs if not pair.is_identical]
    assert near == ([pytest.approx(cosine, abs=1e-5)] if cosine > 0.9 else [])


def test_so_many_pairs_are_kept_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "MAX_PAIRS", 1)
    with open_store(url_of(tmp_path)) as store:
        report = find_duplicates(store)
    assert len(report.pairs) == 1 and not report.is_complete
