"""A file of rows wherever it lies: in a folder, behind gzip, or in a ZIP archive, expanded within limits."""

import contextlib
import gzip
import io
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Self
from zipfile import BadZipFile

from deepstyle.catalogue.feeds.limits import FREE_RATIO_BYTES, MAX_EXPANDED_BYTES, MAX_RATIO, MAX_SPOOLED_BYTES
from deepstyle.errors import DataError, FileError

Opener = Callable[[], contextlib.AbstractContextManager[BinaryIO]]

_SPOOL_BYTES: Final = 8 << 20
_COPY_BYTES: Final = 1 << 20

DAMAGED: Final = (EOFError, zlib.error, BadZipFile, gzip.BadGzipFile, NotImplementedError, struct.error, OverflowError)
"""What the standard library raises where a container is not what it should be."""


@dataclass(frozen=True, slots=True)
class FeedFile:
    """One file of rows: ``name`` is what messages call it, ``suffix`` says what it contains (``.csv``).

    ``folder`` is where its pictures' paths start from. ``path`` is ``None`` where the file is packed.
    """

    name: str
    suffix: str
    folder: Path
    opener: Opener
    path: Path | None = None

    @classmethod
    def on_disk(cls, path: Path, name: str = "") -> Self:
        """The file ``path``, as it is."""
        return cls(name or path.name, path.suffix.lower(), path.parent, lambda: path.open("rb"), path)

    def expanded(self) -> Self:
        """The file inside a ``.gz`` file."""
        inner = Path(self.name).name.removesuffix(self.name[-3:])
        return type(self)(self.name, Path(inner).suffix.lower(), self.folder, lambda: _gunzip(self))

    @contextlib.contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The bytes from the start. Raises ``DataError`` where they cannot be read, also later while they are read."""
        with self._explained(), self.opener() as file:
            yield file

    @contextlib.contextmanager
    def open_seekable(self) -> Iterator[BinaryIO]:
        """The bytes as a file to seek in: a packed one is expanded into a temporary file first."""
        with self.open() as file:
            if self.path is not None:
                yield file
                return
            with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as spool:
                while data := file.read(_COPY_BYTES):
                    spool.write(data)
                    if spool.tell() > MAX_SPOOLED_BYTES:
                        raise too_large(self.name, MAX_SPOOLED_BYTES)
                spool.seek(0)
                yield spool  # type: ignore[misc]

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DAMAGED as error:
            raise DataError(
                f"{self.name} is damaged or cut off: {error}.", remedy="Fetch the file again, or save it unpacked."
            ) from error
        except OSError as error:
            reason, remedy = error.strerror or error, FileError.of(error).remedy
            raise DataError(f"{self.name} cannot be read: {reason}.", remedy=remedy) from error


def check_expansion(name: str, expanded_bytes: int, packed_bytes: int, limit_bytes: int = MAX_EXPANDED_BYTES) -> None:
    """Raise ``DataError`` where ``expanded_bytes`` are over the limit, or too many for ``packed_bytes``."""
    if expanded_bytes > limit_bytes:
        raise too_large(name, limit_bytes)
    if expanded_bytes > max(FREE_RATIO_BYTES, MAX_RATIO * packed_bytes):
        raise DataError(
            f"{name} expands to over {MAX_RATIO} times its size, as no feed does.",
            remedy="Unpack it yourself if you trust where it comes from.",
        )


def too_large(name: str, limit_bytes: int) -> DataError:
    """The error for a packed file that expands to over ``limit_bytes``."""
    return DataError(
        f"{name} expands to over {limit_bytes:,} bytes.", remedy="Unpack it, or split it into several files."
    )


@contextlib.contextmanager
def _gunzip(packed: FeedFile) -> Iterator[BinaryIO]:
    with packed.opener() as file, gzip.GzipFile(fileobj=file) as expanding:
        counted = _Counted(expanding, lambda bytes_read: check_expansion(packed.name, bytes_read, file.tell()))
        yield io.BufferedReader(counted, 1 << 16)


class _Counted(io.RawIOBase):
    """A stream that calls ``check`` with the number of bytes read so far."""

    def __init__(self, file: gzip.GzipFile, check: Callable[[int], None]) -> None:
        self._file, self._check, self._bytes = file, check, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        data = self._file.read1(len(buffer))
        buffer[: len(data)] = data
        self._bytes += len(data)
        self._check(self._bytes)
        return len(data)
