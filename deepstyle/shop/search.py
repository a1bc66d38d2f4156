"""What ``Shop`` answers a search with, and how it reads a photo to search with."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.rows import read_file
from deepstyle.catalogue.variants import GroupBy
from deepstyle.errors import ImageError
from deepstyle.search.context import SearchContext
from deepstyle.search.later import WINDOW, later_matches
from deepstyle.search.orders import NEIGHBOURS, in_order, ranked
from deepstyle.search.plan import MOST_RESULTS, with_variants
from deepstyle.search.query import Query, ResultSort
from deepstyle.search.same_picture import AMONG, OwnPicture, find_own_picture
from deepstyle.search.state import Part
from deepstyle.settings import Settings
from deepstyle.store.base import Hit, ItemFilter, Store
from deepstyle.style.alike import Traits, item_traits, photo_traits
from deepstyle.style.calibration.calibration import Calibration, QueryKind, read_calibration
from deepstyle.style.colour_choice import measures_similarity, reweight
from deepstyle.style.crops import combine_crops, query_crops
from deepstyle.style.encoder import Encoded, Encoder
from deepstyle.style.rerank import Reranking
from deepstyle.style.search import (
    Crop,
    Match,
    near_ids,
    nearest_hits,
    ranked_hits,
    read_photo,
    similar_items,
    with_shared,
)
from deepstyle.style.spec import ModelSpec

Photo = bytes | Path
"""A picture to ask with: its bytes, or the path of its file."""


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What a search found, best first: closest first, unless something re-ranked it (``deepstyle.style.rerank``).

    ``is_good_match`` says whether the catalogue sells what the query shows. It is ``None``, and no match has a
    probability, unless the store is ``calibrated`` for this search; also where the decision would refuse too much.
    ``total`` is how many results there are, ``None`` where nobody counted; ``after`` is the place that a further page
    in another order than the best one begins after, "" at the end. ``own_picture`` is the item that a photo is a copy
    of; a further page is searched for by its ``vector``, which is ``coloured``, in place of the photo's.
    """

    matches: tuple[Match, ...]
    is_good_match: bool | None
    calibrated: bool = False
    total: int | None = None
    after: str = ""
    own_picture: OwnPicture | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search is to find: the options of ``Shop.search_embedding``; ``after`` as in ``Query``.

    ``context`` is what the later stages read, and names them; ``None`` where there is none. ``has_variants`` is false
    where the caller adds the variants of what it shows. ``picture_print`` is that of a photo, by which an item with the
    same picture is found, "" where it is not looked for.
    """

    k: int
    offset: int
    where: ItemFilter
    colour: str
    by: Reranking
    group_by: GroupBy
    sort: ResultSort = "best"
    after: str = ""
    count: bool = False
    context: SearchContext | None = None
    has_variants: bool = True
    picture_print: str = ""

    @property
    def depth(self) -> int:
        """How many matches have to be found."""
        least = NEIGHBOURS if self.sort != "best" else self.offset + self.k
        return max(self.by.candidates, least, WINDOW if self.context else 0, AMONG if self.picture_print else 0)

    @property
    def shown(self) -> slice:
        """Which of them are returned; all, where they are put in another order first."""
        return slice(self.offset, self.offset + self.k) if self.sort == "best" else slice(NEIGHBOURS)

    @property
    def judged(self) -> slice:
        """Which of them are looked at; all, where later stages order them."""
        return slice(None) if self.context else self.shown


def like_item(
    store: Store,
    space: str,
    item_id: str,
    wanted: Wanted,
    reweigh: Callable[[NDArray[np.float32]], NDArray[np.float32]],
) -> SearchAnswer:
    """What is most similar to an item; see ``Shop.similar``. ``reweigh`` turns its vector into the query."""
    where, by, group_by = wanted.where, wanted.by, wanted.group_by
    calibration = read_calibration(store, space) if measures_similarity(wanted.colour) else None
    vectors = store.vectors(space, [item_id]).vectors if calibration or wanted.count else None

    def find(depth: int) -> SearchAnswer:
        matches = similar_items(store, space, item_id, k=depth, where=where, reweigh=reweigh, by=by, group_by=group_by)
        return judged(calibration, "item", vectors, matches, wanted.judged, where)

    answer = _shown(store, _ordered(find, wanted, like=(item_id,)), wanted)
    if wanted.count and vectors is not None and len(vectors):
        query = reweigh(vectors[0])
        answer = _counted(store, space, query, answer, wanted, views=False, exclude=[item_id])
    return _sharing(answer, item_traits(store.get([item_id])[item_id]))


def like_photo(
    store: Store, space: str, spec: ModelSpec, embedding: NDArray[np.float32], wanted: Wanted
) -> SearchAnswer:
    """``like_embedding`` in the ``space`` of the model ``spec``, with what each match has in common with the photo."""
    answer = like_embedding(store, space, spec, embedding, wanted)
    return _sharing(answer, photo_traits(embedding, spec))


def like_embedding(
    store: Store, space: str, spec: ModelSpec | None, embedding: NDArray[np.float32], wanted: Wanted
) -> SearchAnswer:
    """What is most similar to a photo's ``embedding`` (D,); see ``Shop.search_embedding``."""
    where, by, group_by = wanted.where, wanted.by, wanted.group_by
    calibration = read_calibration(store, space) if measures_similarity(wanted.colour) else None

    def nearest(vector: NDArray[np.float32], depth: int) -> list[Hit]:
        return nearest_hits(store, space, vector, k=max(depth, by.candidates), where=where, group_by=group_by)

    first = nearest(embedding, wanted.depth)
    own = find_own_picture(store, space, wanted.picture_print, first) if wanted.picture_print else None
    if own is not None:
        coloured = reweight(own.vector, spec, wanted.colour) if wanted.colour and spec else own.vector
        own, embedding, first = replace(own, vector=coloured), coloured, nearest(coloured, wanted.depth)
    prior = calibration.prior(embedding) if calibration and by.category_vote else None

    def find(depth: int) -> SearchAnswer:
        hits = first if depth == wanted.depth else nearest(embedding, depth)
        matches = ranked_hits(store, space, embedding, hits, by=by, prior=prior, group_by=group_by)[:depth]
        return judged(calibration, "photo", embedding[None], matches, wanted.judged, where)

    answer = replace(_shown(store, _ordered(find, wanted, vectors=(embedding,)), wanted), own_picture=own)
    return _counted(store, space, embedding, answer, wanted) if wanted.count else answer


def _ordered(find: Callable[[int], SearchAnswer], wanted: Wanted, **given: Any) -> SearchAnswer:
    """What ``find`` finds at a depth, as the later stages order it; deeper where they hide too much.

    ``given`` are the fields of the ``Query`` that name the picture.
    """
    answer = find(wanted.depth)
    if wanted.context is None:
        return answer
    query = Query(**given, where=wanted.where, group_by=wanted.group_by, k=wanted.k, offset=wanted.offset)
    depth, end = wanted.depth, wanted.offset + wanted.k
    part: Part = "first" if wanted.sort == "best" else "fixed"
    matches = later_matches(wanted.context, query, answer.matches, part)
    while len(matches) < end and len(answer.matches) == depth <= MOST_RESULTS:
        depth *= 2
        answer = find(depth)
        matches = later_matches(wanted.context, query, answer.matches, part)
    return replace(answer, matches=tuple(ranked(matches, 0)[wanted.shown]))


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
    found, is_good_match = calibration.judge(query, embeddings[0], matches, where, shown)
    return SearchAnswer(found, is_good_match, calibrated=True)


def _shown(store: Store, answer: SearchAnswer, wanted: Wanted) -> SearchAnswer:
    matches, by, sort = answer.matches, wanted.group_by, wanted.sort
    if sort != "best":
        start = 0 if wanted.after else wanted.offset
        page = in_order(
            store, matches, wanted.where, sort=sort, limit=start + wanted.k, after=wanted.after, group_by=by
        )
        matches = ranked(page.matches[start:], wanted.offset)
        answer = replace(answer, total=page.total, after=page.after)
    return replace(answer, matches=with_variants(store, matches, by) if wanted.has_variants else tuple(matches))


def _counted(
    store: Store,
    space: str,
    query: NDArray[np.float32],
    answer: SearchAnswer,
    wanted: Wanted,
    *,
    views: bool = True,
    exclude: Sequence[str] = (),
) -> SearchAnswer:
    """The answer with how many results it has, ``MOST_RESULTS`` at most; those in another order are counted already."""
    if answer.total is not None:
        return answer
    where, by = wanted.where, wanted.group_by
    ids = near_ids(store, space, query, k=MOST_RESULTS, where=where, views=views, exclude=exclude, group_by=by)
    return replace(answer, total=len(ids))


def _sharing(answer: SearchAnswer, query: Traits) -> SearchAnswer:
    own_item = answer.own_picture.item_id if answer.own_picture else ""
    return replace(answer, matches=with_shared(answer.matches, query, own_item))


def reranking_of(settings: Settings, **given: bool | None) -> Reranking:
    """The switches of ``Reranking`` that are given, and those of ``settings`` for the others."""
    known = {name: getattr(settings, name) for name in given}
    return Reranking(**{name: known[name] if value is None else value for name, value in given.items()})


def embed_photo(encoder: Encoder, photo: Photo, crop: Crop | None, *, several: bool) -> Encoded:
    """A photo's embedding and features, one row each, of ``several`` crops or of the whole; raises ``ImageError``."""
    with naming(photo):
        rgb = read_photo(encoder, photo_bytes(photo), crop, several=several)
        return combine_crops(encoder.encode(query_crops(rgb, several=several), prints=True))


def photo_bytes(photo: Photo) -> bytes:
    """The bytes of a photo's file."""
    return photo if isinstance(photo, bytes) else read_file(photo)


@contextmanager
def naming(photo: Photo) -> Iterator[None]:
    """Put the photo's path, where it has one, in front of what an ``ImageError`` says."""
    try:
        yield
    except ImageError as error:
        if isinstance(photo, bytes):
            raise
        raise type(error)(f"{photo}: {error.message}", remedy=error.remedy) from error
