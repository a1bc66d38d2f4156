"""Group commit: while one write runs, what comes meanwhile waits and is written together, with one fsync for all."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

from deepstyle.errors import OverloadedError

T = TypeVar("T")


class GroupCommit(Generic[T]):
    """Calls ``write`` in a thread, one call at a time, with everything that waits; ``most`` may wait."""

    def __init__(self, write: Callable[[Sequence[T]], None], most: int) -> None:
        self._write = write
        self._most = most
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._running: asyncio.Task[None] | None = None

    async def add(self, item: T) -> None:
        """Wait until ``item`` is written; raises what ``write`` raises, and ``OverloadedError`` where too many wait."""
        if len(self._waiting) >= self._most:
            raise OverloadedError("too many writes wait.", remedy="Send the request again in a second.")
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        await done

    async def close(self) -> None:
        """Wait until everything is written."""
        while self._running is not None:
            await asyncio.wait([self._running])

    async def _run(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                _answer(group, await self._outcome([item for item, _ in group]))
        finally:
            self._running = None

    async def _outcome(self, items: Sequence[T]) -> Exception | None:
        try:
            await run_in_threadpool(self._write, items)
        except Exception as error:  # each request answers with it
            return error
        return None


def _answer(group: Sequence[tuple[object, "asyncio.Future[None]"]], error: Exception | None) -> None:
    for _, done in group:
        if done.done():  # the client is gone
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
