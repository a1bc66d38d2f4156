"""Uploads on their way to an embedding: a bounded queue in front of a few threads, and the work that they do.

One picture travels through one thread: decode, resize, encode, search. Each of these leaves Python's lock, so that as
many threads as cores keep the machine busy, and the event loop only reads and writes sockets.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

from deepstyle.api.uploads import Upload
from deepstyle.errors import OverloadedError
from deepstyle.style.encoder import Encoder

T = TypeVar("T")


class EncodingQueue:
    """At most ``size`` uploads wait for the threads; one more is refused at once instead of waiting without end."""

    def __init__(self, threads: int, size: int, on_change: Callable[[int], None] = lambda in_flight: None) -> None:
        self.threads = threads
        self._on_change = on_change
        self.capacity = threads + size
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encode")
        self._slots = threading.BoundedSemaphore(self.capacity)
        self._in_flight = 0
        self._counting = threading.Lock()

    @property
    def in_flight(self) -> int:
        """Uploads that run or wait."""
        return self._in_flight

    def submit(self, upload: Upload, work: Callable[[bytes], T]) -> Future[T]:
        """Queue ``work`` on the image of ``upload``; raises ``OverloadedError`` where the queue is full.

        The bytes are read when their turn comes: what waits may lie on disk.
        """
        if not self._slots.acquire(blocking=False):
            raise OverloadedError("the queue of uploads is full.", remedy="Send the request again a little later.")
        self._count(1)
        future = self._pool.submit(lambda: work(upload.read()))
        # Whatever becomes of the request, the slot is free once the work has ended or was taken off the queue.
        future.add_done_callback(self._release)
        return future

    async def run(self, request: Request, upload: Upload, work: Callable[[bytes], T]) -> T:
        """Queue ``work`` and wait for it; work of a client that leaves is taken off the queue if it has not begun."""
        try:
            upload.require()
            future = self.submit(upload, work)
        except Exception:
            upload.close()
            raise
        future.add_done_callback(lambda _: upload.close())
        answer = asyncio.wrap_future(future)
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

    def close(self) -> None:
        """Refuse what still waits and let what runs end."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _release(self, _: Future[T]) -> None:
        self._count(-1)
        self._slots.release()

    def _count(self, change: int) -> None:
        with self._counting:
            self._in_flight += change
            self._on_change(self._in_flight)


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


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))
