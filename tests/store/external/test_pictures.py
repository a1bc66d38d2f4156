"""A store with its pictures outside: what is read, refused, found damaged and imported again."""

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.errors import StoreError
from deepstyle.store.base import INSTANCE_FACTS, Entry, Store
from deepstyle.store.copy import copy_store, digest_of
from deepstyle.store.external.objects import PlaceError, object_name
from deepstyle.store.external.place import PLACE, Place, read_place
from deepstyle.store.open import open_store
from tests.store.external.places import OWNER, PlaceFactory, new_bucket, picture, s3_server, use_server
from tests.store.mongod import ReplicaSet, replica_set

FIRST, SECOND, THIRD = picture(1), picture(2), picture(3)
ENTRIES = [Entry(Item("a"), FIRST, (SECOND, THIRD)), Entry(Item("b"), FIRST), Entry(Item("bare"))]
NUMBERS = itertools.count()

NewStore = Callable[[], Store]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


@pytest.fixture(params=["sqlite", "mongodb"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewStore]:
    opened: list[Store] = []

    def make() -> Store:
        number = next(NUMBERS)
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path}/{number}.db"
        else:
            url = request.getfixturevalue("server").url(f"outside_{number}")
        opened.append(open_store(url))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def outside(new_store: NewStore, new_place: PlaceFactory, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store whose pictures are outside, with ``ENTRIES``."""
    monkeypatch.setenv("DEEPSTYLE_PICTURES", new_place())
    store = new_store()
    store.put(ENTRIES)
    return store


def damage(store: Store, sha256: str, data: bytes | None) -> None:
    """Have other bytes in the place of an object, or none."""
    objects = store.external.objects(store.external.place().url)
    objects.delete(sha256)
    if data is not None:
        objects.put(sha256, data)


def test_a_store_with_pictures_outside_is_as_any_other(
    outside: Store, new_store: NewStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sorted(outside.external.hashes()) == sorted([FIRST.sha256, FIRST.sha256, SECOND.sha256, THIRD.sha256])
    assert [outside.image("a", position) for position in range(4)] == [FIRST, SECOND, THIRD, None]
    assert outside.image("bare") is None
    assert outside.put(ENTRIES).unchanged == 3
    assert outside.check().findings == ()
    monkeypatch.delenv("DEEPSTYLE_PICTURES")
    inside = new_store()
    inside.put(ENTRIES)
    assert list(inside.external.hashes()) == []
    assert digest_of(inside) == digest_of(outside)
    with open_store(outside.url, read_only=True) as reader:
        assert reader.image("b") == FIRST


@pytest.mark.parametrize(
    "data", [None, b"", FIRST.data[:100], SECOND.data], ids=["missing", "empty", "truncated", "other"]
)
def test_an_object_that_is_damaged_is_found_and_never_served(outside: Store, data: bytes | None) -> None:
    damage(outside, FIRST.sha256, data)
    for item_id in ("a", "b"):
        with pytest.raises(StoreError, match=f"the image of item '{item_id}' is damaged"):
            outside.image(item_id)
    assert outside.image("a", 1) == SECOND
    found = outside.check()
    assert {(one.kind, one.item_id) for one in found.findings} == {("picture", "a"), ("picture", "b")}
    assert outside.check(repair=True).import_again == ("a", "b")
    outside.put(ENTRIES)
    assert outside.check().findings == ()
    assert outside.image("b") == FIRST


def test_a_further_picture_that_is_missing(outside: Store) -> None:
    damage(outside, SECOND.sha256, None)
    assert outside.image("a") == FIRST
    with pytest.raises(StoreError, match="is damaged"):
        outside.image("a", 1)
    assert {one.message for one in outside.check().findings} == {"picture 1: the picture is not there"}


def test_another_setting_is_refused(outside: Store, new_place: PlaceFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in (new_place(), "database"):
        monkeypatch.setenv("DEEPSTYLE_PICTURES", setting)
        with pytest.raises(StoreError, match="DEEPSTYLE_PICTURES says"):
            outside.external.require_setting()
        with pytest.raises(StoreError, match="deepstyle pictures move"):
            outside.put([Entry(Item("c"), THIRD)])
    assert "c" not in outside.get(["c"])


def test_a_setting_does_not_split_a_store(
    new_store: NewStore, new_place: PlaceFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_store()
    store.put(ENTRIES)
    monkeypatch.setenv("DEEPSTYLE_PICTURES", new_place())
    with pytest.raises(StoreError, match="are in its database"):
        store.put([Entry(Item("c"), THIRD)])
    assert store.image("a") == FIRST


def test_copy_into_a_store_with_pictures_outside(
    new_store: NewStore, new_place: PlaceFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = new_store()
    source.put(ENTRIES)
    monkeypatch.setenv("DEEPSTYLE_PICTURES", new_place())
    target = new_store()
    copy_store(source, target)
    assert len(list(target.external.hashes())) == 4
    assert copy_store(source, target).items_sent == 0
    assert target.meta(PLACE) != source.meta(PLACE)


def test_a_place_that_is_not_the_stores_is_no_damage(outside: Store, new_place: PlaceFactory) -> None:
    place = outside.external.place()
    objects = outside.external.objects(place.url)
    damage(outside, FIRST.sha256, None)
    objects.unmark(place.owner)  # as where another folder is mounted there
    for call in (
        lambda: outside.image("a"),
        lambda: outside.check(repair=True),
        lambda: outside.put([Entry(Item("c"), THIRD)]),
    ):
        with pytest.raises(PlaceError, match="no mark of this store"):
            call()


def test_a_server_that_is_down_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with s3_server() as endpoint:
        use_server(endpoint, monkeypatch)
        monkeypatch.setenv("DEEPSTYLE_PICTURES", new_bucket(endpoint))
        store = open_store(f"sqlite:///{tmp_path}/down.db")
        store.put(ENTRIES)
    for call in (
        lambda: store.image("a"),
        lambda: store.check(repair=True),
        lambda: store.put([Entry(Item("c"), THIRD)]),
    ):
        with pytest.raises(PlaceError, match="AWS_ENDPOINT_URL"):
            call()
    assert store.count() == 3
    with s3_server(int(endpoint.rpartition(":")[2])):
        assert store.image("a") == FIRST
        assert store.check().findings == ()
    store.close()


def test_a_repair_does_not_forget_the_place(outside: Store) -> None:
    outside.set_meta(PLACE, outside.meta(PLACE) or "")
    assert outside.check(repair=True).findings == ()
    assert PLACE.startswith(INSTANCE_FACTS)
    assert PLACE not in outside.facts()


def test_bytes_that_are_not_the_hashs_are_not_sent(outside: Store) -> None:
    wrong = picture(4)
    with pytest.raises(StoreError, match="is not what its hash says"):
        outside.put([Entry(Item("d"), type(wrong)(b"x", wrong.sha256, "image/jpeg", 1, 1))])


def test_the_fact() -> None:
    place = Place("file:///x", "database", OWNER)
    assert read_place(place.to_json()) == place
    assert read_place(None) == Place()
    for text in ("", "[]", "{}", json.dumps({"url": 1})):
        with pytest.raises(StoreError, match="is damaged"):
            read_place(text)
    assert object_name(FIRST.sha256).startswith(FIRST.sha256[:2])
