"""``deepstyle learn ranking``: train on the shop's own events, keep the result, let it serve if it won."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepstyle.files import locked
from deepstyle.learning.ranking.log import read_log
from deepstyle.learning.ranking.replay import read_known
from deepstyle.learning.ranking.train import Trained, train_ranking
from deepstyle.learning.versions import OnStage, delete_old
from deepstyle.people.base import PeopleStore
from deepstyle.people.ranking.models import write_ranking
from deepstyle.people.ranking.records import TABLE, note_version, promote
from deepstyle.store.base import Store


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a training found, and whether it serves now."""

    trained: Trained
    is_promoted: bool
    seconds: float

    def described(self) -> dict[str, Any]:
        """As JSON has it."""
        spec, trained = self.trained.ranking.spec, self.trained
        return {
            "version": spec.version,
            "serves": spec.serves,
            "is_promoted": self.is_promoted,
            "baseline": trained.baseline,
            "ndcg_at_10": dict(spec.metrics),
            "gains": spec.gains,
            "tested_lists": trained.tested_lists,
            "lists": spec.lists,
            "people": spec.people,
            "propensity_power": spec.propensity_power,
            "personal_weight": spec.personal_weight,
            "popularity_weight": spec.popularity_weight,
            "seconds": round(self.seconds, 1),
        }


def learn_ranking(
    store: Store,
    people: PeopleStore,
    *,
    events_dir: Path,
    rankings_dir: Path,
    colour_dim: int = 0,
    on_stage: OnStage = lambda stage: None,
) -> Outcome:
    """Train, test, keep, and promote what won; one at a time for a folder.

    A killed run leaves nothing that serves, and the next one begins anew. Raises ``DataError`` where there are too few
    events, ``StoreError`` where they cannot be read, ``MissingDependencyError`` without the extra ``ranking``.
    """
    started_s = time.monotonic()
    rankings_dir.mkdir(parents=True, exist_ok=True)
    with locked(rankings_dir / ".lock"):
        on_stage("reading events")
        log = read_log(events_dir)
        item_ids = dict.fromkeys(one for shown in log.lists for one in shown.item_ids)
        known = read_known(
            store, [*item_ids, *(one.item_id for one in log.deeds if one.item_id not in item_ids)], colour_dim
        )
        on_stage("training")
        trained = train_ranking(log, known)
        spec = trained.ranking.spec
        on_stage("writing")
        write_ranking(rankings_dir / spec.version, trained.ranking, trained.trees)
        is_promoted = bool(spec.serves)
        note_version(people, spec.version, _noted(trained, is_promoted=is_promoted))
        if is_promoted:
            promote(people, spec.version)
        delete_old(rankings_dir, people, TABLE)
    return Outcome(trained, is_promoted, time.monotonic() - started_s)


def _noted(trained: Trained, *, is_promoted: bool) -> Mapping[str, Any]:
    spec = trained.ranking.spec
    return {
        "created": spec.created,
        "serves": spec.serves,
        "is_promoted": is_promoted,
        "baseline": trained.baseline,
        "metrics": spec.metrics,
        "gains": spec.gains,
        "data_sha256": spec.data_sha256,
    }
