import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.evaluation import features
from deepstyle.evaluation.features import WHOLE, cache_features, features_folder
from deepstyle.images.distort import flip
from deepstyle.images.pixels import read_image
from deepstyle.store import Entry, Store, open_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.feature_table import FeatureTable
from tests.images.pictures import photo, save
from tests.style.tiny import write_tiny_model


class KilledError(Exception):
    """Stands for a kill."""


@pytest.fixture
def encoder(tiny_model: Path) -> Encoder:
    return Encoder.open(tiny_model)


def test_rows_are_the_encoders_features(shop, encoder: Encoder, tmp_path: Path) -> None:
    with open_store(shop.store_url) as store:
        table = cache_features(store, encoder, tmp_path)
        mirrored = cache_features(store, encoder, tmp_path, view="mirrored")
    assert len(table.item_ids) == 40  # the item without a picture has no row
    assert list(table.item_ids) == sorted(table.item_ids)
    for row in (0, 17):
        number = int(table.item_ids[row][-3:])
        rgb = encoder.decode(shop.picture(number))
        whole = encoder.encode([rgb]).features[0].astype(np.float16)
        other = encoder.encode([flip(rgb, np.random.default_rng(0))]).features[0].astype(np.float16)
        np.testing.assert_array_equal(table.features[row], whole)
        np.testing.assert_array_equal(mirrored.features[row], other)


class Counted:
    """The cache in ``folder``; ``of`` returns the table, and how many of its rows were not there."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self.encoder, self.folder = encoder, folder

    def of(self, store: Store, **options: Any) -> tuple[FeatureTable, int]:
        seen: list[tuple[int, int]] = []
        note = lambda done, total: seen.append((done, total))  # noqa: E731
        table = cache_features(store, self.encoder, self.folder, on_progress=note, **options)
        return table, seen[0][1] - seen[0][0]


@pytest.fixture
def counted(encoder: Encoder, tmp_path: Path) -> Counted:
    return Counted(encoder, tmp_path / "cache")


def tables(counted: Counted) -> set[str]:
    return {path.name for path in counted.folder.glob("features/*/*/*")}


def test_only_new_and_changed_pictures_are_computed(shop, counted: Counted) -> None:
    with open_store(shop.store_url) as store:
        assert counted.of(store)[1] == 40
        assert counted.of(store)[1] == 0
        store.put([Entry(Item("item-003"), read_image(save(photo(30, 30, seed=99), "PNG")))])
        store.delete(["item-005"])
        table, computed = counted.of(store)
        assert (len(table.item_ids), computed) == (39, 1)
        assert counted.of(store)[1] == 0
        part, computed = counted.of(store, item_ids={"item-001", "item-002", "unknown"})
        assert (part.item_ids, computed) == (("item-001", "item-002"), 0)
        np.testing.assert_array_equal(part.features, table.features[1:3])


def test_stores_of_the_same_name_do_not_evict_each_other(shop, counted: Counted, tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path}/{folder}/outfits.db" for folder in "ab"]
    for url, seeds in zip(urls, (range(5), range(3, 9)), strict=True):
        Path(url.removeprefix("sqlite:///")).parent.mkdir()
        with open_store(url) as store:
            store.put([Entry(Item(f"same-{n}"), read_image(shop.picture(seed))) for n, seed in enumerate(seeds)])
    computed = []
    for url in (*urls, *urls):
        with open_store(url) as store:
            computed.append(counted.of(store)[1])
    assert computed == [5, 4, 0, 0], "two pictures are in both"
    assert len(tables(counted)) == 2


def test_tables_that_nobody_uses_go(shop, counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    def unused_for(days: float) -> None:
        for path in counted.folder.glob("features/*/*/*"):
            os.utime(path, (time.time() - days * 86400,) * 2)

    with open_store(shop.store_url) as store:
        counted.of(store, item_ids={"item-001"})
        first = tables(counted)
        unused_for(29)
        counted.of(store, item_ids={"item-002"})
        both = tables(counted)
        assert len(both) == 2
        monkeypatch.setattr(features, "MAX_BYTES", 1)
        unused_for(0.9)
        counted.of(store, item_ids={"item-002"})
        assert tables(counted) == both, "a running training may read them"
        unused_for(1.1)
        counted.of(store, item_ids={"item-002"})
        assert tables(counted) == both - first
        monkeypatch.undo()
        unused_for(31)
        counted.of(store, item_ids={"item-001"})
        assert tables(counted) == first


def test_killed_it_goes_on(shop, counted: Counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "SHARD_ROWS", 8)
    first: list[int] = []

    def kill(done: int, total: int) -> None:
        first.append(done)
        if done >= 16:
            raise KilledError

    with open_store(shop.store_url) as store:
        with pytest.raises(KilledError):
            cache_features(store, counted.encoder, counted.folder, on_progress=kill)
        table, computed = counted.of(store)
        whole = cache_features(store, counted.encoder, tmp_path / "whole")
    assert (first[0], computed) == (0, 24)
    np.testing.assert_array_equal(table.features, whole.features)
    assert not list(counted.folder.rglob("parts"))


def test_features_of_another_model_are_not_reused(shop, encoder: Encoder, tmp_path: Path) -> None:
    write_tiny_model(tmp_path / "other", seed=5)
    other = Encoder.open(tmp_path / "other")
    with open_store(shop.store_url) as store:
        cache_features(store, encoder, tmp_path)
        table = cache_features(store, other, tmp_path)
        fresh = cache_features(store, other, tmp_path / "fresh")
    np.testing.assert_array_equal(table.features, fresh.features)


def test_a_folder_is_named_by_its_content() -> None:
    def name(*pictures: tuple[str, str], fingerprint: str = "f00", view: str = WHOLE) -> Path:
        return features_folder(Path("c"), fingerprint, dict(pictures), view)

    one, two = ("item-1", "aa"), ("item-2", "bb")
    assert name(one, view="cropped to 80 %").parent == Path("c/features/f00/cropped-to-80")
    assert name(one, two) == name(one, two)
    others = [name(two, one), name(one), name(one, ("item-2", "cc")), name(one, two, fingerprint="f01")]
    assert len({name(one, two), *others, name(one, two, view="mirrored")}) == 6
