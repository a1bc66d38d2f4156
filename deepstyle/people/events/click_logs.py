"""Public click logs as events: the layouts of Diginetica (CIKM Cup 2016) and RetailRocket (2015).

Diginetica: ``train-queries.csv``, ``train-clicks.csv``, ``train-purchases.csv``, separated by semicolons: lists of
results with clicks. RetailRocket: ``events.csv``, separated by commas: views, carts and purchases without lists.
Sources: https://competitions.codalab.org/competitions/11161, https://www.kaggle.com/datasets/retailrocket/ecommerce-dataset
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from deepstyle.errors import DataError
from deepstyle.people.events.schema import Event

DIGINETICA: Final = ("train-queries.csv", "train-clicks.csv", "train-purchases.csv")
RETAILROCKET: Final = "events.csv"
ACTIONS: Final[Mapping[str, str]] = {"view": "click", "addtocart": "add_to_cart", "transaction": "purchase"}
"""RetailRocket's events."""
MAX_FIELD_CHARS: Final = 1_000_000
_DAY_US: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a file, whose fields are read by their names."""

    path: Path
    line: int
    fields: Mapping[str, str | None]

    def text(self, *names: str) -> str:
        """The first of these fields that the file has; "" where it is empty or ``NA``."""
        for name in names:
            if name in self.fields:
                value = (self.fields[name] or "").strip()
                return "" if value == "NA" else value
        raise self.error(names[0], "is missing")

    def whole(self, *names: str) -> int:
        """A whole number, 0 where the field is empty; raises ``DataError`` naming the file, the line and the field."""
        text = self.text(*names)
        if text and not text.isdecimal():
            raise self.error(names[0], f"is {text[:40]!r}, no whole number")
        return int(text or 0)

    def error(self, name: str, what: str) -> DataError:
        """The error of a field."""
        return DataError(f"{self.path}, line {self.line}: {name} {what}.", remedy="Use the file as it was published.")


def read_click_log(folder: Path) -> Iterator[Event]:
    """The events of a log in ``folder``, whichever layout it has; raises ``DataError`` for another one."""
    if (folder / DIGINETICA[0]).is_file():
        return read_diginetica(folder)
    if (folder / RETAILROCKET).is_file():
        return read_retailrocket(folder / RETAILROCKET)
    raise DataError(
        f"{folder} has neither {DIGINETICA[0]} nor {RETAILROCKET}.",
        remedy="Name the folder that Diginetica or RetailRocket was unpacked into.",
    )


def read_diginetica(folder: Path) -> Iterator[Event]:
    """Searches, impressions with places, clicks and purchases; times within a day are as the log has them.

    A client is the user where the log knows one, else the session. Raises ``DataError``.
    """
    queries, clicks, purchases = (folder / name for name in DIGINETICA)
    searches: dict[str, Event] = {}
    for row in _rows(queries, ";"):
        events = list(_searched(row))
        searches[events[0].query_id] = events[0]
        yield from events
    for row in _rows(clicks, ";") if clicks.is_file() else ():
        yield _clicked(row, searches)
    for row in _rows(purchases, ";") if purchases.is_file() else ():
        session = row.text("sessionId")
        client, name = row.text("userId") or f"session-{session}", f"diginetica-purchase-{row.line}"
        yield Event(name, _time_us(row, _day_us(row)), "purchase", client, session, object_id=row.text("itemId"))


def read_retailrocket(path: Path) -> Iterator[Event]:
    """Clicks, carts and purchases without a query; raises ``DataError`` naming the line of what is damaged."""
    for row in _rows(path, ","):
        name = row.text("event")
        if name not in ACTIONS:
            raise row.error("event", f"is {name[:40]!r}, none of {', '.join(ACTIONS)}")
        client, item_id = row.text("visitorid"), row.text("itemid")
        event_id = f"retailrocket-{row.line}"
        yield Event(event_id, 1000 * row.whole("timestamp"), ACTIONS[name], client, object_id=item_id)


def _searched(row: _Row) -> Iterator[Event]:
    """A query of Diginetica, with an impression for each of its results."""
    query_id, session = row.text("queryId"), row.text("sessionId")
    client, time_us = row.text("userId") or f"session-{session}", _time_us(row, _day_us(row))
    words = " ".join(row.text("searchstring.tokens", "searchstring").split(","))
    name = f"diginetica-{query_id}"
    yield Event(name, time_us, "search", client, session, query_id, user_query=words)
    for place, item_id in enumerate(filter(None, row.text("items").split(",")), start=1):
        yield Event(f"{name}-{place}", time_us, "impression", client, session, query_id, item_id, place, words)


def _clicked(row: _Row, searches: Mapping[str, Event]) -> Event:
    """A click of Diginetica, which says only which query it belongs to."""
    search = searches.get(row.text("queryId"))
    if search is None:
        raise row.error("queryId", "is of no query of the log")
    time_us = _time_us(row, search.timestamp_us - search.timestamp_us % _DAY_US)
    name, item_id = f"diginetica-click-{row.line}", row.text("itemId")
    return Event(name, time_us, "click", search.client_id, search.session_id, search.query_id, item_id)


def _day_us(row: _Row) -> int:
    text = row.text("eventdate")
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()) * 1_000_000
    except ValueError:
        raise row.error("eventdate", f"is {text[:40]!r}, no date such as 2016-05-09") from None


def _time_us(row: _Row, day_us: int) -> int:
    """The day and the milliseconds since the session began, within that day."""
    return day_us + min(1000 * row.whole("timeframe"), _DAY_US - 1)


def _rows(path: Path, separator: str) -> Iterator[_Row]:
    csv.field_size_limit(MAX_FIELD_CHARS)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, delimiter=separator)
            for fields in reader:
                yield _Row(path, reader.line_num, fields)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}.", remedy="Unpack the log again.") from error
