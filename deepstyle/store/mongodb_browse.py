"""What MongoDB counts: the page, total and facets of ``browse``, the categories, the currency, and variants."""

from collections.abc import Sequence
from typing import Any, Final

from pymongo.collection import Collection

from deepstyle.catalogue.fields import Field
from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS, Item
from deepstyle.catalogue.variants import MAX_VARIANTS, GroupBy, Variants, variants_of
from deepstyle.errors import UsageError
from deepstyle.store.base import Facets, ItemFilter, Page
from deepstyle.store.histogram import EDGES, buckets_of
from deepstyle.store.mongodb_connect import Document
from deepstyle.store.mongodb_filter import compared, item_query
from deepstyle.store.mongodb_schema import document_item
from deepstyle.store.mongodb_sorting import SortedBy
from deepstyle.store.vocabulary import most_frequent

_COUNTED: Final = tuple(field for field in VALUE_FILTERS if field.facet)
_MONEY: Final = tuple(field for field in RANGE_FILTERS if field.money)


def browse(
    items: Collection[Document],
    where: ItemFilter,
    *,
    limit: int,
    after: str,
    group_by: GroupBy,
    by: SortedBy,
    among: Sequence[str] | None = None,
) -> Page:
    """One page of the items that match, with the total and the facets.

    In two round trips, and one for each facet that the filter has conditions on: the first finds the ids of the page's
    items, the last reads these.
    """
    if limit < 1:
        raise UsageError(f"limit is {limit}; it must be at least 1.")
    counted: dict[ItemFilter, dict[str, list[Document]]] = {where: {"all": _total(group_by)}}
    counted[where]["page"] = _page(limit, after, group_by, by)
    for field in (*_COUNTED, *RANGE_FILTERS):
        counted.setdefault(where.beside(field), {}).update(_counts_of(field, where, group_by, by.currency))
    found: Document = {}
    for conditions, stages in counted.items():
        query = _among(item_query(conditions, by.currency), among)
        found |= next(items.aggregate([{"$match": query}, {"$facet": stages}], allowDiskUse=True))
    ranges = {field.filter: found[f"range {field.filter}"] for field in RANGE_FILTERS}
    buckets = {
        field.filter: {row["_id"]: row["n"] for row in found[f"buckets {field.filter}"]} for field in RANGE_FILTERS
    }
    page = found["page"][:limit]
    return Page(
        items=tuple(document_item(document) for document in _read(items, page)),
        total=found["all"][0]["total"] if found["all"] else 0,
        facets=Facets(
            counts={field.filter: {row["_id"]: row["n"] for row in found[field.filter]} for field in _COUNTED},
            ranges={name: (rows[0]["min"], rows[0]["max"]) for name, rows in ranges.items() if rows},
            currency=where.price_currency(by.currency),
            histograms={name: buckets_of(counts) for name, counts in buckets.items()},
        ),
        after=by.place(page[-1]) if len(found["page"]) > limit else "",
    )


def _counts_of(field: Field, where: ItemFilter, group_by: GroupBy, currency: str) -> dict[str, list[Document]]:
    """The stages that count ``field``, by the name of their answer."""
    if field.kind == "text":
        return {field.filter: _count(field, group_by)}
    currencies = compared(where, currency)
    return {
        f"range {field.filter}": _range(field, currencies),
        f"buckets {field.filter}": _histogram(field, currencies, group_by),
    }


def _among(query: Document, among: Sequence[str] | None) -> Document:
    return query if among is None else {"$and": [query, {"_id": {"$in": list(among)}}]}


def matching(
    items: Collection[Document],
    where: ItemFilter,
    among: Sequence[str] | None,
    group_by: GroupBy,
    limit: int,
    currency: str,
) -> list[str] | None:
    """The ids of the items that match, of each group the first alone; see ``Store.matching``."""
    query = _among(item_query(where, currency), among)
    shown = {"_id": 1} if group_by == "none" else {"match.model_id": 1, "match.colour": 1}
    found = items.find(query, shown).sort("_id", 1)
    if among is None and group_by == "none":
        found = found.limit(limit + 1)
    group_of = {document["_id"]: _group_of(document, group_by) for document in found}
    ordered = group_of if among is None else [item_id for item_id in among if item_id in group_of]
    first: dict[tuple[str, ...], str] = {}
    for item_id in ordered:
        first.setdefault(group_of[item_id], item_id)
    return [*first.values()] if len(first) <= limit else None


def _group_of(document: Document, group_by: GroupBy) -> tuple[str, ...]:
    match = document.get("match", {})
    product = match.get("model_id", "")
    if group_by == "none" or not product:
        return ("", document["_id"])
    return (product,) if group_by == "product" else (product, match.get("colour", ""))


def count_categories(items: Collection[Document]) -> dict[str, int]:
    """How many items each semantic category has, from the index of the filter alone."""
    field = "match.semantic_category"
    stages: list[Document] = [{"$match": {field: {"$gt": ""}}}, {"$group": {"_id": f"${field}", "n": {"$sum": 1}}}]
    return {row["_id"]: row["n"] for row in items.aggregate(stages)}


def usual_currency(items: Collection[Document]) -> str:
    """The currency of most prices, as most of these write it; "" where none has one."""
    priced = {"$or": [{field.name: {"$ne": None}} for field in _MONEY], "currency": {"$ne": ""}}
    stages: list[Document] = [{"$match": priced}, {"$group": {"_id": "$currency", "n": {"$sum": 1}}}]
    return most_frequent({row["_id"]: row["n"] for row in items.aggregate(stages)})


def variants(items: Collection[Document], given: Sequence[Item], group_by: GroupBy) -> dict[str, Variants]:
    """See ``Store.variants``: one aggregation finds the ids of all groups, one query reads their items."""
    groups = _groups_of(items, given, group_by)
    wanted = {item_id for _, item_ids in groups.values() for item_id in item_ids}
    known = {item.item_id: item for item in given}
    read = items.find({"_id": {"$in": sorted(wanted - known.keys())}}) if wanted - known.keys() else ()
    known |= {document["_id"]: document_item(document) for document in read}
    found = {}
    for item in given:
        count, item_ids = groups.get(_key_of(item, group_by), (1, []))
        found[item.item_id] = variants_of(item, item_ids, count, known)
    return found


def _groups_of(
    items: Collection[Document], given: Sequence[Item], group_by: GroupBy
) -> dict[tuple[str, str], tuple[int, list[str]]]:
    """How many items each group has, and the ids of the first, by product and folded colour."""
    products = sorted({item.model_id for item in given if item.model_id})
    if group_by == "none" or not products:
        return {}
    colour: Any = "$match.colour" if group_by == "colour" else {"$literal": ""}
    first = {"$firstN": {"input": "$_id", "n": MAX_VARIANTS}}
    stages: list[Document] = [
        {"$match": {"match.model_id": {"$in": products}}},
        {"$sort": {"_id": 1}},
        {"$group": {"_id": {"m": "$match.model_id", "c": colour}, "n": {"$sum": 1}, "item_ids": first}},
    ]
    return {(row["_id"]["m"], row["_id"]["c"]): (row["n"], row["item_ids"]) for row in items.aggregate(stages)}


def _key_of(item: Item, group_by: GroupBy) -> tuple[str, str]:
    fold = next(field.fold for field in VALUE_FILTERS if field.name == "colour")
    return item.model_id, fold(item.colour) if group_by == "colour" else ""


def group_key(group_by: GroupBy) -> Any:
    """What an item's group is named by, as an expression on its document."""
    if group_by == "none":
        return "$_id"
    product: Document = {"m": "$match.model_id"}
    named = product if group_by == "product" else {**product, "c": "$match.colour"}
    return {"$cond": [{"$gt": ["$match.model_id", ""]}, named, {"i": "$_id"}]}


def _page(limit: int, after: str, group_by: GroupBy, by: SortedBy) -> list[Document]:
    """Stages that find the ids of one item more than a page has, of groups their first."""
    groups: list[Document] = [
        {"$group": {"_id": group_key(group_by), "first": {"$min": {"value": "$value", "_id": "$_id"}}}},
        {"$replaceRoot": {"newRoot": "$first"}},
    ]
    return [
        {"$project": {"value": by.value, **({} if group_by == "none" else {"match": 1})}},
        *(groups if group_by != "none" else []),
        {"$match": by.following(after)},
        {"$sort": {"value": 1, "_id": 1}},
        {"$limit": limit + 1},
    ]


def _total(group_by: GroupBy) -> list[Document]:
    if group_by == "none":
        return [{"$count": "total"}]
    return [{"$group": {"_id": group_key(group_by)}}, {"$count": "total"}]


def _known(field: Field, currencies: Sequence[str | None]) -> Document:
    """The condition of a value of ``field``, of amounts in one of ``currencies``."""
    known: Document = {field.name: {"$ne": None}}
    return {**known, "match.currency": {"$in": currencies}} if field.money else known


def _range(field: Field, currencies: Sequence[str | None]) -> list[Document]:
    """Stages that find the lowest and the highest value of ``field``."""
    value = f"${field.name}"
    bounds: Document = {"_id": None, "min": {"$min": value}, "max": {"$max": value}}
    return [{"$match": _known(field, currencies)}, {"$group": bounds}]


def _histogram(field: Field, currencies: Sequence[str | None], group_by: GroupBy) -> list[Document]:
    """Stages that count the values of ``field``, or groups with one, by the place of their bucket's edge."""
    reached: Document = {"$filter": {"input": EDGES[1:], "cond": {"$lte": ["$$this", f"${field.name}"]}}}
    bucket: Document = {"bucket": {"$size": reached}}
    once: Document = {"$group": {"_id": {**bucket, "group": group_key(group_by)}}}
    counted: list[Document] = (
        [{"$project": bucket}] if group_by == "none" else [once, {"$project": {"bucket": "$_id.bucket"}}]
    )
    return [{"$match": _known(field, currencies)}, *counted, {"$group": {"_id": "$bucket", "n": {"$sum": 1}}}]


def _read(items: Collection[Document], found: Sequence[Document]) -> list[Document]:
    """The documents with the ids that were found, without those deleted since."""
    item_ids = [document["_id"] for document in found]
    by_id = {document["_id"]: document for document in items.find({"_id": {"$in": item_ids}})}
    return [by_id[item_id] for item_id in item_ids if item_id in by_id]


def _count(field: Field, group_by: GroupBy) -> list[Document]:
    """Stages that count the values of ``field``, most frequent first, then by value; no empty ones."""
    value = {"$split": [f"${field.name}", ","]} if field.many else f"${field.name}"
    once: Document = {"$group": {"_id": {"value": "$value", "group": "$group"}}}
    return [
        {"$match": {field.name: {"$nin": ["", None]}}},
        {"$project": {"value": value, "group": group_key(group_by)}},
        *([{"$unwind": "$value"}] if field.many else []),
        *([] if group_by == "none" else [once, {"$project": {"value": "$_id.value"}}]),
        {"$group": {"_id": "$value", "n": {"$sum": 1}}},
        {"$sort": {"n": -1, "_id": 1}},
    ]
