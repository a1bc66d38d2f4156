"""The limits on everything that a client controls, in one table that the tests walk.

A limit that an operator may change names its setting; the table holds the default.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: ``value`` in the unit that ``name`` ends with, and the HTTP ``status`` of a request beyond it.

    ``status`` 0 means that the connection is closed without an answer. ``setting`` is the field of ``Settings`` that
    overrides the value, ``""`` where it is fixed.
    """

    name: str
    value: float
    status: int
    what: str
    setting: str = ""


_LIMITS: Final[tuple[Limit, ...]] = (
    # Connections: held by the server before a request exists.
    # Requests: held by the application.
    Limit("reads_running", 2, 503, "Requests that are worked on at a time, uploads and health aside", "reads_running"),
    Limit("reads_waiting", 1000, 503, "Requests that wait for one of these to end", "reads_waiting"),
    Limit("uploads_waiting", 64, 503, "Uploads that wait for the encoder", "queue_size"),
    Limit("queue_wait_s", 1, 503, "How long a request or an upload waits for its turn", "queue_wait_s"),
    Limit("reads_per_minute", 3000, 429, "Requests of one client, uploads and health aside", "rate_limit"),
    Limit("uploads_per_minute", 120, 429, "Uploads and questions about outfits of one client", "upload_rate_limit"),
    Limit("tracked_clients", 10_000, 0, "Clients that a rate is counted for; the oldest count makes room"),
    # Bodies and forms.
    Limit("body_bytes", 64 * 1024, 413, "A body that is no form"),
    Limit("upload_bytes", 10 * 1024 * 1024, 413, "An uploaded image, and all images of one form", "max_upload_bytes"),
    Limit("form_overhead_bytes", 64 * 1024, 413, "The rest of a form: boundaries, part headers and other fields"),
    Limit("form_images", 4, 422, "Images of one form"),
    Limit("form_fields", 64, 400, "Other fields of one form"),
    Limit("form_field_bytes", 48 * 1024, 400, "One field that is no image"),
    Limit("body_timeout_s", 60, 408, "How long a body may take, of whatever kind", "body_timeout_s"),
    Limit("body_stall_s", 10, 408, "How long nothing of a body may come", "body_stall_s"),
    Limit("small_body_bytes", 1024 * 1024, 0, "What is held of one body in memory; all of a larger one lies on disk"),
    Limit("memory_bytes", 128 * 1024 * 1024, 503, "Bodies in memory, in total; a client has a third of what is left"),
    Limit("spool_bytes", 512 * 1024 * 1024, 503, "Bodies on disk, likewise; or half of what is free", "spool_bytes"),
    # Pictures.
)

LIMITS: Final[Mapping[str, Limit]] = MappingProxyType({limit.name: limit for limit in _LIMITS})
"""Every limit by name."""


def share(value: float, workers: int) -> int:
    """One worker's part of a limit on all of them, at least 1."""
    return max(1, math.floor(value / workers))
