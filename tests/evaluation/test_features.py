from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.evaluation import features
from deepstyle.evaluation.features import WHOLE, cache_features, features_folder
from deepstyle.images.distort import flip
from deepstyle.images.pixels import read_image
from deepstyle.store import Entry, open_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.feature_table import read_features
from tests.images.pictures import photo, save


class KilledError(Exception):
    """Stands for a kill."""


@pytest.fixture
def encoder(tiny_model: Path) -> Encoder:
    return Encoder.open(tiny_model)


def test_rows_are_the_encoders_features(shop, encoder: Encoder, tmp_path: Path) -> None:
    with open_store(shop.store_url) as store:
        table = cache_features(store, encoder, tmp_path / "whole")
        mirrored = cache_features(store, encoder, tmp_path / "mirrored", view="mirrored")
    assert len(table.item_ids) == 40  # the item without a picture has no row
    assert list(table.item_ids) == sorted(table.item_ids)
    for row in (0, 17):
        number = int(table.item_ids[row][-3:])
        rgb = encoder.decode(shop.picture(number))
        whole = encoder.encode([rgb]).features[0].astype(np.float16)
        other = encoder.encode([flip(rgb, np.random.default_rng(0))]).features[0].astype(np.float16)
        np.testing.assert_array_equal(table.features[row], whole)
        np.testing.assert_array_equal(mirrored.features[row], other)


def test_only_new_and_changed_pictures_are_computed(shop, encoder: Encoder, tmp_path: Path) -> None:
    seen: list[int] = []
    with open_store(shop.store_url) as store:
        cache_features(store, encoder, tmp_path)
        store.put([Entry(Item("item-003"), read_image(save(photo(30, 30, seed=99), "PNG")))])
        store.delete(["item-005"])
        table = cache_features(store, encoder, tmp_path, on_progress=lambda done, total: seen.append(done))
    assert seen == [38, 39]
    assert len(table.item_ids) == 39
    assert read_features(tmp_path).item_ids == table.item_ids


def test_killed_it_goes_on(shop, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "SHARD_ROWS", 8)
    first: list[int] = []

    def kill(done: int, total: int) -> None:
        first.append(done)
        if done >= 16:
            raise KilledError

    with open_store(shop.store_url) as store:
        with pytest.raises(KilledError):
            cache_features(store, encoder, tmp_path / "killed", on_progress=kill)
        seen: list[int] = []
        table = cache_features(store, encoder, tmp_path / "killed", on_progress=lambda done, total: seen.append(done))
        whole = cache_features(store, encoder, tmp_path / "whole")
    assert (first[0], seen[0]) == (0, 16)
    np.testing.assert_array_equal(table.features, whole.features)
    assert not (tmp_path / "killed" / "parts").exists()


def test_features_of_another_model_are_not_reused(shop, encoder: Encoder, tmp_path: Path) -> None:
    from tests.style.tiny import write_tiny_model

    write_tiny_model(tmp_path / "other", seed=5)
    with open_store(shop.store_url) as store:
        cache_features(store, encoder, tmp_path / "features")
        table = cache_features(store, Encoder.open(tmp_path / "other"), tmp_path / "features")
        fresh = cache_features(store, Encoder.open(tmp_path / "other"), tmp_path / "fresh")
    np.testing.assert_array_equal(table.features, fresh.features)


def test_folders_have_plain_names() -> None:
    assert features_folder(Path("c"), "f00", "demo", "cropped to 80 %") == Path("c/features/f00/demo/cropped-to-80")
    assert features_folder(Path("c"), "f00", "demo", WHOLE).name == "whole"
