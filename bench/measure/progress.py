"""One line on the terminal that says how far a long step is."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
EVERY_S = 2.0


def progress(what: str, values: Iterable[T], total: int) -> Iterator[T]:
    """Pass ``values`` on, and print to stderr every two seconds how many of ``total`` have passed."""
    shown_s = time.monotonic()
    for number, value in enumerate(values, 1):
        yield value
        if (now_s := time.monotonic()) - shown_s > EVERY_S:
            print(f"\r{what}: {number}/{total} ", end="", file=sys.stderr, flush=True)
            shown_s = now_s
    print("\r", end="", file=sys.stderr)
