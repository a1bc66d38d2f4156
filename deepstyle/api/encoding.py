"""From an uploaded picture to its vectors: a bounded queue, the memory that decoding may take, and the model.

One picture travels through one thread: decode, resize, encode, search. Each of these leaves Python's lock, so that as
many threads as cores keep the machine busy, and the event loop only reads and writes sockets.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

from deepstyle.api.turns import Turns
from deepstyle.api.uploads import Upload
from deepstyle.errors import OverloadedError
from deepstyle.platform import return_large_blocks
from deepstyle.style.encoder import Encoder

T = TypeVar("T")


class EncodingQueue:
    """At most ``size`` uploads wait for the threads, and none for longer than ``wait_s``; the rest are refused."""

    def __init__(
        self, threads: int, size: int, wait_s: float, on_change: Callable[[int], None] = lambda in_flight: None
    ) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encode")
        # One more a thread has its turn while they work: none of them waits for the event loop to send the next.
        ahead = min(threads, size)
        self._turns = Turns(threads + ahead, size - ahead, wait_s, on_change)

    @property
    def capacity(self) -> int:
        """Uploads that may run or wait."""
        return self._turns.capacity

    @property
    def in_flight(self) -> int:
        """Uploads that run or wait."""
        return self._turns.in_flight

    async def run(self, request: Request, upload: Upload, work: Callable[[bytes], T]) -> T:
        """Do ``work`` on the image of ``upload`` once it has a turn; raises ``OverloadedError`` where none comes.

        Work of a client that leaves is taken off the queue if it has not begun.
        """
        return await _unless_gone(request, asyncio.ensure_future(self._work(request.state.client, upload, work)))

    async def begin(
        self, request: Request, upload: Upload, work: Callable[[bytes], Iterator[T]]
    ) -> tuple[T, AsyncGenerator[T]]:
        """Do ``work`` as ``run`` does, and return the first part that it yields, and the others as they come.

        Whoever closes these, or cancels who waits for them, ends the work after the part that it is at.
        """
        parts = self._parts(request.state.client, upload, work)
        try:
            return await _unless_gone(request, asyncio.ensure_future(anext(parts))), parts
        except BaseException:
            await parts.aclose()
            raise

    def close(self) -> None:
        """Refuse what still waits and let what runs end."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _work(self, client: str, upload: Upload, work: Callable[[bytes], T]) -> T:
        try:
            upload.require()
            await self._turns.take(client)
        except BaseException:
            upload.close()
            raise
        # The bytes are read now and not before: what waits may lie on disk. Whatever becomes of the request, the turn
        # ends when the work does.
        future = self._pool.submit(copy_context().run, lambda: work(upload.read()))
        future.add_done_callback(lambda _: upload.close())
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._turns.give))
        return await asyncio.wrap_future(future)

    async def _parts(self, client: str, upload: Upload, work: Callable[[bytes], Iterator[T]]) -> AsyncGenerator[T]:
        """What ``work`` yields in its thread; at the end whatever it raises."""
        loop, ready, left = asyncio.get_running_loop(), asyncio.Queue[T](), threading.Event()

        def run(data: bytes) -> None:
            for part in work(data):
                if left.is_set():
                    return
                loop.call_soon_threadsafe(ready.put_nowait, part)

        whole = asyncio.ensure_future(self._work(client, upload, run))
        try:
            while not (whole.done() and ready.empty()):
                part = asyncio.ensure_future(ready.get())
                await asyncio.wait((part, whole), return_when=asyncio.FIRST_COMPLETED)
                if part.done():
                    yield part.result()
                part.cancel()
            whole.result()
        finally:
            left.set()
            whole.cancel()


async def _unless_gone(request: Request, answer: asyncio.Future[T]) -> T:
    """The answer; raises ``ClientDisconnect`` and cancels it where the client leaves first."""
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        waiting: set[asyncio.Future[Any]] = {answer, gone}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise ClientDisconnect
        return answer.result()
    finally:
        answer.cancel()
        gone.cancel()


async def _disconnected(request: Request) -> None:
    """Return once the client has closed its connection; the request's body must have been read before."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


class Encoders:
    """The served model, compiled twice: all cores on one picture for a lone request, a core a picture under load."""

    def __init__(self, alone: Encoder, side_by_side: Encoder) -> None:
        self.alone = alone
        self.side_by_side = side_by_side
        self.spec = alone.spec

    def choose(self, in_flight: int) -> Encoder:
        """The compilation that answers ``in_flight`` uploads soonest; both give the same vectors."""
        return self.alone if in_flight <= 1 else self.side_by_side


class DecodeBudget:
    """At most ``decoders`` pictures of together ``memory_bytes`` at a time, first come, first served.

    A picture larger than the whole budget is decoded alone. Who has waited ``timeout_s`` is refused.
    """

    def __init__(self, memory_bytes: int, decoders: int, timeout_s: float) -> None:
        return_large_blocks()
        self._memory_bytes = memory_bytes
        self._decoders = decoders
        self._timeout_s = timeout_s
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._used_bytes = 0
        self._running = 0

    @property
    def used_bytes(self) -> int:
        """What is reserved now."""
        return self._used_bytes

    @contextmanager
    def reserve(self, size_bytes: int) -> Iterator[None]:
        """Hold ``size_bytes`` while the body decodes; raises ``OverloadedError`` where they are not free in time."""
        self._acquire(size_bytes)
        try:
            yield
        finally:
            with self._changed:
                self._used_bytes -= size_bytes
                self._running -= 1
                self._changed.notify_all()

    def _acquire(self, size_bytes: int) -> None:
        turn = object()
        with self._changed:
            self._waiting.append(turn)
            try:
                if not self._changed.wait_for(
                    lambda: self._waiting[0] is turn and self._fits(size_bytes), self._timeout_s
                ):
                    raise OverloadedError(
                        f"the memory for decoding was not free within {self._timeout_s:g} s.",
                        remedy="Send the request again a little later.",
                    )
                self._used_bytes += size_bytes
                self._running += 1
            finally:
                self._waiting.remove(turn)
                self._changed.notify_all()

    def _fits(self, size_bytes: int) -> bool:
        if self._running == 0:
            return True
        return self._running < self._decoders and self._used_bytes + size_bytes <= self._memory_bytes
