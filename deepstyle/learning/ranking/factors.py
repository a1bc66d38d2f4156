"""Factors of items by implicit ALS over what people liked."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

import numpy as np

from deepstyle.errors import MissingDependencyError
from deepstyle.learning.ranking.log import Deed
from deepstyle.people.ranking.personal import LEAST_PEOPLE, ItemFactors

FACTORS, ROUNDS = 32, 15
CONFIDENCE: Final = 10.0
"""What a click adds to the weight of an observation."""
REGULARISATION: Final = 1.0
MOST_WEIGHT: Final = 10.0
"""What all that one person did with one item counts at most, in clicks."""
SEED: Final = 0


def train_factors(deeds: Iterable[Deed]) -> ItemFactors | None:
    """The factors of the items that at least ``LEAST_PEOPLE`` people liked; ``None`` where there are too few.

    Raises ``MissingDependencyError`` where ``implicit`` is not installed.
    """
    liked = _liked(deeds)
    people = Counter(item_id for items in liked.values() for item_id in items)
    item_ids = tuple(sorted(one for one, count in people.items() if count >= LEAST_PEOPLE))
    if len(item_ids) <= FACTORS:
        return None
    rows = {item_id: row for row, item_id in enumerate(item_ids)}
    cells = [
        (person, rows[item_id], weight)
        for person, items in enumerate(liked.values())
        for item_id, weight in items.items()
        if item_id in rows
    ]
    factors = _als(np.array(cells, np.float64), len(liked), len(item_ids))
    counts = np.array([people[one] for one in item_ids], np.int32)
    return ItemFactors(item_ids, factors, counts, CONFIDENCE, REGULARISATION)


def _liked(deeds: Iterable[Deed]) -> dict[str, dict[str, float]]:
    """What each person liked, and how much; who liked a single item says nothing about two."""
    found: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for deed in deeds:
        if deed.weight > 0 and deed.client_id:
            found[deed.client_id][deed.item_id] += deed.weight
    capped = {person: {one: min(w, MOST_WEIGHT) for one, w in items.items()} for person, items in found.items()}
    return {person: items for person, items in capped.items() if len(items) > 1}


def _als(cells: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", people: int, items: int) -> "np.ndarray":  # type: ignore[type-arg]
    try:
        from implicit.als import AlternatingLeastSquares
        from scipy.sparse import csr_matrix
    except ImportError as error:
        remedy = "Run `pip install 'deepstyle[ranking]'`."
        raise MissingDependencyError("training a ranking needs implicit and scipy.", remedy=remedy) from error
    person, item, weight = cells.T
    seen = csr_matrix((1 + CONFIDENCE * weight, (person.astype(int), item.astype(int))), shape=(people, items))
    model = AlternatingLeastSquares(
        factors=FACTORS, regularization=REGULARISATION, alpha=1.0, iterations=ROUNDS, random_state=SEED, num_threads=1
    )
    model.fit(seen.astype(np.float32), show_progress=False)
    return np.asarray(model.item_factors, np.float32)
