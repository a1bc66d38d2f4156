"""Back up a store: chunks that the folder lacks, then the manifest, then the removal of what is no longer wanted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from deepstyle import platform
from deepstyle.errors import UsageError
from deepstyle.files import atomic_file, sync_file
from deepstyle.store.backup.chunks import chunk_name
from deepstyle.store.backup.content import read_content
from deepstyle.store.backup.folder import (
    Backup,
    chunk_bytes,
    chunk_path,
    is_sound_chunk,
    list_backups,
    locked_folder,
    manifest_path,
    names,
    write_backup,
)
from deepstyle.store.base import Progress, Store

SYNC_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A finished backup: what it holds, its bytes, how many of them were written now, and what ``keep`` removed."""

    name: str
    items: int
    images: int
    vectors: int
    sha256: str
    bytes: int
    chunks_written: int
    bytes_written: int
    backups_removed: int


def back_up(store: Store, folder: Path, *, keep: int = 0, on_progress: Progress | None = None) -> BackupReport:
    """Write the store as it is now into ``folder``; of an earlier backup only what changed since.

    Others may write the store meanwhile. A backup that was killed leaves no trace but chunks that the next one takes
    up. ``keep``: then remove all but the newest so many backups; 0 removes none. Raises ``UsageError`` for a folder of
    other things, ``StoreError`` for a damaged store, ``DataError`` for a manifest that cannot be read.
    """
    report = on_progress or (lambda _step, _done, _total: None)
    _prepare(folder)
    with locked_folder(folder):
        earlier = list_backups(folder)
        sink = Chunks(folder, earlier)
        with store.pinned() as moment:
            name = _now(earlier)
            content = read_content(moment, sink, lambda done, total: report("backing up", done, total))
        sink.sync(report)
        backup = Backup(name, content)
        write_backup(folder, backup)
        removed = prune(folder, keep) if keep else 0
    return BackupReport(
        name=name,
        items=content.counts["items"],
        images=content.counts["images"],
        vectors=content.counts["vectors"],
        sha256=content.sha256,
        bytes=backup.bytes,
        chunks_written=len(sink.written),
        bytes_written=sum(map(chunk_bytes, sink.written)),
        backups_removed=removed,
    )


class Chunks:
    """Writes the chunks that a folder lacks, and knows those that its backups have."""

    def __init__(self, folder: Path, backups: list[Backup]) -> None:
        self._folder = folder
        self._durable = {chunk for backup in backups for chunk in backup.content.chunks()}
        ranges = (one for backup in backups for one in backup.content.ranges)
        self._pictures = {one.key: one.pictures for one in ranges if one.key}
        self.written: set[str] = set()

    def put(self, data: bytes) -> str:
        """Write a chunk, unless it is there whole; see ``Sink``."""
        chunk = chunk_name(data)
        path = chunk_path(self._folder, chunk)
        if chunk in self.written or (chunk in self._durable and _has_length(path, len(data))):
            return chunk
        # One that a backup wrote which was killed may be there in part after a power failure.
        if not is_sound_chunk(self._folder, chunk):
            with atomic_file(path, durable=False, is_private=True) as file:
                file.write(data)
        self.written.add(chunk)
        return chunk

    def pictures_of(self, key: str) -> tuple[str, ...] | None:
        """See ``Sink``."""
        found = self._pictures.get(key)
        if found and all(_has_length(chunk_path(self._folder, one), chunk_bytes(one)) for one in found):
            return found
        return None

    def sync(self, report: Progress) -> None:
        """Make the written chunks durable, before a manifest names them."""
        paths = [chunk_path(self._folder, chunk) for chunk in sorted(self.written)]
        with ThreadPoolExecutor(SYNC_AT_ONCE) as pool:
            for done, _ in enumerate(pool.map(sync_file, paths), start=1):
                report("making durable", done, len(paths))
        for parent in sorted({path.parent for path in paths} | {self._folder / "chunks", self._folder}):
            platform.sync_folder(parent)


def prune(folder: Path, keep: int) -> int:
    """Remove all but the newest ``keep`` backups, then every chunk that no backup needs; return how many backups.

    The manifests go first: a kill leaves chunks that the next call removes.
    """
    old = names(folder)[:-keep]
    for name in old:
        manifest_path(folder, name).unlink()
    platform.sync_folder(folder / "backups")
    needed = {chunk for backup in list_backups(folder) for chunk in backup.content.chunks()}
    for path in (folder / "chunks").glob("*/*"):
        if path.name not in needed:
            path.unlink()
    return len(old)


def _prepare(folder: Path) -> None:
    """Create the folder, readable for this user alone: what it holds has the digests of API keys."""
    if folder.is_dir() and not (folder / "backups").is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} holds other things than backups.", remedy="Name a new folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("backups", "chunks"):
        (folder / name).mkdir(exist_ok=True)


def _now(earlier: list[Backup]) -> str:
    """A name that is later than all names there, even where the clock was set back."""
    now = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    if not earlier or now > earlier[-1].name:
        return now
    last = earlier[-1].name
    return f"{last[:-7]}{int(last[-7:-1]) + 1:06}Z"


def _has_length(path: Path, length: int) -> bool:
    try:
        return path.stat().st_size == length
    except FileNotFoundError:
        return False
