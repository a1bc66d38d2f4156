"""What one search has found out so far; each stage returns it with more."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from deepstyle.catalogue.item import ItemFilter
from deepstyle.search.query import Notice, Query, Ranking, Understood
from deepstyle.style.search import Match

Part = Literal["first", "rest", "fixed"]
"""Which part of the results ``State.matches`` are, for the later stages.

``first``: the list begins with them, best first; the first ``State.window`` may change places, and others may be put
among them. ``rest``: they follow such a list that another request was answered with; what a stage puts among the first
is removed here. ``fixed``: the shopper chose the order; a stage may hide, and change no place.
"""


@dataclass(frozen=True, slots=True)
class StageTime:
    """A stage of a plan: its name, how long it took, how many items it left, and what it decided."""

    name: str
    milliseconds: float
    items: int = 0
    detail: str = ""


@dataclass
class State:
    """A search while it runs; ``where`` are the conditions that the store applies, ``sources`` what took part.

    ``own_item`` has the picture that the photo is a copy of. ``total`` is how many results there are of pictures and
    items, ``None`` where nobody counted.
    ``window``: so many of the first matches are the same on every page, so that a later stage may order them anew.
    ``extra`` more matches are found than are shown, because the later stages hide some.
    """

    query: Query
    where: ItemFilter
    understood: Understood = field(default_factory=Understood)
    rankings: list[Ranking] = field(default_factory=list)
    ranked: list[tuple[str, float]] = field(default_factory=list)
    matches: Sequence[Match] = ()
    notices: list[Notice] = field(default_factory=list)
    stages: list[StageTime] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    own_item: str = ""
    total: int | None = None
    part: Part = "first"
    window: int = 0
    extra: int = 0

    def may_use(self, source: str) -> bool:
        """Whether the query lets a source of ``LEARNED`` take part."""
        return self.query.sources is None or source in self.query.sources

    @property
    def depth(self) -> int:
        """How many results have to be found: one more than are shown says whether there is a next page."""
        return self.query.offset + self.query.k + 1 + self.extra

    @contextmanager
    def timed(self, name: str) -> Iterator["Explanation"]:
        """Note how long a stage takes."""
        explanation, started_s = Explanation(), time.perf_counter()
        yield explanation
        took_ms = 1000 * (time.perf_counter() - started_s)
        self.stages.append(StageTime(name, round(took_ms, 3), explanation.items, explanation.detail))


@dataclass
class Explanation:
    """What a stage says of itself."""

    items: int = 0
    detail: str = ""
