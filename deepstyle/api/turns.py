"""A bounded number of requests at a time, and a bounded wait for the others, in which clients take turns."""

import asyncio
import random
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from deepstyle.errors import OverloadedError

T = TypeVar("T")


class Turns:
    """At most ``running`` requests run; ``waiting`` more wait, each at most ``wait_s`` seconds; the rest are refused.

    The next turn goes to the client that has waited longest for one, however many requests each of them has; where the
    places are taken, the client with the most of them gives one up. For one event loop: not to be shared by threads.
    """

    def __init__(
        self, running: int, waiting: int, wait_s: float, on_change: Callable[[int], None] = lambda in_flight: None
    ) -> None:
        self.capacity = running + waiting
        self._free = running
        self._running = 0
        self._places = waiting
        self._wait_s = wait_s
        self._waiting = 0
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._on_change = on_change

    @property
    def in_flight(self) -> int:
        """Requests that run or wait."""
        return self._running + self._waiting

    async def take(self, client: str) -> None:
        """Wait for a turn; raises ``OverloadedError`` where there is none within the limits. ``give`` ends it."""
        if self._free:
            self._free -= 1
            self._count(running=1)
            return
        if self._waiting >= self._places:
            self._displace(client)
        turn = asyncio.get_running_loop().create_future()
        self._queues.setdefault(client, deque()).append(turn)
        self._count(waiting=1)
        try:
            # What came together does not leave together, to come again together.
            async with asyncio.timeout(self._wait_s * random.uniform(0.5, 1)):  # noqa: S311
                await turn
        except TimeoutError:
            self._leave(client, turn)
            raise _overloaded("no turn came in time.") from None
        except BaseException:
            self._leave(client, turn)
            raise
        finally:
            self._count(waiting=-1)

    async def run(self, client: str, work: Callable[[], T]) -> T:
        """Do ``work`` in a thread, within a turn."""
        await self.take(client)
        try:
            return await run_in_threadpool(work)
        finally:
            self.give()

    def give(self) -> None:
        """End a turn; the next client has it."""
        self._count(running=-1)
        while self._queues:
            client, queue = next(iter(self._queues.items()))
            turn = queue.popleft()
            self._queues.move_to_end(client)
            self._forget(client)
            if not turn.done():
                turn.set_result(None)
                self._count(running=1)
                return
        self._free += 1

    def _displace(self, client: str) -> None:
        """Free a place for ``client``; raises ``OverloadedError`` where nobody has more of them."""
        greediest = max(self._queues, key=lambda name: len(self._queues[name]), default=client)
        if len(self._queues.get(greediest, ())) <= len(self._queues.get(client, ())) + 1:
            raise _overloaded("the queue is full.")
        turn = self._queues[greediest].pop()
        if not turn.done():
            turn.set_exception(_overloaded("the queue is full."))

    def _leave(self, client: str, turn: asyncio.Future[None]) -> None:
        """Take ``turn`` off the queue, or hand it on where it came at the moment of leaving."""
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self.give()
            return
        queue = self._queues.get(client, deque())
        if turn in queue:
            queue.remove(turn)
            self._forget(client)

    def _forget(self, client: str) -> None:
        if not self._queues[client]:
            del self._queues[client]

    def _count(self, *, running: int = 0, waiting: int = 0) -> None:
        self._running += running
        self._waiting += waiting
        self._on_change(self.in_flight)


def _overloaded(reason: str) -> OverloadedError:
    return OverloadedError(f"the service is busy: {reason}", remedy="Send the request again after Retry-After seconds.")
