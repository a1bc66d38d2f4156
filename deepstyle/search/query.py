"""What a search is asked for: the typed ``Query``, and what its words were understood to mean."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import ItemFilter
from deepstyle.catalogue.variants import GroupBy
from deepstyle.style.rerank import BY_SIMILARITY, Reranking

Vector = NDArray[np.float32]
Language = Literal["en", "de"]
Direction = Literal["set", "more", "less", "without"]
ResultSort = Literal["best", "price", "-price", "new", "mixed"]
"""Best first; by price, lowest or highest first; latest ``added_at`` first; or categories and products mixed.

What has no price that is compared, or no date, comes last.
"""
EVERYTHING: Final = ItemFilter()
LEARNED: Final = ("meaning", "text_style", "directions")
"""What a process learns of a catalogue in the background; a search does without what is not ready."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A condition that words of the query name: ``value`` of the filter ``name`` (a field of ``ItemFilter``).

    ``text`` are the query's words for it, from ``start`` to ``end`` (exclusive) in the query.
    """

    name: str
    value: str | float
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Change:
    """What words ask to be different from the picture or the item of the query.

    ``set`` gives the attribute ``name`` (``colour``, ``material``, ``pattern``, ``category``, …) another ``value``
    ("but red", "in leather"); ``without`` takes the value away ("without the print"); ``more`` and ``less`` move along
    it ("longer": ``length`` more, "cheaper": ``price`` less) and have no value.
    """

    name: str
    direction: Direction
    value: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """What the words of a query mean.

    ``words`` are those, folded, that no condition and no change explains; ``all_words`` are all but stop words.
    ``corrected`` are the words that were taken for others: what was typed, and what was understood.
    """

    text: str = ""
    language: Language = "en"
    words: tuple[str, ...] = ()
    all_words: tuple[str, ...] = ()
    recognised: tuple[Recognised, ...] = ()
    changes: tuple[Change, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A search: by words, by pictures, by items, or by several of them; at least one is given.

    ``text`` is searched for; beside a picture or an item it says what should be different ("but red"). ``vectors`` (D,)
    of unit norm are pictures, already encoded; ``like`` and ``unlike`` are ids of items to be near to and far from.
    ``colour_from`` (D,) is the picture, or ``colour_item`` the item, whose colour replaces that of the others ("this
    cut, that colour"). ``colour`` is ``match``, ``ignore`` or ``#rrggbb``. ``literal`` are the recognised values
    (``Recognised.text``) that are to be searched for as words instead of being a condition. ``sources`` are those of
    ``LEARNED`` that may take part: for a further page those of the first, so that pages join; ``None`` for all.

    In another order than the ``best``, ``k`` results follow the place ``after`` that the page before ended with, and
    ``offset`` only says how many there were. ``facets`` are wanted of what words alone match.
    ``picture_print`` is that of the one photo that is searched for alone (``deepstyle.search.same_picture``).
    """

    text: str = ""
    vectors: tuple[Vector, ...] = ()
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    colour_from: Vector | None = None
    colour_item: str = ""
    colour: str = ""
    literal: tuple[str, ...] = ()
    where: ItemFilter = EVERYTHING
    by: Reranking = BY_SIMILARITY
    group_by: GroupBy = "product"
    k: int = 10
    offset: int = 0
    sources: frozenset[str] | None = None
    sort: ResultSort = "best"
    after: str = ""
    facets: bool = False
    picture_print: str = ""

    @property
    def has_picture(self) -> bool:
        """Whether the words change a picture or an item, and are not searched for by themselves."""
        return bool(self.vectors or self.like)


NoticeCode = Literal[
    "corrected",
    "condition_dropped",
    "nothing_matches",
    "no_such_word",
    "nearest_alternative",
    "change_not_possible",
]


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person should know of the results; the ``parameters`` of each ``code`` are those of its sentence.

    ``corrected``: ``text`` and the ``word`` that was searched for instead. ``condition_dropped``: ``name`` and
    ``value`` of a condition that nothing matched, and without which the results are. ``nothing_matches``: ``name`` and
    ``value`` of the condition that excludes everything. ``no_such_word``: ``text``. ``nearest_alternative``: none; the
    results are what comes nearest. ``change_not_possible``: ``text``. Later versions may add codes.
    """

    code: NoticeCode
    parameters: dict[str, str | float] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Item ids of one retrieval, best first, and their ``scores``, which compare within one ranking alone.

    ``source`` is ``picture``, ``words``, ``meaning`` (text embeddings) or ``text_style`` (a style vector predicted
    from text).
    """

    source: str
    item_ids: Sequence[str]
    scores: Sequence[float]
