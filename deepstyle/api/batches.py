"""Batches of writes: JSON Lines in, a result for each row out, and the results of a day by their idempotency key.

A batch is received whole (on disk, over 1 MiB), then read row by row. Its parts take turns with all other writes. It is
worked to its end whether its client stays or not, so that a client that lost the answer can ask for it again.
"""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from filelock import FileLock, Timeout
from starlette.concurrency import run_in_threadpool

from deepstyle.api.batch_rows import Row, parts_of, read_rows
from deepstyle.api.etags import etag_of
from deepstyle.api.limits import LIMITS
from deepstyle.api.problems import ProblemError, of_error
from deepstyle.api.turns import Turns
from deepstyle.api.uploads import no_storage
from deepstyle.errors import DeepstyleError, OverloadedError
from deepstyle.files import atomic_file
from deepstyle.shop.writes import Outcome, Write

MAX_RUNNING: Final = int(LIMITS["batches_running"].value)
KEPT_S: Final = 24 * 3600.0
"""How long the results of a batch are kept."""

_PATIENCE_S: Final = 0.2
log = logging.getLogger("deepstyle.api")


class Batch:
    """One batch being worked on: its results so far, as lines."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.counts = {"read": 0, "accepted": 0, "rejected": 0, "searchable": 0}
        self.is_final = True
        self.ended = False
        self._grown = asyncio.Event()

    def add(self, row: Row, outcome: Outcome | ProblemError) -> None:
        """Add the result of a row."""
        self.counts["read"] += 1
        result: dict[str, Any] = {"row": row.number}
        if isinstance(row.write, Write):
            result |= {"op": row.write.op, "item_id": row.write.item_id}
        if isinstance(outcome, DeepstyleError):
            outcome = of_error(outcome)
        if isinstance(outcome, ProblemError):
            self.counts["rejected"] += 1
            self.is_final = self.is_final and outcome.kind.status < 500
            remedy = outcome.remedy or outcome.kind.remedy
            result |= {"status": "rejected", "code": outcome.kind.code, "detail": outcome.detail, "remedy": remedy}
        else:
            self.counts["accepted"] += 1
            self.counts["searchable"] += outcome.is_searchable
            self.counts[outcome.change] = self.counts.get(outcome.change, 0) + 1
            result |= {"status": "accepted", "change": outcome.change, "searchable": outcome.is_searchable}
            result |= {"etag": etag_of(outcome.version)} if outcome.version else {}
        self._append(result)

    def end(self, *, is_complete: bool) -> None:
        """Add the summary; no row follows. Only final results are kept: no fault of the server is among them."""
        self._append({"summary": {**self.counts, "complete": is_complete}})
        self.is_final = self.is_final and is_complete
        self.ended = True
        self._grown.set()

    async def results(self) -> AsyncIterator[bytes]:
        """The lines, as they come."""
        sent = 0
        while True:
            self._grown.clear()
            fresh, ended = self.lines[sent:], self.ended
            sent += len(fresh)
            if fresh:
                yield b"".join(fresh)
            if ended and sent == len(self.lines):
                return
            await self._grown.wait()

    def _append(self, result: dict[str, Any]) -> None:
        self.lines.append(json.dumps(result).encode() + b"\n")
        self._grown.set()


class Batches:
    """The batches of one process, and the results of a day in ``folder``, which all processes of a machine share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: set[asyncio.Task[None]] = set()

    def start(
        self,
        file: IO[bytes],
        writes: Turns,
        client: str,
        write: Callable[[Sequence[Write]], list[Outcome]],
        kept: "Kept | None",
    ) -> Batch:
        """Work on the batch in ``file``, which is closed at the end; raises ``OverloadedError`` over the limit."""
        if len(self._running) >= MAX_RUNNING:
            raise OverloadedError(f"{MAX_RUNNING} batches are being worked on.", remedy="Send it again a little later.")
        batch = Batch()

        async def work() -> None:
            is_complete = False
            try:
                await _write_all(batch, file, writes, client, write)
                is_complete = True
            except Exception:
                log.exception("a batch failed")
            finally:
                batch.end(is_complete=is_complete)
                file.close()
                if kept is not None:
                    kept.write(batch.lines if batch.is_final else ())
                    kept.release()

        task = asyncio.create_task(work())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return batch

    def kept(self, key_name: str, idempotency_key: str, body_sha256: str) -> "Kept":
        """The place of a batch's results, locked; raises ``ProblemError`` where another request works on it."""
        name = hashlib.sha256(json.dumps([key_name, idempotency_key]).encode()).hexdigest()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._remove_old()
            return Kept(self._folder / f"{name}.jsonl", body_sha256)
        except OSError as error:
            raise no_storage(error) from error

    async def close(self) -> None:
        """Stop after the parts that are being written."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _remove_old(self) -> None:
        before_s = time.time() - KEPT_S
        for path in self._folder.glob("*.*"):
            with suppress(OSError):
                if path.stat().st_mtime < before_s:
                    path.unlink()


class Kept:
    """The results of one batch on disk, and the lock of whoever works on it."""

    def __init__(self, path: Path, body_sha256: str) -> None:
        self._path = path
        self._body_sha256 = body_sha256
        self._lock = FileLock(path.with_suffix(".lock"), thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise ProblemError("batch-running", "a batch with this Idempotency-Key is being worked on.") from None

    def read(self) -> list[bytes] | None:
        """The results, ``None`` where there are none; raises ``ProblemError`` where they are of another batch."""
        try:
            with self._path.open("rb") as file:
                body_sha256, *lines = file.readlines()
        except (FileNotFoundError, ValueError):
            return None
        if body_sha256.strip() != self._body_sha256.encode():
            raise ProblemError("idempotency-conflict", "this Idempotency-Key was sent with another batch.")
        return lines

    def write(self, lines: Sequence[bytes]) -> None:
        """Keep the results, if any; where the folder cannot be written, a repeated batch is worked on again."""
        if not lines:
            return
        try:
            with atomic_file(self._path) as file:
                file.writelines([self._body_sha256.encode() + b"\n", *lines])
        except OSError as error:
            log.warning("the results of a batch were not kept: %s", error.strerror)

    def release(self) -> None:
        """Let others ask for the results."""
        self._lock.release()


async def _write_all(
    batch: Batch, file: IO[bytes], writes: Turns, client: str, write: Callable[[Sequence[Write]], list[Outcome]]
) -> None:
    """Read and write part by part, in threads: a row may have a picture of megabytes."""
    parts = parts_of(read_rows(file))
    while part := await run_in_threadpool(next, parts, None):
        for row, outcome in await _write_part(part, writes, client, write):
            batch.add(row, outcome)


async def _write_part(
    part: list[Row], writes: Turns, client: str, write: Callable[[Sequence[Write]], list[Outcome]]
) -> list[tuple[Row, Outcome | ProblemError]]:
    """The outcome of each row; what is no fault of a row is the outcome of all that were to be written."""
    wanted = [row.write for row in part if isinstance(row.write, Write)]
    try:
        outcomes = iter(await _patiently(writes, client, lambda: write(wanted)) if wanted else [])
    except DeepstyleError as error:
        outcomes = iter([error] * len(wanted))
    except ProblemError as error:
        return [(row, error if isinstance(row.write, Write) else row.write) for row in part]
    return [(row, next(outcomes) if isinstance(row.write, Write) else row.write) for row in part]


async def _patiently(writes: Turns, client: str, work: Callable[[], list[Outcome]]) -> list[Outcome]:
    """Take a turn, however long it takes: a batch that was begun is not refused."""
    while True:
        with suppress(OverloadedError):
            return await writes.run(client, work)
        await asyncio.sleep(_PATIENCE_S)
