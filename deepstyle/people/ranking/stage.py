"""Personal ranking as a stage of a search: hidden items leave, the first results follow a taste, each says why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from deepstyle.people.ranking.described import Centres, Described, describe
from deepstyle.people.ranking.features import Inputs
from deepstyle.people.ranking.in_session import session_parts
from deepstyle.people.ranking.models import LearnedRanking
from deepstyle.people.ranking.order import (
    SESSION_ONLY,
    Weights,
    learned_scores,
    ordered,
    prior_of_places,
    prior_of_similarities,
    taste_scores,
)
from deepstyle.people.ranking.personal import Scores, personal_parts
from deepstyle.people.ranking.reasons import Shares, Why, reasons_of
from deepstyle.people.ranking.signals import Signals
from deepstyle.search.context import SearchContext, Stage
from deepstyle.search.query import Query
from deepstyle.search.state import State
from deepstyle.style.search import Match

NAME: Final = "personal"
FIRST: Final = 100
"""So many of the first results get a new order; the others keep their place."""


@dataclass(frozen=True, slots=True, eq=False)
class Personal:
    """The ranking of one request; ``why`` has, after the search, the reasons of each result that it moved.

    ``ranking`` is the learned one that serves, ``None`` for a session's taste alone; ``centres`` are the catalogue's.
    ``is_ordering`` is false where only hidden items leave.
    """

    signals: Signals
    centres: Callable[[], Centres]
    ranking: LearnedRanking | None = None
    is_ordering: bool = True
    why: dict[str, tuple[Why, ...]] = field(default_factory=dict)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stage for ``later`` of a search; none where nothing is known."""
        is_ordering = self.is_ordering and (self.signals.say_something or _is_learned(self.ranking))
        return (Stage(NAME, self._apply),) if is_ordering or self.signals.excluded else ()

    def without_order(self) -> "Personal":
        """The same without her taste: only what she hid leaves."""
        return replace(self, is_ordering=False)

    def _apply(self, context: SearchContext, state: State) -> str:
        excluded = self.signals.excluded
        left = [match for match in state.matches if match.item.item_id not in excluded]
        removed = len(state.matches) - len(left)
        first = state.matches[: min(state.window, FIRST)]
        shown = [match for match in first if match.item.item_id not in excluded]
        state.window = max(0, state.window - sum(m.item.item_id in excluded for m in state.matches[: state.window]))
        state.matches = left
        if state.part != "first" or len(shown) < 2 or not (self.is_ordering and context.space):
            return f"{removed} hidden"
        order = self._order(context, state.query, shown)
        state.matches = [*(shown[row] for row in order), *left[len(shown) :]]
        moved = sum(row != place for place, row in enumerate(order))
        return f"{moved} moved, {removed} hidden"

    def _order(self, context: SearchContext, query: Query, shown: Sequence[Match]) -> list[int]:
        candidates, signals, weights = self._described(context, shown)
        spec, ranking = context.spec, self.ranking
        session = session_parts(candidates, signals, weights, colour_dim=spec.colour_dim if spec else 0)
        personal, chosen = np.zeros_like(session), SESSION_ONLY
        if ranking is not None and ranking.spec.serves in ("personal", "learned"):
            chosen = Weights(ranking.spec.personal_weight, ranking.spec.popularity_weight)
        if ranking is not None and ranking.factors is not None and chosen.personal:
            personal = personal_parts(ranking.factors, candidates.item_ids, signals.item_ids, weights)
        inputs = _inputs(query, shown, candidates, self.signals, (session, personal), ranking)
        scores = taste_scores(inputs, _prior(query, shown, inputs), chosen)
        if ranking is not None and ranking.trees is not None:
            scores = learned_scores(inputs, scores, ranking.trees)
        order = ordered(scores).tolist()
        rises = {candidates.item_ids[row]: row - place for place, row in enumerate(order)}
        shares = Shares(
            signals.item_ids, self.signals.excluded, session, chosen.personal * personal, chosen.popularity > 0
        )
        self.why.update(reasons_of(shares, candidates.item_ids, rises))
        return [int(row) for row in order]

    def _described(self, context: SearchContext, shown: Sequence[Match]) -> tuple[Described, Described, Scores]:
        """What is seen of the results and of the signals that the catalogue has, with the weights of these."""
        ids = [match.item.item_id for match in shown]
        signal_ids = self.signals.item_ids
        items = context.store.get(signal_ids) | {match.item.item_id: match.item for match in shown}
        stored = context.store.vectors(
            context.space, list(dict.fromkeys([*ids, *(i for i in signal_ids if i in items)]))
        )
        rows = dict(zip(stored.item_ids, stored.vectors, strict=True))
        places = [at for at, one in enumerate(signal_ids) if one in rows and one in items]
        centres = self.centres()

        def seen(wanted: Sequence[str]) -> Described:
            given = [items[one] for one in wanted]
            means = centres.of([one.semantic_category for one in given]) if given else np.zeros((0, 0), np.float32)
            vectors = [rows.get(one, means[at]) for at, one in enumerate(wanted)]  # 0 once the centre is taken away
            return describe(given, np.array(vectors, np.float32).reshape(means.shape), centres)

        return seen(ids), seen([signal_ids[at] for at in places]), self.signals.weights[places]


def _is_learned(ranking: LearnedRanking | None) -> bool:
    """Whether a ranking orders also for who did nothing yet."""
    return ranking is not None and ranking.spec.serves in ("personal", "learned")


def _prior(query: Query, shown: Sequence[Match], inputs: Inputs) -> Scores:
    if query.has_picture and any(match.similarity for match in shown):
        return prior_of_similarities([match.similarity for match in shown])
    is_answer = bool(query.text.strip()) or query.has_picture
    return prior_of_places(inputs.place, is_words=not query.has_picture) if is_answer else np.zeros(len(shown))


def _inputs(
    query: Query,
    shown: Sequence[Match],
    candidates: Described,
    signals: Signals,
    parts: tuple[Scores, Scores],
    ranking: LearnedRanking | None,
) -> Inputs:
    ids, nothing = candidates.item_ids, np.zeros(len(shown))
    session, personal = (part.sum(axis=1) for part in parts)
    known = ranking.popularity if ranking is not None else None
    return Inputs(
        place=np.arange(1, len(shown) + 1, dtype=np.float64),
        is_words=bool(query.text.strip()),
        clicks=len(signals.liked),
        popularity=known.of(ids) if known else nothing,
        query_popularity=known.of_query(query.text, ids) if known else nothing,
        session=session,
        personal=personal,
        log_price=candidates.log_price,
        is_reduced=np.array([match.item.regular_price is not None for match in shown], np.bool_),
    )
