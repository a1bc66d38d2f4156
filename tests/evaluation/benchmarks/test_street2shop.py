"""Street2Shop: boxes, products with several photos, pairs of several products, and photos that are gone."""

import json
from pathlib import Path

import pytest

from deepstyle.errors import DataError
from deepstyle.evaluation.benchmarks.run import run_benchmark
from deepstyle.evaluation.benchmarks.street2shop import read_street2shop
from tests.evaluation.benchmarks.published_layouts import embed, street2shop


def test_a_query_is_a_box_and_all_its_products_are_right(tmp_path: Path) -> None:
    dresses, hats = read_street2shop(street2shop(tmp_path)).tasks
    assert (dresses.name, hats.name) == ("dresses", "hats")
    assert dresses.wanted == [{"11", "12"}, {"13"}, {"11"}]
    assert dresses.queries[2].read().shape == (80, 20, 3)
    assert len(dresses.gallery) == 5
    assert hats.queries[0].read().shape == (70, 60, 3)  # its box leaves the photo


def test_a_product_ranks_by_its_closest_photo(tmp_path: Path) -> None:
    scores = {(one.task, one.metric): one for one in run_benchmark(read_street2shop(street2shop(tmp_path)), embed)}
    dresses = scores["dresses", "recall@1"]
    assert dresses.score >= 2 / 3  # photo 1 looks like photo 4 of product 11, photo 2 like photo 6 of product 13
    assert dresses.chance == pytest.approx((2 / 4 + 1 / 4 + 1 / 4) / 3)  # four products, not five photos
    assert scores["dresses", "recall@20"].published == {"WTBI similarity": 0.371}
    assert scores["mean", "recall@20"].score == 1


def test_missing_photos(tmp_path: Path) -> None:
    street2shop(tmp_path)
    for number in (2, 9):
        (tmp_path / "images" / f"{number:09}.jpg").unlink()
    with pytest.raises(DataError, match="2 photos are missing, number 2 first") as error:
        read_street2shop(tmp_path)
    assert "--allow-missing" in error.value.remedy
    benchmark = read_street2shop(tmp_path, allow_missing=True)
    assert [task.name for task in benchmark.tasks] == ["dresses"]  # no hat is left to be found
    assert len(benchmark.tasks[0].queries) == 1
    assert "2 photos were missing" in benchmark.notes[0]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"photo": 1, "bbox": {}}, "entry 1: no product"),
        ({"photo": "x", "product": 1, "bbox": {}}, "entry 1: no number of a photo"),
        ({"photo": 1, "product": 1, "bbox": {"left": 1}}, "photo 1: no bounding box"),
    ],
)
def test_bad_entries_are_named(tmp_path: Path, entry: dict[str, object], message: str) -> None:
    street2shop(tmp_path)
    (tmp_path / "meta/json/test_pairs_dresses.json").write_text(json.dumps([entry]))
    with pytest.raises(DataError, match=message):
        read_street2shop(tmp_path)


def test_tables_that_are_missing(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "meta" / "json").mkdir(parents=True)
    with pytest.raises(DataError, match="has no test_pairs"):
        read_street2shop(tmp_path)
    (tmp_path / "meta/json/test_pairs_hats.json").write_text("[]")
    with pytest.raises(DataError, match=r"retrieval_hats\.json cannot be read"):
        read_street2shop(tmp_path)
