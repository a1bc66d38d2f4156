"""The bytes of bodies that are being received or wait for their turn: bounded in memory and on disk, shared fairly.

A body's bytes count as they arrive, up to ``small_body_bytes`` as memory and beyond it as disk, where the form's
parser puts them.
"""

import shutil
import tempfile
from collections import Counter
from typing import Final

from deepstyle.api.limits import LIMITS, share
from deepstyle.errors import OverloadedError
from deepstyle.settings import Settings

SMALL_BYTES: Final = int(LIMITS["small_body_bytes"].value)
MEMORY_BYTES: Final = int(LIMITS["memory_bytes"].value)
_CLIENT_PART: Final = 3


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
            remedy = "Send the request again after Retry-After seconds."
            raise OverloadedError("the uploads being received take up all the room.", remedy=remedy)
        self._of_client[client] += size_bytes
        self.held_bytes += size_bytes

    def give(self, client: str, size_bytes: int) -> None:
        """Hold ``size_bytes`` fewer."""
        self.held_bytes -= size_bytes
        self._of_client[client] -= size_bytes
        if not self._of_client[client]:
            del self._of_client[client]


class Spool:
    """The budgets of one process."""

    def __init__(self, memory_bytes: int, disk_bytes: int) -> None:
        self.memory = Budget(memory_bytes)
        self.disk = Budget(disk_bytes)

    def hold(self, client: str) -> "Hold":
        """What one request holds; nothing yet."""
        return Hold(self, client)


class Hold:
    """The bytes of one request's body."""

    def __init__(self, spool: Spool, client: str) -> None:
        self._spool = spool
        self._client = client
        self._budget = spool.memory
        self.size_bytes = 0

    def grow(self, size_bytes: int) -> None:
        """Hold ``size_bytes`` more; raises ``OverloadedError`` where there is no room for them."""
        if self._budget is self._spool.memory and self.size_bytes + size_bytes > SMALL_BYTES:
            self._spool.disk.take(self._client, self.size_bytes)
            self._budget.give(self._client, self.size_bytes)
            self._budget = self._spool.disk
        self._budget.take(self._client, size_bytes)
        self.size_bytes += size_bytes

    def release(self) -> None:
        """Hold nothing any more."""
        self._budget.give(self._client, self.size_bytes)
        self.size_bytes = 0


def open_spool(settings: Settings) -> Spool:
    """The budgets of ``settings``, divided among the workers: on disk at most half of what is free where files go."""
    disk_bytes = min(settings.spool_bytes, _usable_bytes(settings.spool_bytes))
    return Spool(share(MEMORY_BYTES, settings.workers), share(disk_bytes, settings.workers))


def _usable_bytes(default: int) -> int:
    try:
        return shutil.disk_usage(tempfile.gettempdir()).free // 2
    except OSError:  # no folder can be written to now; once there is one, a full disk is answered as such
        return default
