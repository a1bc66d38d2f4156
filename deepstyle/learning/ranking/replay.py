"""The lists of a log as their shoppers' rankings would have seen them: with what they had done until then, no more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.learning.ranking.log import ClickLog, Deed, Shown, clients_of
from deepstyle.learning.ranking.propensity import Propensity
from deepstyle.people.ranking.described import Centres, Described, centres_of, describe
from deepstyle.people.ranking.features import Inputs
from deepstyle.people.ranking.in_session import session_parts
from deepstyle.people.ranking.personal import ItemFactors, Scores, personal_parts
from deepstyle.people.ranking.popularity import Popularity
from deepstyle.people.ranking.signals import Signals, signals_of
from deepstyle.store.base import Store
from deepstyle.style.encode import STYLE_SPACE


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The items of a log that are in the catalogue, described; ``colour_dim`` as of the model's vectors."""

    described: Described
    rows: Mapping[str, int]
    is_reduced: NDArray[np.bool_]
    colour_dim: int = 0

    def of(self, item_ids: Sequence[str]) -> Described:
        """Some of the items."""
        return self.described.rows(self.indices(item_ids))

    def indices(self, item_ids: Sequence[str]) -> NDArray[np.int64]:
        """The rows of some of the items."""
        return np.array([self.rows[one] for one in item_ids], np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A list of a log in the plain order: what a ranking may see, and the ``gains`` (N,) of what was clicked."""

    session: str
    inputs: Inputs
    gains: Scores


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What an earlier part of the log taught, to see a later one with."""

    popularity: Popularity
    factors: ItemFactors | None
    propensity: Propensity


def read_known(store: Store, item_ids: Sequence[str], colour_dim: int) -> Known:
    """The items that ``store`` has and that have a vector in its serving space."""
    found, space = store.get(item_ids), store.meta(STYLE_SPACE) or ""
    stored = store.vectors(space, list(found))
    items = [found[one] for one in stored.item_ids]
    return known_of(items, stored.vectors, colour_dim)


def known_of(items: Sequence[Item], vectors: NDArray[np.float32], colour_dim: int) -> Known:
    """Items with their style ``vectors`` (N, D)."""
    centres = centres_of(items, vectors) if items else Centres({})
    described = describe(items, vectors, centres)
    is_reduced = np.array([one.regular_price is not None for one in items], np.bool_)
    return Known(described, {one.item_id: row for row, one in enumerate(items)}, is_reduced, colour_dim)


def replay(lists: Sequence[Shown], log: ClickLog, known: Known, learned: Learned) -> Iterator[Judged]:
    """Each list that was clicked in, with the deeds of ``log`` before it; items that are unknown now are left out."""
    deeds, gone = clients_of(log.deeds), dict[str, int]()
    for one in sorted(lists, key=lambda one: one.timestamp_us):
        own = deeds.get(one.client_id, []) if one.client_id else []
        end = gone.get(one.client_id, 0)
        while end < len(own) and own[end].timestamp_us < one.timestamp_us:
            end += 1
        gone[one.client_id] = end
        judged = _judged(one, _signals(own[:end], known), known, learned)
        if judged is not None:
            yield judged


def _signals(deeds: Sequence[Deed], known: Known) -> Signals:
    recent = [one for one in deeds[-200:] if one.item_id in known.rows]
    liked = [one.item_id for one in recent if one.weight > 0]
    return signals_of(liked, [one.item_id for one in recent if one.weight < 0])


def _judged(one: Shown, signals: Signals, known: Known, learned: Learned) -> Judged | None:
    order = sorted(zip(one.plain, one.item_ids, one.places, strict=True))
    kept = [row for row in order if row[1] in known.rows and row[1] not in signals.liked]
    if len(kept) < 2 or not any(item_id in one.clicked for _, item_id, _ in kept):
        return None
    item_ids = [item_id for _, item_id, _ in kept]
    is_clicked = np.array([item_id in one.clicked for item_id in item_ids])
    gains = is_clicked * learned.propensity.weights([place for _, _, place in kept])
    return Judged(one.session_id or one.query_id, _inputs(one.text, item_ids, signals, known, learned), gains)


def _inputs(text: str, item_ids: Sequence[str], signals: Signals, known: Known, learned: Learned) -> Inputs:
    candidates, weights = known.of(item_ids), signals.weights
    session = session_parts(candidates, known.of(signals.item_ids), weights, colour_dim=known.colour_dim).sum(axis=1)
    personal = np.zeros(len(item_ids))
    if learned.factors is not None:
        personal = personal_parts(learned.factors, item_ids, signals.item_ids, weights).sum(axis=1)
    return Inputs(
        place=np.arange(1, len(item_ids) + 1, dtype=np.float64),
        is_words=bool(text),
        clicks=len(signals.liked),
        popularity=learned.popularity.of(item_ids),
        query_popularity=learned.popularity.of_query(text, item_ids),
        session=session,
        personal=personal,
        log_price=candidates.log_price,
        is_reduced=known.is_reduced[known.indices(item_ids)],
    )
