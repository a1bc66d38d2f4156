"""``$vectorSearch``: the index, the query, and how to detect a server without it.

The index is made by name where it is missing, and only ever gains filter fields, so an operator may create it by hand
with quantisation or on other search nodes (``docs/mongodb.md``). Its filter fields are those of ``value_conditions``
and what names a vector.
"""

import time
from collections.abc import Collection as Several
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pymongo.collection import Collection
from pymongo.errors import OperationFailure
from pymongo.operations import SearchIndexModel

from deepstyle.catalogue.variants import GroupBy
from deepstyle.errors import StoreError
from deepstyle.store.base import Hit, ItemFilter
from deepstyle.store.mongodb_connect import Document
from deepstyle.store.mongodb_filter import item_query, value_conditions
from deepstyle.store.mongodb_schema import MATCH_FIELDS, embedding_vectors, to_binary

CANDIDATES_PER_RESULT: Final = 20
MAX_CANDIDATES: Final = 10_000
"""What the server allows."""
MAX_TEXT_MATCHES: Final = 10_000
FILTER_FIELDS: Final = ("space", "item_id", "match.model_id", *(f"match.{field.name}" for field in MATCH_FIELDS))
GROWTH: Final = 8
"""How many times as many vectors are asked for where those of the last answer were of too few groups."""

_INDEX_PREFIX: Final = "vector_"
_UNSUPPORTED_CODES: Final = {
    40324,  # no such pipeline stage: a server older than 7.0 outside Atlas
    31082,  # the stage "requires additional configuration": a server without a search process
    59,  # no such command (createSearchIndexes)
    115,  # command not supported
}


def is_unsupported(error: OperationFailure) -> bool:
    """Whether the server says that it has no vector search at all."""
    return error.code in _UNSUPPORTED_CODES


def index_name(dimension: int) -> str:
    """One index serves every space of the same dimension."""
    return f"{_INDEX_PREFIX}{dimension}"


def index_model(dimension: int) -> SearchIndexModel:
    """The index's definition, as Atlas takes it."""
    vector = {"type": "vector", "path": "vector", "numDimensions": dimension, "similarity": "dotProduct"}
    filters = [{"type": "filter", "path": path} for path in FILTER_FIELDS]
    return SearchIndexModel({"fields": [vector, *filters]}, name=index_name(dimension), type="vectorSearch")


def ensure_index(embeddings: Collection[Document], dimension: int) -> None:
    """Create the index where it is missing, else add the filter fields that it lacks; does not wait.

    Raises ``OperationFailure`` where the server has no vector search.
    """
    found = next(iter(embeddings.list_search_indexes(index_name(dimension))), None)
    if found is None:
        embeddings.create_search_index(index_model(dimension))
    elif widened := with_all_filters(found.get("latestDefinition", {})):
        embeddings.update_search_index(index_name(dimension), widened)


def ensure_filters(embeddings: Collection[Document]) -> None:
    """Add the filter fields that the vector indexes lack; nothing where the server has no vector search."""
    try:
        found = list(embeddings.list_search_indexes())
    except OperationFailure as error:
        if not is_unsupported(error):
            raise
        return
    for index in found:
        widened = with_all_filters(index.get("latestDefinition", {}))
        if widened and index["name"].startswith(_INDEX_PREFIX):
            embeddings.update_search_index(index["name"], widened)


def with_all_filters(definition: Document) -> Document | None:
    """The index's definition with the filter fields that it lacks, ``None`` where it lacks none or is not known."""
    fields = definition.get("fields", [])
    lacking = [path for path in FILTER_FIELDS if path not in {field.get("path") for field in fields}]
    if not fields or not lacking:
        return None
    return {**definition, "fields": [*fields, *({"type": "filter", "path": path} for path in lacking)]}


def wait_queryable(embeddings: Collection[Document], dimension: int, timeout_s: float) -> None:
    """Poll until the index answers queries: before that the server returns no results, and no error either.

    Raises ``StoreError`` where it is missing, has failed, or is not ready within ``timeout_s``.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        index = next(iter(embeddings.list_search_indexes(index_name(dimension))), None)
        status = "missing" if index is None else str(index.get("status", "unknown"))
        if index is not None and index.get("queryable"):
            return
        if index is None or status == "FAILED" or time.monotonic() > deadline:
            raise StoreError(
                f"the vector index {index_name(dimension)!r} is not ready (status: {status}).",
                remedy="Wait until it is built; `deepstyle encode` creates it where it is missing.",
            )
        time.sleep(0.5)


def pipeline(space: str, query: NDArray[np.floating], k: int, conditions: Document) -> list[Document]:
    """The aggregation for the ``k`` nearest to ``query`` (D,) of unit norm among what meets ``conditions``."""
    stage = {
        "index": index_name(len(query)),
        "path": "vector",
        "queryVector": to_binary(query.astype(np.float32)),
        "numCandidates": min(MAX_CANDIDATES, CANDIDATES_PER_RESULT * k),
        "limit": min(MAX_CANDIDATES, k),
        "filter": {"space": space, **conditions},
    }
    shown = {"_id": 0, "item_id": 1, "vector": 1, "match.model_id": 1, "match.colour": 1}
    return [{"$vectorSearch": stage}, {"$project": shown}]


def conditions(
    items: Collection[Document],
    where: ItemFilter,
    exclude: Sequence[str],
    *,
    currency: str = "",
    group_by: GroupBy = "none",
) -> Document | None:
    """The filter of ``$vectorSearch``, ``None`` where nothing can match; ``currency`` is that of most prices.

    It knows no words, so these are looked up among the items first. Raises ``StoreError`` where too many match.
    """
    query = value_conditions(where, currency)
    item_ids: Document = {"$nin": sorted(set(exclude))} if exclude else {}
    if exclude and group_by != "none":
        of_groups = items.find({"_id": {"$in": list(exclude)}}, {"match.model_id": 1, "match.colour": 1})
        query |= _outside([_group({"item_id": found["_id"], **found}, group_by) for found in of_groups], group_by)
    if where.words:
        found = items.find(item_query(where, currency), {"_id": 1}).limit(MAX_TEXT_MATCHES + 1)
        matching = sorted({document["_id"] for document in found} - set(exclude))
        if not matching:
            return None
        if len(matching) > MAX_TEXT_MATCHES:
            raise StoreError(
                f"more than {MAX_TEXT_MATCHES} items match {where.text!r}.", remedy="Add a category, or rarer words."
            )
        item_ids = {"$in": matching}
    return {**query, "item_id": item_ids} if item_ids else query


def rescored(found: Sequence[Document], query: NDArray[np.float64]) -> list[Hit]:
    """The found vectors by exact cosine: an index may be quantised, or a moment behind the vector."""
    cosines = embedding_vectors(found, len(query)) @ query
    scores = [(document["item_id"], float(cosine)) for document, cosine in zip(found, cosines, strict=True)]
    ranked = sorted(scores, key=lambda pair: (-round(pair[1], 9), pair[0]))
    return [Hit(item_id, max(-1.0, min(1.0, value))) for item_id, value in ranked]


def nearest(
    embeddings: Collection[Document],
    space: str,
    query: NDArray[np.float64],
    k: int,
    conditions: Document,
    group_by: GroupBy,
) -> list[Hit]:
    """The ``k`` nearest to ``query`` (D,) among what meets ``conditions``, the best of each group alone.

    Where an answer is of too few groups, more of the other groups are asked for: each answer has another one at least.
    """
    best: dict[tuple[str, str], Hit] = {}
    wanted = k
    while True:
        among = {"$and": [conditions, _outside(best, group_by)]} if best else conditions
        found = list(embeddings.aggregate(pipeline(space, query, wanted, among)))
        group_of = {document["item_id"]: _group(document, group_by) for document in found}
        for hit in rescored(found, query):
            best.setdefault(group_of[hit.item_id], hit)
        if len(best) >= k or len(found) < min(wanted, MAX_CANDIDATES):
            return sorted(best.values(), key=lambda hit: (-round(hit.similarity, 9), hit.item_id))[:k]
        wanted *= GROWTH


def _group(document: Document, group_by: GroupBy) -> tuple[str, str]:
    """What names the group of an embedding's or an item's document: its product and colour, or "" and its id."""
    match = document.get("match", {})
    product = match.get("model_id", "")
    if group_by == "none" or not product:
        return "", document["item_id"]
    return product, match.get("colour", "") if group_by == "colour" else ""


def _outside(groups: Several[tuple[str, str]], group_by: GroupBy) -> Document:
    """What all embeddings meet that are of none of ``groups``."""
    alone = sorted(item_id for product, item_id in groups if not product)
    inside: list[Document] = [{"item_id": {"$in": alone}}] if alone else []
    named = sorted(group for group in groups if group[0])
    if group_by == "colour":
        inside += [{"match.model_id": product, "match.colour": colour} for product, colour in named]
    elif named:
        inside.append({"match.model_id": {"$in": [product for product, _ in named]}})
    return {"$nor": inside} if inside else {}
