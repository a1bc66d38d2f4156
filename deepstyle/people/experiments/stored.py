"""Experiments in the store of people: one runs on a surface, those that ended stay to be read.

A running experiment is one record, keyed by its surface, so that a second one cannot start; there is no way to change
it. Stopping writes the ended experiment first: killed between the two writes, it counts as ended.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from deepstyle.errors import ExperimentConflictError, UnknownExperimentError
from deepstyle.people.base import PeopleStore, Record, all_records
from deepstyle.people.experiments.design import Experiment, Guardrail, Method, Metric, Surface

TABLE: Final = "experiments"
RUNNING: Final = "running:"
ENDED: Final = "ended:"


def declared(
    name: str,
    a: str,
    b: str,
    *,
    surface: Surface = "search",
    method: Method = "interleave",
    metric: Metric = "click",
    guardrails: Sequence[Guardrail] = ("hides",),
    tolerance: float = 0.1,
    alpha: float = 0.05,
    share: float = 1.0,
) -> Experiment:
    """An experiment that begins now; raises ``UsageError`` naming the field that cannot be used."""
    salt = secrets.token_hex(8)
    return Experiment(
        name, surface, method, a, b, metric, tuple(guardrails), tolerance, alpha, share, salt, time.time()
    )


def start(store: PeopleStore, experiment: Experiment) -> None:
    """Start an experiment; raises ``ExperimentConflictError`` where its name was used, or its surface is taken."""
    if find(store, experiment.name):
        raise ExperimentConflictError(
            f"there is an experiment {experiment.name!r} already.", remedy="Choose another name."
        )
    key = RUNNING + experiment.surface
    while not store.add(TABLE, key, experiment.fields()):
        occupied = store.get(TABLE, key)
        if occupied and not store.get(TABLE, ENDED + occupied.fields["name"]):
            raise ExperimentConflictError(
                f"the experiment {occupied.fields['name']!r} runs on {experiment.surface}.",
                remedy=f"Stop it first: deepstyle experiment stop {occupied.fields['name']}.",
            )
        if occupied:
            store.remove(TABLE, key, version=occupied.version)


def end(store: PeopleStore, ended: Experiment) -> bool:
    """Write an experiment that has ended, for good; false where it ended before."""
    is_written = store.add(TABLE, ENDED + ended.name, ended.fields())
    key = RUNNING + ended.surface
    occupied = store.get(TABLE, key)
    if occupied and occupied.fields["name"] == ended.name:
        store.remove(TABLE, key, version=occupied.version)
    return is_written


def is_stored(store: PeopleStore, name: str, logged: Mapping[str, Any]) -> bool:
    """Whether an experiment was started, or stopped, as an entry of the audit log says; known by the time of it."""
    found = find(store, name)
    if found is None or found.started_s != logged["started_s"]:
        return False
    return logged["stopped_s"] is None or found.stopped_s == logged["stopped_s"]


def running(store: PeopleStore, surface: Surface) -> Experiment | None:
    """The experiment that runs on a surface."""
    record = store.get(TABLE, RUNNING + surface)
    if record is None or store.get(TABLE, ENDED + record.fields["name"]):
        return None
    return _experiment(record)


def experiments(store: PeopleStore) -> list[Experiment]:
    """All experiments, the latest first."""
    by_name = dict[str, Experiment]()
    for record in all_records(store, TABLE):  # ended ones come first
        by_name.setdefault(record.fields["name"], _experiment(record))
    return sorted(by_name.values(), key=lambda one: one.started_s, reverse=True)


def find(store: PeopleStore, name: str) -> Experiment | None:
    """The experiment of a name."""
    if record := store.get(TABLE, ENDED + name):
        return _experiment(record)
    return next((one for one in experiments(store) if one.name == name), None)


def unknown(name: str) -> UnknownExperimentError:
    """What is raised for a name that no experiment has."""
    return UnknownExperimentError(
        f"there is no experiment {name!r}.", remedy="List the experiments: deepstyle experiment list."
    )


def _experiment(record: Record) -> Experiment:
    return Experiment.of(record.fields)
