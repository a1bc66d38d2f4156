"""One event, flat, as it is stored: the fields of User Behavior Insights 1.3 that deepstyle uses.

Source: https://github.com/o19s/ubi, schema 1.3.0, `query.request` and `event`. A query is the action ``search``.
"""

from dataclasses import dataclass
from typing import Final

ACTIONS: Final = ("search", "impression", "click", "add_to_cart", "purchase", "like", "hide")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    ``event_id`` is the client's own, beside ``client_id``, and makes a repeated delivery harmless. ``timestamp_us`` is
    in microseconds since 1970, UTC. ``client_id`` is the pseudonym, ``session_id`` and ``query_id`` are UUIDs.
    ``object_id`` is an item's id, "" for a search. ``ordinal`` is the place in the results, from 1; 0 where there is
    none. ``user_query`` are the words that were searched for. ``attributes`` is a JSON object: price, currency,
    quantity, surface, experiment, variant.
    """

    event_id: str
    timestamp_us: int
    action_name: str
    client_id: str
    session_id: str = ""
    query_id: str = ""
    object_id: str = ""
    ordinal: int = 0
    user_query: str = ""
    attributes: str = "{}"

    @property
    def identity(self) -> tuple[str, str]:
        """What a repeated delivery is recognised by: whoever guesses another's ``event_id`` displaces nothing."""
        return self.client_id, self.event_id


COLUMNS: Final = tuple(Event.__dataclass_fields__)
"""The columns of the Parquet files, in this order; one folder ``day=YYYY-MM-DD`` a day of ``timestamp_us``."""
