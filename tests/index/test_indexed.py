"""The contract on an exact index in memory, and what happens where an index does not answer."""

from pathlib import Path
from typing import Any

import pytest

from deepstyle.api.metrics import Metrics
from deepstyle.errors import IndexUnavailableError, UsageError
from deepstyle.index import indexed
from deepstyle.index.follower import Follower, follow
from deepstyle.index.indexed import IndexedStore
from deepstyle.index.open import open_index, open_truth
from deepstyle.index.sqlite_truth import SqliteTruth
from deepstyle.store.open import open_store
from tests.index.catalogue import SPACE, batch_of_numbers, vectors, write
from tests.index.contract import IndexContract, first, ids, settle
from tests.index.memory_index import MemoryIndex
from tests.store.mongod import wait_for


class TestMemoryIndex(IndexContract):
    @pytest.fixture
    def index(self) -> MemoryIndex:
        return MemoryIndex()


@pytest.fixture
def shop(tmp_path: Path) -> IndexedStore:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    write(store, list(range(40)))
    return IndexedStore(store, SqliteTruth(tmp_path / "store.db"), MemoryIndex())


def test_a_small_space_is_served_without_its_index(shop: IndexedStore) -> None:
    shop.index.is_silent = True
    with shop:
        assert first(shop, 3) == "item-00003"


def test_a_large_one_is_refused_and_never_half_searched(shop: IndexedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexed, "TAIL_MAX", 30)
    with shop:
        with pytest.raises(IndexUnavailableError, match="being built"):
            first(shop, 3)
        settle(shop)
        assert first(shop, 3) == "item-00003"
        shop.index.is_silent = True
        with pytest.raises(IndexUnavailableError, match="silent"):
            first(shop, 3)
        shop._falls_back = True
        assert first(shop, 3) == "item-00003"


def test_an_engine_that_started_anew_is_searched_once_it_has_everything(
    shop: IndexedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexed, "TAIL_MAX", 30)
    with shop:
        settle(shop)
        assert first(shop, 39) == "item-00039"
        shop.index.loaded, shop.index.run = 0.9, "2"
        with pytest.raises(IndexUnavailableError, match="loaded 36 of 40"):
            first(shop, 39)
        batch_of_numbers(shop.store, [39], seed=7)  # the index has the former one,
        write(shop.store, [40, 41])  # and neither of these
        with pytest.raises(IndexUnavailableError, match="loaded 36 of 39"):
            first(shop, 38)
        shop.store.delete([f"item-{number:05}" for number in range(3)])
        with pytest.raises(IndexUnavailableError, match="loaded 33 of 36"):
            first(shop, 38)
        shop.index.loaded = 1.0
        assert first(shop, 38) == "item-00038"
        assert first(shop, 41) == "item-00041"


def test_an_engine_that_starts_anew_during_a_search_is_asked_again(
    shop: IndexedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexed, "TAIL_MAX", 30)
    propose, restarts = shop.index.propose, ["2", "3"]

    def propose_of_one_that_starts(*given: Any) -> list[int]:
        shop.index.loaded = 0.5 if restarts else 1.0
        found = propose(*given)
        shop.index.loaded = 1.0
        if restarts:
            shop.index.run = restarts.pop()
        return found

    monkeypatch.setattr(shop.index, "propose", propose_of_one_that_starts)
    with shop:
        settle(shop)
        assert first(shop, 39) == "item-00039"
        restarts += ["4", "5", "6"]
        with pytest.raises(IndexUnavailableError, match="started anew"):
            first(shop, 39)
        assert first(shop, 39) == "item-00039"


def test_a_filter_that_the_index_knows_only_in_part(shop: IndexedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexed, "PROPOSALS_MAX", 26)
    monkeypatch.setattr(indexed, "conditions_of", lambda where, currency: [])
    from deepstyle.catalogue.item import ItemFilter

    with shop:
        settle(shop)
        where = ItemFilter(text="item 39")
        assert ids(shop, 3, where) == ["item-00039"]


def test_a_store_from_a_backup_is_indexed_anew(shop: IndexedStore) -> None:
    with shop:
        settle(shop)
        space = shop.truth.space(SPACE)
        assert space is not None
        place = shop.index.live[space]
        shop.index.revisions[place] += 10**12
        follow(shop.truth, shop.index, space)
        assert shop.index.live[space] != place


def test_the_follower_follows_builds_again_and_is_alone(shop: IndexedStore) -> None:
    with shop:
        settle(shop)
        space = shop.truth.space(SPACE)
        assert space is not None
        damaged = shop.index.live[space]
        shop.index.places[damaged].popitem()
        metrics = Metrics()
        followers = [Follower(shop.truth, shop.index, metrics.index) for _ in range(2)]
        for one in followers:
            one.start()
        wait_for(lambda: shop.index.live[space] != damaged, "an index that verifies")
        write(shop.store, [777])
        wait_for(
            lambda: shop.index.revisions[shop.index.live[space]] == shop.truth.revision(space), "the index to follow"
        )
        shop.index.is_silent = True
        write(shop.store, [778])
        shop.index.is_silent = False
        wait_for(
            lambda: shop.index.revisions[shop.index.live[space]] == shop.truth.revision(space), "the index to follow"
        )
        for one in followers:
            one.close()
        assert len(shop.index.places[shop.index.live[space]]) == 42
        counted = metrics.exposition().decode()
        assert "deepstyle_index_builds_total 1.0" in counted
        assert "deepstyle_index_followed_timestamp_seconds" in counted
        rows = next(line for line in counted.splitlines() if line.startswith("deepstyle_index_rows_total "))
        assert float(rows.split()[1]) >= 42  # more where a write was repeated


def _has_all(shop: IndexedStore) -> bool:
    space = shop.truth.space(SPACE)
    assert space is not None
    return shop.index.revisions[shop.index.live[space]] == shop.truth.revision(space)


@pytest.mark.parametrize("url", ["milvus://", "ftp://host/x", "milvus://host/a-b", "nonsense"])
def test_a_wrong_url_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="vector index"):
        open_index(url)


def test_a_password_is_never_shown() -> None:
    with pytest.raises(UsageError) as caught:
        open_index("milvus://root:secret@host/a-b")
    assert "secret" not in caught.value.message


def test_a_store_that_no_index_follows_is_refused() -> None:
    with pytest.raises(UsageError, match="follows ftp"):
        open_truth("ftp://host/x")


def test_an_empty_query_and_k_are_refused(shop: IndexedStore) -> None:
    with shop:
        with pytest.raises(UsageError, match="at least 1"):
            shop.search(SPACE, vectors([1])[0], k=0)
        with pytest.raises(UsageError, match="dimensions"):
            shop.search(SPACE, vectors([1])[0][:5])


def test_an_index_that_was_lost_is_built_again(shop: IndexedStore) -> None:
    with shop:
        settle(shop)
        shop.index.retain([])
        assert settle(shop).count == 40
        assert first(shop, 3) == "item-00003"
