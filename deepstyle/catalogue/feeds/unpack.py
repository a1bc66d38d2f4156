"""Unpack an archive of a feed and its pictures into a folder, safely: the folder is complete or not there."""

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from deepstyle.catalogue.feeds.archive import member_path, open_archive, open_member
from deepstyle.catalogue.feeds.feed_file import DAMAGED
from deepstyle.catalogue.feeds.tables import FEED_SUFFIXES
from deepstyle.errors import DataError, FileError
from deepstyle.files import locked

_COPY_BYTES: Final = 1 << 20


def unpack(archive: Path, into: Path) -> Path:
    """Extract ``archive`` as the new folder ``into``; return the folder of the feed in it.

    That is ``into``, or the only folder in it. Hidden files are left out; nothing keeps its mode. Limits are those of
    ``deepstyle.catalogue.feeds.archive.open_archive``. Raises ``DataError`` and leaves no folder where the archive is
    refused, damaged or larger than the free space of the disk.
    """
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix=f".{into.name[:40]}.", dir=into.parent) as scratch,
            archive.open("rb") as file,
            open_archive(file, archive.name) as opened,
        ):
            _extract_all(opened, archive.name, Path(scratch) / "files")
            (Path(scratch) / "files").rename(into)
    except OSError as error:
        raise _refused(archive, error) from error
    except DAMAGED as error:
        raise DataError(f"{archive} is damaged: {error}.", remedy="Fetch it again.") from error
    return _feed_folder(into)


def unpack_once(archive: Path, into: Path) -> Path:
    """As ``unpack``; where the folder ``into`` is there, an earlier call has completed it."""
    return _feed_folder(into) if into.is_dir() else unpack(archive, into)


def _extract_all(archive: ZipFile, name: str, folder: Path) -> None:
    """Write each member that is a file below ``folder``."""
    folder.mkdir()
    needed = sum(member.file_size for member in archive.infolist())
    if needed > shutil.disk_usage(folder).free:
        raise DataError(f"{name} needs {needed:,} bytes, more than the disk has.", remedy="Make room on the disk.")
    for member in archive.infolist():
        if parts := member_path(member):
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            # "x": names that differ only in a way the file system ignores never overwrite each other.
            with open_member(archive, member) as packed, target.open("xb") as file:
                shutil.copyfileobj(packed, file, _COPY_BYTES)


def _feed_folder(folder: Path) -> Path:
    """``folder``, or the folder in it where it has nothing else."""
    entries = list(folder.iterdir())
    return _feed_folder(entries[0]) if len(entries) == 1 and entries[0].is_dir() else folder


def _refused(archive: Path, error: OSError) -> DataError:
    reason, remedy = error.strerror or error, FileError.of(error).remedy
    return DataError(f"{archive} cannot be unpacked: {reason}.", remedy=remedy)


def unpacked(archive: Path, cache: Path) -> Path:
    """The folder of the feed in ``archive``, unpacked below ``cache`` once for each version of the file.

    ``archive`` itself where it contains tables only, so that their pictures may lie beside it. The folder of an older
    version is deleted. Raises ``DataError`` as ``unpack``.
    """
    try:
        seen = archive.stat()
        with archive.open("rb") as file, open_archive(file, archive.name) as opened:
            names = [parts[-1].lower() for member in opened.infolist() if (parts := member_path(member))]
        if all(name.endswith(FEED_SUFFIXES) for name in names):
            return archive
        place = cache / "unpacked" / hashlib.sha256(str(archive.resolve()).encode()).hexdigest()[:16]
        into = place / f"{seen.st_size}-{seen.st_mtime_ns}"
        place.mkdir(parents=True, exist_ok=True)
        with locked(place.with_suffix(".lock")):
            for old in place.iterdir():
                if old != into:
                    shutil.rmtree(old, ignore_errors=True)
            return unpack_once(archive, into)
    except OSError as error:
        raise _refused(archive, error) from error
