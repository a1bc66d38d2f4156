"""Why something could not be fetched: one cause each, so that a report can count them."""

from typing import Final, Literal

Cause = Literal[
    "bad-address",
    "refused-address",
    "unreachable",
    "untrusted",
    "timeout",
    "broken-off",
    "busy",
    "server-error",
    "not-found",
    "refused",
    "bad-redirect",
    "bad-encoding",
    "too-large",
    "not-a-picture",
    "given-up",
]

REMEDIES: Final[dict[Cause, str]] = {
    "bad-address": "Write an http or https address without user name and password; list another port than 80, 443, "
    "8080 and 8443 with its host in DEEPSTYLE_DOWNLOAD_ALLOW.",
    "refused-address": "Where it is yours, list its exact host and port in DEEPSTYLE_DOWNLOAD_ALLOW.",
    "unreachable": "Check the host's name, and that it can be reached from here.",
    "untrusted": "Have the server's certificate corrected.",
    "timeout": "Run the same command again when the server is faster.",
    "broken-off": "Run the same command again.",
    "busy": "Run the same command again later.",
    "server-error": "Run the same command again later.",
    "not-found": "Correct the address in the feed.",
    "refused": "Have the server let deepstyle read it, or save the file beside the feed.",
    "bad-redirect": "Write the address that it leads to.",
    "bad-encoding": "Have the server send the file as it is, or with gzip.",
    "too-large": "Publish a smaller file.",
    "not-a-picture": "Correct the address, or the picture behind it.",
    "given-up": "Check the host, then run the same command again.",
}
_PASSING: Final[frozenset[Cause]] = frozenset({"unreachable", "timeout", "broken-off", "busy", "server-error"})


class FetchError(Exception):
    """Why one address could not be fetched; ``retry_after_s`` is how long its server asked to be left alone."""

    def __init__(self, cause: Cause, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.cause, self.message, self.retry_after_s = cause, message, retry_after_s

    @property
    def is_passing(self) -> bool:
        """Whether another try may succeed."""
        return self.cause in _PASSING
