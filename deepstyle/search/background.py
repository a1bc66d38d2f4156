"""Work that a search has done beside it, now and then, by one thread of low priority."""

import logging
import threading
import time
from collections.abc import Callable

from deepstyle.errors import DeepstyleError
from deepstyle.platform import run_thread_in_background

logger = logging.getLogger(__name__)


class Background:
    """Runs one piece of work at a time, each at least ``every_s`` after the last one began."""

    def __init__(self, name: str, every_s: float) -> None:
        self.stopping = threading.Event()
        self._name, self._every_s = name, every_s
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._began_s = float("-inf")

    def run(self, work: Callable[[], object], *, wait_s: float = 0.0) -> None:
        """Begin ``work``, unless the last one runs still, or began a moment ago; an error ends it and is logged.

        Who begins it waits ``wait_s`` at most for its end.
        """
        with self._guard:
            is_idle = self._thread is None or not self._thread.is_alive()
            is_due = time.monotonic() - self._began_s > self._every_s
            if is_idle and is_due and not self.stopping.is_set():
                self._began_s = time.monotonic()
                self._thread = threading.Thread(target=self._run, args=(work,), name=self._name, daemon=True)
                self._thread.start()
                begun = self._thread
            else:
                return
        begun.join(wait_s)

    def close(self) -> None:
        """Ask the work to end, and wait until it has."""
        self.stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, work: Callable[[], object]) -> None:
        run_thread_in_background()
        try:
            work()
        except (DeepstyleError, OSError, RuntimeError) as error:  # such as a store that was closed meanwhile
            logger.info("%s ended early: %s", self._name, error)
