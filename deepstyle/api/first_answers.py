"""What a page of the shop asks for first, answered before it asks: the answers are written into the page.

They are those for somebody of whom nothing is known: no page has them for a shopper with a cookie.

A page on a slow network shows its products one or two round trips sooner. Nothing depends on it: whatever is missing
here, because the store is slow or broken or the address is unusual, the page asks for as usual.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final, Generic, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams

from deepstyle.api.declared import FilterConditions
from deepstyle.api.dependencies import (
    BrowseFields,
    CompatibleFields,
    CompletionFields,
    FindFields,
    SimilarFields,
    form_fields,
)
from deepstyle.api.models import ItemPage, ProductDetails
from deepstyle.api.personal import NOT_PERSONAL
from deepstyle.api.problems import ProblemError
from deepstyle.api.resources import Resources
from deepstyle.api.routes.compatible import compatible_filtered
from deepstyle.api.routes.info import info
from deepstyle.api.routes.items import details, items
from deepstyle.api.routes.outfits import completed
from deepstyle.api.routes.search import find
from deepstyle.api.routes.similar import similar_filtered
from deepstyle.api.shared_pages import asked_items
from deepstyle.api.site_pages import Place
from deepstyle.errors import DeepstyleError
from deepstyle.people.shopper import NOBODY

WAIT_S: Final = 1.0
"""A page does not wait longer for its answers."""
PAGE: Final = 24
EACH: Final = 4
STARTERS: Final = 10
OUTFITS: Final = 12
"""How much the website asks for: results, of each category that goes with an item, to start from, outfits."""
_FILTERS: Final = frozenset(FilterConditions.model_fields)
log = logging.getLogger("deepstyle.api")

Query = Sequence[tuple[str, str]]
Fields = TypeVar("Fields", bound=BaseModel)
Answer = TypeVar("Answer", bound=BaseModel, covariant=True)


@dataclass(frozen=True, slots=True)
class FirstAnswer(Generic[Answer]):
    """The ``answer`` of ``path`` to the parameters or the form ``query``, which are sorted by name."""

    path: str
    query: Query
    answer: Answer


async def first_answers(place: Place, query: QueryParams, resources: Resources) -> Sequence[FirstAnswer[BaseModel]]:
    """The answers for the page at ``place``; none where they are not there in time, or cannot be given."""
    work = asyncio.ensure_future(run_in_threadpool(_answers, place, query, resources.for_request()))
    await asyncio.wait({work}, timeout=WAIT_S)  # what comes later is dropped
    return work.result() if work.done() else ()


def _answers(place: Place, query: QueryParams, resources: Resources) -> Sequence[FirstAnswer[BaseModel]]:
    try:
        return list(_asked(place, query, resources))
    except (ProblemError, DeepstyleError, RequestValidationError) as error:
        log.debug("a page is sent without its first answers: %s", error)
    except Exception:  # the page's own request will fail, and be answered for
        log.warning("a page is sent without its first answers", exc_info=True)
    return ()


def _asked(place: Place, query: QueryParams, resources: Resources) -> Iterator[FirstAnswer[BaseModel]]:
    """What ``web/src`` asks for to show the page, in the order in which it shows it."""
    if place.page == "/item/{item_id}":
        yield _item(place.names["item_id"], resources)
    elif place.page == "/studio":
        yield from _studio(query, resources)
    elif place.page == "/look":
        yield from _items(asked_items(query), resources)
    elif place.page != "/" or "photo" in query or "tint" in query:
        return
    elif like := query.get("like"):
        yield from _like(like, query, resources)
    elif goes_with := query.get("with"):
        yield from _goes_with(goes_with, query, resources)
    elif text := query.get("text", "").strip():
        asked = [*_filter(query), *_given(query, "sort", "literal"), ("text", text), ("facets", "true")]
        asked.append(("k", str(PAGE)))
        yield _answer("/v1/search", asked, FindFields, lambda fields: find(resources, fields, NOT_PERSONAL, NOBODY))
    else:
        order = query.get("sort") or "mixed"
        yield _browse([*_filter(query), ("sort", order), ("limit", str(PAGE))], resources)
    yield FirstAnswer("/v1/info", (), info(resources))


def _like(item_id: str, query: QueryParams, resources: Resources) -> Iterator[FirstAnswer[BaseModel]]:
    yield _item(item_id, resources)
    if "text" not in query:
        asked = [*_filter(query), *_given(query, "sort"), ("k", str(PAGE)), ("total", "true")]
        path = f"/v1/items/{item_id}/similar"
        yield _answer(
            path, asked, SimilarFields, lambda fields: similar_filtered(item_id, resources, fields, NOT_PERSONAL)
        )


def _goes_with(item_id: str, query: QueryParams, resources: Resources) -> Iterator[FirstAnswer[BaseModel]]:
    yield _item(item_id, resources)
    asked, path = [*_filter(query), ("k", str(EACH))], f"/v1/items/{item_id}/compatible"
    yield _answer(path, asked, CompatibleFields, lambda fields: compatible_filtered(item_id, resources, fields))


def _studio(query: QueryParams, resources: Resources) -> Iterator[FirstAnswer[BaseModel]]:
    if "photo" in query:
        return
    if item_ids := asked_items(query):
        yield from _outfit(item_ids, query, resources)
        return
    shop = _browse([("limit", "1")], resources)
    if "all-body" in shop.answer.facets.semantic_categories:
        yield _browse([("semantic_category", "all-body"), ("sort", "mixed"), ("limit", str(STARTERS))], resources)
    yield shop


def _outfit(item_ids: Sequence[str], query: QueryParams, resources: Resources) -> Iterator[FirstAnswer[BaseModel]]:
    """A single piece is completed at once, unless its outfit was taken apart."""
    if len(item_ids) == 1 and query.get("fill") != "no":
        asked = [("item_id", item_ids[0]), ("k", str(OUTFITS))]
        yield _answer("/v1/outfits:complete", asked, CompletionFields, lambda fields: completed(resources, fields))
    yield from _items(item_ids, resources)


def _items(item_ids: Sequence[str], resources: Resources) -> Iterator[FirstAnswer[BaseModel]]:
    found = resources.store.get(item_ids)
    yield from (_item(item_id, resources) for item_id in item_ids if item_id in found)


def _item(item_id: str, resources: Resources) -> FirstAnswer[ProductDetails]:
    return FirstAnswer(f"/v1/items/{item_id}", (), details(resources.store, item_id))


def _browse(query: Query, resources: Resources) -> FirstAnswer[ItemPage]:
    return _answer("/v1/items", query, BrowseFields, lambda fields: items(resources, fields, NOT_PERSONAL))


def _answer(path: str, query: Query, model: type[Fields], ask: Callable[[Fields], Answer]) -> FirstAnswer[Answer]:
    """The route's answer to ``query``; raises ``RequestValidationError`` as it would."""
    ordered = sorted(query, key=itemgetter(0))
    lists = {name: [value for _, value in pairs] for name, pairs in groupby(ordered, key=itemgetter(0))}
    return FirstAnswer(path, ordered, ask(form_fields(model, lists)))


def _filter(query: QueryParams) -> Query:
    """The conditions among the parameters of a page's address; the website ignores what it does not know."""
    found = [(name, value) for name, value in query.multi_items() if name in _FILTERS]
    has_stock = "availability" not in query and query.get("in_stock") == "true"
    return [*found, ("in_stock", "true")] if has_stock else found


def _given(query: QueryParams, *names: str) -> Query:
    return [(name, value) for name, value in query.multi_items() if name in names]
