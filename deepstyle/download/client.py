"""One file from one URL: tries, redirects, caps and decoding. No proxy, cookie or credential is ever used.

Every redirect is checked like the first URL. The caps hold for what arrives and for what it unpacks to.
"""

import asyncio
import random
import ssl
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from types import TracebackType
from typing import BinaryIO, Final, Self
from urllib.parse import urljoin

import httpcore2

from deepstyle.download.address import Allowed, Target, check_url
from deepstyle.download.causes import Cause, FetchError
from deepstyle.download.connect import CheckedBackend, Resolver, resolve
from deepstyle.download.hosts import Hosts
from deepstyle.download.limits import Limits

USER_AGENT: Final = "deepstyle (catalogue import)"
MAX_VALIDATOR_CHARS: Final = 500
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_STATUS_CAUSES: Final[dict[int, Cause]] = {
    404: "not-found",
    408: "timeout",
    410: "not-found",
    425: "busy",
    429: "busy",
    503: "busy",
}
_UNPACK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of the version of a file that is here; empty where it said nothing."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """``is_new`` is False where the server said that the known version is still right: then nothing was written."""

    is_new: bool
    validators: Validators
    media_type: str = ""
    file_name: str = ""


class Client:
    """An HTTP client for files of others; an asynchronous context manager, for one event loop."""

    def __init__(
        self,
        limits: Limits,
        allowed: Allowed = frozenset(),
        *,
        resolver: Resolver = resolve,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """``allowed`` are the operator's exceptions, ``trust`` decides on certificates (by default the system's)."""
        self.hosts = Hosts(limits)
        self._limits, self._allowed = limits, allowed
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=trust or _system_trust(),
            max_connections=limits.connections,
            keepalive_expiry=limits.read_s,
            network_backend=CheckedBackend(allowed, resolver),
        )

    async def __aenter__(self) -> Self:
        await self._pool.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.__aexit__(kind, error, trace)

    async def fetch(
        self, url: str, into: BinaryIO, known: Validators = Validators(), *, accept: str = "*/*", packed: bool = False
    ) -> Answer:
        """Write the file at ``url`` into ``into``, which is emptied before each try; raises ``FetchError``.

        A passing failure is tried again. ``packed`` lets the server send it with gzip.
        """
        headers = _headers(known, accept, packed)
        for tries in range(1, self._limits.tries + 1):
            try:
                return await self._follow(url, into, headers, known)
            except FetchError as error:
                if not error.is_passing or tries == self._limits.tries:
                    raise
                await asyncio.sleep(self._backoff_s(tries))
        raise AssertionError("unreachable")

    def _backoff_s(self, tries: int) -> float:
        backoff_s: float = self._limits.backoff_s * 2 ** (tries - 1) * random.uniform(0.5, 1.5)  # noqa: S311
        return backoff_s

    async def _follow(self, url: str, into: BinaryIO, headers: dict[str, str], known: Validators) -> Answer:
        """One try: the answer after at most so many redirects."""
        for _ in range(self._limits.redirects + 1):
            target = check_url(url, self._allowed)
            into.seek(0)
            into.truncate()
            async with self.hosts.turn(target.origin):
                found = await self._request(target, into, headers, known)
            if isinstance(found, Answer):
                return found
            if target.scheme == "https" and found.lower().startswith("http:"):
                raise FetchError("bad-redirect", f"{target.origin} redirects from https to http.")
            url = found
        raise FetchError("bad-redirect", f"{self._limits.redirects} redirects led to no file.")

    async def _request(
        self, target: Target, into: BinaryIO, headers: dict[str, str], known: Validators
    ) -> Answer | str:
        """One request: the answer, or the URL that it redirects to."""
        limits = self._limits
        timeouts = {"connect": limits.connect_s, "read": limits.read_s, "write": limits.read_s}
        request = httpcore2.Request(
            "GET",
            httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path),
            headers=[("Host", target.origin), *headers.items()],
            extensions={"timeout": timeouts},
        )
        try:
            async with asyncio.timeout(limits.total_s):
                response = await self._pool.handle_async_request(request)
                try:
                    return await self._read(target, response, into, known)
                finally:
                    await response.aclose()
        except FetchError:
            raise
        except Exception as error:
            raise _as_fetch_error(error, target) from error

    async def _read(
        self, target: Target, response: httpcore2.Response, into: BinaryIO, known: Validators
    ) -> Answer | str:
        sent = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        if response.status in _REDIRECTS and sent.get("location"):
            return urljoin(target.url, sent["location"])
        if response.status == HTTPStatus.NOT_MODIFIED and known != Validators():
            return Answer(False, known)
        self._check_status(response.status, sent, target)
        limit = self._limits.max_bytes
        if sent.get("content-length", "").isdecimal() and int(sent["content-length"]) > limit:
            raise _too_large(limit)
        unpacker = _Unpacker(sent.get("content-encoding", ""), limit)
        async for chunk in response.aiter_stream():
            for part in unpacker.feed(chunk):
                into.write(part)
        unpacker.check_end()
        validators = Validators(_validator(sent.get("etag", "")), _validator(sent.get("last-modified", "")))
        return Answer(True, validators, sent.get("content-type", ""), sent.get("content-disposition", ""))

    def _check_status(self, status: int, sent: dict[str, str], target: Target) -> None:
        """Raise ``FetchError`` for all but 200; a host that asks for it is left alone for a while."""
        if status == HTTPStatus.OK:
            return
        cause = _STATUS_CAUSES.get(status, "server-error" if status >= 500 else "refused")
        wait_s = retry_after_s(sent.get("retry-after", "")) if status in (429, 503) else None
        if wait_s is not None:
            if wait_s > self._limits.max_wait_s:
                raise FetchError("given-up", f"{target.origin} asks to be left alone for {wait_s:,.0f} s.")
            self.hosts.pause(target.origin, wait_s)
        raise FetchError(cause, f"{target.origin} answered {status}{_phrase(status)}.")


class _Unpacker:
    """Content as it was encoded for transport, at most ``limit`` bytes of it."""

    def __init__(self, encoding: str, limit: int) -> None:
        name = encoding.strip().lower()
        if name not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FetchError("bad-encoding", f"The content has the encoding {name[:40]!a}.")
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32) if name not in ("", "identity") else None
        self._limit, self._size = limit, 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The parts that ``chunk`` unpacks to. Raises ``FetchError`` at the limit, and for damage."""
        while chunk:
            part, chunk = (chunk, b"") if self._inflate is None else self._inflated(self._inflate, chunk)
            self._size += len(part)
            if self._size > self._limit:
                raise _too_large(self._limit)
            yield part

    def check_end(self) -> None:
        """Raise ``FetchError`` where packed content is not complete."""
        if self._inflate is not None and self._size and not self._inflate.eof:
            raise FetchError("broken-off", "The content ends too early.")

    @staticmethod
    def _inflated(inflate: "zlib._Decompress", chunk: bytes) -> tuple[bytes, bytes]:
        """One part, and what of ``chunk`` is still packed."""
        try:
            part = inflate.decompress(chunk, _UNPACK_BYTES)
        except zlib.error as error:
            raise FetchError("bad-encoding", "The content is not packed as its header says.") from error
        return part, inflate.unconsumed_tail


def retry_after_s(header: str) -> float | None:
    """The seconds that a ``Retry-After`` header asks to wait; ``None`` where it cannot be read."""
    text = header.strip()
    if text.isdecimal():
        return float(text[:12])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _headers(known: Validators, accept: str, packed: bool) -> dict[str, str]:
    headers = {"User-Agent": USER_AGENT, "Accept": accept, "Accept-Encoding": "gzip" if packed else "identity"}
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _as_fetch_error(error: Exception, target: Target) -> FetchError:
    """What the library raised, as one of our causes."""
    causes = list(_chain(error))
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return FetchError("untrusted", f"{target.origin} cannot be trusted: {str(causes[-1])[:120]}.")
    if isinstance(error, httpcore2.ConnectTimeout | httpcore2.ConnectError):
        return FetchError("unreachable", f"{target.origin} cannot be reached.")
    if isinstance(error, TimeoutError | httpcore2.TimeoutException):
        return FetchError("timeout", f"{target.origin} did not answer in time.")
    return FetchError("broken-off", f"{target.origin} broke off: {str(error)[:120] or type(error).__name__}.")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _validator(text: str) -> str:
    """A header that may be sent back; none where it is too long or not plain."""
    return text if len(text) <= MAX_VALIDATOR_CHARS and text.isascii() and text.isprintable() else ""


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""


def _too_large(limit: int) -> FetchError:
    return FetchError("too-large", f"The file has more than {limit:,} bytes.")


@cache
def _system_trust() -> ssl.SSLContext:
    trust: Callable[[], ssl.SSLContext] = httpcore2.default_ssl_context
    return trust()
