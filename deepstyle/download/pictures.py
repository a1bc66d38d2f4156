"""Download pictures by URL: bounded, resumable, and each asked for again only when it may have changed."""

import asyncio
import hashlib
import io
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from deepstyle.download.address import Allowed, check_url
from deepstyle.download.causes import FetchError
from deepstyle.download.folder import DownloadReport, DownloadState, Known, picture_path
from deepstyle.download.limits import PICTURES, Limits
from deepstyle.errors import ImageError, ImageTooLargeError, MissingDependencyError
from deepstyle.images.pixels import decode

if TYPE_CHECKING:
    from deepstyle.download.client import Client
    from deepstyle.download.connect import Resolver

MAX_AGE_S: Final = 24 * 3600.0
"""A picture that its server confirmed so recently is not asked for again."""
OnDownload = Callable[[int, int], None]
"""Called with how many URLs are settled so far, and how many of them failed."""
_CHECKED_SIDE_PX: Final = 64
_ACCEPT: Final = "image/*, */*;q=0.1"
_Result = TypeVar("_Result")


def download_pictures(
    urls: Iterable[str],
    folder: Path,
    *,
    job: str = "",
    allowed: Allowed = frozenset(),
    limits: Limits = PICTURES,
    max_age_s: float = MAX_AGE_S,
    resolver: "Resolver | None" = None,
    on_progress: OnDownload | None = None,
) -> DownloadReport:
    """Fetch the pictures at ``urls`` into ``folder``, each once; ``urls`` is read as the download goes on.

    A run of ``job`` that was killed goes on: what it settled, failures included, is not asked for again. A complete one
    is followed by a new one, which asks for failed pictures again, and for others with their ETag or date after
    ``max_age_s``. A picture that fails keeps its earlier file. Raises ``MissingDependencyError``.
    """
    client = open_client(limits, allowed, resolver)
    with DownloadState(folder) as state:
        run = _Run(state, state.begin(job), folder, allowed, max_age_s, on_progress or (lambda done, failed: None))
        run_to_end(run.download(client, urls, limits.connections))
        state.finish(run.number)
        return state.report(run.number)


def run_to_end(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run ``work`` in an event loop of its own, also where the calling thread has one (a notebook, a server)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1, thread_name_prefix="download") as pool:
        return pool.submit(asyncio.run, work).result()


def open_client(limits: Limits, allowed: Allowed, resolver: "Resolver | None") -> "Client":
    """A client; raises ``MissingDependencyError`` without the extra ``download``."""
    try:
        from deepstyle.download.client import Client
        from deepstyle.download.connect import resolve
    except ImportError as error:
        raise MissingDependencyError(
            "Downloads need the package httpcore2.", remedy="Run: pip install 'deepstyle[download]'."
        ) from error
    return Client(limits, allowed, resolver=resolver or resolve)


@dataclass(slots=True)
class _Run:
    """One run over the URLs; ``under_way`` are those that a worker has in hand."""

    state: DownloadState
    number: int
    folder: Path
    allowed: Allowed
    max_age_s: float
    on_progress: OnDownload
    under_way: set[str] = field(default_factory=set)
    settled: int = 0
    failed: int = 0

    async def download(self, client: "Client", urls: Iterable[str], workers: int) -> None:
        """Share the URLs out among ``workers``; the first error that is no failure of a URL ends all of them."""
        queue = iter(urls)
        try:
            async with client, asyncio.TaskGroup() as tasks:
                for _ in range(workers):
                    tasks.create_task(self._work(client, queue))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors

    async def _work(self, client: "Client", queue: Iterator[str]) -> None:
        for url in queue:
            known = self.state.known(url)
            if url in self.under_way or known.run == self.number:
                continue
            self.under_way.add(url)
            try:
                await self._settle(client, url, known)
            except FetchError as error:
                self.state.fail(url, self.number, known, error)
                self.failed += 1
            self.under_way.discard(url)
            self.settled += 1
            self.on_progress(self.settled, self.failed)

    async def _settle(self, client: "Client", url: str, known: Known) -> None:
        """Have the picture here, by a request unless it was confirmed recently. Raises ``FetchError``."""
        path = picture_path(self.folder, url)
        here = path.is_file()
        if here and known.confirmed_s > time.time() - self.max_age_s:
            self.state.settle(url, self.number, "unchanged", known)
            return
        found, data = await self._fetch(client, url, known if here else Known())
        if data is not None:
            await asyncio.to_thread(_check_picture, data)
            found = replace(found, sha256=hashlib.sha256(data).hexdigest())
        if data is not None and not (here and found.sha256 == known.sha256):
            self.state.write(url, data)
            self.state.settle(url, self.number, "downloaded", found)
        else:
            self.state.settle(url, self.number, "unchanged", found)

    async def _fetch(self, client: "Client", url: str, known: Known) -> tuple[Known, bytes | None]:
        """What the server says of the picture, and the picture unless it is as it was."""
        from deepstyle.download.client import Validators

        origin = check_url(url, self.allowed).origin
        if client.hosts.is_given_up(origin):
            raise FetchError("given-up", f"{origin} did not answer for other pictures.")
        into = io.BytesIO()
        try:
            answer = await client.fetch(url, into, Validators(known.etag, known.last_modified), accept=_ACCEPT)
        except FetchError as error:
            client.hosts.note(origin, failed=error.is_passing or error.cause == "given-up")
            raise
        client.hosts.note(origin, failed=False)
        found = Known(answer.validators.etag, answer.validators.last_modified, time.time(), known.sha256)
        return found, into.getvalue() if answer.is_new else None


def _check_picture(data: bytes) -> None:
    """Raise ``FetchError`` where ``data`` is no picture that an import accepts."""
    try:
        decode(data, min_side_px=_CHECKED_SIDE_PX)
    except ImageTooLargeError as error:
        raise FetchError("too-large", error.message) from error
    except ImageError as error:
        raise FetchError("not-a-picture", error.message) from error
