"""Server-sent events of a thing that changes: https://html.spec.whatwg.org/multipage/server-sent-events.html."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakSet

from deepstyle.api.limits import LIMITS
from deepstyle.errors import OverloadedError

POLL_S: Final = 0.5
HEARTBEAT_S: Final = 10.0
"""A comment is sent where nothing else was for so long, so that no proxy takes the stream for dead."""
MOST_STREAMS: Final = int(LIMITS["event_streams"].value)


@dataclass(frozen=True, slots=True)
class Event:
    """A state with its number, which a client that comes back names; ``is_last`` ends the stream."""

    number: int
    name: str
    data: dict[str, Any]
    is_last: bool

    def encoded(self) -> bytes:
        """The event as it is sent."""
        return f"id: {self.number}\nevent: {self.name}\ndata: {json.dumps(self.data)}\n\n".encode()


class Place:
    """A stream's place among those that are open, free once nothing refers to it."""


class Streams:
    """The open streams of one process."""

    def __init__(self) -> None:
        self._open: WeakSet[Place] = WeakSet()

    def take(self) -> Place:
        """Take a place for a stream; raises ``OverloadedError`` where there is none."""
        if len(self._open) >= MOST_STREAMS:
            raise OverloadedError("too many streams are open.", remedy="Read the import itself now and then.")
        place = Place()
        self._open.add(place)
        return place


async def events(
    place: Place, read: Callable[[], Awaitable[Event | None]], seen: int, stopping: asyncio.Event
) -> AsyncIterator[bytes]:
    """Every state that ``read`` returns after the number ``seen``, until the last one, or the server ends.

    States that follow each other quickly are one. The stream has its ``place`` for as long as it lives.
    """
    quiet_s = 0.0
    while not stopping.is_set() and (event := await read()):
        quiet_s += POLL_S
        if event.number > seen:
            yield event.encoded()
            seen, quiet_s = event.number, 0.0
        elif quiet_s >= HEARTBEAT_S:
            yield b": waiting\n\n"
            quiet_s = 0.0
        if event.is_last:
            return
        await _pause(stopping)


async def _pause(stopping: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(POLL_S):
            await stopping.wait()
