"""Items that are cached between writes."""

from dataclasses import replace
from pathlib import Path

from deepstyle.catalogue.item import Item
from deepstyle.store.base import Entry
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.recent_items import MOST, RecentItems

ITEM = Item("a", title="before")


def test_items_of_another_state_are_dropped() -> None:
    recent = RecentItems()
    recent.of(1)["a"] = ITEM
    assert recent.of(1) == {"a": ITEM}
    assert recent.of(2) == {}
    assert recent.of(1) == {}


def test_there_are_never_more_than_the_most() -> None:
    recent = RecentItems()
    for number in range(4 * MOST):
        known = recent.of(1)
        known[str(number)] = ITEM
        assert len(known) <= MOST


def test_a_write_of_another_handle_is_seen(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    with EmbeddedStore.open(url) as store, EmbeddedStore.open(url) as other:
        store.put([Entry(ITEM, None), Entry(replace(ITEM, item_id="b"), None)])
        assert list(store.get(["b", "missing", "a"])) == ["b", "a"]
        assert store.get(["a"])["a"] is store.get(["a"])["a"]
        other.put([Entry(replace(ITEM, title="after"), None)])
        assert store.get(["a"])["a"].title == "after"
        other.delete(["a"])
        assert store.get(["a", "b"]).keys() == {"b"}
