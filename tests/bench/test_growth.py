"""The growth table's own parts: the drawn catalogue, its exact answers, the memory's split, the slopes."""

from pathlib import Path

import numpy as np
import pytest

from bench.growth import slope, table
from bench.growth_rows import catalogue, truth
from bench.growth_rows.filters import distinct_filters
from bench.growth_rows.memory import split_of
from bench.growth_rows.rows import Sized, browse, delete, opened, put
from deepstyle.images.pixels import read_image
from deepstyle.store import open_store

COUNT = 1200


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from bench.growth_rows.build import fill

    path = tmp_path_factory.mktemp("growth") / "small.db"
    with open_store(f"sqlite:///{path}") as store:
        fill(store, COUNT)
    return path


def test_an_item_is_the_same_in_a_catalogue_of_every_size() -> None:
    (small, few), *_ = catalogue.batches(100)
    (large, many), *_ = catalogue.batches(1000)
    assert [entry.item for entry in small] == [entry.item for entry in large[:100]]
    assert np.array_equal(few.vectors, many.vectors[:100])
    assert np.allclose(np.linalg.norm(many.vectors, axis=1), 1, atol=1e-5)


def test_pictures_decode_and_differ() -> None:
    found = [catalogue.picture(row) for row in (0, 1, 999_999)]
    assert [read_image(image.data).sha256 for image in found] == [image.sha256 for image in found]
    assert len({image.sha256 for image in found}) == 3


def test_the_truth_is_what_an_exact_store_finds(built: Path) -> None:
    best, asked = truth.exact(built, COUNT), catalogue.queries(truth.ASKED)[:3]
    with open_store(f"sqlite:///{built}") as store:
        space = next(iter(store.spaces()))
        for name, where in catalogue.SHARES.items():
            hits = [[hit.item_id for hit in store.search(space, query, k=5, where=where)] for query in asked]
            assert truth.recall(hits, best[name][:3, :5]) == 1


def test_rows_write_and_find_what_they_wrote(built: Path) -> None:
    sized, figures = opened(built, built, COUNT)
    with sized.store:
        assert isinstance(sized, Sized)
        figures |= put(sized) | browse(sized)
        assert sized.store.count() == COUNT + 100
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("bench.growth_rows.rows.PRUNED", 100)
            figures |= delete(sized)
        assert sized.store.count() == COUNT - 100
    assert all(value > 0 for value in figures.values())


def test_filters_are_distinct() -> None:
    assert len(set(distinct_filters(300))) == 300


def test_memory_is_split_by_what_is_mapped() -> None:
    text = """7f00-7f10 r--s 00000000 fe:00 1 /data/store.db.vectors
Rss: 2048 kB
7f10-7f20 rw-p 00000000 00:00 0
Rss: 1024 kB
7f20-7f30 r-xp 00000000 fe:00 2 /usr/lib/libc.so
Rss: 512 kB
"""
    assert split_of(text, Path("/data")) == {"private": 1, "mapped store": 2, "libraries": 0.5, "RSS": 3.5}


def test_slopes_are_exponents() -> None:
    figures = {"14k": {"a": 1.0, "b, recall@10": 1.0}, "1m": {"a": 1_000_000 / 14_000, "b, recall@10": 0.99}}
    assert slope("a", figures, "14k", "1m") == "1.00"
    assert slope("b, recall@10", figures, "14k", "1m") == ""
    assert table(figures)[1].split() == ["a", "1", "71.4", "1.00"]
