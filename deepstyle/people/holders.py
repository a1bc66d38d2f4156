"""Where else than in the store of people something of a person is held, such as files of events."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from deepstyle.people.opened import People
from deepstyle.settings import Settings


@dataclass(frozen=True, slots=True)
class Holder:
    """A place that holds what belongs to owners: a person's id and her pseudonyms.

    ``export`` returns JSON objects. ``erase`` deletes everything of these owners, and does nothing where there is
    nothing: an erasure that was killed calls it again. The other fields are for the report on privacy.
    """

    name: str
    purpose: str
    kept: Callable[[Settings], str]
    where: Callable[[People], str]
    export: Callable[[People, Sequence[str]], Iterable[Mapping[str, Any]]]
    erase: Callable[[People, Sequence[str]], None]


def _export_events(people: People, owners: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    from deepstyle.people.events.erasure import export_events

    return (asdict(event) for event in export_events(people.settings.events_dir, owners))


def _erase_events(people: People, owners: Sequence[str]) -> None:
    from deepstyle.people.events.erasure import erase_events

    erase_events(people.settings.events_dir, owners)


HOLDERS: Final[tuple[Holder, ...]] = (
    Holder(
        "events",
        purpose="searches, views, clicks and purchases of who agreed to be measured, under a pseudonym",
        kept=lambda settings: f"for {settings.events_days} days",
        where=lambda people: str(people.settings.events_dir),
        export=_export_events,
        erase=_erase_events,
    ),
)
"""Every place; a room that holds something of people adds its own here."""
