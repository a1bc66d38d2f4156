"""DeepFashion In-shop: its splits and boxes, and what is wrong with a copy."""

from pathlib import Path

import pytest

from deepstyle.errors import DataError
from deepstyle.evaluation.benchmarks.in_shop import read_in_shop
from deepstyle.evaluation.benchmarks.run import run_benchmark
from tests.evaluation.benchmarks.published_layouts import embed, in_shop, write_in_shop


def test_queries_search_the_gallery_alone(tmp_path: Path) -> None:
    benchmark = read_in_shop(in_shop(tmp_path))
    task = benchmark.tasks[0]
    assert (len(task.queries), len(task.gallery)) == (3, 6)
    assert task.wanted[1] == {"id_00000001"}
    scores = {one.metric: one for one in run_benchmark(benchmark, embed)}
    assert scores["recall@1"].score == 1
    assert scores["recall@1"].chance == pytest.approx(2 / 6)
    assert scores["recall@20"].published == {"FashionNet": 0.764, "Proxy-Anchor": 0.987}


def test_boxes_are_cut_out(tmp_path: Path) -> None:
    task = read_in_shop(in_shop(tmp_path), boxes=True).tasks[0]
    assert task.queries[0].read().shape == (65, 40, 3)
    assert task.gallery[0].read().shape == (65, 50, 3)  # the box leaves the picture


def test_the_pictures_may_lie_in_img(tmp_path: Path) -> None:
    in_shop(tmp_path)
    (tmp_path / "Img" / "img").rename(tmp_path / "img")
    assert read_in_shop(tmp_path).tasks[0].queries[0].read().shape == (80, 60, 3)


def test_missing_pictures_are_counted(tmp_path: Path) -> None:
    in_shop(tmp_path)
    (tmp_path / "Img/img/WOMEN/Dresses/id_00000001/02_front.jpg").unlink()
    with pytest.raises(DataError, match=r"1 of 9 pictures are missing, .*id_00000001/02_front\.jpg first"):
        read_in_shop(tmp_path)


@pytest.mark.parametrize(
    ("rows", "count", "message"),
    [
        (["img/a.jpg id_1 val"], None, "line 3: expected image_name"),
        (["img/a.jpg id_1"], None, "line 3: expected image_name"),
        (["img/a.jpg id_1 query"], 2, "announces 2 rows and has 1"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, rows: list[str], count: int | None, message: str) -> None:
    in_shop(tmp_path)
    write_in_shop(tmp_path, rows, count=count)
    with pytest.raises(DataError, match=message):
        read_in_shop(tmp_path)


def test_a_split_without_gallery(tmp_path: Path) -> None:
    in_shop(tmp_path)
    write_in_shop(tmp_path, ["img/WOMEN/Dresses/id_00000000/00_front.jpg id_00000000 query"])
    with pytest.raises(DataError, match="no queries or no gallery"):
        read_in_shop(tmp_path)


def test_a_box_is_missing(tmp_path: Path) -> None:
    in_shop(tmp_path)
    (tmp_path / "Anno" / "list_bbox_inshop.txt").write_text("0\nnames\n")
    with pytest.raises(DataError, match=r"has no box for img/WOMEN/Dresses/id_00000000/00_front\.jpg"):
        read_in_shop(tmp_path, boxes=True)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"has no Eval/list_eval_partition\.txt and no list_eval_partition\.txt"):
        read_in_shop(tmp_path)
