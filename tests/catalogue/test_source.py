"""Recognising a layout; the folder of images; the hub's copy."""

from pathlib import Path

import pytest

from deepstyle.catalogue.feeds import hub
from deepstyle.catalogue.rows import Record, Rejection, read_picture
from deepstyle.catalogue.source import open_source
from deepstyle.errors import DataError, MissingDependencyError


def test_nothing_there(tmp_path: Path):
    with pytest.raises(DataError, match="does not exist"):
        open_source(tmp_path / "nothing")
    with pytest.raises(DataError, match="no catalogue that deepstyle recognises"):
        open_source(tmp_path)
    (tmp_path / "file.txt").write_text("text")
    with pytest.raises(DataError, match="no catalogue that deepstyle recognises"):
        open_source(tmp_path / "file.txt")


def test_a_folder_of_images(tmp_path: Path):
    for name in ("41085800-02.jpg", "41085800-02.png", "b.JPEG", "notes.txt"):
        (tmp_path / name).write_bytes(name.encode())
    source = open_source(tmp_path)
    found = list(source.records())
    assert source.layout == "folder"
    assert len(found) == source.total() == 3
    assert isinstance(found[0], Record)
    assert (found[0].item.item_id, found[0].item.model_id) == ("41085800-02", "")
    assert read_picture(found[0]) == b"41085800-02.jpg"
    assert isinstance(found[1], Rejection)
    assert (found[1].code, found[1].file) == ("duplicate-id", "41085800-02.png")


def test_a_folder_of_images_in_a_subfolder_with_a_link(tmp_path: Path):
    (tmp_path / "secret").write_bytes(b"secret")
    images = tmp_path / "shop" / "images"
    images.mkdir(parents=True)
    (images / "a.png").write_bytes(b"a")
    (images / "b.png").symlink_to(tmp_path / "secret")
    first, second = open_source(tmp_path / "shop").records()
    assert isinstance(first, Record)
    assert isinstance(second, Rejection)
    assert second.code == "image-outside"


def test_folders_are_categories(tmp_path: Path):
    for name in ("train/summer_dresses/1.jpg", "train/hats/1.jpg", "test/hats/2.png", "Thumbs.db", ".git/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    source = open_source(tmp_path)
    found = [record for record in source.records() if isinstance(record, Record)]
    assert (source.layout, source.total()) == ("folder", 3)
    assert [(one.item.item_id, one.item.category, one.item.semantic_category) for one in found] == [
        ("test-hats-2", "hats", "hats"),
        ("train-hats-1", "hats", "hats"),
        ("train-summer_dresses-1", "summer dresses", "all-body"),
    ]
    assert read_picture(found[0]) == b"test/hats/2.png"


@pytest.mark.parametrize("other", ["hats/feed.csv", "notes.txt", "a/b/c/1.jpg"])
def test_folders_with_something_else_are_no_categories(tmp_path: Path, other):
    for name in ("hats/1.jpg", other):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(DataError, match="no catalogue that deepstyle recognises"):
        open_source(tmp_path)


def write_hub(root: Path) -> Path:
    pyarrow = pytest.importorskip("pyarrow", reason="the extra 'parquet' is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    (root / "polyvore_item_metadata.json").write_text('{"a": {"title": "A"}, "b": {"title": "B"}, "c": {}, "": {}}')
    rows = {"train": ["b", "a"], "test": ["a", "unknown", None]}
    for split, ids in rows.items():
        path = root / "data" / "disjoint" / f"{split}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        images = [{"bytes": f"picture of {item_id}".encode(), "path": f"{item_id}.jpg"} for item_id in ids]
        parquet.write_table(pyarrow.table({"item_id": ids, "image": images}), path)
    return root


def test_the_hub_s_copy(tmp_path: Path):
    source = open_source(write_hub(tmp_path))
    found = list(source.records())
    assert source.layout == "hub"
    assert source.total() == 4
    assert [entry.code for entry in found if isinstance(entry, Rejection)] == ["bad-id", "unknown-item", "bad-id"]
    records = [entry for entry in found if isinstance(entry, Record)]
    assert [record.item.item_id for record in records] == ["a", "b", "c"]
    assert read_picture(records[1]) == b"picture of b"
    assert records[2].image_bytes is None


def test_the_hub_s_copy_needs_pyarrow(tmp_path: Path, monkeypatch):
    source = open_source(write_hub(tmp_path))

    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(hub.importlib, "import_module", absent)
    with pytest.raises(MissingDependencyError, match="pyarrow") as caught:
        list(source.records())
    assert "parquet" in caught.value.remedy


def test_a_broken_parquet_file(tmp_path: Path):
    root = write_hub(tmp_path)
    (root / "data" / "disjoint" / "train.parquet").write_bytes(b"no parquet")
    with pytest.raises(DataError, match=r"train.parquet cannot be read"):
        list(open_source(root).records())
