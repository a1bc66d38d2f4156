"""How much, how fast and how long: what one download may take of this machine and of other people's servers."""

from dataclasses import dataclass, replace
from typing import Final

from deepstyle.images.pixels import MAX_IMAGE_BYTES


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a download; each holds for every try and every redirect.

    ``total_s`` is the time of one request from the first byte sent to the last one read. ``connections`` are all that
    are open at once, ``per_host`` those to one host, which gets at most ``per_host_rate`` requests a second. The wait
    before the n-th further try is ``backoff_s`` · 2ⁿ, ± 50 %. A server that asks to be left alone for longer than
    ``max_wait_s`` counts as busy. After ``give_up_after`` addresses in a row that a host did not answer, the others of
    that host are not tried.
    """

    max_bytes: int = MAX_IMAGE_BYTES
    connect_s: float = 10.0
    read_s: float = 15.0
    total_s: float = 60.0
    connections: int = 16
    per_host: int = 6
    per_host_rate: float = 50.0
    redirects: int = 5
    tries: int = 4
    backoff_s: float = 1.0
    max_wait_s: float = 120.0
    give_up_after: int = 24


PICTURES: Final = Limits()
FEEDS: Final = replace(PICTURES, max_bytes=2 * 1024**3, read_s=60.0, total_s=3600.0)
