"""A request's body on its way in: within its cap and its time, and counted against the spool."""

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive

from deepstyle.api.limits import LIMITS
from deepstyle.api.problems import ProblemError
from deepstyle.api.spool import Hold
from deepstyle.settings import Settings

PLAIN_BYTES: Final = int(LIMITS["body_bytes"].value)
FORM_OVERHEAD_BYTES: Final = int(LIMITS["form_overhead_bytes"].value)
_DRAINED_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Bytes of a form, and seconds of any body: for all of it, and for a pause."""

    form_bytes: int
    request_timeout_s: float
    body_timeout_s: float

    @classmethod
    def of(cls, settings: Settings) -> "BodyLimits":
        """The limits of ``settings``."""
        form_bytes = settings.max_upload_bytes + FORM_OVERHEAD_BYTES
        return cls(form_bytes, settings.request_timeout_s, settings.body_timeout_s)


class Body:
    """Wraps the ``receive`` of one request; its own raises ``ProblemError`` or ``OverloadedError`` beyond a limit."""

    def __init__(self, receive: Receive, headers: Headers, hold: Hold, limits: BodyLimits) -> None:
        self._receive = receive
        self._hold = hold
        self._limits = limits
        is_form = headers.get("content-type", "").lower().startswith("multipart/")
        self._cap_bytes = limits.form_bytes if is_form else PLAIN_BYTES
        self._declared_bytes = _declared_bytes(headers)
        self._ended = not self._declared_bytes and "transfer-encoding" not in headers
        self._received_bytes = 0
        self._deadline_s = 0.0

    async def receive(self) -> Message:
        """The next message of the request."""
        if self._ended:  # what comes is the end of the body, or of the connection, and may take its time
            return await self._receive()
        if self._declared_bytes is not None and self._declared_bytes > self._cap_bytes:
            raise self._too_large()
        message = await self._in_time()
        size = len(message.get("body", b""))
        self._received_bytes += size
        if self._received_bytes > self._cap_bytes:
            raise self._too_large()
        self._hold.grow(size)
        self._ended = not message.get("more_body", False)
        return message

    def close_if_unread(self, start: Message) -> None:
        """Let the answer that ``start`` begins end the connection, where it is not worth reading the rest.

        Else what is left of a refused body is read and thrown away, so that a browser gets to see the answer.
        """
        is_endless = self._declared_bytes is None or self._declared_bytes > _DRAINED_BYTES
        if not self._ended and (is_endless or start["status"] == 408):
            MutableHeaders(scope=start)["Connection"] = "close"

    async def _in_time(self) -> Message:
        now_s = asyncio.get_running_loop().time()
        self._deadline_s = self._deadline_s or now_s + self._limits.request_timeout_s
        stalled_s = now_s + self._limits.body_timeout_s
        try:
            async with asyncio.timeout_at(min(self._deadline_s, stalled_s)):
                return await self._receive()
        except TimeoutError:
            if stalled_s < self._deadline_s:
                detail = f"nothing of the body came for {self._limits.body_timeout_s:g} s."
            else:
                detail = f"the body took over {self._limits.request_timeout_s:g} s."
            raise ProblemError("request-timeout", detail) from None

    def _too_large(self) -> ProblemError:
        return ProblemError("body-too-large", f"the request's body is over the cap of {self._cap_bytes:,} bytes.")


def _declared_bytes(headers: Headers) -> int | None:
    declared = headers.get("content-length", "")
    # A length of 20 digits is beyond any cap; int() itself would refuse some thousands of them.
    return int(declared[:20]) if declared.isascii() and declared.isdigit() else None
