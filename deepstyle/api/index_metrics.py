"""What the follower of the vector index did, for ``/metrics``."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class IndexMetrics:
    """See ``deepstyle.index.notes.Notes``."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._rows = Counter(
            "deepstyle_index_rows", "Rows written to or deleted from the vector index.", registry=registry
        )
        self._builds = Counter("deepstyle_index_builds", "Vector indexes built anew.", registry=registry)
        self._failures = Counter(
            "deepstyle_index_failures", "Times that the vector index could not be followed.", registry=registry
        )
        self._followed = Gauge(
            "deepstyle_index_followed_timestamp_seconds",
            "When the vector index last had everything; 0 where another server follows.",
            registry=registry,
            multiprocess_mode="livesum",
        )

    def has_followed(self, time_s: float) -> None:
        """See ``Notes.has_followed``."""
        self._followed.set(time_s)

    def has_written(self, rows: int) -> None:
        """See ``Notes.has_written``."""
        self._rows.inc(rows)

    def has_built(self) -> None:
        """See ``Notes.has_built``."""
        self._builds.inc()

    def has_failed(self) -> None:
        """See ``Notes.has_failed``."""
        self._failures.inc()
