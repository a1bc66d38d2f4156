"""Served widths of product pictures on disk: made once, kept within a size limit, the least recently used ones go.

Nothing here may fail a request: a folder that cannot be read or written only means that pictures are made again.
"""

import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

VERSION: Final = 1
"""Of what is kept: another one when ``thumbnail`` makes other bytes of the same picture."""

_FULL: Final = 0.9
"""The share of the limit that is left after old files are removed."""
_SCANS: Final = 16
"""The folder is measured again when a process has written this part of the limit: others write to it, too."""
_TOUCH_S: Final = 3600.0
"""A file's time of use is written down this often at most."""

log = logging.getLogger("deepstyle.api")


class ServedImages:
    """JPEGs by ``name`` in ``folder``, of together about ``limit_bytes``; safe for threads and processes."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder / f"v{VERSION}"
        self._limit_bytes = limit_bytes
        self._making: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._unmeasured_bytes = limit_bytes  # so that the first write measures what is there
        self._works = limit_bytes > 0

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The JPEG called ``name``, from disk or by ``make``; threads that want the same one make it once.

        ``name`` is a path part of the caller's own making. Raises what ``make`` raises.
        """
        path = self._folder / name[:2] / f"{name}.jpg"
        if (jpeg := self._read(path)) is not None:
            return jpeg
        with self._only_one(name):
            if (jpeg := self._read(path)) is None:
                jpeg = make()
                self._write(path, jpeg)
        return jpeg

    @contextmanager
    def _only_one(self, name: str) -> Iterator[None]:
        with self._lock:
            lock = self._making.setdefault(name, threading.Lock())
        try:
            with lock:
                yield
        finally:
            with self._lock:
                self._making.pop(name, None)

    def _read(self, path: Path) -> bytes | None:
        if not self._works:
            return None
        try:
            jpeg = path.read_bytes()
            if time.time() - path.stat().st_mtime > _TOUCH_S:
                os.utime(path)
        except OSError:
            return None
        return jpeg if jpeg.startswith(b"\xff\xd8") and jpeg.endswith(b"\xff\xd9") else None

    def _write(self, path: Path, jpeg: bytes) -> None:
        if not self._works or len(jpeg) > self._limit_bytes:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_atomically(path, jpeg)
        except OSError as error:
            log.warning("the served image %s was not kept: %s", path, error.strerror)
            return
        with self._lock:
            self._unmeasured_bytes += len(jpeg)
            due = self._unmeasured_bytes > self._limit_bytes / _SCANS
            self._unmeasured_bytes = 0 if due else self._unmeasured_bytes
        if due:
            self._evict()

    def _evict(self) -> None:
        """Remove the least recently used files, and what a killed process left, until the rest fits."""
        found = sorted(_files(self._folder))
        size_bytes = sum(size for _, size, _ in found)
        if size_bytes <= self._limit_bytes * (1 - 1 / _SCANS):
            return
        for _, size, path in found:
            if size_bytes <= self._limit_bytes * _FULL:
                break
            with suppress(OSError):
                path.unlink()
                size_bytes -= size


def _write_atomically(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def _files(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """Time of use, size and path of every file."""
    for path in folder.glob("*/*"):
        with suppress(OSError):
            facts = path.stat()
            yield facts.st_mtime, facts.st_size, path
