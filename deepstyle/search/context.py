"""What the stages of a search read: the store, the model's space, and what is remembered of the catalogue."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from deepstyle.catalogue.variants import GroupBy
from deepstyle.search.catalogue_words import CatalogueWords
from deepstyle.search.learned import LearnedDirections
from deepstyle.search.lexicon import Lexicon
from deepstyle.search.query import Ranking, Vector
from deepstyle.search.state import State
from deepstyle.store.base import ItemFilter, Store
from deepstyle.style.spec import ModelSpec


class ByMeaning(Protocol):
    """Titles by meaning (``deepstyle.search.meaning``)."""

    def prepare(self, text: str) -> None:
        """Begin with a text, beside the caller."""
        ...

    def nearest(
        self, text: str, *, k: int, where: ItemFilter = ..., store: Store, group_by: GroupBy = ...
    ) -> Ranking | None:
        """The nearest titles."""
        ...


class ByLook(Protocol):
    """How a text looks: its vector in the space of pictures."""

    def vector(self, text: str) -> Vector | None:
        """(D,) of unit norm, ``None`` where the text says nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage after ranking (``deepstyle.search.later``): ``apply`` changes ``state.matches`` and says what it did.

    What it may change is said by ``state.part``. It adds no item that ``state.where`` excludes.
    """

    name: str
    apply: "Callable[[SearchContext, State], str]"


@dataclass(frozen=True, eq=False)
class SearchContext:
    """``space`` is "" where nothing was encoded; what may be ``None`` is so where it is not there.

    ``later`` are the stages after ranking and before the page, in their order.
    """

    store: Store
    space: str
    spec: ModelSpec | None
    lexicon: Lexicon
    words: CatalogueWords
    meaning: ByMeaning | None = None
    look: ByLook | None = None
    directions: LearnedDirections | None = None
    later: tuple[Stage, ...] = ()
