"""An ``ItemFilter`` as a MongoDB query, and the page, total and facets that ``browse`` answers with."""

import re

from pymongo.collection import Collection

from deepstyle.errors import UsageError
from deepstyle.store.base import Facets, ItemFilter, Page
from deepstyle.store.mongodb_connect import Document
from deepstyle.store.mongodb_schema import document_item

_FACETS = {
    "semantic_categories": "semantic_category",
    "categories": "category",
    "brands": "brand",
    "colours": "colour",
    "patterns": "pattern",
}


def value_conditions(where: ItemFilter) -> Document:
    """The conditions of ``where`` but its text, on the ``match`` fields that items and embeddings share.

    Only ``$in``, ``$gte`` and ``$lte``: ``$vectorSearch`` takes no more in its filter.
    """
    query: Document = {}
    for condition, field in _FACETS.items():
        wanted = sorted({value.casefold() for value in getattr(where, condition)})
        if wanted:
            query[f"match.{field}"] = {"$in": wanted}
    bounds = {"$gte": where.price_min, "$lte": where.price_max}
    price = {operator: float(bound) for operator, bound in bounds.items() if bound is not None}
    return {**query, "match.price": price} if price else query


def item_query(where: ItemFilter) -> Document:
    """The query on ``items`` that ``where`` means; every word of its text must occur in title, brand or category."""
    query = value_conditions(where)
    words = where.text.casefold().split()
    if words:
        query["$and"] = [{"match.text": {"$regex": re.escape(word)}} for word in words]
    return query


def browse(items: Collection[Document], where: ItemFilter, *, limit: int, after: str) -> Page:
    """One page of the items that match, with the total and the facets over all matches; one round trip."""
    if limit < 1:
        raise UsageError(f"a page of {limit} items is no page.", remedy="Ask for a limit of at least 1.")
    page: list[Document] = [{"$match": {"_id": {"$gt": after}}}, {"$sort": {"_id": 1}}, {"$limit": limit + 1}]
    price: Document = {"_id": None, "low": {"$min": "$price"}, "high": {"$max": "$price"}, "total": {"$sum": 1}}
    stages: dict[str, list[Document]] = {facet: _count(field) for facet, field in _FACETS.items()}
    found = next(
        items.aggregate(
            [{"$match": item_query(where)}, {"$facet": {**stages, "page": page, "all": [{"$group": price}]}}]
        )
    )
    counts = {facet: {row["_id"]: row["n"] for row in found[facet]} for facet in _FACETS}
    overall: Document = found["all"][0] if found["all"] else {"low": None, "high": None, "total": 0}
    shown = tuple(document_item(document) for document in found["page"][:limit])
    return Page(
        items=shown,
        total=overall["total"],
        facets=Facets(**counts, price_min=overall["low"], price_max=overall["high"]),
        after=shown[-1].item_id if len(found["page"]) > limit else "",
    )


def _count(field: str) -> list[Document]:
    """Stages that count the values of ``field``, most frequent first, then by value; empty ones left out."""
    return [
        {"$match": {field: {"$ne": ""}}},
        {"$group": {"_id": f"${field}", "n": {"$sum": 1}}},
        {"$sort": {"n": -1, "_id": 1}},
    ]
