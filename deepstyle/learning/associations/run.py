"""``deepstyle learn compatibility``: train on what people bought, keep the result, let it serve if it won."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.association import Place
from deepstyle.compatibility.mapping import read_inputs
from deepstyle.files import locked
from deepstyle.learning.associations.questions import Known
from deepstyle.learning.associations.train import Trained, places_by_id, train_association
from deepstyle.learning.commit import git_commit
from deepstyle.learning.versions import OnStage, delete_old
from deepstyle.people.associations.baskets import Basket, read_baskets
from deepstyle.people.associations.counts import count_people
from deepstyle.people.associations.folder import FOLDER, TABLE, AssociationSpec, Counted, write_association
from deepstyle.people.base import PeopleStore
from deepstyle.people.events.layout import exclusive
from deepstyle.people.ranking.records import note_version, promote
from deepstyle.store.base import Store


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a training found, and whether it serves now."""

    trained: Trained
    spec: AssociationSpec
    seconds: float

    def described(self) -> dict[str, Any]:
        """As JSON has it."""
        spec = self.spec
        return {
            "version": spec.version,
            "is_promoted": spec.is_won,
            "weight": spec.weight,
            "popularity": spec.popularity,
            "ndcg_at_10": spec.metrics,
            "gains": spec.gains,
            "tested_questions": self.trained.tested_questions,
            "baskets": spec.baskets,
            "people": spec.people,
            "seconds": round(self.seconds, 1),
        }


def read_known(store: Store, space: str) -> Known:
    """The items that have a vector in ``space``."""
    inputs = read_inputs(store, space)
    items = {item.item_id: item for item in store.iter_items()}
    return Known(inputs, [items.get(one, Item(one)) for one in inputs.item_ids])


def learn_compatibility(
    store: Store,
    people: PeopleStore,
    space: str,
    *,
    events_dir: Path,
    rankings_dir: Path,
    on_stage: OnStage = lambda stage: None,
) -> Outcome:
    """Train, test, keep, and promote what won; one at a time for a folder. ``space`` is that of the vectors.

    What serves counts once more, while nobody changes events: so nobody is in it whose events were erased meanwhile.
    A killed run leaves nothing that serves, and the next one begins anew. Raises ``DataError`` where there are too few
    events, ``StoreError`` where they cannot be read.
    """
    started_s = time.monotonic()
    folder = rankings_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / ".lock"):
        on_stage("reading events")
        baskets = read_baskets(events_dir)
        known = read_known(store, space)
        on_stage("training")
        trained = train_association(baskets, known)
        places = places_by_id(known, trained.centroids)
        on_stage("writing")
        with exclusive(events_dir):
            spec = _write(folder, trained, read_baskets(events_dir), places, space)
        note_version(people, spec.version, _noted(spec), TABLE)
        if spec.is_won:
            promote(people, spec.version, TABLE)
        delete_old(folder, people, TABLE)
    return Outcome(trained, spec, time.monotonic() - started_s)


def _write(
    folder: Path, trained: Trained, baskets: Sequence[Basket], places: Mapping[str, Place], space: str
) -> AssociationSpec:
    counted = count_people(baskets, places)
    bought = {one: places[one] for basket in baskets for one in basket.item_ids if one in places}
    now, digest = datetime.now(UTC), hashlib.sha256(repr(sorted(counted.items())).encode()).hexdigest()
    spec = AssociationSpec(
        version=f"{now:%Y%m%dT%H%M%S}-{digest[:8]}",
        created=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        space=space,
        is_won=trained.is_won,
        weight=trained.weights.lift,
        popularity=trained.weights.popularity,
        from_us=min((one.timestamp_us for one in baskets), default=0),
        until_us=max((one.until_us for one in baskets), default=0),
        baskets=len(baskets),
        people=len({one.client_id for one in baskets}),
        metrics={name: round(value, 6) for name, value in trained.metrics.items()},
        gains={name: one.described() for name, one in trained.gains.items()},
        git_commit=git_commit(),
    )
    write_association(folder / spec.version, spec, trained.centroids, Counted(counted, bought))
    return spec


def _noted(spec: AssociationSpec) -> Mapping[str, Any]:
    return {
        "created": spec.created,
        "is_promoted": spec.is_won,
        "weight": spec.weight,
        "popularity": spec.popularity,
        "metrics": spec.metrics,
        "gains": spec.gains,
    }
