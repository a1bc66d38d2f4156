"""The folder of backups: chunks by name, and manifests, each written whole or not at all."""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from deepstyle.errors import DataError, StoreBusyError, UsageError
from deepstyle.files import atomic_file, open_regular, read_regular
from deepstyle.store.backup.chunks import chunk_name
from deepstyle.store.backup.content import Content, content_from

FORMAT: Final = "deepstyle backup 1"
MAX_MANIFEST_BYTES: Final = 1 << 30
_NAME: Final = re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}Z")
_CHUNK: Final = re.compile(r"[0-9a-f]{64}-[0-9]{1,15}")
_OTHER: Final = "Restore another backup: `deepstyle backup FOLDER --list --verify`."


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup; ``name`` is when it was begun, in UTC."""

    name: str
    content: Content

    @property
    def bytes(self) -> int:
        """Bytes of its chunks, those that it shares with other backups included."""
        return sum(chunk_bytes(chunk) for chunk in set(self.content.chunks()))


@dataclass(frozen=True, slots=True)
class DamagedChunk:
    """A chunk that is missing or not what was written, and the backups that need it."""

    chunk: str
    backups: tuple[str, ...]


def chunk_bytes(chunk: str) -> int:
    """Length of a chunk, as its name says."""
    return int(chunk.partition("-")[2])


def chunk_path(folder: Path, chunk: str) -> Path:
    """Where a chunk is."""
    if not _CHUNK.fullmatch(chunk):
        raise DataError(f"{chunk[:80]!r} is no chunk of a backup.", remedy=_OTHER)
    return folder / "chunks" / chunk[:2] / chunk


def manifest_path(folder: Path, name: str) -> Path:
    """Where the manifest of a backup is."""
    return folder / "backups" / f"{name}.json"


def read_chunk(folder: Path, chunk: str) -> bytes:
    """The verified bytes of a chunk; raises ``DataError`` where it is missing or damaged."""
    path = chunk_path(folder, chunk)
    try:
        data = read_regular(path, chunk_bytes(chunk) + 1)
    except FileNotFoundError:
        raise DataError(f"{path} is missing.", remedy=_OTHER) from None
    if chunk_name(data) != chunk:
        raise DataError(f"{path} is damaged.", remedy=_OTHER)
    return data


@contextlib.contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Be the one process that works in ``folder``; one that is read-only is not locked."""
    if not os.access(folder, os.W_OK):
        yield
        return
    try:
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout:
        raise StoreBusyError(
            f"another backup or restore is working in {folder}.", remedy="Wait for it to end."
        ) from None


def names(folder: Path) -> list[str]:
    """The names of the finished backups, oldest first; raises ``DataError`` where ``folder`` is none of backups."""
    backups = folder / "backups"
    if not backups.is_dir():
        raise DataError(f"{folder} holds no backups.", remedy="Give a folder of `deepstyle backup`.")
    found = (path.stem for path in backups.iterdir() if path.suffix == ".json")
    return sorted(name for name in found if _NAME.fullmatch(name))


def read_backup(folder: Path, name: str = "") -> Backup:
    """The backup ``name``, by default the newest; raises ``DataError`` where it is damaged, ``UsageError`` for none."""
    there = names(folder)
    if not there or (name and name not in there):
        raise UsageError(
            f"{folder} has no backup{f' {name[:40]!r}' if name else ''}.",
            remedy="`deepstyle backup FOLDER --list` shows those that there are.",
        )
    name = name or there[-1]
    path = manifest_path(folder, name)
    with open_regular(path) as file:
        head, body = file.readline(1024), file.read(MAX_MANIFEST_BYTES)
    try:
        fields = json.loads(head)
        if fields["format"] != FORMAT:
            raise DataError(f"{path} is of another format.", remedy="Use the deepstyle that wrote it, or a newer one.")
        if fields["sha256"] != hashlib.sha256(body).hexdigest():
            raise ValueError("its digest is another")
        return Backup(name, content_from(json.loads(body)))
    except (ValueError, LookupError, TypeError) as error:
        raise DataError(
            f"{path} is damaged: {error}.", remedy="Delete this file; the other backups are whole without it."
        ) from error


def write_backup(folder: Path, backup: Backup) -> None:
    """Write the manifest, which makes a backup of chunks."""
    body = json.dumps(asdict(backup.content), separators=(",", ":")).encode()
    head = json.dumps({"format": FORMAT, "sha256": hashlib.sha256(body).hexdigest()}).encode()
    with atomic_file(manifest_path(folder, backup.name), is_private=True) as file:
        file.write(head + b"\n" + body)


def list_backups(folder: Path) -> list[Backup]:
    """All backups in ``folder``, oldest first; raises ``DataError`` for a damaged manifest."""
    return [read_backup(folder, name) for name in names(folder)]


def verify_backups(folder: Path) -> list[DamagedChunk]:
    """Read every chunk of every backup and return those that are missing or damaged."""
    needed: dict[str, list[str]] = {}
    for backup in list_backups(folder):
        for chunk in dict.fromkeys(backup.content.chunks()):
            needed.setdefault(chunk, []).append(backup.name)
    return [DamagedChunk(chunk, tuple(by)) for chunk, by in sorted(needed.items()) if not is_sound_chunk(folder, chunk)]


def is_sound_chunk(folder: Path, chunk: str) -> bool:
    """Whether a chunk is there as it was written."""
    try:
        read_chunk(folder, chunk)
    except DataError:
        return False
    return True
