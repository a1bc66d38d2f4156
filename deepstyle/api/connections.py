"""The connections of one server process: how many there may be, and which one is closed to make room.

A client is the peer, by the name that ``clients`` gives it. A connection on which the server waits for the client may
be closed at any time, the longest wait first; one whose request is being answered never is.
"""

import asyncio
import heapq
import logging
from collections import Counter, defaultdict
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, Protocol

from deepstyle.api.clients import Network, trusted_networks
from deepstyle.api.limits import share
from deepstyle.platform import open_files_limit
from deepstyle.settings import Settings

SWEEP_S: Final = 0.5
_BACKLOG: Final = 2048
log = logging.getLogger("deepstyle.server")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the clients of one process may hold; ``proxies`` are not limited as one client."""

    connections: int
    per_client: int
    header_s: float
    keep_alive_s: float
    body_s: float
    request_s: float
    write_s: float
    import_s: float = 3600.0
    proxies: tuple[Network, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        """The rules of one worker; half of its descriptors are for its files, and for what is not accepted yet."""
        return cls(
            connections=min(share(settings.max_connections, settings.workers), max(1, open_files_limit() // 2)),
            per_client=share(settings.max_connections_per_client, settings.workers),
            header_s=settings.header_timeout_s,
            keep_alive_s=settings.keep_alive_timeout_s,
            body_s=settings.body_timeout_s,
            request_s=settings.request_timeout_s,
            write_s=settings.write_timeout_s,
            import_s=settings.import_timeout_s,
            proxies=trusted_networks(settings.trusted_proxies),
        )


class Connection(Protocol):
    """What the table needs of a connection."""

    peer: str
    is_proxy: bool

    def waiting_since_s(self) -> float | None:
        """Since when the client has kept the server waiting, in the loop's time; ``None`` while it does not."""

    def check(self, now_s: float) -> None:
        """Close the connection where the client has kept the server waiting for too long."""

    def evict(self) -> None:
        """Close the connection to make room."""


class Connections:
    """Every open connection by client; connections that wait for too long are looked for every ``SWEEP_S``."""

    def __init__(self, rules: Rules, loop: asyncio.AbstractEventLoop) -> None:
        self.rules = rules
        self._loop = loop
        self._of_client: defaultdict[str, dict[Connection, None]] = defaultdict(dict)  # in order of arrival
        self._total = 0
        self._sweeping = False
        self._turned_away: Counter[str] = Counter()

    def admit(self, connection: Connection) -> bool:
        """Take in a new connection; ``False`` where there is no room and every client is being answered."""
        if self._total >= self.rules.connections and not self._make_room():
            self._turned_away["refused"] += 1
            return False
        self._of_client[connection.peer][connection] = None
        self._total += 1
        if not self._sweeping:
            self._sweeping = True
            self._loop.call_later(SWEEP_S, self._sweep)
        return True

    def release(self, connection: Connection) -> None:
        """Forget a connection, which may have been refused or evicted."""
        mine = self._of_client.get(connection.peer, {})
        if connection in mine:
            del mine[connection]
            self._total -= 1
            if not mine:
                del self._of_client[connection.peer]

    def _make_room(self) -> bool:
        """Evict from the client that has the most connections, else from the next that keeps the server waiting."""
        most = max(self._of_client, key=lambda client: len(self._of_client[client]))
        return self._trim(most, at_least=1) or any(self._trim(client, at_least=1) for client in list(self._of_client))

    def _trim(self, client: str, *, at_least: int = 0) -> bool:
        """Evict what a client has over its limit, the longest waits first; ``True`` where there was any."""
        held = self._of_client[client]
        over = 0 if next(iter(held)).is_proxy else len(held) - self.rules.per_client
        waits = [(since_s, one) for one in held if (since_s := one.waiting_since_s()) is not None]
        victims = heapq.nsmallest(max(over, at_least), waits, key=itemgetter(0))  # of equals, the first that came
        for _, victim in victims:
            self.release(victim)
            victim.evict()
        self._turned_away["evicted"] += len(victims)
        return bool(victims)

    def _sweep(self) -> None:
        # Not at the accept: of a burst, those that have already sent their request are being answered by now.
        now_s = self._loop.time()
        for client, held in list(self._of_client.items()):
            for connection in list(held):
                connection.check(now_s)
            if len(held) > self.rules.per_client:
                self._trim(client)
        if self._turned_away.total():
            log.warning("connections turned away, as there were too many: %s", dict(self._turned_away))
            self._turned_away.clear()
        self._sweeping = bool(self._of_client)
        if self._sweeping:
            self._loop.call_later(SWEEP_S, self._sweep)


def backlog() -> int:
    """Connections that may wait to be accepted: all of them are in one turn of the loop, before any is closed."""
    return min(_BACKLOG, open_files_limit() // 4)
