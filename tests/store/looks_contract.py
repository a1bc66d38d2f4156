"""What every store does with looks; a part of the contract."""

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.looks import Look, LookPage
from deepstyle.errors import StoreError
from deepstyle.store.base import Entry, Store
from deepstyle.store.open import open_store

SUMMER = Look("l1", ("a1", "b1", "gone"), "A summer's day", "catalogue")
OFFICE = Look("l2", ("b1", "c1"), "Büro 👔")
PARTY = Look("l3", ("c1", "a1"), source="completed")
LOOKS = (SUMMER, OFFICE, PARTY)


class LooksContract:
    def test_a_store_without_looks(self, store: Store) -> None:
        assert store.count_looks() == 0
        assert store.looks(["l1"]) == {}
        assert store.looks_with(["a1"], limit=5) == []
        assert store.browse_looks() == LookPage((), 0)
        assert store.delete_looks(["l1"]) == 0
        assert store.put_looks([]) == 0

    def test_looks_are_kept_as_they_were_put(self, store: Store, url: str) -> None:
        assert store.put_looks(LOOKS) == 3
        with open_store(url, read_only=True) as reader:
            assert reader.looks(["l3", "l1", "none"]) == {"l1": SUMMER, "l3": PARTY}
            assert reader.count_looks() == 3

    def test_the_same_looks_again_change_nothing(self, store: Store) -> None:
        store.put_looks(LOOKS)
        assert store.put_looks(LOOKS) == 0
        changed = Look("l1", ("c1", "a1"), "Winter")
        assert store.put_looks([Look("l1", ("x", "y")), changed]) == 1
        assert store.looks(["l1"]) == {"l1": changed}
        assert store.looks_with(["b1"], limit=5) == [OFFICE]

    def test_looks_are_found_by_their_items(self, store: Store) -> None:
        store.put_looks(LOOKS)
        assert store.looks_with(["a1", "gone"], limit=5) == [SUMMER, PARTY]
        assert store.looks_with(["a1", "b1", "c1"], limit=2) == [SUMMER, OFFICE]
        assert store.browse_looks(item_id="c1") == LookPage((OFFICE, PARTY), 2)
        assert store.browse_looks(item_id="a1", source="completed") == LookPage((PARTY,), 1)
        assert store.browse_looks(source="none") == LookPage((), 0)

    def test_an_id_with_a_nul_is_no_other_id(self, store: Store) -> None:
        store.put([Entry(Item("a1"))])
        store.put_looks(LOOKS)
        assert store.delete(["a1\0", "a1\0x"]) == store.delete_looks(["l1\0"]) == 0
        assert store.looks(["l1\0"]) == store.versions(["a1\0"]) == {}
        assert store.looks_with(["a1\0"], limit=5) == []
        assert store.browse_looks(item_id="a1\0") == LookPage((), 0)

    def test_looks_come_in_pages(self, store: Store) -> None:
        store.put_looks(LOOKS)
        first = store.browse_looks(limit=2)
        assert first == LookPage((SUMMER, OFFICE), 3, "l2")
        assert store.browse_looks(limit=2, after=first.after) == LookPage((PARTY,), 3)
        assert store.browse_looks(limit=3).after == ""

    def test_deleted_looks_are_found_no_more(self, store: Store) -> None:
        store.put_looks(LOOKS)
        assert store.delete_looks(["l1", "l1", "none"]) == 1
        assert store.looks_with(["a1", "b1"], limit=5) == [OFFICE, PARTY]
        assert store.count_looks() == 2

    def test_a_look_outlives_its_items(self, store: Store) -> None:
        store.put([Entry(Item(name)) for name in ("a1", "b1", "c1")])
        store.put_looks(LOOKS)
        report = store.check()
        assert (report.looks, report.stale_looks, report.findings) == (3, 1, ())
        store.delete(["c1"])
        assert store.looks(["l2"]) == {"l2": OFFICE}
        assert store.check().stale_looks == 3
        store.put([Entry(Item("c1"))])
        assert store.check().stale_looks == 1

    def test_a_reader_writes_no_looks(self, store: Store, url: str) -> None:
        store.put_looks([SUMMER])
        with open_store(url, read_only=True) as reader:
            with pytest.raises(StoreError):
                reader.put_looks([OFFICE])
            with pytest.raises(StoreError):
                reader.delete_looks(["l1"])
        assert store.count_looks() == 1
