"""The table of quality: which photos and models a row counts, and how it is printed."""

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from bench.quality_rows.columns import Column, Picture, ignoring_colour
from bench.quality_rows.packshots import type_rows
from bench.quality_rows.photos import fold_rows, photo_rows, shared_rows
from bench.quality_rows.sets import Packshots, Photo
from bench.quality_rows.table import Row, plain, print_rows, write_rows
from deepstyle.catalogue.item import Item
from deepstyle.evaluation.photos import LabelledPhoto
from deepstyle.style.spec import read_spec

CATEGORIES = ("tops", "hats")


def picture(code: int) -> Picture:
    """A picture that ``colours`` embeds as the unit vector number ``code``."""
    return Picture(lambda: np.full((4, 4, 3), code, np.uint8), str(code))


def colours(*, trained_on: tuple[int, ...] = ()) -> Column:
    def embed(subject: str, pictures: list[Picture]) -> np.ndarray:
        return np.eye(2, dtype=np.float32)[[int(one.read()[0, 0, 0]) for one in pictures]]

    return Column("ours", embed, frozenset(trained_on))


def packshots() -> Packshots:
    """Twelve tops and twelve hats; each of them looks like all others of its category."""
    items = [
        Item(f"{at}", semantic_category=name, category=name, colour="red") for at, name in enumerate(CATEGORIES * 12)
    ]
    return Packshots(Path(), tuple(items), tuple(picture(at % 2) for at in range(24)))


def photos() -> list[Photo]:
    """Five senders' photos of a top; the last sender's looks like a hat."""
    return [Photo(LabelledPhoto(Path(), "tops", "tops"), picture(int(at == 4)), at) for at in range(5)]


def test_precision_by_category() -> None:
    rows = {row.measure: row for row in photo_rows([colours()], packshots(), photos(), "valid")}
    assert rows["micro"].scores["ours"].value == pytest.approx(0.8)
    assert rows["micro"].scores["chance"].value == pytest.approx(0.5)
    assert rows["tops"].queries == 5


def test_photos_of_training_senders_are_named() -> None:
    (row,) = shared_rows([colours(trained_on=(0, 1))], packshots(), photos())
    assert row.note == "ours was trained on the senders of 2 of them"


def test_each_fold_is_answered_by_weights_that_did_not_see_it() -> None:
    folds = [colours(trained_on=tuple({0, 1, 2, 3, 4} - {at})) for at in range(5)]
    rows = {row.measure: row for row in fold_rows([], folds, packshots(), photos())}
    assert rows["micro"].scores["fold models"].value == pytest.approx(0.8)
    with pytest.raises(SystemExit, match="ours was trained on the senders of fold 0"):
        list(fold_rows([], [colours(trained_on=(0,))] * 5, packshots(), photos()))


def test_colour_is_ignored_where_the_model_has_it(tiny_model: Path) -> None:
    spec = read_spec(tiny_model)
    assert ignoring_colour(spec) is None
    ignore = ignoring_colour(dataclasses.replace(spec, embedding_dim=80, colour_dim=64, colour_weight=0.3))
    assert ignore is not None
    found = ignore(np.full((2, 80), 80**-0.5, np.float32))
    assert (found[:, 16:] == 0).all()
    assert np.linalg.norm(found, axis=1) == pytest.approx(1)


def test_types_leave_the_query_out() -> None:
    rows = {row.measure: row for row in type_rows([colours()], packshots())}
    assert rows["type and colour"].scores["ours"].value == 1
    assert rows["type"].scores["chance"].value == pytest.approx(0.5)
    assert rows["colour"].scores["chance"].value == 1


def test_the_table_and_its_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [Row("section", "measure", 3, {"ours": plain(0.5), "theirs": plain(math.nan)}, "now", "wanted", "a note")]
    print_rows(rows)
    printed = capsys.readouterr().out
    assert "0.500" in printed
    assert "a note" in printed
    write_rows(tmp_path / "table.json", rows, {"split": "valid"})
    assert '"value": null' in (tmp_path / "table.json").read_text()
