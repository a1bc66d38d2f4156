"""What the catalogue itself says about the candidates of a search, and a new order from it.

*Category votes*: the candidates vote, by their similarity, on which semantic category a photo shows, and items of a
category rise by its share of the votes. A prior, what a classifier says of the photo, can join them. A query that is an
item has its own labels instead. *Query expansion* compares the candidates with the query plus its nearest neighbours
(alpha-QE of Radenović et al. 2018, "Fine-tuning CNN Image Retrieval with No Human Annotation", eq. 8).

Both order the ``CANDIDATES`` nearest items anew and leave every similarity as it is, so ranks and similarities may
disagree. What lies beyond the candidates keeps its place: pages of a longer list join. ``research/rerank.md`` has the
trials of the constants.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.store.base import Store

CANDIDATES: Final = 100
"""How many of the nearest items get a new order."""
TEMPERATURE: Final = 1.5
"""How far below the nearest candidate a vote counts 1/e, in standard deviations of the candidates' similarities."""
GAIN: Final = 0.4
"""The share of its distance from the query, 1 - similarity, by which an item rises if its category has all the votes.
Below 1, so that nothing overtakes an identical picture."""
PRIOR: Final = 10
"""Items that every category is assumed to have in addition, so that a handful of items cannot win by being rare."""
NEIGHBOURS, ALPHA = 2, 3.0
"""Neighbours that expand a query, and the power of their similarity that weighs them."""

Scores = NDArray[np.float64]
Prior = Mapping[str, float]
"""The probability of each semantic category that a classifier of photos knows; together they are 1."""


@dataclass(frozen=True, slots=True)
class Reranking:
    """What orders the candidates of a search: nothing but the similarity unless a switch is on."""

    category_vote: bool = False
    query_expansion: bool = False

    @property
    def candidates(self) -> int:
        """How many items it has to know at least."""
        return CANDIDATES if self.category_vote or self.query_expansion else 0


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The N ``items`` nearest to ``query`` (D,) and their ``similarities`` (N,), closest first.

    ``query_item`` is the item that the query is, ``None`` for a photo; ``prior`` concerns a photo alone.
    """

    query: NDArray[np.float32]
    similarities: Scores
    items: Sequence[Item]
    query_item: Item | None = None
    prior: Prior | None = None


BY_SIMILARITY: Final = Reranking()
NO_VECTORS: Final = np.zeros((0, 0), np.float32)


def rerank(store: Store, space: str, found: Candidates, by: Reranking) -> list[int]:
    """The order of the N items found, closest first: the first ``CANDIDATES`` in that of ``by``.

    Nothing votes on the category of a ``query_item``: its own labels decide.
    """
    count = min(by.candidates, len(found.items))
    if count < 2:
        return list(range(len(found.items)))
    first = replace(found, similarities=found.similarities[:count], items=found.items[:count])
    vectors = _vectors(store, space, first.query, first.items) if by.query_expansion else NO_VECTORS
    scores = candidate_scores(first, by, vectors, store.category_counts() if by.category_vote else {})
    return [*np.argsort(-scores, kind="stable").tolist(), *range(count, len(found.items))]


def candidate_scores(
    candidates: Candidates, by: Reranking, vectors: NDArray[np.float32], counts: Mapping[str, int]
) -> Scores:
    """What orders N candidates, (N,), highest first: from their ``vectors`` (N, D), and how many items a category has.

    Only an expansion reads the vectors, only a vote the counts.
    """
    scores = similarities = candidates.similarities
    if by.query_expansion:
        scores = expanded_similarities(candidates.query, similarities, vectors)
    if not by.category_vote:
        return scores
    if candidates.query_item is None:
        return scores + category_bonus(similarities, candidates.items, counts, candidates.prior)
    return scores + label_bonus(similarities, candidates.items, candidates.query_item)


def category_bonus(
    similarities: Scores, items: Sequence[Item], counts: Mapping[str, int], prior: Prior | None = None
) -> Scores:
    """By how much each of N candidates of a photo rises, (N,) >= 0: by its category's votes; see ``category_votes``."""
    categories = [item.semantic_category for item in items]
    votes = category_votes(similarities, categories, counts)
    if prior:
        votes = join_prior(votes, prior)
    return _bonus(similarities, [votes.get(category, 0.0) for category in categories])


def category_votes(similarities: Scores, categories: Sequence[str], counts: Mapping[str, int]) -> dict[str, float]:
    """Each category's share of the votes of N candidates, in [0, 1]; those without a category do not vote.

    A vote weighs exp((s - max s) / (``TEMPERATURE`` x std s)), divided by how many items of its category there are
    (``counts``) plus ``PRIOR``: otherwise the most common category would win wherever the query is unclear.
    """
    spread = max(float(similarities.std()), 1e-9)
    weights = np.exp((similarities - similarities.max()) / (TEMPERATURE * spread))
    votes: dict[str, float] = {}
    for category, weight in zip(categories, weights.tolist(), strict=True):
        if category:
            votes[category] = votes.get(category, 0.0) + weight / (counts.get(category, 0) + PRIOR)
    total = sum(votes.values())
    return {category: vote / total for category, vote in votes.items()}


def join_prior(votes: Mapping[str, float], prior: Prior) -> dict[str, float]:
    """The shares of the votes times the ``prior`` of each category, renormalised to the sum of ``votes``.

    Only categories that the prior knows share anew what they have together: it says nothing of the others.
    """
    joined = {category: vote * prior[category] for category, vote in votes.items() if category in prior}
    total = sum(joined.values())
    if not total:
        return dict(votes)
    scale = sum(votes[category] for category in joined) / total
    return {**votes, **{category: vote * scale for category, vote in joined.items()}}


def label_bonus(similarities: Scores, items: Sequence[Item], query: Item) -> Scores:
    """By how much each of N candidates of an item rises, (N,) >= 0: by its labels that are the item's own.

    Half for the semantic category and half for the category, all for one where the item has no other.
    """
    department, category = query.semantic_category, query.category.casefold()
    labels = max(1, bool(department) + bool(category))
    shared = [
        bool(department and item.semantic_category == department)
        + bool(category and item.category.casefold() == category)
        for item in items
    ]
    return _bonus(similarities, [count / labels for count in shared])


def _bonus(similarities: Scores, shares: Sequence[float]) -> Scores:
    return np.asarray(GAIN * np.array(shares) * (1 - np.minimum(similarities, 1)))


def expanded_similarities(query: NDArray[np.float32], similarities: Scores, vectors: NDArray[np.float32]) -> Scores:
    """The cosines (N,) of ``vectors`` (N, D), closest first, with the query (D,) plus its ``NEIGHBOURS`` nearest.

    Each of these weighs its similarity (N,), not below 0, to the power of ``ALPHA``.
    """
    weights = np.maximum(similarities[:NEIGHBOURS], 0) ** ALPHA
    expanded = query.astype(np.float64) + weights @ vectors[:NEIGHBOURS]
    return np.asarray(vectors @ (expanded / np.linalg.norm(expanded)), np.float64)


def _vectors(store: Store, space: str, query: NDArray[np.float32], items: Sequence[Item]) -> NDArray[np.float32]:
    """The vectors (N, D) of the items; zeros for one whose vector has gone since the search, which thereby sinks."""
    batch = store.vectors(space, [item.item_id for item in items])
    known = dict(zip(batch.item_ids, batch.vectors, strict=True))
    return np.stack([known.get(item.item_id, np.zeros_like(query)) for item in items])
