"""The queue of a server's jobs: one SQLite file and the uploads beside it, shared by its processes.

The server's processes add jobs and the deliveries of webhooks, and read how far they are; only the job process works
on them (``deepstyle.jobs.runner``). Every change of a job gives it the next ``seq``.
"""

import contextlib
import hashlib
import json
import shutil
import sqlite3
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from deepstyle.errors import OverloadedError
from deepstyle.settings import Settings

State = Literal["queued", "running", "interrupted", "succeeded", "failed", "cancelled"]
FINISHED: Final = ("succeeded", "failed", "cancelled")
KEPT_JOBS: Final = 100
WAITING_JOBS: Final = 20
WAITING_DELIVERIES: Final = 10_000
KEPT_DELIVERIES: Final = 10_000
ORPHAN_S: Final = 2 * 3600.0
"""An upload without a job is deleted after this time: its server was killed while it arrived."""
_FILE: Final = "jobs.db"
_BUSY_S: Final = 30.0
_TABLES: Final = """
BEGIN;
CREATE TABLE IF NOT EXISTS jobs (
  job_id TEXT PRIMARY KEY, created_s REAL NOT NULL, state TEXT NOT NULL, seq INTEGER NOT NULL,
  attempts INTEGER NOT NULL, is_cancelled INTEGER NOT NULL, request TEXT NOT NULL, progress TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS seen (delivery_id TEXT PRIMARY KEY, received_s REAL NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
  number INTEGER PRIMARY KEY AUTOINCREMENT, system TEXT NOT NULL, topic TEXT NOT NULL, occurred_s REAL NOT NULL,
  payload BLOB NOT NULL
);
COMMIT;
"""
_COLUMNS: Final = "job_id, created_s, state, seq, attempts, is_cancelled, request, progress"


@dataclass(frozen=True, slots=True)
class Job:
    """One import: ``request`` is what was asked for, ``progress`` how far it is, and at the end its report."""

    job_id: str
    created_s: float
    state: State
    seq: int
    attempts: int
    is_cancelled: bool
    request: Mapping[str, Any]
    progress: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_finished(self) -> bool:
        """Whether nothing of the job will change any more."""
        return self.state in FINISHED


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook's delivery that was checked and waits: the body of ``topic`` as the shop system sent it."""

    number: int
    system: str
    topic: str
    occurred_s: float
    payload: bytes


class Journal:
    """The jobs and deliveries in one folder; safe to use from several threads and processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / _FILE

    @classmethod
    def of(cls, settings: Settings) -> "Journal":
        """The journal of the store of ``settings``."""
        return cls(settings.imports_dir / hashlib.sha256(settings.store.encode()).hexdigest()[:16])

    @property
    def exists(self) -> bool:
        """Whether anything was ever added."""
        return self._path.is_file() and self._path.stat().st_size > 0  # it is empty until its tables are there

    # -- imports -------------------------------------------------------------------------------------------------------
    def add(self, request: Mapping[str, Any], *, job_id: str = "") -> Job:
        """Queue an import; raises ``OverloadedError`` where ``WAITING_JOBS`` wait."""
        job = Job(job_id or new_job_id(), time.time(), "queued", 1, 0, False, request)
        with self._writing() as connection:
            waiting = connection.execute("SELECT count(*) FROM jobs WHERE state NOT IN (?, ?, ?)", FINISHED).fetchone()[
                0
            ]
            if waiting >= WAITING_JOBS:
                raise OverloadedError(f"{waiting} imports wait already.", remedy="Try again when one has ended.")
            values = (job.job_id, job.created_s, job.state, job.seq, 0, 0, json.dumps(dict(request)), "{}")
            connection.execute(f"INSERT INTO jobs ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608
            connection.execute(
                "DELETE FROM jobs WHERE state IN (?, ?, ?) AND job_id NOT IN"
                " (SELECT job_id FROM jobs ORDER BY created_s DESC LIMIT ?)",
                (*FINISHED, KEPT_JOBS),
            )
        return job

    def get(self, job_id: str) -> Job | None:
        """A job, ``None`` where there is none of this id."""
        return next(iter(self._jobs("WHERE job_id = ?", job_id)), None)

    def jobs(self) -> list[Job]:
        """All jobs, the newest first."""
        return self._jobs("ORDER BY created_s DESC")

    def next_job(self) -> Job | None:
        """The oldest job that is not finished; one that runs was left by a process that is dead."""
        return next(iter(self._jobs("WHERE state NOT IN (?, ?, ?) ORDER BY created_s LIMIT 1", *FINISHED)), None)

    def report(self, job_id: str, state: State, progress: Mapping[str, Any], *, attempts: int | None = None) -> None:
        """Write how far a job is."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE jobs SET state = ?, progress = ?, attempts = coalesce(?, attempts), seq = seq + 1"
                " WHERE job_id = ?",
                (state, json.dumps(dict(progress)), attempts, job_id),
            )

    def cancel(self, job_id: str) -> None:
        """Ask for the end of a job that is not finished; the job process ends it after its batch."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE jobs SET is_cancelled = 1, seq = seq + 1"
                " WHERE job_id = ? AND is_cancelled = 0 AND state NOT IN (?, ?, ?)",
                (job_id, *FINISHED),
            )

    def interrupt(self) -> None:
        """Say of the job that ran that its process died; it is resumed."""
        if self.exists:
            with self._writing() as connection:
                connection.execute("UPDATE jobs SET state = 'interrupted', seq = seq + 1 WHERE state = 'running'")

    # -- deliveries of webhooks ----------------------------------------------------------------------------------------
    def deliver(self, system: str, topic: str, delivery_id: str, payload: bytes, *, occurred_s: float = 0.0) -> bool:
        """Queue a delivery, unless one of this id came before; return whether it was new.

        Raises ``OverloadedError`` where ``WAITING_DELIVERIES`` wait.
        """
        with self._writing() as connection:
            key, now_s = f"{system} {delivery_id}", time.time()
            if connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, now_s)).rowcount == 0:
                return False
            if connection.execute("SELECT count(*) FROM deliveries").fetchone()[0] >= WAITING_DELIVERIES:
                raise OverloadedError("too many deliveries wait.", remedy="Deliver it again later.")
            connection.execute(
                "INSERT INTO deliveries (system, topic, occurred_s, payload) VALUES (?, ?, ?, ?)",
                (system, topic, occurred_s or now_s, payload),
            )
            connection.execute(
                "DELETE FROM seen WHERE delivery_id NOT IN"
                " (SELECT delivery_id FROM seen ORDER BY received_s DESC LIMIT ?)",
                (KEPT_DELIVERIES,),
            )
        return True

    def deliveries(self, limit: int) -> list[Delivery]:
        """The oldest deliveries that wait, in the order in which they came."""
        if not self.exists:
            return []
        with self._reading() as connection:
            query = "SELECT number, system, topic, occurred_s, payload FROM deliveries ORDER BY number LIMIT ?"
            return [Delivery(*row) for row in connection.execute(query, (limit,))]

    def done(self, numbers: list[int]) -> None:
        """Forget deliveries that were applied, or cannot be."""
        with self._writing() as connection:
            connection.executemany("DELETE FROM deliveries WHERE number = ?", [(number,) for number in numbers])

    @property
    def has_work(self) -> bool:
        """Whether an import or a delivery waits."""
        return self.exists and (self.next_job() is not None or bool(self.deliveries(1)))

    # -- uploads -------------------------------------------------------------------------------------------------------
    def upload_folder(self, job_id: str) -> Path:
        """The folder for what a job was sent and for what it unpacks."""
        return self.folder / job_id

    def stored_bytes(self) -> int:
        """The size of all uploads."""
        return sum(file.stat().st_size for file in self.folder.glob("*/**/*") if file.is_file())

    def clean(self) -> None:
        """Delete the uploads of finished jobs, and those that never became a job."""
        waiting = {job.job_id for job in self.jobs() if not job.is_finished}
        known = {job.job_id for job in self.jobs()}
        for folder in self.folder.glob("*/"):
            is_old = folder.stat().st_mtime < time.time() - ORPHAN_S
            if folder.name not in waiting and (folder.name in known or is_old):
                shutil.rmtree(folder, ignore_errors=True)

    # -- the file ------------------------------------------------------------------------------------------------------
    def _jobs(self, where: str, *values: object) -> list[Job]:
        if not self.exists:
            return []
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM jobs {where}", values).fetchall()  # noqa: S608
        return [_job(*row) for row in rows]

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction of its own; durable when the block ends, undone when it raises."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        is_new = not self.exists
        with self._reading() as connection:
            if is_new:
                connection.executescript(_TABLES)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def _job(
    job_id: str, created_s: float, state: State, seq: int, attempts: int, cancelled: int, request: str, progress: str
) -> Job:
    return Job(job_id, created_s, state, seq, attempts, bool(cancelled), json.loads(request), json.loads(progress))


def new_job_id() -> str:
    """A job's id, which nobody can guess."""
    return uuid.uuid4().hex
