"""The results of a search as the API shows them."""

from collections.abc import Mapping, Sequence

from deepstyle.api.models import NO_REASONS, Product, SearchResult
from deepstyle.people.experiments.variants import Trial
from deepstyle.people.ranking.reasons import Why
from deepstyle.style.calibration.decision import band_of
from deepstyle.style.search import Match


def results_of(
    matches: Sequence[Match], why: Mapping[str, Sequence[Why]] = NO_REASONS, trial: Trial | None = None
) -> list[SearchResult]:
    """The API's form of the matches, ``why`` by item id; similarities are clipped to [-1, 1]."""
    return [
        SearchResult(
            rank=match.rank,
            similarity=max(-1.0, min(1.0, match.similarity)),
            same_type_probability=match.same_type_probability,
            band=None if match.same_type_probability is None else band_of(match.same_type_probability).code,
            picture=match.picture,
            shared=list(match.shared),
            why=list(why.get(match.item.item_id, ())),
            variant=trial.variant_of(match.item.item_id) if trial else None,
            item=Product.of(match.item, match.variants),
        )
        for match in matches
    ]
