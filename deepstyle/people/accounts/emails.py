"""E-mail addresses in one spelling: what people type in several ways is one account.

Blanks around the address are dropped, the whole address is in lower case, and the domain is written in ASCII (IDNA).
Nothing else changes: dots and ``+tags`` of the local part distinguish addresses. A local part outside ASCII is refused,
because two that look alike could then belong to two people.
"""

import re
from typing import Final

from deepstyle.errors import UsageError

MAX_EMAIL_CHARS: Final = 254
"""The longest address that mail servers accept (RFC 5321, 4.5.3.1)."""
_LOCAL: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN: Final = re.compile(rf"{_LABEL}(\.{_LABEL})+")
_REMEDY: Final = "Enter an address such as jo@example.com."


def normalised(text: str) -> str:
    """The one spelling of an address; raises ``UsageError`` for what is no address."""
    local, _, domain = text.strip().rpartition("@")
    email = f"{local.lower()}@{_ascii(domain)}"
    if not _LOCAL.fullmatch(local.lower()) or len(local) > 64 or len(email) > MAX_EMAIL_CHARS:
        raise UsageError("email: this is no e-mail address.", remedy=_REMEDY)
    return email


def _ascii(domain: str) -> str:
    try:
        found = domain.encode("idna").decode().lower()
    except UnicodeError:
        found = ""
    if not _DOMAIN.fullmatch(found):
        raise UsageError("email: this is no e-mail address.", remedy=_REMEDY)
    return found
