"""Keep the suggestions of a large catalogue up to date: all of them once, in a run that may be killed, then changes.

The state (``large.state``) is derived, and each space has its own: a switch between two models computes what changed
meanwhile and no more. A fact of the store, ``mark_of`` the space, says which state follows it; another state, such as
that of a store that was restored since, is built again.
"""

import contextlib
import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from filelock import FileLock, Timeout

from deepstyle.compatibility.large.build import build_state, fill_state
from deepstyle.compatibility.large.follow import apply, difference
from deepstyle.compatibility.large.state import State, discard, open_state
from deepstyle.compatibility.space import COMPAT_SPACE
from deepstyle.files import write_atomic
from deepstyle.settings import Settings
from deepstyle.store.base import INSTANCE_FACTS, Store
from deepstyle.store.changes import FollowedStore
from deepstyle.store.url import without_password

MARKED: Final = "mark"
"""The fact that names a state, once the store has the same in ``mark_of`` its space."""
PENDING: Final = "pending"
_FEW: Final = 50_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LargeReport:
    """Items with suggestions, suggested, and computed now; ``published`` unless the store serves another space now."""

    items: int = 0
    suggested: int = 0
    computed: int = 0
    published: bool = True


def update_large(
    store: Store, space: str, facts: Mapping[str, str], *, full: bool = False, on_progress: Progress | None = None
) -> LargeReport:
    """Bring the suggestions to what the store has now, and publish them with ``facts``.

    Where another process is computing all of them, a change is left to it: it follows what was written meanwhile.
    """
    folder = state_folder(store, space)
    folder.mkdir(parents=True, exist_ok=True)
    serving = store.meta(COMPAT_SPACE)
    try:
        with FileLock(folder / "lock", timeout=-1 if full or serving != space else 0):
            return _update(store, space, facts, folder, serving, full=full, on_progress=on_progress)
    except Timeout:
        return LargeReport()


def mark_of(space: str) -> str:
    """The store's fact that names the state of ``space``."""
    return f"{INSTANCE_FACTS}suggestions:{space}"


def state_folder(store: Store, space: str) -> Path:
    """Where the state is: beside a file, or in the cache folder."""
    name = f"suggestions-{hashlib.sha256(space.encode()).hexdigest()[:16]}"
    if isinstance(store, FollowedStore):
        return store.derived_folder(name)
    place = hashlib.sha256(without_password(store.url).encode()).hexdigest()[:16]
    return Path(Settings().cache_dir) / "suggestions" / place / name


def prepare_large(store: Store, space: str, *, on_progress: Progress | None = None) -> int:
    """Compute the suggestions of a ``space`` that does not serve, for a switch to it; return those of how many items.

    What serves stays as it is, and nothing is done where ``space`` serves by now.
    """
    folder = state_folder(store, space)
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        serving = store.meta(COMPAT_SPACE)
        found = None if serving == space else _current(store, space, folder, full=False, on_progress=on_progress)
        if found is None:
            return 0
        state, changed, computed = found
        try:
            _write(store, state, {}, {}, serving)
        finally:
            state.close()
    return computed + len(changed)


def forget_large(store: Store, space: str) -> None:
    """Delete the state of a ``space`` whose vectors were deleted, unless another process is using it."""
    folder = state_folder(store, space)
    if folder.exists():
        with contextlib.suppress(Timeout), FileLock(folder / "lock", timeout=0):
            discard(folder)


def _update(
    store: Store,
    space: str,
    facts: Mapping[str, str],
    folder: Path,
    serving: str | None,
    *,
    full: bool,
    on_progress: Progress | None,
) -> LargeReport:
    found = _current(store, space, folder, full=full, on_progress=on_progress)
    if found is None:
        return LargeReport(published=store.publish(facts, _without(store, {}), given={COMPAT_SPACE: serving}))
    state, changed, computed = found
    try:
        published = _publish(store, state, facts, changed, serving)
        return LargeReport(*_counts(state), computed=computed + len(changed), published=published)
    finally:
        state.close()


def _current(
    store: Store, space: str, folder: Path, *, full: bool, on_progress: Progress | None
) -> tuple[State, set[int], int] | None:
    """The state with all that the store has, the rows that changed, and how many others were computed.

    ``None`` where the store has no vectors. The changes are durable after ``State.save``.
    """
    state = _usable(store, space, folder, full=full)
    computed = 0
    while True:
        state = state or build_state(store, space, folder)
        if state is None:
            return None
        if MARKED in state.facts or difference(store, space, state) is not None:
            computed += fill_state(state, on_progress)
            found = difference(store, space, state)  # what was written meanwhile
            if found is not None:
                break
        state.close()
        discard(folder)
        state = None
    changed = apply(state, found[0])
    state.set_fact("revision", str(found[1]))
    return state, changed, computed


def _usable(store: Store, space: str, folder: Path, *, full: bool) -> State | None:
    """The state in ``folder`` if it may be gone on with: of a run that did not end, or of this store's history."""
    state = open_state(folder)
    if state is None:
        return None
    is_older = isinstance(store, FollowedStore) and store.revision() < int(state.facts["revision"])
    marks = (state.facts.get(MARKED), _pending(folder))
    is_done = MARKED in state.facts
    if is_older or (is_done and (full or store.meta(mark_of(space)) not in marks)):
        state.close()
        discard(folder)
        return None
    return state


def _publish(store: Store, state: State, facts: Mapping[str, str], changed: set[int], serving: str | None) -> bool:
    """Write to the store all that the state has, or where its space served before, what ``changed``; in one write."""
    is_whole = MARKED not in state.facts or serving != state.facts["space"]
    if not is_whole and not changed and all(store.meta(key) == value for key, value in facts.items()):
        state.save()
        return True
    mapping = _without(store, _named(state, range(len(state.partners)))) if is_whole else _named(state, changed)
    return _write(store, state, facts, mapping, serving)


def _write(
    store: Store, state: State, facts: Mapping[str, str], mapping: dict[str, tuple[str, ...]], serving: str | None
) -> bool:
    """Write to the store that it has seen the state as it is, then make the state durable."""
    mark = uuid.uuid4().hex
    # A kill between the store's write and the state's leaves a state that does the same changes again.
    write_atomic(state.folder / PENDING, mark.encode())
    if not store.publish({**facts, mark_of(state.facts["space"]): mark}, mapping, given={COMPAT_SPACE: serving}):
        return False
    state.set_fact(MARKED, mark)
    state.save()
    return True


def _pending(folder: Path) -> str:
    path = folder / PENDING
    return path.read_text() if path.exists() else ""


def _named(state: State, rows: Iterable[int]) -> dict[str, tuple[str, ...]]:
    """The suggestions of the ``rows`` that are there, by item id."""
    alive = [row for row in rows if state.layout.alive[row]]
    partners = state.partners[alive].tolist()
    if len(alive) > _FEW:
        names: Mapping[int, str] = dict(enumerate(state.all_item_ids()))
    else:
        names = state.item_ids([*alive, *(other for found in partners for other in found if other >= 0)])
    return {
        names[row]: tuple(names[other] for other in found if other >= 0)
        for row, found in zip(alive, partners, strict=True)
    }


def _without(store: Store, mapping: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """``mapping`` with no suggestions for the store's other items."""
    for item in store.iter_items():
        mapping.setdefault(item.item_id, ())
    return mapping


def _counts(state: State) -> tuple[int, int]:
    """How many items have suggestions, and how many are suggested."""
    suggested = np.zeros(len(state.partners) + 1, bool)
    suggested[state.partners] = True  # what is not there has the last place
    return int((state.partners[:, 0] >= 0).sum()), int(suggested[:-1].sum())
