"""Pruning removes what no row names, and nothing else, also beside a writer."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.errors import StoreError, UsageError
from deepstyle.store.base import Entry, Store
from deepstyle.store.external import prune
from deepstyle.store.external.folder import FolderObjects
from deepstyle.store.external.move import move_pictures
from deepstyle.store.external.prune import MIN_AGE_S, prune_pictures
from deepstyle.store.open import open_store
from tests.store.external.places import OWNER, PlaceFactory, picture

SHARED, ALONE, FURTHER = picture(1), picture(2), picture(3)
DAY_S = 86_400.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@pytest.fixture
def store(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("DEEPSTYLE_PICTURES", folder.as_uri())
    with open_store(f"sqlite:///{tmp_path}/pruned.db") as opened:
        opened.put([Entry(Item("a"), SHARED, (FURTHER,)), Entry(Item("b"), SHARED), Entry(Item("c"), ALONE)])
        yield opened


def age(folder: Path) -> None:
    """Make all objects two days old."""
    then = time.time() - 2 * DAY_S
    for path in folder.glob("??/??/*"):
        os.utime(path, (then, then))


def there(store: Store) -> set[str]:
    return {one.sha256 for one in store.external.objects(store.external.place().url).objects()}


def test_only_what_no_row_names_and_is_old_goes(store: Store, folder: Path) -> None:
    store.delete(["b", "c"])
    assert prune_pictures(store, min_age_s=DAY_S).recent == 1
    age(folder)
    planned = prune_pictures(store, min_age_s=DAY_S, dry_run=True)
    assert (planned.removed, planned.removed_bytes, planned.named) == (1, len(ALONE.data), 2)
    assert ALONE.sha256 in there(store)
    assert prune_pictures(store, min_age_s=DAY_S) == planned
    assert there(store) == {SHARED.sha256, FURTHER.sha256}
    assert store.check().findings == ()


def test_what_an_import_names_again_becomes_new(store: Store, folder: Path) -> None:
    store.delete(["c"])
    age(folder)
    store.put([Entry(Item("d"), ALONE)])
    store.delete(["d"])
    assert prune_pictures(store, min_age_s=DAY_S).recent == 1


def test_an_import_between_the_look_and_the_removal_loses_nothing(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.delete(["c"])
    age(folder)
    delete = FolderObjects.delete

    def put_and_delete(objects: FolderObjects, sha256: str) -> None:
        monkeypatch.setattr(FolderObjects, "delete", delete)
        store.put([Entry(Item("d"), ALONE)])
        delete(objects, sha256)

    monkeypatch.setattr(FolderObjects, "delete", put_and_delete)
    assert prune_pictures(store, min_age_s=DAY_S).removed == 0
    assert store.image("d") == ALONE


def test_a_removal_during_an_import_is_noticed_by_it(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.delete(["c"])
    send = store.external.send
    sent: list[object] = []

    def send_and_lose(place: object, pictures: dict[str, bytes]) -> set[str]:
        found = send(place, pictures)  # type: ignore[arg-type]
        if not sent:
            store.external.objects(folder.as_uri()).delete(ALONE.sha256)
        sent.append(pictures)
        return found

    monkeypatch.setattr(store.external, "send", send_and_lose)
    store.put([Entry(Item("d"), ALONE)])
    assert store.image("d") == ALONE


def test_a_place_of_two_stores_is_refused(store: Store, folder: Path) -> None:
    store.external.objects(folder.as_uri()).mark(OWNER)
    with pytest.raises(StoreError, match="other store"):
        prune_pictures(store, min_age_s=DAY_S)


def test_an_age_that_is_not_safe_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="not safe"):
        prune_pictures(store, min_age_s=MIN_AGE_S - 1)


def test_a_move_is_ended_first(store: Store, tmp_path: Path) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move_pictures(store, "database", on_progress=stop)
    with pytest.raises(StoreError, match="are moving"):
        prune_pictures(store, min_age_s=DAY_S)
    move_pictures(store, "database")
    assert prune_pictures(store, min_age_s=DAY_S).named == 0


def test_a_bucket(new_place: PlaceFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSTYLE_PICTURES", new_place())
    monkeypatch.setattr(prune, "MIN_AGE_S", -DAY_S)
    with open_store(f"sqlite:///{tmp_path}/bucket.db") as store:
        store.put([Entry(Item("a"), SHARED), Entry(Item("c"), ALONE)])
        store.delete(["c"])
        assert prune_pictures(store, min_age_s=-DAY_S).removed == 1  # also where the server's clock is ahead
        assert there(store) == {SHARED.sha256}
