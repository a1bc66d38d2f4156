"""Pictures in a folder: one file for each, named by its SHA-256, in two levels of folders."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from deepstyle import platform
from deepstyle.files import write_atomic
from deepstyle.store.external.objects import (
    OWNERS,
    PlaceError,
    StoredObject,
    is_sound,
    object_name,
    owner_name,
    sha256_of_name,
)

_LEVELS: Final = "[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]"


class FolderObjects:
    """See ``PictureObjects``; ``url`` is ``file:///…`` of ``folder``, which others may share by a network."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder = folder

    def put(self, sha256: str, data: bytes) -> bool:
        """See ``PictureObjects.put``; a file that is not what its name says is replaced."""
        path = self._folder / object_name(sha256)
        with self._translated():
            if is_sound(sha256, _read(path)):
                os.utime(path)
                return True
            is_new = not path.parent.is_dir()
            write_atomic(path, data)
            if is_new:  # the folder's own name is durable, too
                platform.sync_folder(path.parent.parent)
                platform.sync_folder(self._folder)
        return False

    def get(self, sha256: str) -> bytes | None:
        """See ``PictureObjects.get``."""
        with self._translated():
            return _read(self._folder / object_name(sha256))

    def age_s(self, sha256: str) -> float | None:
        """See ``PictureObjects.age_s``."""
        with self._translated():
            try:
                return time.time() - (self._folder / object_name(sha256)).stat().st_mtime
            except FileNotFoundError:
                return None

    def delete(self, sha256: str) -> None:
        """See ``PictureObjects.delete``."""
        with self._translated():
            (self._folder / object_name(sha256)).unlink(missing_ok=True)

    def objects(self) -> Iterator[StoredObject]:
        """See ``PictureObjects.objects``."""
        with self._translated():
            for path in self._folder.glob(f"{_LEVELS}/*"):
                sha256 = sha256_of_name(path.relative_to(self._folder).as_posix())
                with contextlib.suppress(FileNotFoundError):
                    found = path.stat()
                    if sha256:
                        yield StoredObject(sha256, found.st_size, time.time() - found.st_mtime)

    def owners(self) -> set[str]:
        """See ``PictureObjects.owners``."""
        with self._translated():
            return {path.name for path in (self._folder / OWNERS).glob("[0-9a-f]*")}

    def mark(self, owner: str) -> None:
        """See ``PictureObjects.mark``."""
        with self._translated():
            write_atomic(self._folder / owner_name(owner), b"")

    def unmark(self, owner: str) -> None:
        """See ``PictureObjects.unmark``."""
        with self._translated():
            (self._folder / owner_name(owner)).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise PlaceError(
                f"the pictures in {self.url}: {error.strerror or error}.",
                remedy="Check the folder: its disk and mount, and who may read and write it.",
            ) from error


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
