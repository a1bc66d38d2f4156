"""An ``ItemFilter`` as a MongoDB query, and the page, total and facets that ``browse`` answers with."""

import re

from pymongo.collection import Collection

from deepstyle.catalogue.fields import Field
from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS
from deepstyle.errors import UsageError
from deepstyle.store.base import Facets, ItemFilter, Page
from deepstyle.store.mongodb_connect import Document
from deepstyle.store.mongodb_schema import document_item

_COUNTED = tuple(field for field in VALUE_FILTERS if field.facet)


def value_conditions(where: ItemFilter) -> Document:
    """The conditions of ``where`` but its text, on the ``match`` fields that items and embeddings share.

    Only ``$in``, ``$gte`` and ``$lte``: ``$vectorSearch`` supports no others in its filter.
    """
    query: Document = {}
    for field in VALUE_FILTERS:
        if wanted := where.folded(field):
            query[f"match.{field.name}"] = {"$in": sorted(wanted)}
    for field in RANGE_FILTERS:
        bounds = zip(("$gte", "$lte"), where.bounds(field), strict=True)
        if given := {operator: float(bound) for operator, bound in bounds if bound is not None}:
            query[f"match.{field.name}"] = given
    return query


def item_query(where: ItemFilter) -> Document:
    """The query on ``items`` that ``where`` means; every word of its text must occur in title, brand or category."""
    query = value_conditions(where)
    if where.words:
        query["$and"] = [{"match.text": {"$regex": re.escape(word)}} for word in where.words]
    return query


def browse(items: Collection[Document], where: ItemFilter, *, limit: int, after: str) -> Page:
    """One page of the items that match, with the total and the facets over all matches; one round trip."""
    if limit < 1:
        raise UsageError(f"limit is {limit}; it must be at least 1.")
    page: list[Document] = [{"$match": {"_id": {"$gt": after}}}, {"$sort": {"_id": 1}}, {"$limit": limit + 1}]
    total: Document = {"_id": None, "total": {"$sum": 1}}
    for field in RANGE_FILTERS:
        total |= {f"{field.filter}_min": {"$min": f"${field.name}"}, f"{field.filter}_max": {"$max": f"${field.name}"}}
    stages: dict[str, list[Document]] = {field.filter: _count(field) for field in _COUNTED}
    found = next(
        items.aggregate(
            [{"$match": item_query(where)}, {"$facet": {**stages, "page": page, "all": [{"$group": total}]}}]
        )
    )
    overall: Document = found["all"][0] if found["all"] else {"total": 0}
    shown = tuple(document_item(document) for document in found["page"][:limit])
    return Page(
        items=shown,
        total=overall["total"],
        facets=Facets(
            counts={facet: {row["_id"]: row["n"] for row in found[facet]} for facet in stages}, ranges=_ranges(overall)
        ),
        after=shown[-1].item_id if len(found["page"]) > limit else "",
    )


def count_categories(items: Collection[Document]) -> dict[str, int]:
    """How many items each semantic category has, from the index of the filter alone."""
    field = "match.semantic_category"
    stages: list[Document] = [{"$match": {field: {"$gt": ""}}}, {"$group": {"_id": f"${field}", "n": {"$sum": 1}}}]
    return {row["_id"]: row["n"] for row in items.aggregate(stages)}


def _ranges(overall: Document) -> dict[str, tuple[float, float]]:
    names = [field.filter for field in RANGE_FILTERS if overall.get(f"{field.filter}_min") is not None]
    return {name: (overall[f"{name}_min"], overall[f"{name}_max"]) for name in names}


def _count(field: Field) -> list[Document]:
    """Stages that count the values of ``field``, most frequent first, then by value; no empty ones."""
    value = {"$split": [f"${field.name}", ","]} if field.many else f"${field.name}"
    return [
        {"$match": {field.name: {"$nin": ["", None]}}},
        {"$project": {"value": value}},
        *([{"$unwind": "$value"}] if field.many else []),
        {"$group": {"_id": "$value", "n": {"$sum": 1}}},
        {"$sort": {"n": -1, "_id": 1}},
    ]
