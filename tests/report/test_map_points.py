"""Places of items in a plane."""

import numpy as np
import pytest

from deepstyle.errors import StoreError, UsageError
from deepstyle.report import map_points
from deepstyle.report.map_points import MAP_META, compute_points, principal_plane, read_points, write_points
from deepstyle.store import open_store
from deepstyle.style.encode import STYLE_SPACE
from tests.conftest import Shop


def test_principal_plane_is_the_svd_s() -> None:
    vectors = np.random.default_rng(0).standard_normal((30, 6)).astype(np.float32)
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    left, strengths, _ = np.linalg.svd(centred, full_matrices=False)
    expected = left[:, :2] * strengths[:2]
    places = principal_plane(vectors)
    np.testing.assert_allclose(np.abs(places), np.abs(expected), atol=1e-9)
    assert (places[np.abs(places).argmax(axis=0), [0, 1]] > 0).all()


def test_few_items_are_placed_without_t_sne_within_bounds(shop: Shop) -> None:
    with open_store(shop.store_url) as store:
        space = store.meta(STYLE_SPACE) or ""
        points = compute_points(store, space)
        assert points.method == "PCA"
        assert points.places.shape == (40, 2)
        assert np.abs(points.places).max() == pytest.approx(1)
        assert len(compute_points(store, space, points=10).item_ids) == 10
        again = compute_points(store, space)
        np.testing.assert_array_equal(again.places, points.places)
        with pytest.raises(UsageError, match="two items"):
            compute_points(store, "nothing")


def test_a_store_keeps_its_map(shop: Shop) -> None:
    with open_store(shop.store_url) as store:
        space = store.meta(STYLE_SPACE) or ""
        assert read_points(store, space) is None
        points = compute_points(store, space)
        write_points(store, points)
        stored = read_points(store, space)
        assert stored is not None
        assert (stored.item_ids, stored.method) == (points.item_ids, "PCA")
        np.testing.assert_allclose(stored.places, points.places, atol=5.1e-5)
        assert read_points(store, "another") is None
        store.set_meta(MAP_META, '{"space": "x", "method": "PCA", "item_ids": ["a"], "x": [1], "y": []}')
        with pytest.raises(StoreError, match="deepstyle points"):
            read_points(store, space)


def test_without_opentsne_it_is_pca(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_points, "PERPLEXITY", 5)
    monkeypatch.setitem(__import__("sys").modules, "openTSNE", None)
    with open_store(shop.store_url) as store:
        assert compute_points(store, store.meta(STYLE_SPACE) or "").method == "PCA"
