"""Experiments in the store of people."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deepstyle.errors import UsageError
from deepstyle.people.base import PeopleStore
from deepstyle.people.experiments import desk
from deepstyle.people.experiments.desk import stop
from deepstyle.people.experiments.stored import ENDED, TABLE, declared, experiments, find, running, start
from deepstyle.people.merchandising import changes
from deepstyle.people.merchandising.changes import entries, recover
from deepstyle.people.open import open_people


@pytest.fixture
def people(tmp_path: Path) -> Iterator[PeopleStore]:
    with open_people(f"sqlite:///{tmp_path / 'people.db'}") as store:
        yield store


def test_an_experiment_is_started_found_and_stopped(people: PeopleStore) -> None:
    one = declared("first", "plain", "personal")
    start(people, one)
    assert running(people, "search") == find(people, "first") == one
    ended = stop(people, "jo", "first")
    assert ended.stopped_s is not None
    assert ended == replace(one, stopped_s=ended.stopped_s)
    assert stop(people, "jo", "first") == ended
    assert running(people, "search") is None
    assert experiments(people) == [ended]


def test_one_experiment_runs_on_a_surface(people: PeopleStore) -> None:
    start(people, declared("first", "plain", "personal"))
    with pytest.raises(UsageError, match="'first' runs on search"):
        start(people, declared("second", "plain", "learned"))
    stop(people, "jo", "first")
    start(people, declared("fourth", "plain", "learned"))
    assert [one.name for one in experiments(people)] == ["fourth", "first"]


def test_a_name_is_used_once(people: PeopleStore) -> None:
    start(people, declared("first", "plain", "personal"))
    stop(people, "jo", "first")
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
        stop(people, "jo", "none")


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


class KilledError(Exception):
    pass


@pytest.mark.parametrize("is_stop", [False, True])
@pytest.mark.parametrize("is_written", [False, True])
def test_a_kill_loses_neither_the_change_nor_its_entry(
    people: PeopleStore, monkeypatch: pytest.MonkeyPatch, is_stop: bool, is_written: bool
) -> None:
    if is_stop:
        desk.start(people, "jo", declared("first", "plain", "personal"))
    before = len(entries(people))
    with monkeypatch.context() as patch, pytest.raises(KilledError):
        dying = "_finish" if is_written else "logged"
        patch.setattr(changes if is_written else desk, dying, _killed if is_written else _killed_before_it_writes)
        if is_stop:
            stop(people, "jo", "first")
        else:
            desk.start(people, "jo", declared("first", "plain", "personal"))
    monkeypatch.setattr(changes, "PENDING_S", -1.0)  # the process is gone
    recover(people)
    assert not people.find("audit", "state", "pending")
    found = find(people, "first")
    assert (found is not None and found.is_running) == (is_stop != is_written)
    assert len(entries(people)) == before + is_written


def _killed(*_: object) -> None:
    raise KilledError


def _killed_before_it_writes(store: PeopleStore, entry: changes.Entry, _: object) -> bool:
    store.add(changes.AUDIT, entry.entry_id, entry.fields("pending"))
    raise KilledError


def test_what_was_refused_is_not_logged(people: PeopleStore) -> None:
    desk.start(people, "jo", declared("first", "plain", "personal"))
    with pytest.raises(UsageError, match="'first' runs on search"):
        desk.start(people, "al", declared("second", "plain", "personal"))
    stop(people, "jo", "first")
    stop(people, "al", "first")
    assert [(one.who, one.key) for one in entries(people)] == [("jo", "first")] * 2
