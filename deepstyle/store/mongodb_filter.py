"""An ``ItemFilter`` as a MongoDB query."""

from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS
from deepstyle.catalogue.words import word_pattern
from deepstyle.store.base import ItemFilter
from deepstyle.store.mongodb_connect import Document

_LETTER = r"[\p{L}\p{N}]"


def value_conditions(where: ItemFilter, currency: str) -> Document:
    """The conditions of ``where`` but its text, on the ``match`` fields that items and embeddings share.

    ``currency`` is that of most prices. Only ``$in``, ``$gte`` and ``$lte``: ``$vectorSearch`` supports no others in
    its filter.
    """
    query: Document = {}
    for field in VALUE_FILTERS:
        if wanted := where.folded(field):
            query[f"match.{field.name}"] = {"$in": sorted(wanted)}
    for field in RANGE_FILTERS:
        bounds = zip(("$gte", "$lte"), where.bounds(field), strict=True)
        if given := {operator: float(bound) for operator, bound in bounds if bound is not None}:
            query[f"match.{field.name}"] = given
            if field.money:
                query["match.currency"] = {"$in": sorted(where.price_currencies(currency))}
    return query


def compared(where: ItemFilter, currency: str) -> list[str | None]:
    """The values of ``match.currency`` of items whose amounts are compared; ``None`` where a database is older."""
    found = sorted(where.price_currencies(currency))
    return [*found, None] if "" in found else [*found]


def item_query(where: ItemFilter, currency: str) -> Document:
    """The query on ``items`` that ``where`` means; every word of its text must occur in title, brand or category."""
    query = value_conditions(where, currency)
    if where.has_price_bound:
        query["match.currency"] = {"$in": compared(where, currency)}
    if where.words:
        patterns = (word_pattern(word, letter=_LETTER) for word in where.words)
        query["$and"] = [{"match.text": {"$regex": pattern}} for pattern in patterns]
    return query
