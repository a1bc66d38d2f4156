"""What the server measures of itself, in Prometheus' terms; one registry an app, so that two apps never mix."""

from typing import Final

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest

_STAGE_BUCKETS_S: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_REQUEST_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Durations of decode, encode, search and whole requests, and how many uploads are in flight."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.decode_seconds = self._stage("deepstyle_decode_seconds", "Decode and resize of one uploaded image.")
        self.encode_seconds = self._stage("deepstyle_encode_seconds", "From prepared pixels to an embedding.")
        self.search_seconds = self._stage("deepstyle_search_seconds", "From an embedding to the most similar items.")
        self.uploads_in_flight = Gauge(
            "deepstyle_uploads_in_flight", "Uploads being encoded or waiting for it.", registry=self.registry
        )
        self.request_seconds = Histogram(
            "deepstyle_request_seconds",
            "Whole requests, by route, method and status.",
            ("route", "method", "status"),
            buckets=_REQUEST_BUCKETS_S,
            registry=self.registry,
        )

    def _stage(self, name: str, text: str) -> Histogram:
        return Histogram(name, text, buckets=_STAGE_BUCKETS_S, registry=self.registry)

    def exposition(self) -> bytes:
        """All metrics in the Prometheus text format."""
        return generate_latest(self.registry)
