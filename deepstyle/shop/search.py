"""What ``Shop`` answers a search with, and how it reads a photo to search with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.rows import read_file
from deepstyle.catalogue.variants import GroupBy
from deepstyle.errors import ImageError
from deepstyle.settings import Settings
from deepstyle.store.base import ItemFilter, Store
from deepstyle.style.calibration.calibration import Calibration, QueryKind
from deepstyle.style.crops import combine_crops, query_crops
from deepstyle.style.encoder import Encoded, Encoder
from deepstyle.style.rerank import Reranking
from deepstyle.style.search import Crop, Match, read_photo

Photo = bytes | Path
"""A picture to ask with: its bytes, or the path of its file."""


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What a search found, best first: closest first, unless something re-ranked it (``deepstyle.style.rerank``).

    ``is_good_match`` says whether the catalogue sells what the query shows. It is ``None``, and no match has a
    probability, unless the store is ``calibrated`` for this search; also where the decision would refuse too much.
    """

    matches: tuple[Match, ...]
    is_good_match: bool | None
    calibrated: bool = False


def judged(
    calibration: Calibration | None,
    query: QueryKind,
    embeddings: NDArray[np.float32] | None,
    matches: Sequence[Match],
    shown: slice,
    where: ItemFilter,
) -> SearchAnswer:
    """The matches ``shown`` of a query with ``embeddings`` (1, D), or ``None``, empty too, where that is not known.

    The closest of all matches says whether one is good.
    """
    if calibration is None or not calibration.calibrated or embeddings is None or not len(embeddings):
        return SearchAnswer(tuple(matches[shown]), None)
    found, is_good_match = calibration.judge(query, embeddings[0], matches, where)
    return SearchAnswer(found[shown], is_good_match, calibrated=True)


def with_variants(store: Store, answer: SearchAnswer, group_by: GroupBy) -> SearchAnswer:
    """The same answer, each match with the variants of its group; unchanged where items are not grouped."""
    if group_by == "none":
        return answer
    variants = store.variants([match.item for match in answer.matches], group_by)
    matches = tuple(replace(match, variants=variants[match.item.item_id]) for match in answer.matches)
    return replace(answer, matches=matches)


def reranking_of(settings: Settings, **given: bool | None) -> Reranking:
    """The switches of ``Reranking`` that are given, and those of ``settings`` for the others."""
    known = {name: getattr(settings, name) for name in given}
    return Reranking(**{name: known[name] if value is None else value for name, value in given.items()})


def embed_photo(encoder: Encoder, photo: Photo, crop: Crop | None, *, several: bool) -> Encoded:
    """A photo's embedding and features, one row each, of ``several`` crops or of the whole; raises ``ImageError``."""
    try:
        data = photo if isinstance(photo, bytes) else read_file(photo)
        rgb = read_photo(encoder, data, crop, several=several)
        return combine_crops(encoder.encode(query_crops(rgb, several=several)))
    except ImageError as error:
        if isinstance(photo, bytes):
            raise
        raise type(error)(f"{photo}: {error.message}", remedy=error.remedy) from error
