"""LookBench: labels of two depths, distractors that are never right, and pictures read in groups of rows."""

from pathlib import Path
from typing import Any

import pytest

from deepstyle.errors import DataError
from deepstyle.evaluation.benchmarks.look_bench import read_look_bench
from deepstyle.evaluation.benchmarks.run import run_benchmark
from tests.evaluation.benchmarks.published_layouts import embed
from tests.images.pictures import photo, save

pyarrow = pytest.importorskip("pyarrow", reason="the extra 'parquet' is not installed")
parquet = pytest.importorskip("pyarrow.parquet")

Row = tuple[int, str | None, str | None]
"""Seed of the picture, category and main attribute."""


def write(path: Path, rows: list[Row], *, drop: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = [{"bytes": save(photo(40, 50, seed), "JPEG", quality=95), "path": None} for seed, _, _ in rows]
    columns: dict[str, Any] = {
        "image": pictures,
        "category": [category for _, category, _ in rows],
        "main_attribute": [attribute for _, _, attribute in rows],
        "item_ID": list(range(len(rows))),
    }
    columns.pop(drop, None)
    parquet.write_table(pyarrow.table(columns), path, row_group_size=2)


def look_bench(root: Path) -> Path:
    folder = root / "v20251201"
    write(
        folder / "real_studio_flat" / "query.parquet", [(0, "Dress", "Striped"), (1, "Dress", "plain"), (2, "hat", "")]
    )
    gallery: list[Row] = [
        (0, "dress", "plain"),
        (1, "dress", "plain"),
        (5, "dress", "striped"),
        (6, "shoes", "red"),
        (7, "hat", ""),
    ]
    write(folder / "real_studio_flat" / "gallery.parquet", gallery)
    write(folder / "noise" / "gallery.parquet", [(2, "hat", ""), (8, None, None), (9, "dress", "plain")])
    return root


def test_coarse_and_fine_labels(tmp_path: Path) -> None:
    benchmark = read_look_bench(look_bench(tmp_path))
    assert benchmark.notes == ("not found: aigen_studio, real_streetlook, aigen_streetlook",)
    scores = {(one.task, one.metric): one for one in run_benchmark(benchmark, embed, streams=2)}
    coarse = scores["real_studio_flat", "coarse recall@1"]
    assert (coarse.queries, coarse.gallery) == (3, 8)
    assert coarse.score == pytest.approx(2 / 3)  # the hat finds the distractor that looks the same
    assert scores["real_studio_flat", "fine recall@1"].score == pytest.approx(1 / 3)
    assert coarse.published["GR-Lite"] == pytest.approx(0.9268)
    assert scores["real_studio_flat", "ndcg@5"].published["CLIP-B/16"] == pytest.approx(0.3475)


def test_the_newest_version_is_read(tmp_path: Path) -> None:
    look_bench(tmp_path)
    (tmp_path / "v20250601").mkdir()
    assert read_look_bench(tmp_path).tasks


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no real_studio_flat"):
        read_look_bench(tmp_path)
    folder = look_bench(tmp_path) / "v20251201"
    (folder / "real_studio_flat" / "query.parquet").unlink()
    with pytest.raises(DataError, match=r"1 of 2 tables are missing, .*query\.parquet"):
        read_look_bench(tmp_path)
    write(folder / "real_studio_flat" / "query.parquet", [(0, "dress", "plain")], drop="main_attribute")
    with pytest.raises(DataError, match=r"query\.parquet has no column main_attribute"):
        read_look_bench(tmp_path)
    (folder / "noise" / "gallery.parquet").unlink()
    with pytest.raises(DataError, match=r"has no noise/gallery\.parquet"):
        read_look_bench(tmp_path)


def test_a_row_without_picture(tmp_path: Path) -> None:
    folder = look_bench(tmp_path) / "v20251201"
    table = pyarrow.table({"image": [{"bytes": None, "path": "a.jpg"}], "category": ["dress"], "main_attribute": ["x"]})
    parquet.write_table(table, folder / "real_studio_flat" / "query.parquet")
    with pytest.raises(DataError, match=r"query\.parquet, row 1 has no picture"):
        run_benchmark(read_look_bench(tmp_path), embed)
