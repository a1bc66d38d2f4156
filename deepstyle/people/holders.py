"""Where else than in the store of people something of a person is held, such as files of events."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Final

from deepstyle.people.opened import People
from deepstyle.settings import Settings


@dataclass(frozen=True, slots=True)
class Holder:
    """A place that holds what belongs to owners: a person's id and her pseudonyms.

    ``export`` returns JSON objects. ``erase`` deletes everything of these owners, and does nothing where there is
    nothing: an erasure that was killed calls it again. ``schema`` describes the exported fields. The other fields are
    for the report on privacy.
    """

    name: str
    purpose: str
    kept: Callable[[Settings], str]
    where: Callable[[People], str]
    export: Callable[[People, Sequence[str]], Iterable[Mapping[str, Any]]]
    erase: Callable[[People, Sequence[str]], None]
    schema: Mapping[str, str] = field(default_factory=dict, hash=False)


EVENT_SCHEMA: Final = {
    "event_id": "the event's random id",
    "timestamp_us": "when it happened, in microseconds since 1970, UTC",
    "action_name": "what was done: search, impression, click, add_to_cart, purchase, like or hide",
    "client_id": "the pseudonym",
    "session_id": "the visit that it belongs to",
    "query_id": "the search that it belongs to",
    "object_id": "the item",
    "ordinal": "the item's place in the results, from 1",
    "user_query": "the words that were searched for",
    "attributes": "a JSON object with more, such as a price",
}


def _export_events(people: People, owners: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    from deepstyle.people.events.erasure import export_events

    return (asdict(event) for event in export_events(people.settings.events_dir, owners))


def _erase_events(people: People, owners: Sequence[str]) -> None:
    from deepstyle.people.associations.erasure import take_out
    from deepstyle.people.events.erasure import erase_events

    settings = people.settings
    erase_events(settings.events_dir, owners, partial(take_out, settings.rankings_dir, settings.events_dir))


def _forget(people: People, owners: Sequence[str]) -> None:
    from deepstyle.people.ranking.forget import forget

    forget(people.store, owners)


HOLDERS: Final[tuple[Holder, ...]] = (
    Holder(
        "events",
        purpose="searches, views, clicks and purchases of who agreed to be measured, under a pseudonym",
        kept=lambda settings: f"for {settings.events_days} days",
        where=lambda people: str(people.settings.events_dir),
        export=_export_events,
        erase=_erase_events,
        schema=EVENT_SCHEMA,
    ),
    Holder(
        "rankings",
        purpose="factors and counts of items that several shoppers clicked or bought together; none of one person",
        kept=lambda people: "until a later training replaces them",
        where=lambda people: str(people.settings.rankings_dir),
        export=lambda people, owners: (),
        erase=_forget,
    ),
)
"""Every place; a room that holds something of people adds its own here."""
