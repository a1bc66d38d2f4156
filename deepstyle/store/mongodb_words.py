"""Words in MongoDB: a text index over the items, and an order of its matches that asks for all terms first.

The server joins words by *or* and knows no phrases beside them, so which terms an item has is looked up in its texts.
"""

from abc import abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from pymongo.collection import Collection
from pymongo.database import Database

from deepstyle.catalogue.category_terms import fold, words_of
from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import GroupBy, group_of
from deepstyle.store.base import ItemFilter
from deepstyle.store.mongodb_browse import matching
from deepstyle.store.mongodb_connect import Document, translated
from deepstyle.store.mongodb_filter import item_query
from deepstyle.store.remembered import Remembered
from deepstyle.store.words import WORD_FIELDS, Term, WordHit, tokens, usable

WORDS_TTL_S: Final = 600.0
EVERYTHING: Final = ItemFilter()
_AT_ONCE: Final = 200
_GROWTH: Final = 8
_COUNTED: Final = tuple(name for name in WORD_FIELDS if name != "description")
_GROUPED: Final = {"model_id": 1, "colour": 1}
"""What ``_group`` reads."""
_SHOWN: Final = {**dict.fromkeys((*WORD_FIELDS, "model_id"), 1), "score": {"$meta": "textScore"}}

Spelled = Sequence[Sequence[Sequence[str]]]


def search_words(
    items: Collection[Document],
    terms: Sequence[Term],
    *,
    k: int,
    all_terms: bool,
    where: ItemFilter,
    exclude: Sequence[str],
    group_by: GroupBy,
    currency: str,
) -> list[WordHit]:
    """The ``k`` best items that match ``where``: those with all terms first; see ``Store``."""
    wanted = usable(terms)
    if not wanted:
        return []
    excluded = items.find({"_id": {"$in": list(exclude)}}, _GROUPED) if exclude else ()
    out = {_group(document, group_by) for document in excluded}
    query = {**item_query(where, currency), "$text": {"$search": _searched(wanted)}}
    at_once = max(_AT_ONCE, 4 * k)
    while True:
        found = list(items.find(query, _SHOWN).sort([("score", {"$meta": "textScore"}), ("_id", 1)]).limit(at_once))
        best: dict[tuple[str, ...], WordHit] = {}
        for hit, document in _ranked(found, wanted):
            group = _group(document, group_by)
            if group not in out and (hit.score >= 1 or not all_terms):
                best.setdefault(group, hit)
        if len(best) >= k or len(found) < at_once:
            return list(best.values())[:k]
        at_once *= _GROWTH


def count_words(items: Collection[Document]) -> dict[str, int]:
    """Each word of the items but for their descriptions, and how many items have it."""
    counts: Counter[str] = Counter()
    for document in items.find({}, dict.fromkeys(_COUNTED, 1)):
        counts.update({word for name in _COUNTED for word in tokens(document.get(name, ""))})
    return dict(counts)


def _ranked(found: Sequence[Document], wanted: Spelled) -> list[tuple[WordHit, Document]]:
    """The items with at least one term, by how many they have."""
    top = max((document["score"] for document in found), default=1.0)
    phrases = [[_spaced(form) for form in forms] for forms in wanted]
    hits = []
    for document in found:
        text = _words_of(document)
        covered = sum(any(phrase in text for phrase in forms) for forms in phrases)
        if covered:
            score = (covered == len(wanted)) + 0.5 * covered / len(wanted) + 0.49 * document["score"] / top
            hits.append((WordHit(document["_id"], float(score)), document))
    return sorted(hits, key=lambda pair: (-pair[0].score, pair[0].item_id))


def _words_of(document: Document) -> str:
    """The words of an item, ``_spaced``, each field on a line of its own: no phrase reaches from one into another."""
    texts = fold("\0".join(document.get(name, "") for name in WORD_FIELDS)).split("\0")
    return "\n".join(_spaced(words_of(text)) for text in texts)


def _spaced(words: Sequence[str]) -> str:
    """A space before, between and behind the words, so that part of a text is whole words."""
    return f" {' '.join(words)} "


def _searched(wanted: Spelled) -> str:
    """All words, joined by *or*: letters and digits alone, so none is an operator."""
    words = dict.fromkeys(word for forms in wanted for form in forms for word in form)
    return " ".join([*words, *(word.replace("ss", "ß") for word in words if "ss" in word)])


def _group(document: Document, group_by: GroupBy) -> tuple[str, ...]:
    item = Item(document["_id"], model_id=document.get("model_id", ""), colour=document.get("colour", ""))
    return group_of(item, group_by)


class MongoWords:
    """The part of the store that searches by words."""

    _word_counts: Remembered[Mapping[str, int]]

    @property
    @abstractmethod
    def _db(self) -> Database[Document]: ...

    @abstractmethod
    def currency(self) -> str:
        """See ``Store.currency``."""

    @translated
    def search_words(
        self,
        terms: Sequence[Term],
        *,
        k: int = 10,
        all_terms: bool = False,
        where: ItemFilter = EVERYTHING,
        exclude: Sequence[str] = (),
        group_by: GroupBy = "none",
    ) -> list[WordHit]:
        """See ``Store.search_words``."""
        items, currency = self._db["items"], self.currency()
        return search_words(
            items,
            terms,
            k=k,
            all_terms=all_terms,
            where=where,
            exclude=exclude,
            group_by=group_by,
            currency=currency,
        )

    def word_counts(self) -> Mapping[str, int]:
        """See ``Store.word_counts``; read every ``WORDS_TTL_S`` at most."""
        return self._word_counts.get()

    @translated
    def _count_words(self) -> Mapping[str, int]:
        return count_words(self._db["items"])

    @translated
    def matching(
        self,
        where: ItemFilter,
        *,
        among: Sequence[str] | None = None,
        group_by: GroupBy = "none",
        limit: int,
    ) -> list[str] | None:
        """See ``Store.matching``."""
        return matching(self._db["items"], where, among, group_by, limit, self.currency())
