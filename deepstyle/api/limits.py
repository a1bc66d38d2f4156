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
    # Requests: held by the application.
    # Bodies and forms.
    # Pictures.
)

LIMITS: Final[Mapping[str, Limit]] = MappingProxyType({limit.name: limit for limit in _LIMITS})
"""Every limit by name."""
