"""The models that a store has vectors of: which serves, which served before, and the switch between them.

A *model set* belongs together: the space of a model's style vectors, and that of the compatibility vectors of the same
pictures. Calibrations and tests are facts named after their space, so each set has its own. The suggestions are of the
set that serves: a switch computes them from the vectors, of a large catalogue what changed since they were computed
last, then publishes all in one write.
"""

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

from deepstyle.compatibility.catalogue_test import fact_of_test
from deepstyle.compatibility.large.update import forget_large, mark_of
from deepstyle.compatibility.mapping import MappingReport, update_mapping
from deepstyle.compatibility.space import COMPAT_SPACE
from deepstyle.errors import StoreError, UsageError
from deepstyle.store.base import Store
from deepstyle.store.url import without_password
from deepstyle.style.calibration.calibration import calibration_fact
from deepstyle.style.encode import STYLE_SPACE, current_vectors, drop_other_spaces
from deepstyle.style.parts import stored_parts
from deepstyle.style.spec import ModelSpec

FORMER_SPACE: Final = "former_style_space"
"""The store's meta key that names the space that served before the one that serves."""
_SET: Final = "model_set:"
_PAGE: Final = 4096
Progress = Callable[[int, int], None]
"""Called with how many suggestions are done and how many there are."""


@dataclass(frozen=True, slots=True)
class ModelSet:
    """The ``space`` of style vectors (the model's fingerprint) and that of its compatibility vectors, "" for none.

    ``name`` is what ``--model`` named, or the name of the folder; it is empty where an earlier version encoded.
    """

    space: str
    compat_space: str = ""
    name: str = ""
    architecture: str = ""
    precision: str = ""

    @classmethod
    def of(cls, spec: ModelSpec, name: str, compat_space: str) -> Self:
        """The set of the model ``spec``."""
        return cls(spec.fingerprint, compat_space, name, spec.architecture, spec.precision)


@dataclass(frozen=True, slots=True)
class SetStatus:
    """How complete a set is: its current ``vectors`` of pictures; ``lacks`` is ``lacking`` beside the served set."""

    models: ModelSet
    vectors: int
    lacks: int
    is_served: bool
    is_former: bool

    @property
    def is_complete(self) -> bool:
        """Whether a switch to it loses nothing."""
        return self.lacks == 0


@dataclass(frozen=True, slots=True)
class SwitchReport:
    """From which space to which, and the items with suggestions; ``lacks`` pictures were written during the switch."""

    before: str
    now: str
    suggestions: int = 0
    lacks: int = 0


def record_set(store: Store, models: ModelSet) -> None:
    """Remember which spaces belong together; a set that lacks compatibility vectors keeps those it had."""
    known = _read(store, models.space)
    if known and not models.compat_space:
        models = dataclasses.replace(models, compat_space=known.compat_space)
    if models != known:
        store.set_meta(_SET + models.space, json.dumps(dataclasses.asdict(models)))


def served_set(store: Store) -> ModelSet | None:
    """The set that serves; ``None`` where nothing was encoded."""
    space = store.meta(STYLE_SPACE)
    return None if space is None else _served(store, space)


def former_set(store: Store) -> ModelSet | None:
    """The set that served before, as long as its vectors are there."""
    space = store.meta(FORMER_SPACE)
    known = _read(store, space) if space else None
    return known if known and store.spaces().get(known.space) else None


def model_sets(store: Store) -> list[SetStatus]:
    """Every set that the store has vectors of: the one that serves first, then by name and space."""
    served, former = served_set(store), former_set(store)
    prefix = len(_SET)
    known = [_read(store, key[prefix:]) for key in store.facts() if key.startswith(_SET)]
    counts = store.spaces()
    others = [models for models in known if models and counts.get(models.space)]
    found = {models.space: models for models in ([served] if served else []) + others}
    ordered = sorted(found.values(), key=lambda one: (one != served, one.name, one.space))
    return [_status(store, models, served, former) for models in ordered]


def find_set(store: Store, name: str) -> ModelSet:
    """The set with this name, space, or beginning of a space; raises ``UsageError`` where it is not exactly one."""
    sets = [status.models for status in model_sets(store)]
    exact = [models for models in sets if name in (models.name, models.space)]
    found = exact or [models for models in sets if models.space.startswith(name)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"{models.name} {models.space}".strip() for models in found or sets) or "none"
    problem = f"{name!r} may be {listed}." if found else f"the store has no vectors of {name!r}, but of: {listed}."
    raise UsageError(
        problem, remedy="Name one by its space." if found else "Run `deepstyle encode --no-switch` with this model."
    )


def switch_models(store: Store, target: ModelSet, *, on_progress: Progress | None = None) -> SwitchReport:
    """Serve ``target``, in one write with its suggestions; where it serves already, nothing changes.

    Raises ``UsageError`` where it lacks pictures that are found now, ``StoreError`` where another process switches.
    """
    served = served_set(store)
    before = served.space if served else ""
    if before == target.space:
        return SwitchReport(before, before)
    if lacks := lacking(store, target, served):
        raise UsageError(
            f"{target.name or target.space} lacks vectors of {lacks:,} pictures that are found now.",
            remedy="Run `deepstyle encode --no-switch` with this model, then switch.",
        )
    mapping = publish_set(store, target, on_progress=on_progress)
    return SwitchReport(before, target.space, mapping.items if mapping else 0, lacking(store, target, served))


def publish_set(store: Store, models: ModelSet, *, on_progress: Progress | None = None) -> MappingReport | None:
    """Serve ``models`` with their suggestions, and remember what served before; return what the suggestions are.

    A set without compatibility vectors leaves the suggestions as they are: ``None``. Raises ``StoreError`` where
    another process switches at the same time.
    """
    serving = store.meta(STYLE_SPACE)
    facts = {STYLE_SPACE: models.space}
    if serving and serving != models.space:
        former = _served(store, serving)
        facts |= {FORMER_SPACE: serving, _SET + serving: json.dumps(dataclasses.asdict(former))}
    if models.compat_space:
        return update_mapping(store, models.compat_space, with_facts=facts, on_progress=on_progress)
    if not store.publish(facts, {}, given={STYLE_SPACE: serving}):
        raise StoreError(
            f"another process switched the model of {without_password(store.url)}.", remedy="Run it again."
        )
    return None


def lacking(store: Store, wanted: ModelSet, served: ModelSet | None) -> int:
    """How many pictures the ``served`` set has vectors of and ``wanted`` has none, in the space of any part.

    What no model could encode is not counted, unless nothing serves. An item that lacks its compatibility vector alone
    counts as well.
    """
    total = 0
    for part in stored_parts(store):
        missing = _missing(store, part.space(wanted.space))
        total += len(missing - _missing(store, part.space(served.space)) if missing and served else missing)
    if wanted.compat_space and (missing := _missing(store, wanted.compat_space)):
        total += len(missing - _missing(store, wanted.space))
    return total


def drop_other_sets(store: Store, space: str, *, drop_former: bool) -> int:
    """Delete the vectors of all sets but that of ``space``, the served one and, unless ``drop_former``, the former one.

    Returns how many were deleted.
    """
    kept = [served_set(store), None if drop_former else former_set(store), _read(store, space) or ModelSet(space)]
    spaces = [part.space(models.space) for models in kept if models for part in stored_parts(store)]
    spaces += [models.compat_space for models in kept if models] + [store.meta(COMPAT_SPACE) or ""]
    before = store.spaces()
    deleted = drop_other_spaces(store, space, keep=spaces)
    for gone in before.keys() - store.spaces().keys():
        forget_large(store, gone)
        _forget(store, (_SET + gone, calibration_fact(gone), fact_of_test(gone), mark_of(gone)))
    return deleted


def _forget(store: Store, keys: Sequence[str]) -> None:
    for key in keys:
        if store.meta(key):
            store.set_meta(key, "")


def _served(store: Store, space: str) -> ModelSet:
    """The set of the ``space`` that serves: its suggestions may be another head's since it was recorded."""
    return dataclasses.replace(_read(store, space) or ModelSet(space), compat_space=store.meta(COMPAT_SPACE) or "")


def _read(store: Store, space: str) -> ModelSet | None:
    text = store.meta(_SET + space)
    return ModelSet(**json.loads(text)) if text else None


def _status(store: Store, models: ModelSet, served: ModelSet | None, former: ModelSet | None) -> SetStatus:
    vectors, _ = current_vectors(store, models.space)
    lacks = 0 if models == served else lacking(store, models, served)
    return SetStatus(models, vectors, lacks, models == served, models == former)


def _missing(store: Store, space: str) -> set[str]:
    """The items with a picture but no current vector in ``space``."""
    return {item_id for page in _pages(store, space) for item_id, _ in page}


def _pages(store: Store, space: str) -> Iterator[list[tuple[str, str]]]:
    after = ""
    while page := store.missing_vectors(space, after=after, limit=_PAGE):
        yield page
        after = page[-1][0]
