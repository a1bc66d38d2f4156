"""When a feed is read next: at a fixed interval, with missed runs dropped, and later and later after failures."""

import re
from typing import Final

from deepstyle.errors import UsageError

FIRST_RETRY_S: Final = 30.0
LONGEST_RETRY_S: Final = 3600.0
SHORTEST_S: Final = 1.0
_UNITS_S: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_INTERVAL: Final = re.compile(r"([0-9]{1,6})([smhd])")


def parse_interval(text: str) -> float:
    """Seconds of ``90s``, ``15m``, ``2h`` or ``1d``. Raises ``UsageError``."""
    found = _INTERVAL.fullmatch(text.strip().lower())
    seconds = int(found[1]) * _UNITS_S[found[2]] if found else 0
    if seconds < SHORTEST_S:
        raise UsageError(f"{text!r} is no interval.", remedy="Write a number and a unit: 90s, 15m, 2h or 1d.")
    return float(seconds)


def next_run_s(started_s: float, every_s: float, failures: int) -> float:
    """When to run after a run that began at ``started_s`` and was the last of ``failures`` failed ones in a row."""
    if not failures:
        return started_s + every_s
    return started_s + min(FIRST_RETRY_S * 2.0 ** min(failures - 1, 20), max(every_s, LONGEST_RETRY_S))


def wait_s(planned_s: float, now_s: float, every_s: float) -> float:
    """How long to wait for a run; runs that were missed are one run now.

    A clock that was set back, or a longer interval before, does not delay it beyond one interval.
    """
    return min(max(0.0, planned_s - now_s), max(every_s, LONGEST_RETRY_S))
