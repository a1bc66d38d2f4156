"""Where else than in the store of people something of a person is held, such as files of events."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from deepstyle.people.opened import People


@dataclass(frozen=True, slots=True)
class Holder:
    """A place that holds what belongs to an owner, who is a person or a pseudonym.

    ``export`` returns JSON objects. ``erase`` deletes everything of the owner, and does nothing where there is nothing:
    an erasure that was killed calls it again. ``purpose``, ``kept`` and ``where`` are for the report on privacy.
    """

    name: str
    purpose: str
    kept: str
    where: Callable[[People], str]
    export: Callable[[People, str], Iterable[Mapping[str, Any]]]
    erase: Callable[[People, str], None]


HOLDERS: Final[tuple[Holder, ...]] = ()
"""Every place; a room that holds something of people adds its own here."""
