"""Which outfits of a catalogue are kept: those of test first, each once, and never a reason to fail."""

from pathlib import Path

import pytest

from deepstyle.catalogue.source import open_source
from deepstyle.compatibility import own_outfits
from deepstyle.compatibility.own_outfits import OUTFITS_META, OwnOutfits, keep_outfits
from deepstyle.errors import StoreError
from deepstyle.store import open_store
from tests.cli.test_outfits import write_catalogue


def test_the_outfits_of_a_catalogue_are_kept_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_catalogue(tmp_path / "styles")
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        assert own_outfits.own_outfits(store) == OwnOutfits()
        assert keep_outfits(store, open_source(root)) == 10  # twenty numbers, each two of one kind
        assert own_outfits.own_outfits(store).outfits[0] == ("i03", "i04", "i05")  # the first of disjoint/test
        assert own_outfits.own_outfits(store).rules == ""
        monkeypatch.setattr(own_outfits, "MAX_OUTFITS", 3)
        assert keep_outfits(store, open_source(root)) == 3


def test_a_broken_file_leaves_the_rest(tmp_path: Path) -> None:
    root = write_catalogue(tmp_path / "styles")
    (root / "disjoint" / "test.json").write_text("{")
    (root / "nondisjoint" / "test.json").write_text('[{"items": 3}]')
    (root / "demo.json").write_text("{}")
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        assert keep_outfits(store, open_source(root)) > 0
        assert own_outfits.own_outfits(store).rules == "demo"
        store.set_meta(OUTFITS_META, "{}")
        with pytest.raises(StoreError, match="own outfits"):
            own_outfits.own_outfits(store)


def test_a_table_keeps_what_the_store_has(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text("item_id,image\na,a.jpg\n")
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        store.set_meta(OUTFITS_META, '{"outfits": [["a", "b"]], "rules": ""}')
        assert keep_outfits(store, open_source(tmp_path / "items.csv")) == 0
        assert own_outfits.own_outfits(store).outfits == (("a", "b"),)
