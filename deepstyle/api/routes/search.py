"""Products that look like a photo."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from fastapi import APIRouter, Request

from deepstyle.api.cursors import SearchPage, bad_cursor, binding, pack_search, unpack_search
from deepstyle.api.declared import FacetCounts
from deepstyle.api.dependencies import (
    Find,
    FindFields,
    SearchFields,
    SearchImageFields,
    form_fields,
    read_fields,
)
from deepstyle.api.models import SearchResults
from deepstyle.api.personal import NOT_PERSONAL, PersonalDep
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.results import results_of
from deepstyle.api.search_models import said_of
from deepstyle.api.shoppers import ShopperDep
from deepstyle.api.trials import find_trial
from deepstyle.api.uploads import UPLOAD_PROBLEMS, Upload, close_all, form_body, read_upload
from deepstyle.people.experiments.variants import Trial
from deepstyle.people.ranking.stage import Personal
from deepstyle.people.shopper import NOBODY, Shopper
from deepstyle.search.context import Stage
from deepstyle.search.plan import MOST_RESULTS
from deepstyle.search.query import EVERYTHING, Query
from deepstyle.search.word_matches import MOST_MATCHES
from deepstyle.shop import Shop
from deepstyle.style.colour_choice import split_choice
from deepstyle.style.search import Crop

COLOUR_IMAGE: Final = "colour_image"
"""The form's field of a second photo, whose colour is wanted."""
COLOUR_IMAGES: Final = {COLOUR_IMAGE: "Another photo, whose colour is wanted, with the limits of `image`."}
FIRST: Final = SearchPage(0)

router = APIRouter(tags=["search"])


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, its ``colour`` (``split_choice``), and the ranking of the shopper who asks."""

    fields: FindFields
    colour: str = ""
    personal: Personal = NOT_PERSONAL
    shopper: Shopper = NOBODY

    def trial(self, resources: Resources) -> Trial | None:
        """The experiment that this search is part of."""
        return find_trial(resources, "search", self.shopper, self.personal, self.fields.asked())

    def later(self, resources: Resources, trial: Trial | None) -> tuple[Stage, ...]:
        """The stages after ranking: hers, or an experiment's, then the merchandiser's."""
        return (*(trial.stages if trial else self.personal.stages), *resources.later)


@router.post(
    "/search_image",
    operation_id="searchImage",
    summary="The ten products most similar to a photo",
    responses=documented(*UPLOAD_PROBLEMS, "invalid-parameter"),
    openapi_extra=form_body(SearchImageFields.model_json_schema()["properties"], ["image"]),
)
async def search_image(request: Request, resources: Open) -> SearchResults:
    """The ten most similar products with their rank and cosine similarity, each with its variants."""
    upload = await read_upload(request)
    try:
        fields = form_fields(SearchImageFields, upload.fields)
    except Exception:
        upload.close()
        raise

    def work(data: bytes) -> SearchResults:
        asked = Asked(SearchFields(group_by=fields.group_by), fields.colour)
        return _page(resources, _seen(resources, data, None, asked), asked)

    return await resources.queue.run(request, upload, work)


@router.post(
    "/v1/search",
    operation_id="search",
    summary="Products by words, a photo or a part of it, or items, filtered, in pages",
    responses=documented(*UPLOAD_PROBLEMS, "bad-parameter", "invalid-parameter", "bad-cursor", "unknown-item"),
    openapi_extra=form_body(SearchFields.model_json_schema()["properties"], [], or_json=True, others=COLOUR_IMAGES),
)
async def search(request: Request, resources: Open, personal: PersonalDep, shopper: ShopperDep) -> SearchResults:
    """Send JSON, or a form with `image`; words beside an image or `like` say what should be different.

    A second photo, `colour_image`, gives its colour to what `image` or `like` shows. For each next page send `cursor`
    alone; a request that was too long to be part of it is answered with `bad-cursor` until it is sent with it.
    """
    fields, uploads = await read_fields(request, SearchFields, most=1, others=(COLOUR_IMAGE,))
    images = {COLOUR_IMAGE if one.name == COLOUR_IMAGE else "image": one for one in uploads}
    try:
        crop, (_, colour) = fields.box(), split_choice(fields.where())
        if fields.cursor and images:
            raise ProblemError("malformed-request", "the form has both an image and a cursor; send one of them.")
        if COLOUR_IMAGE in images:
            _check_colour_image(resources.shop, fields, images)
    except Exception:
        close_all(uploads)
        raise
    asked = Asked(fields, colour, personal, shopper)
    if not images and (fields.cursor or fields.has_words):
        return await resources.reads.run(request.state.client, partial(_next_page, resources, asked))
    start = FIRST
    if COLOUR_IMAGE in images:
        start = await _with_colour(request, resources, images)
        if "image" not in images:
            return await resources.reads.run(request.state.client, partial(_found, resources, start, asked))

    def work(data: bytes) -> SearchResults:
        page = _seen(resources, data, crop, asked, start)
        return _answer(resources, page, asked)

    return await resources.queue.run(request, images.get("image", Upload(None, {})), work)


def _check_colour_image(shop: Shop, fields: FindFields, images: Mapping[str, Upload]) -> None:
    """Raise ``ProblemError`` where a second photo can say nothing."""
    if not shop.spec.colour_dim:
        raise ProblemError("bad-parameter", "the model's vectors have no colour; search without `colour_image`.")
    if "image" not in images and not fields.like:
        raise ProblemError("missing-image", "the form has a `colour_image`, but neither `image` nor `like`.")


async def _with_colour(request: Request, resources: Resources, images: Mapping[str, Upload]) -> SearchPage:
    """A search's first page with the colour of the second photo, whose file is closed; so is the first on an error."""

    def work(data: bytes) -> SearchPage:
        vector = resources.encode_photo(data, several_crops=False).embeddings[0]
        return replace(FIRST, colour=vector[resources.shop.spec.style_dim :])

    try:
        return await resources.queue.run(request, images[COLOUR_IMAGE], work)
    except BaseException:
        close_all(images.values())
        raise


@router.get(
    "/v1/search",
    operation_id="find",
    summary="Products by words or items: an address that can be shared",
    responses=documented("bad-parameter", "invalid-parameter", "bad-cursor", "unknown-item", "not-ready"),
)
def find(resources: Open, fields: Find, personal: PersonalDep, shopper: ShopperDep) -> SearchResults:
    """The products that `text` names, or that are like the items in `like`, changed as `text` says."""
    if not (fields.has_words or fields.cursor):
        raise ProblemError("invalid-parameter", "the search asks for nothing.", remedy="Give text, or an item in like.")
    _, colour = split_choice(fields.where())
    return _next_page(resources, Asked(fields, colour, personal, shopper))


def _seen(resources: Resources, data: bytes, crop: Crop | None, asked: Asked, start: SearchPage = FIRST) -> SearchPage:
    """The first page of a search with a photo; where that is all, ``colour`` is applied to its vector for good."""
    several = asked.fields.several_crops if isinstance(asked.fields, SearchFields) else None
    encoded = resources.encode_photo(data, crop, several_crops=several)
    vector = encoded.embeddings[0]
    if not asked.fields.has_words and start.colour is None:
        vector = resources.shop.coloured(vector, asked.colour)
    return replace(start, vector=vector, picture_print=encoded.prints[0])


def _next_page(resources: Resources, asked: Asked) -> SearchResults:
    """The page of a cursor, whose request may be sent again, or the first one of words."""
    if not asked.fields.cursor:
        return _found(resources, FIRST, asked)
    spec, fields = resources.shop.spec, asked.fields
    page = unpack_search(fields.cursor, (spec.embedding_dim, spec.colour_dim), fields.asked(), _binding(resources.shop))
    try:
        fields = fields.continued(page.asked, page.k)
    except ValueError:  # pydantic's are such, too
        raise bad_cursor() from None
    _, colour = split_choice(fields.where())
    return _answer(resources, page, replace(asked, fields=fields, colour=colour))


def _answer(resources: Resources, page: SearchPage, asked: Asked) -> SearchResults:
    """A page of a search by a photo alone, or of any other."""
    is_best = asked.fields.sort == "best"
    by_photo = page.vector is not None and page.colour is None and not asked.fields.has_words and is_best
    return (_page if by_photo else _found)(resources, page, asked)


def _found(resources: Resources, page: SearchPage, asked: Asked) -> SearchResults:
    """The results from ``page`` on of a query with words, items, or two photos, or in another order."""
    fields, shop = asked.fields, resources.shop
    query, trial = _query(shop, page, asked), asked.trial(resources)
    with resources.metrics.search_seconds.time():
        found = shop.search(query, later=asked.later(resources, trial))
    sources = page.sources if page.offset else found.sources
    following = replace(page, offset=query.offset + query.k, sources=sources, after=found.after)
    return SearchResults(
        results=results_of(found.matches, asked.personal.why, trial),
        experiment=trial.experiment.name if trial else None,
        calibrated=found.calibrated,
        is_good_match=found.is_good_match,
        next_cursor=_cursor(shop, following, fields) if found.has_more else None,
        total=found.total,
        facets=None if found.facets is None else FacetCounts.of(found.facets),
        redirect=None if query.has_picture else resources.live.decided().redirect(fields.text) or None,
        **said_of(found, debug=fields.debug),
    )


def _query(shop: Shop, page: SearchPage, asked: Asked) -> Query:
    """What ``asked`` and its ``page`` search for."""
    fields = asked.fields
    most = MOST_RESULTS if fields.sort == "best" else MOST_MATCHES
    offset = min(page.offset, most)
    (where, _), by = split_choice(fields.where()), shop.reranking(fields.category_vote, fields.query_expansion)
    return Query(
        fields.text,
        vectors=() if page.vector is None else (page.vector,),
        like=tuple(fields.like),
        unlike=tuple(fields.unlike),
        colour_from=None if page.colour is None else np.pad(page.colour, (shop.spec.style_dim, 0)),
        literal=tuple(fields.literal),
        colour=asked.colour,
        where=where,
        by=by,
        group_by=fields.group_by,
        k=min(fields.k, most - offset),
        offset=offset,
        sources=page.sources if offset else None,
        sort=fields.sort,
        after=page.after,
        facets=fields.facets,
    )


def _page(resources: Resources, page: SearchPage, asked: Asked) -> SearchResults:
    """The results from ``page`` on for a photo that ``colour`` was applied to; no cursor on the last page."""
    assert page.vector is not None
    fields, shop = asked.fields, resources.shop
    offset, trial = min(page.offset, MOST_RESULTS), asked.trial(resources)
    k = min(fields.k, MOST_RESULTS - offset)
    (where, _), by = split_choice(fields.where()), shop.reranking(fields.category_vote, fields.query_expansion)
    with resources.metrics.search_seconds.time():
        answer = shop.search_embedding(
            page.vector,
            k=k + 1,
            offset=offset,
            where=where,
            colour=asked.colour,
            by=by,
            group_by=fields.group_by,
            count=fields.facets,
            later=asked.later(resources, trial),
            picture_print=page.picture_print,
        )
    has_more = len(answer.matches) > k and offset + k < MOST_RESULTS
    vector = answer.own_picture.vector if answer.own_picture else page.vector
    following = replace(page, offset=offset + k, vector=vector, picture_print="")
    return SearchResults(
        results=results_of(answer.matches[:k], asked.personal.why, trial),
        experiment=trial.experiment.name if trial else None,
        calibrated=answer.calibrated,
        is_good_match=answer.is_good_match,
        next_cursor=_cursor(shop, following, fields) if has_more else None,
        total=answer.total,
        facets=None,
        stages=None,
        redirect=None,
    )


def _cursor(shop: Shop, page: SearchPage, fields: FindFields) -> str:
    return pack_search(replace(page, k=fields.k, asked=fields.asked()), _binding(shop))


def _binding(shop: Shop) -> bytes:
    """What the cursor of a search is bound to: another model or order would join pages that do not fit."""
    return binding(EVERYTHING, shop.space, repr(shop.reranking(None, None)))
