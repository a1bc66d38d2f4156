"""One split of one variant of a Polyvore Outfits folder."""

import json
from pathlib import Path

import pytest

from deepstyle.catalogue.feeds.split import SplitSource
from deepstyle.catalogue.rows import Record, Rejection
from deepstyle.catalogue.source import open_source
from deepstyle.compatibility.own_outfits import keep_outfits, own_outfits
from deepstyle.errors import DataError, UsageError
from deepstyle.shop import Shop
from deepstyle.store.ingest import SPLIT_META
from tests.images.pictures import photo, save


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Items a to e; disjoint/train has a, b and c, disjoint/valid d, e and one without metadata."""
    folder = tmp_path / "outfits"
    (folder / "images").mkdir(parents=True)
    (folder / "disjoint").mkdir()
    (folder / "polyvore_item_metadata.json").write_text(json.dumps({one: {"title": one} for one in "abcde"}))
    for seed, item_id in enumerate("abcde"):
        (folder / "images" / f"{item_id}.jpg").write_bytes(save(photo(seed=seed), "JPEG"))
    for split, ids in (("train", ["a", "b", "c"]), ("valid", ["d", "e", "gone"])):
        outfit = {"set_id": split, "items": [{"item_id": item_id, "index": at} for at, item_id in enumerate(ids, 1)]}
        (folder / "disjoint" / f"{split}.json").write_text(json.dumps([outfit]))
    return folder


def test_only_the_items_of_the_split_are_read(root: Path) -> None:
    source = open_source(root, variant="disjoint", split="valid")
    assert isinstance(source, SplitSource)
    assert (source.layout, source.total()) == ("polyvore", 3)
    found = list(source.records())
    assert [entry.item.item_id for entry in found if isinstance(entry, Record)] == ["d", "e"]
    assert [(entry.item_id, entry.code) for entry in found if isinstance(entry, Rejection)] == [
        ("gone", "unknown-item")
    ]


def test_the_store_remembers_the_split_and_its_outfits(root: Path, tmp_path: Path) -> None:
    with Shop.open(f"sqlite:///{tmp_path}/store.db") as shop:
        report = shop.import_catalogue(root, variant="disjoint", split="valid")
        assert (report.accepted, report.rejected) == (2, 1)
        assert shop.store.meta(SPLIT_META) == "disjoint/valid"
        assert own_outfits(shop.store).outfits == (("d", "e", "gone"),)
        assert shop.import_catalogue(root).accepted == 5
        assert not shop.store.meta(SPLIT_META)
        assert keep_outfits(shop.store, open_source(root)) == 2


@pytest.mark.parametrize(
    ("variant", "split", "error", "message"),
    [
        ("disjoint", "", UsageError, "--split is ''"),
        ("", "valid", UsageError, "--variant is ''"),
        ("odd", "valid", UsageError, "--variant is 'odd'"),
        ("disjoint", "test", DataError, r"has no disjoint/test\.json"),
    ],
)
def test_a_split_that_is_not_there(root: Path, variant: str, split: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        open_source(root, variant=variant, split=split)


def test_a_table_has_no_splits(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text("id\na\n")
    with pytest.raises(UsageError, match="has no splits"):
        open_source(tmp_path / "items.csv", variant="disjoint", split="valid")
