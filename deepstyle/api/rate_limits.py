"""How many requests a client may send in a while, counted by the library ``limits`` in bounded memory."""

import math
import time
from collections import OrderedDict
from typing import Final

from limits import RateLimitItem, parse_many
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from deepstyle.api.clients import Client
from deepstyle.api.limits import LIMITS, share
from deepstyle.api.problems import ProblemError
from deepstyle.errors import UsageError

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
        if client.is_local:
            return
        for item in self._items:
            if not self._limiter.hit(item, client.name):
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
