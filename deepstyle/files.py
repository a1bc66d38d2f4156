"""Atomic file writes, and reads within limits.

A reader of a file written here sees the old content or the new, never a part, even if the process is killed or the
disk is full. All functions raise ``OSError`` with the path that the caller passed.
"""

import contextlib
import errno
import io
import json
import os
import stat
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from filelock import FileLock

from deepstyle import platform

MAX_JSON_BYTES: Final = 64 * 1024 * 1024
"""The largest JSON file that is read whole, where its reader sets no limit of its own."""
MAX_TOML_BYTES: Final = 1024 * 1024
_PREFIX_CHARS: Final = 40
"""How much of a file's name its temporary file's name repeats: a name of 255 bytes leaves no room for more."""


def write_atomic(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``: temporary file in the same folder, fsync, rename, fsync of the folder."""
    with atomic_file(path) as file, named(path):
        file.write(data)


def write_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace files of ``folder``: all are written and synced before the first is renamed, in the given order.

    So a disk that fills up leaves all of the old files; only a kill between two renames leaves some of each.
    """
    with contextlib.ExitStack() as renames:
        # A stack leaves the last context that it entered first; one that it could not enter makes it leave all others.
        for name, data in reversed(list(files.items())):
            file = renames.enter_context(atomic_file(folder / name))
            with named(folder / name):
                file.write(data)
                file.flush()
                os.fsync(file.fileno())


@contextlib.contextmanager
def atomic_file(path: Path, *, durable: bool = True, is_private: bool = False) -> Iterator[BinaryIO]:
    """A file that replaces ``path`` when the block ends, and is deleted if the block raises.

    Missing folders are created. A link is followed; a device or a pipe is written directly. Without ``durable`` a
    power failure may lose the file. Only this user may read a file that ``is_private``.
    """
    target = Path(os.path.realpath(path))
    with named(path):
        is_special = _is_special(target)
    if is_special:
        with target.open("wb") as device:
            yield device
            with named(path):
                device.flush()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with named(path):
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:_PREFIX_CHARS]}.", dir=target.parent)
    temporary, file = Path(name), os.fdopen(handle, "wb")
    try:
        yield file
        with named(path):
            if not is_private:
                platform.set_default_mode(handle)
            file.flush()
            if durable:
                os.fsync(handle)
            file.close()
            temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            file.close()
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if durable:
        platform.sync_folder(target.parent)


def sync_file(path: Path) -> None:
    """Make the bytes of a file durable that was written without that."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


@contextlib.contextmanager
def named(path: Path) -> Iterator[None]:
    """Give an ``OSError`` the name that the caller knows: not the temporary file's, and not none at all."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def read_regular(path: Path, max_bytes: int) -> bytes:
    """At most ``max_bytes`` of a regular file; a folder, a pipe or a device is refused and never waited for."""
    with open_regular(path) as file, named(path):
        return file.read(max_bytes)


def open_regular(path: Path) -> io.BufferedReader:
    """Open a regular file to read bytes from."""
    handle = os.open(path, platform.READ_FLAGS)
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, "Not a regular file", str(path))


def read_text(path: Path, max_bytes: int = MAX_JSON_BYTES) -> str:
    """A small text file, UTF-8; raises ``ValueError`` where it is larger than ``max_bytes`` or is not UTF-8."""
    data = read_regular(path, max_bytes + 1)
    if len(data) > max_bytes:
        raise ValueError(f"it is larger than {max_bytes:,} bytes")
    return data.decode("utf-8")


def read_json(path: Path, max_bytes: int = MAX_JSON_BYTES) -> Any:
    """The content of a JSON file; raises ``ValueError`` if it is too large, not JSON or nested too deeply."""
    return parse_json(read_text(path, max_bytes))


def read_toml(path: Path) -> dict[str, Any]:
    """The content of a TOML file; raises ``ValueError`` if it is too large, not TOML or nested too deeply."""
    try:
        return tomllib.loads(read_text(path, MAX_TOML_BYTES))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def parse_json(text: str) -> Any:
    """``json.loads``, with ``ValueError`` for every text that is not valid."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on the file ``path`` across processes; the system drops it when its holder dies."""
    with FileLock(path):
        yield


def _is_special(path: Path) -> bool:
    """Whether ``path`` is something else than a file, or nothing at all; raises ``OSError`` for a folder."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return not stat.S_ISREG(mode)
