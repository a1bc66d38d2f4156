"""Connections to checked addresses: a host is resolved once, and the address that was checked is the one connected to.

So a name that resolves differently a moment later (DNS rebinding) gains nothing. TLS still verifies the host's name.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import httpcore2

from deepstyle.download.address import Allowed, check_address
from deepstyle.download.causes import FetchError

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to the host's IP addresses, best first; raises ``OSError``."""


async def resolve(host: str, port: int) -> list[str]:
    """The addresses that the system knows ``host`` by."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to hosts all of whose addresses are public, and to those that the operator allows."""

    def __init__(self, allowed: Allowed, resolver: Resolver) -> None:
        self._allowed, self._resolve = allowed, resolver
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Resolve, check, connect. Raises ``FetchError`` and the library's errors."""
        error: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in await self._checked(host, port, timeout):
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as refused:
                error = refused
        raise error

    async def _checked(self, host: str, port: int, timeout_s: float | None) -> Sequence[str]:
        try:
            async with asyncio.timeout(timeout_s):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise FetchError("timeout", f"The name {host} was not resolved in time.") from error
        except (OSError, UnicodeError) as error:
            raise FetchError("unreachable", f"The name {host} cannot be resolved.") from error
        if (host, port) not in self._allowed:
            for address in addresses:
                check_address(address, host)
        return addresses
