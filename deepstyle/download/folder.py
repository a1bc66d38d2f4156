"""The folder of downloaded pictures: a file for each URL, and what is known of each URL.

The folder may be deleted at any time: the pictures are then fetched again. A file's name follows from its URL alone;
``state.db`` (SQLite) holds the rest. Several processes may use it at once.
"""

import contextlib
import hashlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, cast

from deepstyle.download.causes import REMEDIES, Cause, FetchError

Outcome = Literal["downloaded", "unchanged", "failed"]
MAX_KEPT_FAILURES: Final = 1000
_STALE_S: Final = 24 * 3600.0
_WAIT_S: Final = 30.0
_STATE: Final = "state.db"
_PARTIAL: Final = "partial"
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS picture (
  url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, confirmed_s REAL, sha256 TEXT, outcome TEXT, cause TEXT,
  message TEXT, run INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_run ON picture (run, outcome);
CREATE TABLE IF NOT EXISTS run (run INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT, started_s REAL, finished INTEGER);
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a URL: its validators, when its server last confirmed it, and the run that settled it."""

    etag: str = ""
    last_modified: str = ""
    confirmed_s: float = 0.0
    sha256: str = ""
    run: int = 0


@dataclass(frozen=True, slots=True)
class DownloadFailure:
    """A URL that could not be fetched, with one of the causes of ``deepstyle.download.causes``."""

    url: str
    cause: Cause
    message: str

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return REMEDIES[self.cause]


@dataclass(frozen=True, slots=True)
class DownloadReport:
    """What a download did: ``wanted == downloaded + unchanged + failed`` different URLs.

    ``causes`` counts the failures by cause; ``failures`` contains the first 1000 of them, by URL.
    """

    wanted: int = 0
    downloaded: int = 0
    unchanged: int = 0
    failed: int = 0
    causes: dict[str, int] = field(default_factory=dict)
    failures: tuple[DownloadFailure, ...] = ()


def downloads_folder(cache_dir: Path) -> Path:
    """The folder of the pictures that catalogues give by URL."""
    return cache_dir / "downloads"


def picture_path(folder: Path, url: str) -> Path:
    """Where the picture of ``url`` is, or would be."""
    digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
    return folder / digest[:2] / digest[2:]


class DownloadState:
    """What is known of each URL of a folder; a context manager. Each fact is durable against a kill once written."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Open the state of ``folder``, created unless ``read_only``."""
        mode = "ro" if read_only else "rwc"
        if not read_only:
            (folder / _PARTIAL).mkdir(parents=True, exist_ok=True)
        path = (folder / _STATE).absolute().as_uri()
        self._folder = folder
        self._db = sqlite3.connect(
            f"{path}?mode={mode}", uri=True, timeout=_WAIT_S, isolation_level=None, check_same_thread=False
        )
        if not read_only:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_TABLES)

    def __enter__(self) -> "DownloadState":
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def begin(self, job: str) -> int:
        """The number of this run of ``job``; one that was killed within a day goes on under its own."""
        found = self._db.execute("SELECT run, started_s, finished FROM run WHERE job = ?", (job,)).fetchone()
        if found and not found[2] and time.time() - found[1] < _STALE_S:
            return int(found[0])
        self._remove_partial()
        self._db.execute("DELETE FROM run WHERE job = ?", (job,))
        begun = self._db.execute("INSERT INTO run (job, started_s, finished) VALUES (?, ?, 0)", (job, time.time()))
        return int(begun.lastrowid or 0)

    def finish(self, run: int) -> None:
        """Mark a run as complete: the next one asks for everything again."""
        self._db.execute("UPDATE run SET finished = 1 WHERE run = ?", (run,))

    def known(self, url: str) -> Known:
        """What is known of ``url``."""
        query = "SELECT etag, last_modified, confirmed_s, sha256, run FROM picture WHERE url = ?"
        found = self._db.execute(query, (url,)).fetchone()
        return Known(*found) if found else Known()

    def settle(self, url: str, run: int, outcome: Outcome, known: Known) -> None:
        """Record that a run has the picture."""
        self._write(url, run, known, outcome, "", "")

    def fail(self, url: str, run: int, known: Known, error: FetchError) -> None:
        """Record that a run could not fetch it; a file of an earlier run stays."""
        self._write(url, run, known, "failed", error.cause, error.message)

    def failure(self, url: str) -> DownloadFailure | None:
        """Why ``url`` could not be fetched the last time; ``None`` where it could, or was never tried."""
        query = "SELECT url, cause, message FROM picture WHERE url = ? AND outcome = 'failed'"
        found = self._db.execute(query, (url,)).fetchone()
        return DownloadFailure(found[0], cast(Cause, found[1]), found[2]) if found else None

    def report(self, run: int) -> DownloadReport:
        """What a run did so far, before and after kills."""
        counts = dict(self._db.execute("SELECT outcome, count(*) FROM picture WHERE run = ? GROUP BY outcome", (run,)))
        failed = "FROM picture WHERE run = ? AND outcome = 'failed'"
        causes = dict(self._db.execute(f"SELECT cause, count(*) {failed} GROUP BY cause ORDER BY cause", (run,)))
        rows = self._db.execute(f"SELECT url, cause, message {failed} ORDER BY url LIMIT ?", (run, MAX_KEPT_FAILURES))
        return DownloadReport(
            wanted=sum(counts.values()),
            **{name: counts.get(name, 0) for name in ("downloaded", "unchanged", "failed")},
            causes=causes,
            failures=tuple(DownloadFailure(*row) for row in rows),
        )

    def write(self, url: str, data: bytes) -> None:
        """Write the picture of ``url`` whole or not at all."""
        path = picture_path(self._folder, url)
        handle, name = tempfile.mkstemp(dir=self._folder / _PARTIAL)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            path.parent.mkdir(exist_ok=True)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _write(self, url: str, run: int, known: Known, outcome: Outcome, cause: str, message: str) -> None:
        row = (url, known.etag, known.last_modified, known.confirmed_s, known.sha256, outcome, cause, message, run)
        self._db.execute("INSERT OR REPLACE INTO picture VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _remove_partial(self) -> None:
        """Remove what killed runs left behind."""
        for path in (self._folder / _PARTIAL).iterdir():
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > _STALE_S:
                    path.unlink()


@contextlib.contextmanager
def state_of(folder: Path | None) -> Iterator[DownloadState | None]:
    """The state of ``folder`` for reading; ``None`` where nothing was ever downloaded into it."""
    if folder is None or not (folder / _STATE).is_file():
        yield None
        return
    with DownloadState(folder, read_only=True) as state:
        yield state
