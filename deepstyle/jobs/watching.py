"""A thread of ``deepstyle serve`` that watches over work until the server ends."""

import contextlib
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def watching(name: str, watch: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run ``watch`` in a thread within the block, whose end sets the event; ``watch`` then returns soon."""
    ended = threading.Event()
    thread = threading.Thread(target=watch, args=(ended,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
