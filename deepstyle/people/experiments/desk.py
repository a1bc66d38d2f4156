"""What the API and the commands do with experiments: every start and every stop is in the audit log."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, get_args

from deepstyle.errors import ExperimentConflictError
from deepstyle.people.base import PeopleStore
from deepstyle.people.experiments import stored
from deepstyle.people.experiments.design import Experiment, Surface
from deepstyle.people.merchandising.changes import Entry, logged, recover


def start(store: PeopleStore, who: str, experiment: Experiment) -> None:
    """Start an experiment; raises ``ExperimentConflictError`` where its name was used, or its surface is taken."""
    recover(store)

    def write() -> bool:
        stored.start(store, experiment)
        return True

    logged(store, Entry.now(who, "experiments", experiment.name, None, _shown(experiment)), write)


def stop(store: PeopleStore, who: str, name: str) -> Experiment:
    """End an experiment, for good; one that has ended stays as it is. Raises ``UnknownExperimentError``."""
    recover(store)
    found = stored.find(store, name)
    if found is None:
        raise stored.unknown(name)
    if found.is_running:
        _end(store, who, found)
    return stored.find(store, name) or found


def can_undo(store: PeopleStore, entries: Iterable[Entry]) -> list[bool]:
    """Whether each entry can be taken back: the start of an experiment as long as it runs, its stop never.

    Each surface is read once, however many entries there are.
    """
    found = [stored.running(store, surface) for surface in get_args(Surface)]
    names = {one.name for one in found if one}
    return [entry.kind != "experiments" or entry.key in names for entry in entries]


def undo(store: PeopleStore, who: str, entry: Entry) -> Entry:
    """Take a start back, by ending the experiment; raises ``ExperimentConflictError`` where it has ended."""
    found = stored.find(store, entry.key)
    ended = _end(store, who, found, undoes=entry.entry_id) if found and found.is_running else None
    if ended is None:
        raise ExperimentConflictError(
            f"the experiment {entry.key!r} has ended, and cannot go on with the same data.",
            remedy="Start another one, under a new name.",
        )
    return ended


def _end(store: PeopleStore, who: str, running: Experiment, *, undoes: str = "") -> Entry | None:
    """``None`` where somebody else ended it at the same time."""
    ended = replace(running, stopped_s=time.time())
    entry = Entry.now(who, "experiments", running.name, _shown(running), _shown(ended), undoes=undoes)
    return entry if logged(store, entry, lambda: stored.end(store, ended)) else None


def _shown(experiment: Experiment) -> Mapping[str, Any]:
    """What the log says of an experiment: all but the salt, which would say who sees which variant."""
    return {name: value for name, value in experiment.fields().items() if name != "salt"}
