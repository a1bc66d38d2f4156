"""The limits on everything that a client controls, in one table that the tests walk.

A limit that an operator may change names its setting; the table holds the default.
"""

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
    Limit("connections", 4096, 503, "connections of all clients", "max_connections"),
    Limit("connections_per_client", 256, 0, "connections of one address", "max_connections_per_client"),
    Limit("header_timeout_s", 10, 408, "wait for a request and for all of its headers", "header_timeout_s"),
    Limit("keep_alive_timeout_s", 5, 0, "wait between two requests", "keep_alive_timeout_s"),
    Limit("body_timeout_s", 15, 408, "pause within a body, and in its arrival at the least rate", "body_timeout_s"),
    Limit("request_timeout_s", 60, 408, "from the headers to the end of the body", "request_timeout_s"),
    Limit("write_timeout_s", 15, 0, "pause of a client that reads its answer", "write_timeout_s"),
    Limit("least_rate_bytes_s", 4096, 408, "rate of a body and of an answer; a timeout runs while it is slower"),
    Limit("url_bytes", 8 * 1024, 414, "path and query"),
    Limit("header_bytes", 32 * 1024, 431, "request line and headers"),
    Limit("headers", 100, 431, "headers of a request"),
    Limit("framing_bytes", 16 * 1024, 400, "chunk extensions and trailers of a body"),
    Limit("pipelined_requests", 8, 0, "requests of a connection that wait for the answer to an earlier one"),
    # Requests: held by the application.
    # Bodies and forms.
    # Pictures.
)

LIMITS: Final[Mapping[str, Limit]] = MappingProxyType({limit.name: limit for limit in _LIMITS})
"""Every limit by name."""


def share(value: int, workers: int) -> int:
    """The part of a limit that one of ``workers`` server processes gets, at least 1."""
    return max(1, value // workers)
