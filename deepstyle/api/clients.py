"""Who sends a request, to which host, and how often: the checks that need its headers alone.

A client is the peer's address, or the one that a trusted proxy names in ``X-Forwarded-For``.
"""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self, TypeAlias

from limits import RateLimitItem, parse_many
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from starlette.datastructures import Headers
from starlette.types import Scope

from deepstyle.api.limits import LIMITS, share
from deepstyle.api.problems import ProblemError
from deepstyle.errors import UsageError
from deepstyle.settings import Settings

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
    if not trusted or not is_trusted(peer, trusted):
        return client_at(peer)
    found = peer
    for entry in reversed(",".join(headers.getlist("x-forwarded-for")).split(",")):
        text = without_port(entry.strip())
        if address_of(text) is None:
            break
        found = text
        if not is_trusted(text, trusted):
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
def is_trusted(text: str, trusted: tuple[Network, ...]) -> bool:
    """Is the address one of these networks'?"""
    address = address_of(text)
    return address is not None and any(address in network for network in trusted)


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names that are answered; ``everything`` where any is.

    Addresses and names without a dot are always answered: nobody can register one and let it point here.
    """

    names: frozenset[str]
    everything: bool

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """``allowed_hosts``; where it is empty, every name on an address of the network, and local ones on loopback."""
        names = frozenset(name.strip().lower().rstrip(".") for name in settings.allowed_hosts.split(",")) - {""}
        loopback = address_of(settings.host)
        is_local = settings.host == "localhost" or (loopback is not None and loopback.is_loopback)
        everything = "*" in names or (not names and not is_local)
        return cls(names | {settings.host.lower()}, everything)

    def check(self, given: list[str]) -> None:
        """Raise ``ProblemError`` where the ``Host`` headers name another host; none at all is HTTP/1.0's."""
        if self.everything or not given:
            return
        if len(given) > 1 or not self._is_ours(without_port(given[0].strip()).lower().rstrip(".")):
            raise ProblemError("unknown-host", f"this server does not answer to {given[0][:100]!r}.")

    def _is_ours(self, name: str) -> bool:
        if name in self.names or address_of(name) is not None or name.endswith(".localhost"):
            return True
        if "." not in name:
            return bool(name)
        return any(known.startswith("*.") and name.endswith(known[1:]) for known in self.names)


TRACKED: Final = int(LIMITS["tracked_clients"].value)


class Windows(Storage):
    """The counts of the last windows, at most ``most`` of them: where another one is begun, the oldest is dropped.

    ``limits`` has a storage in memory of its own, but that one grows with the clients and starts threads.
    """

    STORAGE_SCHEME = None

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self._windows: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What ``limits`` may wrap; nothing is raised here."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count ``amount`` in the window of ``key``, a new one where the last is over; returns the count."""
        count, ends_s = self._windows.get(key, (0, 0.0))
        now_s = time.time()
        if ends_s <= now_s:
            self._windows.pop(key, None)
            count, ends_s = 0, now_s + expiry
            if len(self._windows) >= self.most:
                self._windows.popitem(last=False)
        self._windows[key] = count + amount, ends_s
        return count + amount

    def get(self, key: str) -> int:
        """The count of the window of ``key``."""
        count, ends_s = self._windows.get(key, (0, 0.0))
        return count if ends_s > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the window of ``key`` ends, in seconds since 1970."""
        return self._windows.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int:
        """Forget every window; returns how many there were."""
        count = len(self._windows)
        self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget the window of ``key``."""
        self._windows.pop(key, None)

    def __len__(self) -> int:
        return len(self._windows)


class Rates:
    """The rates of one kind of request, such as ``120/minute;2000/day``, divided among the workers."""

    def __init__(self, name: str, setting: str, workers: int, *, tracked: int = TRACKED) -> None:
        self.name = name
        self._items = [_divided(item, workers) for item in _parsed(name, setting)]
        self.windows = Windows(tracked)
        self._limiter = FixedWindowRateLimiter(self.windows)

    def check(self, client: Client) -> None:
        """Count one request; raises ``ProblemError`` (rate-limited) beyond a rate. This machine has none."""
        self._require(client, self._limiter.hit)

    def peek(self, client: Client) -> None:
        """Raise where ``check`` would, without counting a request."""
        self._require(client, self._limiter.test)

    def count(self, client: Client) -> None:
        """Count one request, within the rates or not."""
        for item in () if client.is_local else self._items:
            self._limiter.hit(item, client.name)

    def _require(self, client: Client, within: Callable[[RateLimitItem, str], bool]) -> None:
        if client.is_local:
            return
        for item in self._items:
            if not within(item, client.name):
                wait_s = self._limiter.get_window_stats(item, client.name).reset_time - time.time()
                detail = f"this client sent more than {item.amount} requests in {item.get_expiry()} s."
                raise ProblemError("rate-limited", detail, retry_after_s=max(1, math.ceil(wait_s)))


def _parsed(name: str, setting: str) -> list[RateLimitItem]:
    if not setting.strip():
        return []
    try:
        return parse_many(setting)
    except ValueError:
        remedy = f"Set DEEPSTYLE_{name.upper()} to a rate such as 120/minute, or to nothing for none."
        raise UsageError(f"{name}: {setting!r} is not a rate.", remedy=remedy) from None


def _divided(item: RateLimitItem, workers: int) -> RateLimitItem:
    return type(item)(share(item.amount, workers), item.multiples, item.namespace)
