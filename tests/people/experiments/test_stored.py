"""Experiments in the store of people."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deepstyle.errors import UsageError
from deepstyle.people.base import PeopleStore
from deepstyle.people.experiments.stored import ENDED, TABLE, declared, experiments, find, running, start, stop
from deepstyle.people.open import open_people


@pytest.fixture
def people(tmp_path: Path) -> Iterator[PeopleStore]:
    with open_people(f"sqlite:///{tmp_path / 'people.db'}") as store:
        yield store


def test_an_experiment_is_started_found_and_stopped(people: PeopleStore) -> None:
    one = declared("first", "plain", "personal")
    start(people, one)
    assert running(people, "search") == find(people, "first") == one
    ended = stop(people, "first")
    assert ended.stopped_s is not None
    assert ended == replace(one, stopped_s=ended.stopped_s)
    assert stop(people, "first") == ended
    assert running(people, "search") is None
    assert experiments(people) == [ended]


def test_one_experiment_runs_on_a_surface(people: PeopleStore) -> None:
    start(people, declared("first", "plain", "personal"))
    with pytest.raises(UsageError, match="'first' runs on search"):
        start(people, declared("second", "plain", "learned"))
    stop(people, "first")
    start(people, declared("fourth", "plain", "learned"))
    assert [one.name for one in experiments(people)] == ["fourth", "first"]


def test_a_name_is_used_once(people: PeopleStore) -> None:
    start(people, declared("first", "plain", "personal"))
    stop(people, "first")
    with pytest.raises(UsageError, match="already"):
        start(people, declared("first", "plain", "learned"))


def test_a_stop_that_was_killed_between_its_writes_counts(people: PeopleStore) -> None:
    one = declared("first", "plain", "personal")
    start(people, one)
    people.add(TABLE, ENDED + "first", replace(one, stopped_s=one.started_s + 1).fields())
    assert running(people, "search") is None
    start(people, declared("second", "plain", "personal"))
    assert [(one.name, one.is_running) for one in experiments(people)] == [("second", True), ("first", False)]


def test_an_unknown_experiment_cannot_be_stopped(people: PeopleStore) -> None:
    with pytest.raises(UsageError, match="no experiment 'none'"):
        stop(people, "none")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "Not a name"}, "name"),
        ({"b": "plain"}, "variants"),
        ({"metric": "purchase"}, "metric"),
        ({"guardrails": ("slow",)}, "guardrails"),
        ({"share": 0.0}, "share"),
        ({"alpha": 0.5}, "alpha"),
        ({"tolerance": -1.0}, "tolerance"),
        ({"surface": "nowhere"}, "surface"),
        ({"method": "guess"}, "method"),
    ],
)
def test_what_cannot_be_used_is_named(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(UsageError, match=field):
        declared(**{"name": "one", "a": "plain", "b": "personal", **wrong})  # type: ignore[arg-type]
