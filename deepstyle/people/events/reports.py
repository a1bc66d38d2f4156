"""The reports by name, as the command line, the API and the console offer them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from deepstyle.people.base import PeopleStore
from deepstyle.people.events import queries
from deepstyle.people.events.counts import anonymous_counts


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which days a report covers, both included, and how many rows it may have.

    ``items`` opens the catalogue's size, ``people`` the store of people; each is called where the report needs it.
    """

    events_dir: Path
    first: date
    last: date
    limit: int
    items: Callable[[], int]
    people: Callable[[], PeopleStore]


@dataclass(frozen=True, slots=True)
class AnonymousRow:
    """A count without consent: of an action, or of the searches for words that five visits or more searched for."""

    day: date
    kind: str
    name: str
    count: int


def _anonymous(wanted: Wanted) -> list[AnonymousRow]:
    rows = []
    for one in anonymous_counts(wanted.people(), wanted.first, wanted.last):
        for kind, counted in (("action", one.actions), ("query", one.queries)):
            rows += [AnonymousRow(one.day, kind, name, count) for name, count in counted.items()]
    rows.sort(key=lambda row: (row.day, row.kind, -row.count, row.name))
    return rows[: wanted.limit]


def _ranked(report: Callable[..., Sequence[Any]]) -> Callable[[Wanted], Sequence[Any]]:
    return lambda wanted: report(wanted.events_dir, wanted.first, wanted.last, limit=wanted.limit)


REPORTS: Final[Mapping[str, Callable[[Wanted], Sequence[Any]]]] = {
    "top-queries": _ranked(queries.top_queries),
    "failed-queries": _ranked(queries.failed_queries),
    "queries-without-clicks": _ranked(queries.queries_without_clicks),
    "clicks-by-position": _ranked(queries.clicks_by_position),
    "conversion": lambda wanted: [queries.conversion(wanted.events_dir, wanted.first, wanted.last)],
    "coverage": lambda wanted: [queries.coverage(wanted.events_dir, wanted.first, wanted.last, items=wanted.items())],
    "items": _ranked(queries.item_counts),
    "days": lambda wanted: queries.daily_counts(wanted.events_dir, wanted.first, wanted.last),
    "without-consent": _anonymous,
}
"""Each returns frozen dataclasses with plain values and days."""
