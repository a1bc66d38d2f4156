"""The journal: each process appends acknowledged events to a file of its own, one JSON object a line.

What ``append`` has returned for is on disk. A file that is sealed is renamed, so its process begins a new one. A line
that a kill cut off was never acknowledged, and is the last of its file, because no process continues another's.
"""

import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from deepstyle.errors import FileError, UsageError
from deepstyle.files import parse_json
from deepstyle.people.events.layout import JOURNAL, SEALED
from deepstyle.people.events.schema import COLUMNS, Event
from deepstyle.platform import sync_folder

MAX_PROCESSES: Final = 1000


class Journal:
    """The journal of this process below ``events_dir``; for one thread at a time. Raises ``FileError``."""

    def __init__(self, events_dir: Path) -> None:
        self.folder = events_dir / JOURNAL
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._owner, name = _free_place(self.folder)
            self._path = self.folder / f"{name}.jsonl"
            seal(self._path)  # of a process that was killed
        except OSError as error:
            raise FileError.of(error) from error

    def append(self, lines: bytes) -> None:
        """Write whole lines and have them on disk; after an ``OSError`` what was written is sealed."""
        with _lock_of(self._path):
            is_new = not self._path.exists()
            try:
                with self._path.open("ab", buffering=0) as file:
                    _write_all(file.fileno(), lines)
                    os.fsync(file.fileno())
                if is_new:
                    sync_folder(self.folder)
            except OSError:
                _rename(self._path)
                raise

    def size_bytes(self) -> int:
        """What the journals of all processes hold that is not rolled over yet."""
        return sum(path.stat().st_size for path in journals(self.folder.parent))

    def close(self) -> None:
        """Let another process have this journal's place."""
        self._owner.release()


def journals(events_dir: Path) -> list[Path]:
    """The journals that hold events, sealed ones first."""
    folder = events_dir / JOURNAL
    return [*sorted(folder.glob(f"*{SEALED}")), *sorted(folder.glob("*.jsonl"))]


def seal_all(events_dir: Path) -> list[Path]:
    """Seal the journal of every process; return all that are sealed."""
    for path in (events_dir / JOURNAL).glob("*.jsonl"):
        seal(path)
    return sorted((events_dir / JOURNAL).glob(f"*{SEALED}"))


def seal(path: Path) -> None:
    """Have nobody append to a journal any more."""
    with _lock_of(path):
        if path.exists():
            _rename(path)
            sync_folder(path.parent)


def line_of(event: Event) -> bytes:
    """An event as a line of the journal."""
    fields = {name: getattr(event, name) for name in COLUMNS}  # ``asdict`` copies each value, at three times the cost
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def events_in(path: Path) -> Iterator[Event]:
    """The events of a journal; a line that was cut off is left out. A file that was rolled over meanwhile has none."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    for line in lines:
        if (fields := _fields(line)) is not None:
            yield Event(**fields)


def _fields(line: bytes) -> dict[str, Any] | None:
    try:
        fields = parse_json(line.decode("utf-8"))
    except ValueError:
        return None
    return fields if isinstance(fields, dict) and fields.keys() == set(COLUMNS) else None


def _free_place(folder: Path) -> tuple[FileLock, str]:
    for number in range(MAX_PROCESSES):
        owner = FileLock(folder / f"{number:03}.owner", thread_local=False)
        try:
            owner.acquire(timeout=0)
        except Timeout:
            continue
        return owner, f"{number:03}"
    raise UsageError(f"{folder}: {MAX_PROCESSES} processes write events.", remedy="Use several DEEPSTYLE_EVENTS_DIR.")


def _lock_of(path: Path) -> FileLock:
    return FileLock(path.with_suffix(".lock"), poll_interval=0.002)


def _rename(path: Path) -> None:
    if path.exists():
        path.rename(path.with_name(f"{path.stem}-{time.time_ns():020}-{secrets.token_hex(4)}{SEALED}"))


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
