"""What is read of each training set, and how it is split."""

from pathlib import Path

import pytest

from deepstyle.errors import DataError
from deepstyle.learning.style.pictures.sources import digest, draw_garments, read_phone_photos, read_street_looks
from tests.learning.style.pictures.sets import write_phone_photos, write_street_looks


def test_photos_are_split_by_sender_and_labels_without_a_type_left_out(tmp_path: Path) -> None:
    pictures = read_phone_photos(write_phone_photos(tmp_path / "phones"), held_out=(3, 4))
    assert len(pictures) == 20
    assert {one.type.name for one in pictures} == {"t-shirt", "hat"}
    by_sender = {one.path.name.split("-")[0]: one.split for one in pictures if one.path}
    assert by_sender == {str(sender): {3: "test", 4: "valid"}.get(sender % 5, "train") for sender in range(10)}


def test_another_fold_holds_out_other_senders(tmp_path: Path) -> None:
    pictures = read_phone_photos(write_phone_photos(tmp_path / "phones"), held_out=(0, 1))
    assert {one.path.name.split("-")[0] for one in pictures if one.path and one.split == "test"} == {"0", "5"}


def test_each_worn_garment_has_a_tight_and_a_loose_crop(tmp_path: Path) -> None:
    pictures = read_street_looks(write_street_looks(tmp_path / "looks"))
    assert len(pictures) == 10 * 2 * 2
    boxes = {one.picture_id: one.box for one in pictures}
    assert boxes["0000/2/tight"] == (25, 10, 55, 50)
    assert boxes["0000/2/loose"] == (21, 5, 59, 55)
    assert {one.garment for one in pictures if one.picture_id.startswith("0000/1")} == {"0000/1"}
    assert [one.split for one in pictures[::4]] == ["test", "valid", "train", "train", "train"] * 2


def test_a_missing_label_map_is_named(tmp_path: Path) -> None:
    looks = write_street_looks(tmp_path / "looks")
    (looks / "labels" / "0003.png").unlink()
    with pytest.raises(DataError, match=r"0003\.png"):
        read_street_looks(looks)


def test_colours_of_a_drawn_model_are_one_garment() -> None:
    drawn = draw_garments(400)
    assert len({one.garment for one in drawn}) < len(drawn)
    assert {one.split for one in drawn} == {"train", "valid"}


def test_the_digest_follows_content_and_split(tmp_path: Path) -> None:
    folder = write_phone_photos(tmp_path / "phones")
    first = digest(read_phone_photos(folder, held_out=(3, 4)))
    assert digest(read_phone_photos(folder, held_out=(3, 4))) == first
    assert digest(read_phone_photos(folder, held_out=(0, 1))) != first
    (folder / "images" / "0-Hat.jpg").write_bytes(b"another picture")
    assert digest(read_phone_photos(folder, held_out=(3, 4))) != first
