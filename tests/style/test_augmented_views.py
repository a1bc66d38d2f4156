"""Views beside the picture as it is: made where a store keeps them, found by, and gone where it does not."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepstyle.catalogue.item import Item
from deepstyle.evaluation.search import evaluate_search
from deepstyle.images.pixels import decode, read_image
from deepstyle.store import Entry, ItemFilter, Store, open_store
from deepstyle.style.augmented_views import (
    AUGMENTED_VIEWS,
    keep_augmented_views,
    keeps_augmented_views,
    render_view,
    search_spaces,
    stored_views,
    view_space,
)
from deepstyle.style.encode import drop_other_spaces, encode_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.search import search_photo, search_vector, similar_items
from tests.images.pictures import photo, save
from tests.style.tiny import write_tiny_model

COUNT = 8


def entry(row: int, *, seed: int = -1) -> Entry:
    # Small enough to be decoded whole, so that what is encoded is what a test can make too.
    brand = "Nord" if row % 2 else "Süd"
    return Entry(Item(f"i{row}", brand=brand), read_image(save(photo(20, 24, seed if seed >= 0 else row), "PNG")))


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    write_tiny_model(tmp_path / "model")
    return Encoder.open(tmp_path / "model")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/test.db") as opened:
        opened.put([entry(row) for row in range(COUNT)])
        yield opened


def view_spaces(encoder: Encoder) -> list[str]:
    return [view_space(encoder.fingerprint, view) for view in AUGMENTED_VIEWS]


def test_a_store_keeps_no_views_unless_it_is_told_to(store: Store, encoder: Encoder) -> None:
    assert not keeps_augmented_views(store)
    assert encode_store(store, encoder).augmented_views == 0
    assert list(store.spaces()) == search_spaces(store, encoder.fingerprint) == [encoder.fingerprint]


def test_each_view_has_the_vector_of_its_own_pixels(store: Store, encoder: Encoder) -> None:
    keep_augmented_views(store, True)
    result: list[tuple[int, int]] = []
    report = encode_store(store, encoder, shard_size=3, on_progress=lambda done, total: result.append((done, total)))
    assert (report.encoded, report.skipped, report.dropped, report.augmented_views) == (
        COUNT,
        0,
        0,
        COUNT * len(AUGMENTED_VIEWS),
    )
    assert result[-1] == (3 * COUNT, 3 * COUNT) and result == sorted(result)
    for view in stored_views(store):
        for row in range(COUNT):
            image = store.image(f"i{row}")
            assert image is not None
            wanted = encoder.encode([render_view(view, decode(image.data))]).embeddings[0]
            found = store.vectors(view_space(encoder.fingerprint, view), [f"i{row}"]).vectors[0]
            np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_the_views_differ() -> None:
    rgb = photo(20, 24, 3)
    seen_as = [render_view(view, np.asarray(rgb)) for view in ("", *AUGMENTED_VIEWS)]
    assert np.array_equal(seen_as[0], rgb)
    assert not any(np.array_equal(seen_as[i], seen_as[j]) for i in range(3) for j in range(i))


def test_later_runs_keep_views_of_what_is_new_and_changed(store: Store, encoder: Encoder) -> None:
    encode_store(store, encoder)
    keep_augmented_views(store, True)
    assert (first := encode_store(store, encoder)).encoded == 0 and first.augmented_views == 2 * COUNT
    store.put([entry(1, seed=50), entry(COUNT)])
    report = encode_store(store, encoder)
    assert (report.encoded, report.skipped, report.augmented_views) == (2, COUNT - 1, 4)
    assert drop_other_spaces(store, encoder.fingerprint) == 0
    assert set(store.spaces().values()) == {COUNT + 1}


def test_no_more_views(store: Store, encoder: Encoder) -> None:
    keep_augmented_views(store, True)
    encode_store(store, encoder)
    keep_augmented_views(store, False)
    assert store.spaces() == {encoder.fingerprint: COUNT}
    assert encode_store(store, encoder).augmented_views == 0
    assert [match.rank for match in search_photo(store, encoder, save(photo(20, 24, 2), "PNG"), k=3)] == [1, 2, 3]


@pytest.mark.parametrize("where", [ItemFilter(), ItemFilter(brands=("nord",))])
def test_an_item_is_as_similar_as_the_most_similar_of_its_views(
    store: Store, encoder: Encoder, where: ItemFilter
) -> None:
    keep_augmented_views(store, True)
    encode_store(store, encoder)
    store.put([entry(COUNT)])  # has no vector and no view yet
    query = encoder.encode([np.asarray(photo(20, 24, 99))]).embeddings[0]
    best: dict[str, float] = {}
    for space in [encoder.fingerprint, *view_spaces(encoder)]:
        batch = store.vectors(space)
        for item_id, vector in zip(batch.item_ids, batch.vectors, strict=True):
            best[item_id] = max(best.get(item_id, -2.0), float(vector @ query))
    wanted = sorted((name for name in best if where.is_empty or int(name[1:]) % 2), key=lambda name: -best[name])
    found = search_vector(store, encoder.fingerprint, query, k=3, where=where)
    assert [match.item.item_id for match in found] == wanted[:3]
    assert [match.similarity for match in found] == pytest.approx([best[name] for name in wanted[:3]], abs=1e-5)


def test_a_search_does_without_views_that_are_not_there_yet(store: Store, encoder: Encoder) -> None:
    encode_store(store, encoder)
    data = save(photo(20, 24, 4), "PNG")
    before = search_photo(store, encoder, data)
    keep_augmented_views(store, True)
    assert search_photo(store, encoder, data) == before


def test_similar_items_compare_pictures_as_they_are(store: Store, encoder: Encoder) -> None:
    encode_store(store, encoder)
    before = similar_items(store, encoder.fingerprint, "i2")
    keep_augmented_views(store, True)
    encode_store(store, encoder)
    assert similar_items(store, encoder.fingerprint, "i2") == before


def test_the_evaluation_asks_the_views_too(store: Store, encoder: Encoder) -> None:
    def itself(distortion: str) -> float:
        report = evaluate_search(store, encoder)
        (task,) = [task for task in report.tasks if task.task == f"itself, {distortion}"]
        assert report.views == (len(AUGMENTED_VIEWS) if keeps_augmented_views(store) else 0)
        return task.scores["deepstyle"]["recall@1"]

    rng = np.random.default_rng(0)
    common = rng.integers(150, 240, (24, 20, 3))
    for row in range(COUNT):  # all alike, and so bright that overexposure moves them farther than they are apart
        pixels = np.clip(common + rng.integers(-40, 41, common.shape), 0, 255).astype(np.uint8)
        store.put([Entry(Item(f"i{row}"), read_image(save(Image.fromarray(pixels), "PNG")))])
    encode_store(store, encoder)
    without = itself("20 % brighter"), itself("JPEG quality 30")
    keep_augmented_views(store, True)
    encode_store(store, encoder)
    assert itself("20 % brighter") > without[0]
    assert itself("JPEG quality 30") >= without[1]
