"""Stores of people with their vaults, and a real mongod where a test wants one."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deepstyle.people.opened import People
from deepstyle.settings import Settings
from tests.store.mongod import ReplicaSet, replica_set

PeopleFactory = Callable[[], People]
_numbers = itertools.count()


@pytest.fixture(scope="session")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


@pytest.fixture
def mongo_url(mongod: ReplicaSet) -> Iterator[str]:
    """The URL of a new, empty database."""
    database = f"people_{next(_numbers)}"
    yield mongod.url(database)
    mongod.drop(database)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        store=f"sqlite:///{tmp_path}/catalogue.db",
        people_store=f"sqlite:///{tmp_path}/people.db",
        people_keys=f"sqlite:///{tmp_path}/keys/people-keys.db",
        events_dir=tmp_path / "events",
        rankings_dir=tmp_path / "rankings",
    )


@pytest.fixture
def people(settings: Settings) -> Iterator[People]:
    with People.open(settings) as people:
        yield people
