"""The sender rule: one person's photos lie in one split."""

from pathlib import Path

import pytest

from deepstyle.errors import DataError
from deepstyle.learning.style.phone_photos import photos_of, sender_split


def test_the_sender_decides() -> None:
    assert [sender_split(sender_id) for sender_id in range(10)] == ["train"] * 3 + ["test", "valid"] + [
        "train",
        "train",
        "train",
        "test",
        "valid",
    ]


def test_photos_of_two_folders(tmp_path: Path) -> None:
    for name, table in (("one", "senders.csv"), ("two", "labels.csv")):
        (tmp_path / name).mkdir()
        (tmp_path / name / table).write_text(f"image,sender_id\n{name}-4.jpg,4\n{name}-3.jpg,3\n{name}-10.jpg,10\n")
    folders = [tmp_path / "two", tmp_path / "one"]
    assert photos_of(folders, "valid") == [tmp_path / "one/images/one-4.jpg", tmp_path / "two/images/two-4.jpg"]
    assert [path.name for path in photos_of(folders, "train")] == ["one-10.jpg", "two-10.jpg"]


def test_a_table_without_senders_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="neither"):
        photos_of([tmp_path], "train")
    (tmp_path / "labels.csv").write_text("image,label\na.jpg,Hat\n")
    with pytest.raises(DataError, match=r"labels\.csv.*sender_id"):
        photos_of([tmp_path], "train")
