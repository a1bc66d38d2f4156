"""A request's body on its way in: within its cap and its time, and counted while it is received or waits its turn.

Bytes are bounded in memory and on disk, and shared fairly among clients. They count as they arrive: up to
``small_body_bytes`` as memory and beyond it as disk, where the form's parser puts them.
"""

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive

from deepstyle.api.limits import LIMITS, share
from deepstyle.api.problems import ProblemError
from deepstyle.errors import OverloadedError
from deepstyle.settings import Settings

SMALL_BYTES: Final = int(LIMITS["small_body_bytes"].value)
MEMORY_BYTES: Final = int(LIMITS["memory_bytes"].value)
RETRY: Final = "Send the request again after Retry-After seconds."
_CLIENT_PART: Final = 3
STALLED_S: Final = 0.5  # a body that pauses for this long makes room where there is none


class Budget:
    """A number of bytes; each client may hold a third of what the others leave, so that room is left for the next."""

    def __init__(self, size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self.held_bytes = 0
        self._of_client: Counter[str] = Counter()

    def take(self, client: str, size_bytes: int) -> None:
        """Hold ``size_bytes`` more; raises ``OverloadedError`` where that is over the client's part."""
        held = self._of_client[client]
        others = self.held_bytes - held
        if (held + size_bytes) * _CLIENT_PART > self.size_bytes - others:
            self.give(client, 0)
            raise OverloadedError("the uploads being received take up all the room.", remedy=RETRY)
        self._of_client[client] += size_bytes
        self.held_bytes += size_bytes

    def give(self, client: str, size_bytes: int) -> None:
        """Hold ``size_bytes`` fewer."""
        self.held_bytes -= size_bytes
        self._of_client[client] -= size_bytes
        if not self._of_client[client]:
            del self._of_client[client]


class Spool:
    """The budgets of one process, and who holds them."""

    def __init__(self, memory_bytes: int, disk_bytes: int) -> None:
        self.memory = Budget(memory_bytes)
        self.disk = Budget(disk_bytes)
        self.on_disk: set[Hold] = set()

    def hold(self, client: str) -> "Hold":
        """What one request holds; nothing yet."""
        return Hold(self, client)

    def make_room(self, client: str) -> bool:
        """Interrupt the body of which nothing has come for longest, of ``client`` if it has one; ``False`` if none."""
        before_s = time.monotonic() - STALLED_S
        stalled = [hold for hold in self.on_disk if hold.interrupt is not None and hold.grown_s < before_s]
        if not stalled:
            return False
        min(stalled, key=lambda hold: (hold.client != client, hold.grown_s)).give_up()
        return True


class Hold:
    """The bytes of one request's body; ``interrupt`` ends the wait for more of it, while there is one."""

    def __init__(self, spool: Spool, client: str) -> None:
        self.client = client
        self.size_bytes = 0
        self.grown_s = 0.0
        self.interrupt: Callable[[], None] | None = None
        self._spool = spool
        self._budget = spool.memory

    def grow(self, size_bytes: int) -> None:
        """Hold ``size_bytes`` more; raises ``OverloadedError`` where there is no room for them."""
        if self._budget is self._spool.memory and self.size_bytes + size_bytes > SMALL_BYTES:
            self._take(self._spool.disk, self.size_bytes)
            self._budget.give(self.client, self.size_bytes)
            self._budget = self._spool.disk
            self._spool.on_disk.add(self)
        self._take(self._budget, size_bytes)
        self.size_bytes += size_bytes
        self.grown_s = time.monotonic()

    def give_up(self) -> None:
        """Make room for another body."""
        assert self.interrupt is not None
        self.interrupt()
        self.release()

    def release(self) -> None:
        """Hold nothing any more."""
        self._budget.give(self.client, self.size_bytes)
        self.size_bytes = 0
        self.interrupt = None
        self._spool.on_disk.discard(self)

    def _take(self, budget: Budget, size_bytes: int) -> None:
        while True:
            try:
                return budget.take(self.client, size_bytes)
            except OverloadedError:
                if budget is not self._spool.disk or not self._spool.make_room(self.client):
                    raise


def open_spool(settings: Settings) -> Spool:
    """The budgets of ``settings``, divided among the workers: on disk at most half of what is free where files go."""
    disk_bytes = min(settings.spool_bytes, _usable_bytes(settings.spool_bytes))
    return Spool(share(MEMORY_BYTES, settings.workers), share(disk_bytes, settings.workers))


def _usable_bytes(default: int) -> int:
    try:
        return shutil.disk_usage(tempfile.gettempdir()).free // 2
    except OSError:  # no folder can be written to now; once there is one, a full disk is answered as such
        return default


PLAIN_BYTES: Final = int(LIMITS["body_bytes"].value)
FORM_OVERHEAD_BYTES: Final = int(LIMITS["form_overhead_bytes"].value)
_DRAINED_BYTES: Final = 64 * 1024 * 1024
_ROOM_CHECK_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Bytes of a form, and seconds of any body: for all of it, for a pause, and for others to make room for it."""

    form_bytes: int
    request_timeout_s: float
    body_timeout_s: float
    room_wait_s: float

    @classmethod
    def of(cls, settings: Settings) -> "BodyLimits":
        """The limits of ``settings``."""
        form_bytes = settings.max_upload_bytes + FORM_OVERHEAD_BYTES
        return cls(form_bytes, settings.request_timeout_s, settings.body_timeout_s, settings.queue_wait_s)


class Body:
    """Wraps the ``receive`` of one request; its own raises ``ProblemError`` or ``OverloadedError`` beyond a limit."""

    def __init__(
        self, receive: Receive, headers: Headers, hold: Hold, limits: BodyLimits, plain_bytes: int = PLAIN_BYTES
    ) -> None:
        self._receive = receive
        self._hold = hold
        self._limits = limits
        is_form = headers.get("content-type", "").lower().startswith("multipart/")
        self._cap_bytes = limits.form_bytes if is_form else plain_bytes
        self._declared_bytes = _declared_bytes(headers)
        self._ended = not self._declared_bytes and "transfer-encoding" not in headers
        self._received_bytes = 0
        self._deadline_s = 0.0

    async def receive(self) -> Message:
        """The next message of the request."""
        if self._ended:  # what comes is the end of the body, or of the connection, and may take its time
            return await self._receive()
        if self._declared_bytes is not None and self._declared_bytes > self._cap_bytes:
            raise self._too_large()
        message = await self._in_time()
        size = len(message.get("body", b""))
        self._received_bytes += size
        if self._received_bytes > self._cap_bytes:
            raise self._too_large()
        await self._find_room(size)
        self._ended = not message.get("more_body", False)
        return message

    def close_if_unread(self, start: Message) -> None:
        """Let the answer that ``start`` begins end the connection, where it is not worth reading the rest.

        Else what is left of a refused body is read and thrown away, so that a browser gets to see the answer.
        """
        is_endless = self._declared_bytes is None or self._declared_bytes > _DRAINED_BYTES
        if not self._ended and (is_endless or start["status"] == 408):
            MutableHeaders(scope=start)["Connection"] = "close"

    async def _find_room(self, size_bytes: int) -> None:
        """Hold the bytes that came; while there is no room for them, the client is not read from."""
        ends_s = asyncio.get_running_loop().time() + self._limits.room_wait_s
        while True:
            try:
                return self._hold.grow(size_bytes)
            except OverloadedError:
                if asyncio.get_running_loop().time() > ends_s:
                    raise
            await asyncio.sleep(_ROOM_CHECK_S)

    async def _in_time(self) -> Message:
        now_s = asyncio.get_running_loop().time()
        self._deadline_s = self._deadline_s or now_s + self._limits.request_timeout_s
        stalled_s = now_s + self._limits.body_timeout_s
        try:
            async with asyncio.timeout_at(min(self._deadline_s, stalled_s)) as wait:
                self._hold.interrupt = lambda: None if wait.expired() else wait.reschedule(0)
                return await self._receive()
        except TimeoutError:
            if self._hold.interrupt is None:  # released
                raise OverloadedError("the body paused, and others took its room.", remedy=RETRY) from None
            if stalled_s < self._deadline_s:
                detail = f"nothing of the body came for {self._limits.body_timeout_s:g} s."
            else:
                detail = f"the body took over {self._limits.request_timeout_s:g} s."
            raise ProblemError("request-timeout", detail) from None
        finally:
            self._hold.interrupt = None

    def _too_large(self) -> ProblemError:
        return ProblemError("body-too-large", f"the request's body is over the cap of {self._cap_bytes:,} bytes.")


def _declared_bytes(headers: Headers) -> int | None:
    declared = headers.get("content-length", "")
    # A length of 20 digits is beyond any cap; int() itself would refuse some thousands of them.
    return int(declared[:20]) if declared.isascii() and declared.isdigit() else None
