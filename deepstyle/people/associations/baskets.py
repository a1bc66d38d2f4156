"""What a person bought at one time, or saved as one look, from the Parquet files of events.

Only events with a pseudonym count, so only of who agreed to be measured. A saved look is an event ``like`` of each of
its items, with the same time and the attribute ``look``.
"""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from deepstyle.people.events.duck import EVENTS, database
from deepstyle.people.events.layout import event_files
from deepstyle.people.events.schema import Event
from deepstyle.plain import plain

WINDOW_US: Final = 3_600_000_000
"""Purchases of one person are one basket as long as the next one follows within this time."""
MOST_ITEMS: Final = 20
"""A basket with more is a reseller's, or a mistake."""
_BASKETS: Final = (
    f"{EVENTS} WHERE client_id <> '' AND object_id <> '' AND timestamp_us <= $until_us AND "
    "(action_name = 'purchase' OR (action_name = 'like' AND attributes LIKE '%\"look\":%'))"
)
_ORDER: Final = " ORDER BY client_id, timestamp_us, event_id"
_HERS: Final = f"{_BASKETS} AND list_contains($owners, client_id){_ORDER}"
_ALL: Final = f"{_BASKETS}{_ORDER}"


@dataclass(frozen=True, slots=True)
class Basket:
    """Items that one person bought at one time, or wants to wear together; 2 to ``MOST_ITEMS``, each once.

    ``timestamp_us`` and ``until_us`` are the times of the first and the last event.
    """

    client_id: str
    timestamp_us: int
    until_us: int
    item_ids: tuple[str, ...]


def read_baskets(events_dir: Path, *, owners: Sequence[str] | None = None, until_us: int = 2**63 - 1) -> list[Basket]:
    """The baskets of all people, or of some pseudonyms, by person; raises ``StoreError`` for damaged files."""
    files = [str(path.absolute()) for path in event_files(events_dir)]
    if not files:
        return []
    values = {"files": files, "until_us": until_us}
    with database(events_dir) as connection:
        query, bound = (_ALL, values) if owners is None else (_HERS, {**values, "owners": list(owners)})
        rows = connection.execute(query, bound).fetchall()
    return baskets_of(Event(*row) for row in rows)


def baskets_of(events: Iterable[Event]) -> list[Basket]:
    """The baskets of purchases and saved looks that are ordered by person and time."""
    found = list[Basket]()
    for client_id, of_client in groupby(events, key=lambda one: one.client_id):
        own = list(of_client)
        found += _bought(client_id, [one for one in own if one.action_name == "purchase"])
        looks: dict[tuple[int, str], list[str]] = {}
        for one in own:
            if look := look_of(one):
                looks.setdefault((one.timestamp_us, look), []).append(one.object_id)
        found += [Basket(client_id, at_us, at_us, tuple(dict.fromkeys(ids))) for (at_us, _), ids in looks.items()]
    return [one for one in found if 2 <= len(one.item_ids) <= MOST_ITEMS]


def saved_look(client_id: str, item_ids: Sequence[str], timestamp_us: int) -> list[Event]:
    """The events that say that a pseudonym saved these items as a look."""
    attributes = json.dumps({"surface": "look", "look": secrets.token_hex(8)})
    return [
        Event(secrets.token_hex(16), timestamp_us, "like", client_id, object_id=plain(item_id), attributes=attributes)
        for item_id in dict.fromkeys(item_ids)
    ]


def look_of(event: Event) -> str:
    """The look that the event's item was saved in; "" for another event."""
    if event.action_name != "like":
        return ""
    try:
        look = json.loads(event.attributes or "{}").get("look", "")
    except (ValueError, AttributeError):
        return ""
    return look if isinstance(look, str) else ""


def _bought(client_id: str, purchases: Sequence[Event]) -> list[Basket]:
    found = list[list[Event]]()
    for one in purchases:
        if not found or one.timestamp_us - found[-1][-1].timestamp_us > WINDOW_US:
            found.append([])
        found[-1].append(one)
    return [_basket(client_id, own) for own in found]


def _basket(client_id: str, purchases: Sequence[Event]) -> Basket:
    item_ids = tuple(dict.fromkeys(one.object_id for one in purchases))
    return Basket(client_id, purchases[0].timestamp_us, purchases[-1].timestamp_us, item_ids)
