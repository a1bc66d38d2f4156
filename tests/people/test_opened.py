from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle.errors import StoreError, UsageError
from deepstyle.people.opened import People, refuse_shared
from deepstyle.settings import Settings


def test_people_opened_twice_share_everything(settings: Settings) -> None:
    with People.open(settings) as people, People.open(settings, create=False) as other:
        people.store.add("people", "p1", {})
        assert other.store.count("people") == 1
        assert other.vault.email_digest("a") == people.vault.email_digest("a")
    with pytest.raises(StoreError):
        other.store.count("people")


def test_nothing_is_created_where_it_is_not_to_be(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        People.open(settings, create=False)
    assert list(tmp_path.iterdir()) == []


def test_the_keys_of_another_store_are_refused(settings: Settings, tmp_path: Path) -> None:
    with People.open(settings):
        pass
    missing = settings.model_copy(update={"people_keys": f"sqlite:///{tmp_path}/missing.db"})
    with pytest.raises(StoreError, match="no database of people's keys"):
        People.open(missing)
    assert not (tmp_path / "missing.db").exists()
    other = settings.model_copy(
        update={"people_keys": missing.people_keys, "people_store": f"sqlite:///{tmp_path}/other.db"}
    )
    with People.open(other):
        pass
    with pytest.raises(StoreError, match="not those of this store"):
        People.open(missing)


def shared(tmp_path: Path) -> Iterator[tuple[str, str, str]]:
    people, keys = f"sqlite:///{tmp_path}/people.db", f"sqlite:///{tmp_path}/keys.db"
    yield people, people, keys
    yield f"sqlite:///{tmp_path}/catalogue.db", people, people
    yield f"sqlite:///{tmp_path}/sub/../people.db", people, keys
    yield keys, people, keys
    for options in ("", "?replicaSet=rs0", "?w=1"):
        yield f"mongodb://shop:x@B:1,a:2/shop{options}", "mongodb://a:2,b:1/shop", keys
    yield "mongodb+srv://host/shop", "mongodb://host/shop?tls=true", keys
    yield "mongodb://host/shop", "mongodb://host/people", "mongodb://host/people?x=1"


def test_one_database_for_two_is_refused(tmp_path: Path) -> None:
    for store, people, keys in shared(tmp_path):
        with pytest.raises(UsageError, match="is the database of"):
            refuse_shared(Settings(store=store, people_store=people, people_keys=keys))


def test_a_link_to_the_same_file_is_refused(tmp_path: Path, settings: Settings) -> None:
    with People.open(settings):
        pass
    (tmp_path / "link.db").symlink_to(tmp_path / "people.db")
    with pytest.raises(UsageError, match="DEEPSTYLE_PEOPLE_STORE"):
        refuse_shared(settings.model_copy(update={"store": f"sqlite:///{tmp_path}/link.db"}))


def test_three_databases_are_accepted(settings: Settings) -> None:
    refuse_shared(settings)
    refuse_shared(
        Settings(
            store="mongodb://host/shop", people_store="mongodb://host/people", people_keys="mongodb://host/people_keys"
        )
    )
    refuse_shared(Settings())
