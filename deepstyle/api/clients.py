"""Who sends a request: the peer's address, or the one that a trusted proxy names in ``X-Forwarded-For``."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from starlette.datastructures import Headers
from starlette.types import Scope

from deepstyle.errors import UsageError

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
IPV6_PREFIX: Final = 64  # what one subscriber has: the addresses within it are one client's to choose


@dataclass(frozen=True, slots=True)
class Client:
    """One client: the ``name`` that its use is counted under; ``is_local`` where it is on this machine."""

    name: str
    is_local: bool


def client_of(scope: Scope, headers: Headers, trusted: tuple[Network, ...]) -> Client:
    """The client of a request.

    Proxies append: the right-most entry of ``X-Forwarded-For`` that is not a trusted proxy's is the client. Nothing
    left of an entry that is no address counts.
    """
    peer = scope["client"][0] if scope.get("client") else ""
    if not trusted or not _is_trusted(peer, trusted):
        return client_at(peer)
    found = peer
    for entry in reversed(",".join(headers.getlist("x-forwarded-for")).split(",")):
        text = without_port(entry.strip())
        if address_of(text) is None:
            break
        found = text
        if not _is_trusted(text, trusted):
            break
    return client_at(found)


@lru_cache(maxsize=4096)
def client_at(text: str) -> Client:
    """The client at an address; IPv6 by its /64. No address, as of a Unix socket, is this machine."""
    address = address_of(text)
    if address is None:
        return Client("local", is_local=True)
    name = str(address)
    if isinstance(address, ipaddress.IPv6Address) and not address.is_loopback:
        name = str(ipaddress.IPv6Network((int(address), IPV6_PREFIX), strict=False))
    return Client(name, is_local=address.is_loopback)


def trusted_networks(setting: str) -> tuple[Network, ...]:
    """The networks of ``trusted_proxies``, such as ``10.0.0.0/8, ::1``; raises ``UsageError``."""
    try:
        return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in setting.split(",") if part.strip())
    except ValueError as error:
        remedy = "Set DEEPSTYLE_TRUSTED_PROXIES to addresses or networks, such as 10.0.0.0/8,::1."
        raise UsageError(f"trusted_proxies: {error}.", remedy=remedy) from None


def address_of(text: str) -> Address | None:
    """The address that ``text`` writes, IPv4 within IPv6 as IPv4; ``None`` where it is none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, ipaddress.IPv6Address) else address


def without_port(text: str) -> str:
    """The host of ``host``, ``host:port``, ``[host]`` or ``[host]:port``."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    host, colon, port = text.rpartition(":")
    return host if colon and ":" not in host and port.isascii() and port.isdigit() else text


@lru_cache(maxsize=4096)
def _is_trusted(text: str, trusted: tuple[Network, ...]) -> bool:
    address = address_of(text)
    return address is not None and any(address in network for network in trusted)
