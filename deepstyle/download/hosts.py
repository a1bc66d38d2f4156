"""Politeness: how often and how many at once each host is asked, and when it is left alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from deepstyle.download.limits import Limits


@dataclass(slots=True)
class _Host:
    """``next_s`` is when the next request may start; ``failures`` counts addresses in a row without an answer."""

    slots: asyncio.Semaphore
    next_s: float = 0.0
    paused_until_s: float = 0.0
    failures: int = 0


@dataclass(slots=True)
class Hosts:
    """The hosts of one download, by ``host:port``."""

    limits: Limits
    _hosts: dict[str, _Host] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait until the host may be asked again; it counts as asked until the block ends."""
        host = self._host(name)
        async with host.slots:
            while (wait_s := max(host.next_s, host.paused_until_s) - _now_s()) > 0:
                await asyncio.sleep(wait_s)
            host.next_s = _now_s() + 1 / self.limits.per_host_rate
            yield

    def pause(self, name: str, seconds: float) -> None:
        """Ask the host nothing for so long."""
        host = self._host(name)
        host.paused_until_s = max(host.paused_until_s, _now_s() + seconds)

    def note(self, name: str, *, failed: bool) -> None:
        """Remember whether the host answered, after all tries for one address."""
        host = self._host(name)
        host.failures = host.failures + 1 if failed else 0

    def is_given_up(self, name: str) -> bool:
        """Whether the host has not answered for so many addresses that the others are not tried."""
        return self._host(name).failures >= self.limits.give_up_after

    def _host(self, name: str) -> _Host:
        if name not in self._hosts:
            self._hosts[name] = _Host(asyncio.Semaphore(self.limits.per_host))
        return self._hosts[name]


def _now_s() -> float:
    return asyncio.get_running_loop().time()
