"""Fashion IQ: the gallery is the split, the candidate stays in it, and text moves the query."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from deepstyle.errors import DataError
from deepstyle.evaluation.benchmarks.fashion_iq import read_fashion_iq
from deepstyle.evaluation.benchmarks.run import run_benchmark
from deepstyle.images.pixels import decode
from tests.evaluation.benchmarks.published_layouts import embed, fashion_iq


def test_the_gallery_is_the_whole_split(tmp_path: Path) -> None:
    task = read_fashion_iq(fashion_iq(tmp_path)).tasks[0]
    assert task.name == "dress"
    assert task.labels == ["B00", "B01", "B02", "B03"]
    assert task.texts == ["is red and has no sleeves", "is longer and is blue"]
    assert task.wanted == [{"B01"}, {"B03"}]


def test_the_text_is_added_to_the_picture(tmp_path: Path) -> None:
    benchmark = read_fashion_iq(fashion_iq(tmp_path))
    target = embed(decode((tmp_path / "images" / "B03.png").read_bytes()))

    def embed_texts(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([3 * target if "longer" in text else 0 * target for text in texts])

    tasks = [dataclasses.replace(task, metrics=("recall@1",)) for task in benchmark.tasks]
    narrow = dataclasses.replace(benchmark, tasks=tasks)
    assert run_benchmark(narrow, embed)[0].score == 0  # the candidate itself is found first
    assert run_benchmark(narrow, embed, embed_texts=embed_texts)[0].score == 0.5


def test_published_means(tmp_path: Path) -> None:
    scores = run_benchmark(read_fashion_iq(fashion_iq(tmp_path)), embed)
    mean = next(one for one in scores if (one.task, one.metric) == ("mean", "recall@10"))
    assert mean.score == 1
    assert mean.published == {"CLIP, image only": 0.059, "CLIP, image + text": 0.1478, "SEARLE": 0.2289}


def test_missing_pictures(tmp_path: Path) -> None:
    fashion_iq(tmp_path)
    (tmp_path / "images" / "B13.png").unlink()
    with pytest.raises(DataError, match="1 pictures are missing, B13 first"):
        read_fashion_iq(tmp_path)
    benchmark = read_fashion_iq(tmp_path, allow_missing=True)
    assert [len(task.queries) for task in benchmark.tasks] == [2, 1, 2]
    assert "1 pictures were missing" in benchmark.notes[0]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([{"candidate": "B00", "captions": ["a", "b"]}], "entry 1: no candidate, target or captions"),
        ([{"candidate": "B00", "target": "X", "captions": ["a", "b"]}], "asks for .*'X'.* not in the split"),
        ({}, "is no list"),
    ],
)
def test_bad_captions(tmp_path: Path, entries: object, message: str) -> None:
    fashion_iq(tmp_path)
    (tmp_path / "captions" / "cap.dress.val.json").write_text(json.dumps(entries))
    with pytest.raises(DataError, match=message):
        read_fashion_iq(tmp_path)


def test_a_missing_split(tmp_path: Path) -> None:
    fashion_iq(tmp_path)
    (tmp_path / "image_splits" / "split.shirt.val.json").unlink()
    with pytest.raises(DataError, match=r"split\.shirt\.val\.json cannot be read"):
        read_fashion_iq(tmp_path)
