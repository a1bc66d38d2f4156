"""Looks as a shop keeps them: from its catalogue, from a feed, and by hand."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle import Item, Shop
from deepstyle.catalogue.item import Outfit
from deepstyle.catalogue.looks import Look
from deepstyle.errors import UnknownItemError, UnknownLookError, UsageError
from deepstyle.looks.known_looks import keep_catalogue_looks
from deepstyle.store import Entry, open_store
from tests.cli.test_outfits import write_catalogue


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Shop]:
    with Shop.open(f"sqlite:///{tmp_path}/x.db") as shop:
        shop.store.put([Entry(Item(name, title=f"Item {name}")) for name in ("a", "b", "c", "d")])
        yield shop


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_catalogue_s_outfits_are_looks(tmp_path: Path) -> None:
    root = write_catalogue(tmp_path / "catalogue")
    with Shop.open(f"sqlite:///{tmp_path}/x.db") as shop:
        report = shop.import_catalogue(root)
        page = shop.looks(limit=50)
        assert report.looks == page.total == 20
        assert {look.source for look in page.looks} == {"catalogue"}
        item_id = page.looks[0].item_ids[0]
        assert all(item_id in look.item_ids for look in shop.looks(item_id=item_id).looks)
        assert shop.import_catalogue(root).looks == 20
        assert shop.looks().total == 20


def test_a_catalogue_s_looks_follow_it_where_it_is_pruned(opened: Shop) -> None:
    store = opened.store
    store.put_looks([Look("old", ("a", "b"), source="catalogue"), Look("ours", ("a", "b"))])
    outfits = [Outfit("new", ("a", "c"), "New"), Outfit("one", ("a", "gone")), Outfit("single", ("a",))]
    assert keep_catalogue_looks(store, outfits) == 1
    assert opened.looks().total == 3
    assert keep_catalogue_looks(store, outfits, prune=True) == 1
    assert [look.look_id for look in opened.looks().looks] == ["new", "ours"]
    assert keep_catalogue_looks(store, [], prune=True) == 0
    assert opened.looks().total == 2  # a catalogue without outfits says nothing of looks


def test_looks_of_a_feed_are_accepted_or_rejected(opened: Shop, tmp_path: Path) -> None:
    feed = write(
        tmp_path / "looks.jsonl",
        {"look_id": "l1", "items": ["a", "b", "a"], "title": "One"},
        {"look_id": 2, "items": "b|c|gone"},
        {"look_id": "l1", "items": ["c", "d"]},
        {"look_id": "l3", "items": ["a"]},
        {"look_id": "l4", "items": ["gone", "a"]},
        {"look_id": "", "items": ["a", "b"]},
        {"look_id": "l5", "items": ["a", "b"], "source": "stolen"},
        {"look_id": "l6", "items": [{"item_id": "a"}, {"item_id": "d"}], "source": "completed"},
        {"look_id": "l7"},
    )
    rejected = []
    report = opened.import_looks(feed, on_rejection=rejected.append)
    assert report.accepted + report.rejected == 9
    assert (report.accepted, report.changed, report.with_gone) == (3, 3, 1)
    assert [(row.line, row.code) for row in rejected if row.line] == [
        (3, "duplicate-look"),
        (4, "bad-look"),
        (6, "bad-id"),
        (7, "bad-look"),
        (9, "bad-look"),
    ]
    assert report.codes["unknown-items"] == 1
    assert opened.look("l1").look == Look("l1", ("a", "b"), "One")
    assert opened.look("2").gone == ("gone",)
    assert opened.look("l6").look.source == "completed"
    assert opened.import_looks(feed).changed == 0


def test_a_csv_of_looks_is_read_too(opened: Shop, tmp_path: Path) -> None:
    feed = tmp_path / "looks.csv"
    feed.write_text('Look ID;Items;Title\nl1;"a, b";Eins\nl2;c|d;Zwei\n')
    assert opened.import_looks(feed).accepted == 2
    assert opened.look("l2").look == Look("l2", ("c", "d"), "Zwei")


def test_a_look_is_put_replaced_and_deleted(opened: Shop) -> None:
    made = opened.put_look(["a", "b"], title="Mine")
    assert opened.look(made.look_id).look == made
    opened.put_look(["c", "d"], look_id=made.look_id)
    assert [item.item_id for item in opened.look(made.look_id).items] == ["c", "d"]
    with pytest.raises(UnknownItemError):
        opened.put_look(["a", "gone"])
    with pytest.raises(UsageError):
        opened.put_look(["a", "a"])
    with pytest.raises(UsageError):
        opened.put_look(["a", "b"], look_id="a/b")
    assert opened.delete_looks(made.look_id, "none") == 1
    with pytest.raises(UnknownLookError):
        opened.look(made.look_id)


def test_a_deleted_item_is_gone_from_its_look_until_it_is_back(opened: Shop) -> None:
    opened.put_look(["a", "b", "c"], look_id="l")
    opened.delete("b")
    shown = opened.look("l")
    assert ([item.item_id for item in shown.items], shown.gone) == (["a", "c"], ("b",))
    opened.store.put([Entry(Item("b"))])
    assert opened.look("l").gone == ()


def test_looks_travel_with_a_copy(opened: Shop, tmp_path: Path) -> None:
    opened.put_look(["a", "b"], look_id="l")
    opened.copy_to(f"sqlite:///{tmp_path}/copy.db")
    with open_store(f"sqlite:///{tmp_path}/copy.db") as copy:
        assert copy.looks(["l"]) == {"l": Look("l", ("a", "b"))}
