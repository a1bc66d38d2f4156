"""The bytes of bodies that are being received or wait for their turn: bounded in memory and on disk, shared fairly.

A body's bytes count as they arrive, up to ``small_body_bytes`` as memory and beyond it as disk, where the form's
parser puts them.
"""

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from deepstyle.api.limits import LIMITS, share
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
