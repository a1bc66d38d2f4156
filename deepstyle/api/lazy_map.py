"""The map of a small catalogue without a stored one: computed in the background on the first request."""

import logging
import threading
from typing import Final

from deepstyle.api.problems import ProblemError
from deepstyle.errors import UsageError
from deepstyle.platform import run_thread_in_background
from deepstyle.report.map_points import MapPoints, compute_points
from deepstyle.store.base import Store

SMALL_CATALOGUE: Final = 5000
READING_S: Final = 2.0
log = logging.getLogger("deepstyle.api")


class LazyMap:
    """At most one thread computes; requests meanwhile are answered with map-pending."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._points: MapPoints | None = None
        self._failure: tuple[str, ProblemError] | None = None
        self._running: threading.Thread | None = None

    def get(self, store: Store, space: str) -> MapPoints:
        """The map of ``space``; raises ``ProblemError``: map-pending while it is computed, no-map if it cannot be."""
        with self._lock:
            if self._points is not None and self._points.space == space:
                return self._points
            if self._failure is not None and self._failure[0] == space:
                raise self._failure[1]
            vectors = store.spaces().get(space, 0)
            if vectors > SMALL_CATALOGUE:
                raise ProblemError("no-map", f"the map of {vectors:,} items has not been computed.")
            if self._running is None:
                self._running = threading.Thread(target=self._compute, args=(store, space), name="map", daemon=True)
                self._running.start()
        raise ProblemError("map-pending", f"the map of {vectors:,} items is being computed.")

    def close(self) -> None:
        """Let a running thread finish reading the store, which is about to be closed; do not wait for its result."""
        running = self._running
        if running is not None:
            running.join(timeout=READING_S)

    def _compute(self, store: Store, space: str) -> None:
        run_thread_in_background()  # requests go first
        points, failure = None, None
        try:
            points = compute_points(store, space, jobs=1)
        except UsageError as error:
            failure = (space, ProblemError("no-map", error.message, remedy=error.remedy))
        except Exception:
            log.exception("the map could not be computed")
            failure = (space, ProblemError("no-map", "the map could not be computed."))
        with self._lock:
            self._points, self._failure, self._running = points, failure, None
