"""Security headers of every answer, and which sites may show this one in a frame or read its API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, Self

from deepstyle.settings import Settings, origins

Framed = Literal["'none'", "'self'"]
EXPOSED: Final = ("ETag", "Retry-After", "X-Request-ID")
"""Headers of an answer that scripts of an allowed origin may read."""
_API_POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Frames:
    """The origins whose pages may embed this site's pages, beside what each page allows by itself."""

    ancestors: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """``frame_ancestors`` of the settings."""
        return cls(origins(settings.frame_ancestors))

    def headers(self, policy: str, own: Framed) -> dict[str, str]:
        """The headers of a page with the content security ``policy`` that ``own`` may embed by default.

        ``frame-ancestors`` is checked for every ancestor, so a page embedded by this site needs the origins too.
        ``X-Frame-Options`` cannot name an origin: it is left empty where there are any.
        """
        if not self.ancestors:
            return {
                "Content-Security-Policy": f"{policy}; frame-ancestors {own}",
                "X-Frame-Options": "DENY" if own == "'none'" else "SAMEORIGIN",
            }
        named = " ".join(("'self'", *self.ancestors))
        return {"Content-Security-Policy": f"{policy}; frame-ancestors {named}", "X-Frame-Options": ""}


def security_headers(settings: Settings) -> Mapping[str, str]:
    """The headers of every answer that does not set its own.

    Pictures may be embedded by other sites only where the API is open to some: the header cannot name origins.
    """
    return {
        "Content-Security-Policy": _API_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "cross-origin" if settings.cors_origins else "same-origin",
        "X-Frame-Options": "DENY",
    }
